"""The design system: preferences that need no script, components that are all shown, formats of amounts and days."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse

from portal.design.examples import FRAME, SECTIONS, TEMPLATES, ExampleError, ExampleForm, component_read
from portal.design.formats import format_cn_date, format_yuan
from portal.design.preferences import Display
from portal.design.views import components

ALL_TEMPLATES = sorted(TEMPLATES.rglob("*.html"))
ALL_COMPONENTS = sorted(path.stem for path in (TEMPLATES / "components").glob("*.html"))


def drawn(source: str, **context: object) -> str:
    return Template("{% load design %}" + source).render(Context(context))


# -- preferences


@pytest.mark.parametrize(
    ("cookie", "text_size", "elder", "contrast"),
    [
        ("", 18, False, False),
        ("e0.s24.c0", 24, False, False),
        ("e1.s0.c0", 24, True, False),
        ("e1.s18.c0", 20, True, False),
        ("e1.s30.c1", 30, True, True),
        ("e2.s99.cx", 18, False, False),
        ("nonsense;<script>" * 50, 18, False, False),
    ],
)
def test_the_cookie_says_how_pages_look_and_nonsense_says_nothing(cookie, text_size, elder, contrast):
    display = Display.from_cookie(cookie)
    assert (display.text_size, display.elder, display.contrast) == (text_size, elder, contrast)


def test_a_preference_is_kept_in_a_cookie_and_read_back(db, client):
    answer = client.post(reverse("preferences"), {"elder": "1", "size": "30", "contrast": "1", "next": "/preferences/"})
    assert (answer.status_code, answer["Location"]) == (302, "/preferences/")
    assert answer.cookies["display"].value == "e1.s30.c1"
    page = client.get(reverse("preferences")).content.decode()
    assert re.search(r'<html [^>]*data-text-size="30" data-elder data-contrast="high">', page)


def test_a_button_at_the_top_changes_only_what_it_names(db, client):
    client.post(reverse("preferences"), {"size": "24", "contrast": "1"})
    client.post(reverse("preferences"), {"elder": "1"})
    assert client.cookies["display"].value == "e1.s24.c1"


def test_a_frame_kept_for_many_carries_each_visitors_own_token_and_address(db, settings):
    settings.CACHES = settings.CACHES | {
        "local": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "frames"}
    }
    for number in (1, 2):
        client = Client(enforce_csrf_checks=True)
        here = f'/preferences/?back={number}&say="><b>'
        page = client.get(here).content.decode()
        assert {
            token for token in re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page) if len(token) != 64
        } == set()
        addresses = re.findall(r'name="next" value="([^"]*)"', page)
        assert f"/preferences/?back={number}&amp;say=%22%3E%3Cb%3E" in addresses
        assert "frame-mark" not in page
        token = re.findall(r'name="csrfmiddlewaretoken" value="([^"]*)"', page)[0]
        sent = {"elder": "1", "csrfmiddlewaretoken": token}
        assert client.post(reverse("preferences"), sent).status_code == 302


@pytest.mark.parametrize(
    ("wanted", "goes_to"),
    [
        ("/services/?page=2", "/services/?page=2"),
        ("https://example.com/", "/"),
        ("//example.com/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_after_the_choice_she_is_back_where_she_was_and_never_elsewhere(db, client, wanted, goes_to):
    assert client.post(reverse("preferences"), {"elder": "1", "next": wanted})["Location"] == goes_to


def test_an_unknown_size_is_refused_and_the_cookie_stays(db, client):
    client.post(reverse("preferences"), {"size": "24"})
    answer = client.post(reverse("preferences"), {"size": "500"})
    assert answer.status_code == 200
    assert "display" not in answer.cookies
    assert 'data-text-size="24"' in answer.content.decode()


def test_a_preference_needs_the_token_of_the_form(db):
    answer = Client(enforce_csrf_checks=True).post(reverse("preferences"), {"elder": "1"})
    assert answer.status_code == 403
    assert "display" not in answer.cookies


# -- components


@pytest.fixture
def component_page(db, client, rf: RequestFactory) -> str:
    request = rf.get("/design/")
    request.user = client.get(reverse("preferences")).wsgi_request.user
    return components(request).content.decode()


def test_every_component_is_on_the_page_with_its_variables(component_page):
    for name in ALL_COMPONENTS:
        assert f'id="component-{name}"' in component_page
        assert f"templates/components/{name}.html" in component_page
    assert sorted(" ".join(names for _title, names in SECTIONS).split()) == ALL_COMPONENTS


@pytest.mark.parametrize("name", [name for name in ALL_COMPONENTS if name not in FRAME])
def test_every_example_uses_its_component(name):
    component = component_read(name)
    assert f"components/{name}.html" in component.source or name == "table"
    assert component.purpose
    assert component.variables


def test_a_component_without_a_comment_is_an_error(tmp_path, monkeypatch):
    (tmp_path / "components").mkdir()
    (tmp_path / "components" / "silent.html").write_text("<p>…</p>", encoding="utf-8")
    monkeypatch.setattr("portal.design.examples.TEMPLATES", tmp_path)
    with pytest.raises(ExampleError) as refusal:
        component_read("silent")
    assert refusal.value.code == "no_comment"


@pytest.mark.parametrize(
    "query", ["?mode=elder", "?mode=ordinary&size=30", "?mode=ordinary&contrast=1", "?shell=staff"]
)
def test_the_page_can_be_seen_in_every_mode(db, client, rf, query):
    request = rf.get(f"/design/{query}")
    request.user = client.get(reverse("preferences")).wsgi_request.user
    assert components(request).status_code == 200


def test_the_component_page_is_closed_to_visitors_outside_development(db, client):
    answer = client.get(reverse("design"))
    assert answer.status_code == 302
    assert answer["Location"].endswith("?next=/design/")


# -- no inline code, so that the content security policy needs no exception


@pytest.mark.parametrize("path", ALL_TEMPLATES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_no_template_holds_inline_style_or_script(path: Path):
    source = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    for tag in re.findall(r"<[a-zA-Z][^<>]*>", source):
        assert not re.search(r"\s(style|on[a-z]+)\s*=", tag), tag
        assert "javascript:" not in tag
    assert not re.search(r"<style\b", source)
    for attributes, body in re.findall(r"<script\b([^>]*)>(.*?)</script>", source, flags=re.DOTALL):
        assert not body.strip() or 'type="application/json"' in attributes, body


def test_the_style_sheets_stay_small():
    """A page takes the sheet of the frame and at most one or two of its own."""
    sizes = {path.stem: path.stat().st_size for path in (TEMPLATES.parent / "static" / "css").glob("*.css")}
    assert sizes.pop("qiaoshou") <= 36 * 1024
    assert {name: size for name, size in sizes.items() if size > 8 * 1024} == {}


def test_every_icon_named_in_a_template_is_in_the_sprite():
    sprite = (TEMPLATES.parent / "static" / "icons.svg").read_text(encoding="utf-8")
    known = set(re.findall(r'<symbol id="([a-z0-9-]+)"', sprite))
    named = {
        name
        for path in ALL_TEMPLATES
        for name in re.findall(r'{% icon "([a-z0-9-]+)" ', path.read_text(encoding="utf-8"))
    }
    assert named - known == set()


# -- amounts and days


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (120000, "1,200 元"),
        (120050, "1,200.50 元"),
        (5, "0.05 元"),
        (0, "0 元"),
        (-150000, "-1,500 元"),
        (-5, "-0.05 元"),
        (123456789012, "1,234,567,890.12 元"),
        (None, ""),
        ("", ""),
    ],
)
def test_an_amount_is_shown_in_yuan(fen, shown):
    assert format_yuan(fen) == shown
    assert drawn("{{ fen|yuan }}", fen=fen) == shown


@pytest.mark.parametrize("wrong", [1200.0, "1200", True, False])
def test_only_whole_fen_are_an_amount(wrong):
    with pytest.raises(TypeError):
        format_yuan(wrong)


@pytest.mark.parametrize(
    ("day", "shown"),
    [
        (date(2026, 11, 23), "2026年11月23日"),
        (date(2026, 1, 5), "2026年1月5日"),
        (datetime(2026, 11, 22, 16, 30, tzinfo=UTC), "2026年11月23日"),
        (datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "2026年11月22日"),
        (None, ""),
    ],
)
def test_a_day_is_written_in_chinese_and_a_moment_by_the_day_in_china(day, shown):
    assert format_cn_date(day) == shown
    assert drawn("{{ day|cn_date }}", day=day) == shown


def test_personal_numbers_are_masked():
    assert drawn("{{ value|mask_phone }}", value="19900001234") == "199****1234"
    assert drawn("{{ value|mask_id }}", value="350201197608050028") == "350***********0028"


# -- forms


def test_a_refused_field_is_tied_to_its_hint_and_its_error():
    form = ExampleForm({"identity": "35020119760805002"})
    page = drawn('{% include "components/field.html" with field=form.identity %}', form=form)
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_identity_helptext id_identity_error"' in page
    assert 'id="id_identity_helptext"' in page
    assert 'id="id_identity_error"' in page


def test_the_error_summary_links_to_the_first_box_of_each_field():
    page = drawn('{% include "components/error_summary.html" %}', form=ExampleForm({}))
    for anchor in ("id_name", "id_group_0", "id_born_on_year", "id_roster", "id_agree"):
        assert f'href="#{anchor}"' in page


def test_the_three_boxes_of_a_date_send_what_the_form_reads():
    form = ExampleForm({"born_on_year": "1976", "born_on_month": "8", "born_on_day": "5"})
    form.is_valid()
    assert form.cleaned_data["born_on"] == date(1976, 8, 5)


def test_what_was_typed_into_a_date_comes_back_with_the_error():
    form = ExampleForm({"born_on_year": "1976", "born_on_month": "13", "born_on_day": "x"})
    page = drawn('{% include "components/date_input.html" with field=form.born_on %}', form=form)
    assert re.findall(r'name="born_on_\w+" value="([^"]*)"', page) == ["1976", "13", "x"]
    assert 'id="id_born_on_error"' in page


def test_a_code_and_a_phone_bring_the_right_keys():
    code = drawn('{% include "components/code_input.html" with field=form.code %}', form=ExampleForm())
    assert 'inputmode="numeric"' in code
    assert 'autocomplete="one-time-code"' in code
    phone = drawn('{% include "components/phone_input.html" with field=form.phone %}', form=ExampleForm())
    assert phone.count("type=") == 1
    assert 'type="tel"' in phone


def test_a_form_drawn_by_django_looks_like_ours():
    class Question(forms.Form):
        answer = forms.ChoiceField(label="选一个", choices=[("a", "甲"), ("b", "乙")], widget=forms.RadioSelect)

    page = str(Question({}))
    assert page.count('class="choice"') == 2
    assert "data-error-summary" in page


def test_a_link_of_the_page_keeps_the_filters(rf):
    request = rf.get("/list/?state=waiting&page=2&name=李梅")
    source = Template('{% load design %}{% url_with "page" 3 %} {% url_with "state" "" %}')
    kept, dropped = source.render(Context({"request": request}, autoescape=False)).split()
    assert kept == "?state=waiting&name=%E6%9D%8E%E6%A2%85&page=3"
    assert dropped == "?page=2&name=%E6%9D%8E%E6%A2%85"
