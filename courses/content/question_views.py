"""The school's desk: question banks and their questions."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from courses.content import question_services as services
from courses.content.errors import ContentError
from courses.content.media_forms import BankChangeForm, BankForm, QuestionForm, QuestionsFileForm, question_initial
from courses.content.media_pages import bank_or_404, doing, may_keep, question_or_404
from courses.content.media_selectors import MEDIA_WRITERS, banks_visible_to, media_organisation_of, questions_in_use
from courses.content.media_states import QuestionKind
from courses.content.media_tables import BankFilter, BankTable
from courses.content.models import QuestionBank
from courses.content.question_imports import QuestionsKind, target_of
from foundation.accounts.models import User
from foundation.desk import StaffList
from foundation.imports.cells import LIMITS
from foundation.imports.errors import ImportRefusedError
from foundation.imports.registry import kind_named
from foundation.imports.services import batch_upload
from foundation.requests import user_of

QUESTIONS_A_PAGE = 50


class Banks(StaffList):
    name = "bank_list"
    title = gettext_lazy("题库")
    table_class = BankTable
    filterset_class = BankFilter
    actions = [("bank_new", gettext_lazy("新建题库"), "plus", MEDIA_WRITERS)]

    def visible(self, user: User, on: date) -> QuerySet:
        return banks_visible_to(user, on=on)


@never_cache
def bank_new(request: HttpRequest) -> HttpResponse:
    """A new bank of the user's school."""
    form = BankForm(request.POST if request.method == "POST" else None)
    organisation = media_organisation_of(user_of(request), on=timezone.localdate())
    if request.method == "POST" and form.is_valid() and organisation is not None:
        try:
            bank = services.bank_create(organisation=organisation, title=form.cleaned_data["title"], **doing(request))
        except ContentError as refusal:
            form.refuse(refusal)
        else:
            return redirect("bank_detail", bank.pk)
    return _form_page(request, form, _("新建题库"), None)


@never_cache
@require_safe
def bank_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions a bank asks, page by page."""
    bank = bank_or_404(request, pk)
    page = Paginator(questions_in_use(bank), QUESTIONS_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "bank": bank,
        "page": page,
        "questions": [
            {
                "question": question,
                "options": [
                    {"letter": letter, "text": option, "is_right": place in question.answers}
                    for place, (letter, option) in enumerate(zip(services.LETTERS, question.options, strict=False))
                ],
            }
            for question in page
        ],
        "kinds": QuestionKind.choices,
        "may_keep": may_keep(request, bank),
    }
    return render(request, "content/bank_detail.html", context)


@never_cache
def bank_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Rename a bank, or stop offering it."""
    bank = bank_or_404(request, pk)
    form = BankChangeForm(
        request.POST if request.method == "POST" else None,
        initial={"title": bank.title, "is_offered": bank.is_offered},
    )
    if request.method == "POST" and form.is_valid():
        who = doing(request)
        try:
            services.bank_change(bank_id=pk, **form.cleaned_data, actor=who["actor"], on=who["on"])
        except ContentError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。"))
            return redirect("bank_detail", pk)
    return _form_page(request, form, _("修改题库"), bank)


@never_cache
def question_new(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Write a question of one kind."""
    bank = bank_or_404(request, pk)
    if kind not in QuestionKind.values:
        raise Http404
    form = QuestionForm(request.POST if request.method == "POST" else None, kind=QuestionKind(kind))
    if request.method == "POST" and form.is_valid():
        try:
            services.question_add(bank_id=pk, draft=form.draft, **doing(request))
        except ContentError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已添加。可以接着写下一题。"))
            return redirect("question_new", pk, kind)
    title = _("添加%(kind)s") % {"kind": QuestionKind(kind).label}
    return _form_page(request, form, title, bank)


@never_cache
def question_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a question anew; the old one stays for those who have drawn it."""
    question = question_or_404(request, pk)
    form = QuestionForm(
        request.POST if request.method == "POST" else None,
        kind=QuestionKind(question.kind),
        initial=question_initial(question),
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.question_replace(question_id=pk, draft=form.draft, **doing(request))
        except ContentError as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存。已经发布的课程仍用原来的题目；重新发布课程后用新的。"))
            return redirect("bank_detail", question.bank_id)
    return _form_page(request, form, _("修改试题"), question.bank)


@require_POST
def question_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask a question no more."""
    question = question_or_404(request, pk)
    try:
        services.question_retire(question_id=pk, **doing(request))
    except ContentError as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("已停用这道题。已经发布的课程不受影响。"))
    return redirect("bank_detail", question.bank_id)


@never_cache
def bank_import(request: HttpRequest, pk: int) -> HttpResponse:
    """Bring a file of questions for this bank; columns, check and result are the pages of every import."""
    bank = bank_or_404(request, pk)
    is_post = request.method == "POST"
    form = QuestionsFileForm(request.POST if is_post else None, request.FILES if is_post else None)
    if is_post and form.is_valid():
        try:
            batch, is_new = _batch(request, bank, form.cleaned_data["file"])
        except ImportRefusedError as refusal:
            form.refuse(refusal)
        else:
            if not is_new:
                messages.info(request, _("这个文件以前上传过，下面是那一批的情况。"))
            return redirect("staff_import", pk=batch.pk)
    context = {"form": form, "bank": bank, "kind": kind_named(QuestionsKind.code), "limits": LIMITS}
    return render(request, "content/bank_import.html", context, status=422 if form.errors else 200)


def _batch(request: HttpRequest, bank: QuestionBank, file: Any) -> Any:
    if file.size > LIMITS.file_bytes:
        raise ImportRefusedError("too_large", _("文件超过 20 MB。请分成几个文件上传。"))
    return batch_upload(
        kind_code=QuestionsKind.code,
        data=file.read(),
        file_name=file.name,
        organisation=bank.organisation,
        target=target_of(bank),
        **doing(request),
    )


def _form_page(request: HttpRequest, form: Any, title: str, bank: QuestionBank | None) -> HttpResponse:
    context = {"form": form, "title": title, "bank": bank}
    return render(request, "content/bank_form.html", context, status=422 if form.errors else 200)
