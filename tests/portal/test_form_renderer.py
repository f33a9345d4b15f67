"""A select that is written in one go is the one that Django's templates would have made."""

import pytest
from django import forms
from django.forms.renderers import TemplatesSetting
from django.test.html import parse_html
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from portal.design.form_renderer import FormRenderer

HOSTILE = '"><script>alert(1)</script>&'
PLAIN = [("", "全部"), ("350203", "思明区"), (7, 1000), (HOSTILE, HOSTILE)]
GROUPED = [
    ("", "全部"),
    ("岛内", [("350203", "思明区"), ("350206", "湖里区")]),
    (HOSTILE, [("a", gettext_lazy("保存"))]),
]


class Marked(forms.Select):
    """A list of which some choices have attributes of their own."""

    def create_option(self, name, value, *args, **kwargs):
        return super().create_option(name, value, *args, **kwargs) | {
            "attrs": {"disabled": value == "", "hidden": True, "data-note": HOSTILE}
        }


@pytest.mark.parametrize("widget", [forms.Select, forms.SelectMultiple, forms.NullBooleanSelect, Marked])
@pytest.mark.parametrize("choices", [PLAIN, GROUPED, []], ids=["plain", "grouped", "none"])
@pytest.mark.parametrize("value", ["", "350203", HOSTILE, None])
def test_a_select_is_what_djangos_templates_make_of_it(widget, choices, value):
    drawn = widget({"required": True, "autofocus": False, "aria-label": HOSTILE})
    if widget is not forms.NullBooleanSelect:
        drawn.choices = choices
    ours, theirs = (drawn.render(f"a{HOSTILE}", value, {"id": "a"}, renderer=one()) for one in BOTH)
    assert "<select" in ours
    assert "<script" not in ours
    assert parse_html(ours) == parse_html(theirs)


def test_a_label_that_is_marked_safe_stays_what_it_is():
    drawn = forms.Select(choices=[("a", mark_safe("<b>甲</b>"))])
    ours, theirs = (drawn.render("a", "", renderer=one()) for one in BOTH)
    assert "<b>甲</b>" in ours
    assert ours.split() == theirs.split()


def test_every_other_widget_is_left_to_djangos_templates():
    drawn = forms.RadioSelect(choices=PLAIN)
    ours, theirs = (drawn.render("a", "350203", renderer=one()) for one in BOTH)
    assert ours == theirs


BOTH = (FormRenderer, TemplatesSetting)
