"""Pages, their figures, and who may publish what."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils.safestring import mark_safe

from courses.catalogue.base_loading import catalogue_base_load
from foundation.policy.selectors import codes_known
from foundation.policy.states import PLACES
from portal.cms.base import CONTENT, guide_fields, guides_of, site_base_load
from portal.cms.demo import demo_site_load
from portal.cms.figures import check_codes, codes_in, with_figures
from portal.cms.models import GuideIndexPage, GuidePage, HomePage
from subsidies.schemes.base_loading import schemes_base_load, schemes_demo_load
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import figures_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(base_policy):
    site_base_load()


def test_loading_the_base_again_changes_nothing(site):
    before = list(GuidePage.objects.values_list("path", "slug", "latest_revision_id"))
    site_base_load()
    assert list(GuidePage.objects.values_list("path", "slug", "latest_revision_id")) == before
    assert HomePage.objects.count() == 1


def test_every_public_page_opens(client: Client, site):
    for page in [HomePage.objects.get(), *HomePage.objects.get().get_descendants().live()]:
        answer = client.get(page.get_url())
        assert answer.status_code == 200, page
        assert page.title in answer.content.decode()


def test_every_guide_names_only_parameters_that_exist(site):
    named = {code for guide in GuidePage.objects.all() for code in codes_in(guide._texts())}
    assert len(named) > 20
    assert codes_known(named, city="350200") == named


def test_another_city_begins_without_the_guides_of_this_one(base_policy, settings):
    settings.CITY_CODE = "350500"
    site_base_load()
    assert GuideIndexPage.objects.get().get_children().count() == 0
    assert guides_of("350500") == []
    assert len(guides_of("350200")) > 3


@pytest.mark.parametrize("city", sorted(path.stem for path in (CONTENT / "guides").iterdir()))
def test_the_guides_of_a_city_name_only_figures_that_it_has(base_policy, city):
    named = codes_in([str(row) for row in guides_of(city)])
    assert named
    assert codes_known(named, city=city) == named
    assert city in PLACES


def test_an_unknown_parameter_is_refused_with_its_name():
    with pytest.raises(ValidationError) as refusal:
        check_codes("五级 [[no.such.code]]")
    assert "no.such.code" in refusal.value.messages[0]


def test_references_are_found_and_the_unchecked_mark_is_not_one():
    assert codes_in(["a [[x.y]] b [[ z.w ]]", "不限户籍 [[?]]"]) == {"x.y", "z.w"}


def test_a_reference_inside_a_tag_stays_as_it_is():
    link = mark_safe('<p><a href="https://x.example/[[?]]" title="[[?]]">甲[[?]]</a></p>')
    shown = with_figures(link, {})
    assert shown.startswith('<p><a href="https://x.example/[[?]]" title="[[?]]">甲<')
    assert shown.count("待核实") == 1


def test_text_around_figures_is_escaped():
    assert "&lt;script&gt;" in with_figures("<script> [[?]]", {})
    assert "待核实" in with_figures("不限户籍 [[?]]", {})


@pytest.fixture
def guide_of(site, a_rate):
    """A guide that names one parameter, published with the rates given."""

    def make(*rates, **source):
        parameter = a_rate(*rates, **source)
        page = GuidePage(
            **guide_fields(
                {
                    "slug": "example",
                    "title": "示例事项",
                    "summary": f"每人 [[{parameter.code}]]。",
                    "amounts": [{"label": "五级", "code": parameter.code}],
                }
            )
        )
        GuideIndexPage.objects.get().add_child(instance=page)
        return page

    return make


@pytest.mark.parametrize(
    ("day", "shown", "not_shown"),
    [
        (date(2026, 3, 31), "700 元", "900 元"),
        (date(2026, 4, 1), "900 元", "700 元"),
        (date(2026, 12, 31), "900 元", "政策待确认"),
        (date(2027, 1, 1), "政策待确认", "900 元"),
    ],
)
def test_the_guide_shows_the_figure_of_its_day(client, guide_of, day, shown, not_shown):
    page = guide_of((70000, date(2026, 1, 1), date(2026, 3, 31)), (90000, date(2026, 4, 1), date(2026, 12, 31)))
    with time_machine.travel(f"{day}T08:00:00+08:00", tick=False):
        text = client.get(page.get_url()).content.decode()
    assert shown in text
    assert not_shown not in text


def test_a_figure_nobody_has_checked_says_so(client, guide_of):
    page = guide_of((70000, date(2026, 1, 1), None), provenance="F-C")
    with time_machine.travel("2026-06-01T08:00:00+08:00", tick=False):
        text = client.get(page.get_url()).content.decode()
    assert "待核实" in text


def test_a_guide_page_takes_few_queries_whatever_it_names(client, site, django_assert_max_num_queries):
    page = GuidePage.objects.get(slug="training-subsidy")
    client.get(page.get_url())
    with django_assert_max_num_queries(14):
        client.get(page.get_url())


def test_without_a_rate_in_force_the_guide_says_so_once_and_names_no_amount(client, site):
    text = client.get(GuidePage.objects.get(slug="training-subsidy").get_url()).content.decode()
    assert "政策待确认" in text
    assert "700 元" not in text


@pytest.fixture
def demonstration(site):
    """The demonstration's schemes and pages, on the day of the demonstration."""
    day = date(2026, 11, 23)
    catalogue_base_load(on=day)
    schemes_base_load(on=day)
    schemes_demo_load(on=day)
    demo_site_load()


def amounts_of(client, slug):
    with time_machine.travel("2026-11-23T08:00:00+08:00", tick=False):
        text = client.get(GuidePage.objects.get(slug=slug).get_url()).content.decode()
    return text.split('id="amounts"')[1].split("</section>")[0]


def test_the_guide_to_the_demonstration_shows_what_its_scheme_pays_and_never_as_checked(client, demonstration):
    scheme = Scheme.objects.get(code="demonstration.training")
    figures = figures_of(scheme, on=date(2026, 11, 23))
    amounts = amounts_of(client, "demonstration-training-subsidy")
    assert figures["demonstration.training.amount.level5"].text == "700 元"
    assert "700 元" in amounts
    assert "待核实" in amounts
    assert "已核实" not in amounts
    assert GuidePage.objects.get(slug="demonstration-training-subsidy").title.startswith("演示")


def test_the_demonstration_gives_no_real_subsidy_an_amount(client, demonstration):
    amounts = amounts_of(client, "training-subsidy")
    assert "政策待确认" in amounts
    assert "元" not in amounts


def test_no_demonstration_file_has_a_code_of_a_real_one():
    root = Path(__file__).parents[2]
    files = [path for path in root.glob("*/**/*.toml") if not {".venv", "var"} & set(path.parts)]
    invented, real = set(), set()
    for path in files:
        codes = {row["code"] for row in tomllib.loads(path.read_text("utf-8")).get("parameter", ())}
        (invented if any(part.startswith("demo") for part in path.parts) else real).update(codes)
    assert len(real) > 100
    assert len(invented) > 50
    assert invented & real == set()
    assert {code for code in invented if not code.startswith("demonstration.")} == set()
