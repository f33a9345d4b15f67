"""Tags of the course pages: ``{% load course %}``."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.core.paginator import Paginator
from django.utils import timezone

from courses.content.course_selectors import (
    LessonLine,
    ModuleLines,
    lesson_lines,
    modules_of,
    open_classes_live,
    subsidies_on,
)
from courses.content.media_links import media_urls
from courses.content.models import CoursePage, Video
from courses.content.offers import Offer, offers_of
from courses.schools.selectors import is_licensed
from foundation.policy.values import ParameterValue

register = template.Library()
PER_PAGE = 20


@dataclass(frozen=True)
class CourseFacts:
    """What the public page says of a course besides its own words."""

    today: date
    modules: list[ModuleLines]
    lessons: list[LessonLine]
    offers: list[Offer]
    subsidy: ParameterValue | None
    is_school_active: bool

    @property
    def theory(self) -> Decimal:
        return sum((module.theory for module in self.modules), Decimal(0))

    @property
    def practice(self) -> Decimal:
        return sum((module.practice for module in self.modules), Decimal(0))

    @property
    def hours(self) -> Decimal:
        return self.theory + self.practice


@register.simple_tag
def course_facts(page: CoursePage) -> CourseFacts:
    """Everything the course page shows, read in a fixed number of queries."""
    today = timezone.localdate()
    subsidy = subsidies_on(today).get(page.package_version.package.level)
    return CourseFacts(
        today=today,
        modules=modules_of(page.package_version_id),
        lessons=lesson_lines(page),
        offers=offers_of(page.pk, on=today) if page.pk else [],
        subsidy=subsidy if isinstance(subsidy, ParameterValue) else None,
        is_school_active=is_licensed(page.school, today),
    )


@register.filter
def after_subsidy(fee_fen: int, subsidy: ParameterValue) -> int:
    """What the fee comes to, in fen, for whoever gets the subsidy; never less than nothing."""
    return max(0, fee_fen - subsidy.amount_fen)


@register.filter
def plain(number: Decimal) -> str:
    """Hours without needless noughts: 4, 2.5."""
    return f"{Decimal(number).normalize():f}"


@register.simple_tag
def open_media(video: Video) -> dict[str, Any]:
    """The addresses of a video of an open parent class, for everybody."""
    at: datetime = timezone.now()
    return media_urls(video, viewer=None, at=at)


@register.simple_tag
def open_classes(number: str | None) -> Any:
    """A page of the open parent classes, wherever they were written, the newest first."""
    return Paginator(open_classes_live(), PER_PAGE).get_page(number)
