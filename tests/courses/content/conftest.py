"""A school with its page, a package inside its scope, and the two sides of moderation."""

import uuid
from dataclasses import dataclass
from datetime import date

import pytest
from django.test import Client
from wagtail.models import Page
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from courses.catalogue.models import PackageVersion
from courses.content.models import CoursePage
from courses.schools.models import School
from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.policy.services import base_data_load
from portal.cms.base import school_page_open, site_base_load
from tests.courses.builders import a_package_version, a_school, a_scope, school_staff
from tests.portal.people import person, signed_in


@dataclass
class Place:
    """A school at work: its page in the site, an academic officer and her browser."""

    school: School
    page: Page
    package: PackageVersion
    academic: User
    browser: Client


@pytest.fixture
def site(db):
    base_data_load(on=date(2026, 11, 23))
    site_base_load()


def a_place(package: PackageVersion | None = None) -> Place:
    school = a_school()
    page = school_page_open(organisation=school.organisation)
    package = package or a_package_version()
    a_scope(school, package)
    academic = school_staff(school)
    return Place(school, page, package, academic, signed_in(academic))


@pytest.fixture
def place(site):
    return a_place()


@pytest.fixture
def officer(site):
    return person(Role.OFFICER_INTAKE)


def practical(unit="yy-03", hours="4", title="给宝宝洗澡", key=""):
    return {"kind": "practical", "title": title, "unit": unit, "hours": hours, "content": "", "id": key}


def article(unit="yy-01", title="新生儿的样子", text="看一看，摸一摸。" * 40, key="", **fields):
    given = {"seconds": "", "credited_minutes": "0"} | fields
    return {"kind": "article", "title": title, "unit": unit, "text": text, "id": key} | given


def as_posted(lesson):
    """A lesson block as the editor's form sends it."""
    value = {name: given for name, given in lesson.items() if name not in {"kind", "id", "text"}}
    if lesson["kind"] == "article":
        value["body"] = streamfield([("paragraph", rich(lesson["text"]))])
    if lesson["kind"] in {"article", "video"}:
        value["check"] = {"bank": "", "count": "5", "pass_points": "", "attempts": ""} | lesson.get("check", {})
    return value


def rich(text):
    return rich_text(f"<p>{text}</p>")


def posted(place, lessons=None, **fields):
    """The whole form of a course as the editor sends it."""
    rows = [practical()] if lessons is None else lessons
    stream = streamfield([(row["kind"], as_posted(row)) for row in rows])
    for number, row in enumerate(rows):
        stream[f"{number}"]["id"] = row.get("id") or str(uuid.uuid4())
    given = {
        "title": "母婴护理员五级班",
        "summary": "零基础也能学",
        "package_version": place.package.pk,
        "mode": "blended",
        "fee_fen": "1200",
        "is_ordered": "on",
        "speed_max": "",
        "lessons": stream,
        "comments": inline_formset([]),
    }
    return nested_form_data(given | fields)


def a_draft(place, lessons=None, **fields) -> CoursePage:
    """A course the school has kept as a draft, through the editor."""
    answer = place.browser.post(
        f"/cms/pages/add/content/coursepage/{place.page.pk}/", posted(place, lessons=[], **fields)
    )
    assert answer.status_code == 302, answer.context["form"].errors
    page = CoursePage.objects.child_of(place.page).order_by("-pk")[0]
    answer = place.browser.post(f"/cms/pages/{page.pk}/edit/", posted(place, lessons=lessons, **fields))
    assert answer.status_code == 302, answer.context["form"].errors
    return page


def act(place_or_browser, page, data, **action):
    """Send the form with one of the editor's buttons."""
    browser = getattr(place_or_browser, "browser", place_or_browser)
    return browser.post(f"/cms/pages/{page.pk}/edit/", data | action)
