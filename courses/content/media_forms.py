"""Forms of the desk's pages of videos and questions. They check words; services decide."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from courses.content.media_states import QuestionKind
from courses.content.models import Question
from courses.content.question_services import LETTERS, TRUE_FALSE_OPTIONS, QuestionDraft
from foundation.errors import DomainError
from foundation.forms import RefusableForm


def missing(words: Any) -> dict[str, Any]:
    """The sentence for a field left empty."""
    return {"required": words, "invalid": words, "empty": words}


class VideoUploadForm(RefusableForm):
    title = forms.CharField(
        label=_("标题"),
        max_length=100,
        help_text=_("学员看到的名称，例如：怎样抱宝宝。"),
        error_messages=missing(_("请填写视频标题。")),
    )
    file = forms.FileField(label=_("视频文件"), error_messages=missing(_("请选择一个视频文件。")))

    def refuse(self, refusal: DomainError) -> None:
        self.add_error("file", refusal.message)


class VideoForm(RefusableForm):
    title = forms.CharField(label=_("标题"), max_length=100, error_messages=missing(_("请填写视频标题。")))
    transcript = forms.CharField(
        label=_("文字稿"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 16}),
        max_length=100_000,
        help_text=_("给听不清、看不清的学员读。不填的，上传字幕后自动用字幕里的文字。"),
    )
    field_of_code = {"title_missing": "title"}


class SubtitlesForm(RefusableForm):
    file = forms.FileField(
        label=_("字幕文件"),
        help_text=_(".srt 或 .vtt 文件，剪辑软件可以导出。再次上传会换掉原来的字幕。"),
        error_messages=missing(_("请选择一个字幕文件。")),
    )

    def refuse(self, refusal: DomainError) -> None:
        self.add_error("file", refusal.message)


class BankForm(RefusableForm):
    title = forms.CharField(
        label=_("题库名称"),
        max_length=100,
        help_text=_("例如：母婴护理员初级理论。"),
        error_messages=missing(_("请填写题库名称。")),
    )
    field_of_code = {"title_missing": "title", "title_taken": "title"}


class BankChangeForm(BankForm):
    is_offered = forms.BooleanField(
        label=_("课程可以选用"), required=False, help_text=_("停用后不能再选进课程；已经用了它的课程不受影响。")
    )


class QuestionsFileForm(RefusableForm):
    file = forms.FileField(
        label=_("文件"),
        help_text=_("Excel 文件（.xlsx、.xls）或文本文件（.csv），不超过 20 MB。"),
        error_messages=missing(_("请选择要上传的文件。")),
    )

    def refuse(self, refusal: DomainError) -> None:
        self.add_error("file", refusal.message)


class QuestionForm(RefusableForm):
    """One question of one kind. True or false has no options to write."""

    field_of_code = {
        "question_empty": "text",
        "question_twice": "text",
        "question_options": "option_a",
        "question_options_same": "option_a",
        "question_answer": "answers",
        "question_answers_few": "answers",
        "question_answers_many": "answers",
    }
    text = forms.CharField(
        label=_("题目"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        error_messages=missing(_("请填写题目。")),
    )

    def __init__(self, *args: Any, kind: QuestionKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        if kind is not QuestionKind.TRUE_FALSE:
            for place, letter in enumerate(LETTERS):
                self.fields[f"option_{letter.lower()}"] = forms.CharField(
                    label=format_lazy("{word} {letter}", word=_("选项"), letter=letter),
                    max_length=300,
                    required=place < 2,
                    error_messages=missing(_("请至少填写选项 A 和 B。")),
                )
        self.fields["answers"] = self._answers(kind)
        self.fields["explanation"] = forms.CharField(
            label=_("解析"),
            widget=forms.Textarea(attrs={"rows": 3}),
            max_length=1000,
            required=False,
            help_text=_("交卷后给学员看：为什么是这个答案。"),
        )

    @staticmethod
    def _answers(kind: QuestionKind) -> forms.Field:
        words = missing(_("请选出正确答案。"))
        if kind is QuestionKind.TRUE_FALSE:
            sides = [("0", _("正确")), ("1", _("错误"))]
            return forms.ChoiceField(label=_("这句话"), choices=sides, widget=forms.RadioSelect, error_messages=words)
        letters = [(str(place), letter) for place, letter in enumerate(LETTERS)]
        if kind is QuestionKind.SINGLE:
            return forms.ChoiceField(
                label=_("正确答案"), choices=letters, widget=forms.RadioSelect, error_messages=words
            )
        return forms.MultipleChoiceField(
            label=_("正确答案（至少两个）"),
            choices=letters,
            widget=forms.CheckboxSelectMultiple,
            error_messages=words,
        )

    @property
    def draft(self) -> QuestionDraft:
        """What was written; options left empty at the end are none."""
        given = self.cleaned_data
        options = [given.get(f"option_{letter.lower()}", "") for letter in LETTERS]
        while options and not options[-1]:
            options.pop()
        if self.kind is QuestionKind.TRUE_FALSE:
            options = list(TRUE_FALSE_OPTIONS)
        chosen = given["answers"] if isinstance(given["answers"], list) else [given["answers"]]
        return QuestionDraft(
            self.kind, given["text"], tuple(options), tuple(int(place) for place in chosen), given["explanation"]
        )


def question_initial(question: Question) -> dict[str, Any]:
    """The question as its form shows it."""
    options = {f"option_{letter.lower()}": option for letter, option in zip(LETTERS, question.options, strict=False)}
    chosen = [str(place) for place in question.answers]
    answers = chosen if question.kind == QuestionKind.MULTIPLE else chosen[0]
    return {"text": question.text, "answers": answers, "explanation": question.explanation} | options
