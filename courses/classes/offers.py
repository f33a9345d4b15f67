"""The class runs a course's public page shows."""

from datetime import date

from django.urls import NoReverseMatch, reverse

from courses.classes.models import ClassRun
from courses.classes.selectors import class_runs_enrolling
from courses.content.offers import Offer, offers_register
from workers.districts import district_name

# The page on which somebody joins a class run, by its key.
RUN_PAGE = "class_run_public"


@offers_register
def offers_to_join(page_id: int, on: date) -> list[Offer]:
    """The class runs of a course somebody may ask to join on a day; one query."""
    return [_offer(run) for run in class_runs_enrolling(on).filter(course_version__page=page_id)]


def _offer(run: ClassRun) -> Offer:
    return Offer(
        name=run.name,
        url=_url(run),
        starts_on=run.starts_on,
        ends_on=run.ends_on,
        enrols_until=run.enrols_until,
        is_evening=run.is_evening,
        district=district_name(run.district_code) if run.district_code else "",
        seats=run.seats,
        seats_free=max(0, run.seats - run.seats_taken),
    )


def _url(run: ClassRun) -> str:
    try:
        return reverse(RUN_PAGE, args=[run.pk])
    except NoReverseMatch:
        return ""
