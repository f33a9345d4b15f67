"""Filling a database: what every city starts from, and the invented people for trying it out."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from certifications.applications.base_loading import conditions_base_load
from certifications.bodies.demo import demo_bodies_load
from certifications.plans.base_loading import plans_base_load
from certifications.scoring.base_loading import scoring_base_load
from courses.catalogue.base_loading import catalogue_base_load
from courses.schools.demo import demo_schools_load
from foundation.accounts.models import User
from foundation.policy.services import base_data_load
from foundation.privacy.consent_texts import consent_texts_load
from portal.cms.base import site_base_load
from portal.cms.demo import demo_site_load
from portal.dashboards.base_loading import dashboards_base_load
from portal.dashboards.demo import dashboards_demo_load
from portal.journey.award_demo import awards_demo_load
from portal.journey.certification_demo import certifications_demo_load
from portal.journey.demo import courses_demo_load
from portal.journey.subsidy_demo import subsidies_demo_load
from portal.operations.models import Stamp
from portal.sign_in.demo import demo_accounts_load
from portal.world.loading import Size, world_load
from residency.routes.base_loading import routes_base_load
from subsidies.checks.base_loading import checks_base_load
from subsidies.claims.base_loading import claims_base_load
from subsidies.notices.base_loading import notices_base_load
from subsidies.schemes.base_loading import schemes_base_load, schemes_demo_load
from workers.demo import demo_workers_load


def base_load(*, on: date) -> None:
    """What a city needs before anybody works: policy, wordings of consents, pages, groups. Running it again is safe."""
    base_data_load(on=on)
    catalogue_base_load(on=on)
    plans_base_load(on=on)
    conditions_base_load(on=on)
    scoring_base_load(on=on)
    checks_base_load(on=on)
    claims_base_load(on=on)
    schemes_base_load(on=on)
    notices_base_load(on=on)
    routes_base_load(on=on)
    dashboards_base_load(on=on)
    consent_texts_load()
    site_base_load()


def demo_load(*, on: date, with_year: bool = False, workers: int | None = None) -> None:
    """Invented people, courses, certificates and news. Never where real people work. Running it again is safe.

    ``with_year`` adds a city of about so many ``workers`` that has worked for a year. What was done is counted last:
    a public edition, once kept, stays as it is.
    """
    demo_accounts_load(on=on, explicit=True)
    schemes_demo_load(on=on)
    demo_workers_load(on=on, actor=User.objects.get(username="intake"))
    demo_schools_load(on=on, officer=User.objects.get(username="intake"))
    demo_bodies_load(on=on)
    demo_site_load()
    courses_demo_load(on=on)
    certifications_demo_load(on=on)
    subsidies_demo_load(on=on)
    awards_demo_load(on=on)
    if with_year:
        year_load(on=on, workers=workers)
    dashboards_demo_load(on=on)


YEAR = "year"


@transaction.atomic
def year_load(*, on: date, workers: int | None = None) -> bool:
    """A city that has worked for a year, beside the demonstration; whether it was loaded now. Only ever once.

    All or nothing: whoever stops it on the way finds the small demonstration as it was.
    """
    if Stamp.objects.filter(name=YEAR).exists():
        return False
    world_load(on=on, size=Size.of(workers) if workers else None)
    stamp_put(name=YEAR, value=on.isoformat(), at=timezone.now())
    return True


@transaction.atomic
def stamp_put(*, name: str, value: str, at: datetime) -> None:
    """Record that a step was completed."""
    Stamp.objects.update_or_create(name=name, defaults={"value": value, "at": at})
