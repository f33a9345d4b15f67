"""Forms of scoring. They read words and numbers; services decide."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.bodies.models import Assessor
from certifications.plans.models import Candidate
from certifications.scoring.columns import Reading, mark
from certifications.scoring.sample_sheets import SampleItem
from foundation.imports.cells import LIMITS, Cell
from workers.forms import ReasonForm, RepairingForm, missing

MOST_ITEMS = 12
WRITE_A_MARK = gettext_lazy("请填 0 到 100 的数字；没有参加的填“缺考”。")


class MarkField(forms.CharField):
    """A mark as people write it: a number, or 缺考."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Reading | None:
        text = super().clean(value)
        if not text:
            return None
        read = mark(Cell(text))
        if read.value is None:
            raise forms.ValidationError([finding.sentence + finding.fix for finding in read.findings])
        reading: Reading = read.value
        return reading


class ScoresForm(forms.Form):
    """The marks of one part, one line for each candidate; empty lines stay as they are."""

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.candidates = candidates
        for candidate in candidates:
            label = _("%(ticket)s %(name)s") % {"ticket": candidate.ticket_number, "name": candidate.worker.masked_name}
            self.fields[f"mark-{candidate.pk}"] = MarkField(
                label=label, required=False, widget=forms.TextInput(attrs={"autocomplete": "off", "size": 8})
            )

    @property
    def readings(self) -> dict[int, Reading]:
        """What was written, by candidate."""
        found = {one.pk: self.cleaned_data.get(f"mark-{one.pk}") for one in self.candidates}
        return {pk: reading for pk, reading in found.items() if reading is not None}


class RemarkForm(ReasonForm):
    """Another mark, and why."""

    mark = MarkField(
        label=gettext_lazy("更正为"),
        help_text=WRITE_A_MARK,
        error_messages=missing(gettext_lazy("请填写更正后的成绩。")),
    )
    field_order = ("mark", "reason")


class VoidForm(ReasonForm):
    """Why a part is void."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("作废的原因")
        self.fields["reason"].help_text = _("写明违纪的情况和谁认定的。本人会看到。")


class ReopenForm(ReasonForm):
    """Why published results are taken back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("退回的原因")
        self.fields["reason"].help_text = _("退回以后，组织单位更正成绩再重新公布。已发的证书不会自动撤销。")


class ScoreFileForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("成绩单"),
        help_text=gettext_lazy("Excel（xlsx、xls）或 csv，20 MB 以内。"),
        error_messages=missing(gettext_lazy("请选择文件。")),
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LIMITS.file_bytes:
            raise forms.ValidationError(_("文件超过 20 MB。请分成几个文件上传。"))
        return file


class RulingForm(ReasonForm):
    """What the chief decided."""

    assessor = forms.ModelChoiceField(
        label=gettext_lazy("考评组长"),
        queryset=Assessor.objects.none(),
        error_messages=missing(gettext_lazy("请选择裁定的考评组长。")),
    )
    mark = MarkField(
        label=gettext_lazy("裁定成绩"),
        help_text=WRITE_A_MARK,
        error_messages=missing(gettext_lazy("请填写裁定的成绩。")),
    )
    field_order = ("assessor", "mark", "reason")

    def __init__(self, *args: Any, assessors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["assessor"].queryset = assessors  # type: ignore[attr-defined]
        self.fields["reason"].label = _("裁定理由")


class AnswerForm(RepairingForm):
    """Whether the mark stays, and what is said to her."""

    decision = forms.ChoiceField(
        label=gettext_lazy("复核结果"),
        choices=[("keep", gettext_lazy("维持原成绩")), ("change", gettext_lazy("更正成绩"))],
        widget=forms.RadioSelect,
        error_messages=missing(gettext_lazy("请选择复核结果。")),
    )
    mark = MarkField(label=gettext_lazy("更正为"), help_text=gettext_lazy("只有更正时填写。"), required=False)
    answer = forms.CharField(
        label=gettext_lazy("答复"),
        help_text=gettext_lazy("写明查了什么、结果怎样。本人会看到。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages=missing(gettext_lazy("请写明答复。")),
    )

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        if answers.get("decision") == "change" and answers.get("mark") is None and "mark" not in self.errors:
            self.add_error("mark", _("请填写更正后的成绩。"))
        return answers


class AppealForm(RepairingForm):
    """What she thinks is wrong."""

    words = forms.CharField(
        label=gettext_lazy("您觉得哪里不对？"),
        help_text=gettext_lazy("用自己的话写，几句就行。例如：我参加了考试，却写着缺考。"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages=missing(gettext_lazy("请写一下您觉得哪里不对。")),
    )


class SheetForm(forms.Form):
    """A rating sheet: a title and up to a dozen lines; empty lines are left out."""

    title = forms.CharField(
        label=gettext_lazy("评分表名称"), max_length=60, error_messages=missing(gettext_lazy("请填写评分表的名称。"))
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for place in range(1, MOST_ITEMS + 1):
            words = {"n": place}
            self.fields[f"item-{place}"] = forms.CharField(
                label=_("第 %(n)d 项内容") % words, max_length=60, required=False
            )
            self.fields[f"points-{place}"] = forms.IntegerField(
                label=_("第 %(n)d 项分值") % words, min_value=1, max_value=100, required=False
            )
            self.fields[f"hint-{place}"] = forms.CharField(
                label=_("第 %(n)d 项要点") % words, max_length=300, required=False
            )

    @property
    def lines(self) -> list[tuple[Any, Any, Any]]:
        """The fields by line, as the page lays them out."""
        return [(self[f"item-{n}"], self[f"points-{n}"], self[f"hint-{n}"]) for n in range(1, MOST_ITEMS + 1)]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or {}
        for place in range(1, MOST_ITEMS + 1):
            title, points = answers.get(f"item-{place}"), answers.get(f"points-{place}")
            if title and points is None and f"points-{place}" not in self.errors:
                self.add_error(f"points-{place}", _("请填写分值。"))
            if points is not None and not title:
                self.add_error(f"item-{place}", _("请填写内容，或去掉分值。"))
        return answers

    @property
    def items(self) -> list[SampleItem]:
        rows = ((f"item-{n}", f"points-{n}", f"hint-{n}") for n in range(1, MOST_ITEMS + 1))
        kept = [(self.cleaned_data.get(a), self.cleaned_data.get(b), self.cleaned_data.get(c)) for a, b, c in rows]
        return [SampleItem(title, points, hint or "") for title, points, hint in kept if title and points]


def sheet_initial(title: str, items: Sequence[Any]) -> dict[str, Any]:
    """What the form shows of a sheet."""
    given: dict[str, Any] = {"title": title}
    for place, item in enumerate(items, start=1):
        given |= {f"item-{place}": item.title, f"points-{place}": item.points, f"hint-{place}": item.hint}
    return given


class RatingForm(forms.Form):
    """What an assessor gives on each line. Names are by position: ``points-3``."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    edition = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    note = forms.CharField(label=gettext_lazy("说明"), max_length=200, required=False)

    def __init__(self, *args: Any, items: Sequence[Any], is_absent: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet_items = items
        for place, item in enumerate(items, start=1):
            box = forms.NumberInput(
                attrs={"min": 0, "max": item.points, "step": "0.5", "inputmode": "decimal", "autocomplete": "off"}
            )
            told = _("请打 0 到 %(points)d 分，可以打半分。") % {"points": item.points}
            self.fields[f"points-{place}"] = forms.DecimalField(
                label=item.title,
                min_value=0,
                max_value=item.points,
                decimal_places=1,
                required=not is_absent,
                widget=box,
                error_messages=missing(told) | {"min_value": told, "max_value": told, "max_decimal_places": told},
            )

    @property
    def lines(self) -> list[tuple[Any, Any]]:
        return [(item, self[f"points-{place}"]) for place, item in enumerate(self.sheet_items, start=1)]

    @property
    def points(self) -> dict[int, Decimal]:
        """The points by position."""
        places = range(1, len(self.sheet_items) + 1)
        found = {place: self.cleaned_data.get(f"points-{place}") for place in places}
        return {place: value for place, value in found.items() if value is not None}
