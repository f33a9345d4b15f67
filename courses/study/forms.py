"""Forms of studying: a paper to hand in, an appeal, and its answer. They check what was filled in; services decide."""

from collections.abc import Collection
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from courses.content.papers import Paper, PaperQuestion


class PaperForm(forms.Form):
    """A paper, one field for each question. Nothing chosen is lost when something is missing."""

    def __init__(self, *args: Any, paper: Paper, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.paper = paper
        for place, question in enumerate(paper.questions, start=1):
            self.fields[self._name(question)] = _field(place, question)

    @staticmethod
    def _name(question: PaperQuestion) -> str:
        return f"q{question.id}"

    @property
    def answers(self) -> dict[int, Collection[int]]:
        """What was chosen, as places in the order shown."""
        chosen: dict[int, Collection[int]] = {}
        for question in self.paper.questions:
            value = self.cleaned_data[self._name(question)]
            chosen[question.id] = [int(place) for place in (value if isinstance(value, list) else [value])]
        return chosen


def _field(place: int, question: PaperQuestion) -> forms.Field:
    options = [(str(number), text) for number, text in enumerate(question.options)]
    label = f"{place}. {question.text}"
    if question.takes_several:
        return forms.MultipleChoiceField(
            label=label,
            choices=options,
            widget=forms.CheckboxSelectMultiple,
            help_text=_("可以选几个。"),
            error_messages={"required": _("第 %(place)d 题还没有选。") % {"place": place}},
        )
    return forms.ChoiceField(
        label=label,
        choices=options,
        widget=forms.RadioSelect,
        error_messages={"required": _("第 %(place)d 题还没有选。") % {"place": place}},
    )


class AppealForm(forms.Form):
    """One tap; a sentence if she likes."""

    refusal = forms.CharField(max_length=80, widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("想说明的话"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("例如当时在做什么、手机出了什么问题。"),
    )


class AppealDecisionForm(forms.Form):
    """The answer to an appeal, always with a reason she will read."""

    decision = forms.ChoiceField(
        label=gettext_lazy("决定"),
        choices=[("uphold", gettext_lazy("补计时间")), ("reject", gettext_lazy("不予补计"))],
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("请选择补计还是不予补计。")},
    )
    reason = forms.CharField(
        label=gettext_lazy("理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("本人会看到这段话，请写得让她看得懂。"),
        error_messages={"required": gettext_lazy("请写明理由，再提交。")},
    )
