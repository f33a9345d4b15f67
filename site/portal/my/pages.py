"""What a worker's pages say: the task list and the words for each state of her identity."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from workers.models import LinkRequest, Worker
from workers.selectors import IdentityStatus, identity_status_of, link_request_of, worker_of
from workers.states import LinkState

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class StatusWords:
    """How a state is said: a heading, what it means, what to do, and the next step if there is one."""

    tone: str
    tag: StrOrPromise
    title: StrOrPromise
    text: StrOrPromise
    action: StrOrPromise = ""
    url: StrOrPromise = ""
    can_refresh: bool = False


NO_CHECK_YET = StatusWords(
    "warning",
    gettext_lazy("还没有核验"),
    gettext_lazy("请核对后提交实名"),
    gettext_lazy("请确认姓名和身份证号码。"),
    gettext_lazy("继续实名"),
    reverse_lazy("my_identity"),
)
WORDS_OF_STATE = {
    "verified": StatusWords(
        "success",
        gettext_lazy("已实名"),
        gettext_lazy("您已通过实名"),
        gettext_lazy("以后办事不用再填姓名和身份证号码。"),
    ),
    "checking": StatusWords(
        "info",
        gettext_lazy("正在核验"),
        gettext_lazy("正在核验您的身份"),
        gettext_lazy("一般几分钟就有结果，到时这里会自己显示，也会发短信。您可以先去做别的，填写的内容已经保存。"),
        can_refresh=True,
    ),
    "delayed": StatusWords(
        "warning",
        gettext_lazy("正在重试"),
        gettext_lazy("核验系统现在很忙"),
        gettext_lazy("系统会自动再试，您不用重新填写。过半小时再来看，着急的可以带身份证到服务窗口。"),
        can_refresh=True,
    ),
    "mismatch": StatusWords(
        "error",
        gettext_lazy("不一致"),
        gettext_lazy("姓名和身份证号码对不上"),
        gettext_lazy("请对照身份证，看看有没有写错字或写错数字。都没有错的，请带身份证到服务窗口。"),
        gettext_lazy("重新填写"),
        reverse_lazy("my_identity"),
    ),
    "outage": StatusWords(
        "warning",
        gettext_lazy("没有结果"),
        gettext_lazy("核验系统没有给出结果"),
        gettext_lazy("这不是您的问题。请再试一次；还不行的，请带身份证到服务窗口。"),
        gettext_lazy("再试一次"),
        reverse_lazy("my_identity"),
    ),
}


def words_of(status: IdentityStatus) -> StatusWords:
    """How a state of her identity is said."""
    return WORDS_OF_STATE.get(status.code, NO_CHECK_YET)


def signed_in_user(request: HttpRequest) -> User:
    """The account of a page that only signed-in people open."""
    assert isinstance(request.user, User)
    return request.user


def identity_words(worker: Worker | None, request: LinkRequest | None) -> StatusWords:
    """Where her real-name step stands, in plain words."""
    if worker is not None:
        return words_of(identity_status_of(worker))
    if request is not None and request.state == LinkState.WAITING_CHECK:
        return words_of(identity_status_of(request.worker))
    if request is not None and request.state == LinkState.WAITING_OFFICER:
        return StatusWords(
            "warning",
            _("等工作人员核对"),
            _("需要工作人员当面核对"),
            _("为了防止别人冒用您的身份，请带上身份证和这部手机到服务窗口。核对只要几分钟，您填写的内容已经保存。"),
        )
    if request is not None and request.state == LinkState.REFUSED:
        return StatusWords(
            "error",
            _("没有通过"),
            _("这次申请没有通过"),
            _("工作人员说明：%(reason)s") % {"reason": request.reason},
            _("重新填写"),
            reverse("my_identity"),
        )
    return StatusWords(
        "warning",
        _("还没有做"),
        _("先完成实名"),
        _("填写姓名和身份证号码，大约 2 分钟。实名以后才能报名和领补贴。"),
        _("开始实名"),
        reverse("my_identity"),
    )


def tasks_of(worker: Worker | None, words: StatusWords) -> list[dict[str, Any]]:
    """What is to be done before she can enrol and be paid, in order."""
    waits = {"status": _("实名以后填"), "tone": "neutral", "url": ""}

    def task(label: str, hint: str, name: str, is_done: bool) -> dict[str, Any]:
        if worker is None:
            return {"label": label, "hint": hint, **waits}
        done = {"status": _("已填"), "tone": "success"} if is_done else {"status": _("待填写"), "tone": "waiting"}
        return {"label": label, "hint": hint, "url": reverse(name), **done}

    tone = {"info": "waiting"}.get(words.tone, words.tone)
    return [
        {
            "label": _("实名"),
            "hint": _("姓名和身份证号码"),
            "url": words.url or reverse("my_identity_result"),
            "status": words.tag,
            "tone": tone,
        },
        task(_("住在哪个区"), _("方便推荐离家近的课"), "my_district", bool(worker and worker.district_code)),
        task(_("社保卡"), _("补贴打到这张卡上"), "my_card", bool(worker and worker.social_security_card)),
        task(_("照片"), _("用在证书上"), "my_photo", bool(worker and worker.photo)),
    ]


def her_file(request: HttpRequest) -> Worker:
    """The file of whoever asks; ``NoFileYetError`` when she has not got so far."""
    worker = worker_of(signed_in_user(request))
    if worker is None:
        raise NoFileYetError
    return worker


class NoFileYetError(Exception):
    """She has no file: the first step comes first."""


def needs_file(view: Any) -> Any:
    """Sends whoever has no file to the step that opens one."""

    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        try:
            return view(request, *args, **kwargs)
        except NoFileYetError:
            asked = link_request_of(signed_in_user(request))
            return redirect("my_identity_result" if asked else "my_identity")

    guarded.__name__ = view.__name__
    guarded.__doc__ = view.__doc__
    guarded.__module__ = view.__module__
    return guarded
