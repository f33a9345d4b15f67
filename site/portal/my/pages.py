"""What a worker's pages say: the task list and the words for each state of her identity."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from workers.models import LinkRequest, Worker
from workers.selectors import IdentityStatus, identity_status_of, link_request_of, worker_of
from workers.states import LinkState


@dataclass(frozen=True)
class StatusWords:
    """How a state is said: a heading, what it means, what to do, and the next step if there is one."""

    tone: str
    tag: str
    title: str
    text: str
    action: str = ""
    url: str = ""
    can_refresh: bool = False


def signed_in_user(request: HttpRequest) -> User:
    """The account of a page that only signed-in people open."""
    assert isinstance(request.user, User)
    return request.user


def identity_words(worker: Worker | None, request: LinkRequest | None) -> StatusWords:
    """Where her real-name step stands, in plain words."""
    if worker is not None:
        return _words_of_state(identity_status_of(worker))
    if request is not None and request.state == LinkState.WAITING_CHECK:
        return _words_of_state(identity_status_of(request.worker))
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


def _words_of_state(status: IdentityStatus) -> StatusWords:
    again = reverse("my_identity")
    match status.code:
        case "verified":
            return StatusWords("success", _("已实名"), _("您已通过实名"), _("以后办事不用再填姓名和身份证号码。"))
        case "checking":
            return StatusWords(
                "info",
                _("正在核验"),
                _("正在核验您的身份"),
                _("一般几分钟就有结果。您可以先去做别的，填写的内容已经保存。"),
                can_refresh=True,
            )
        case "delayed":
            return StatusWords(
                "warning",
                _("正在重试"),
                _("核验系统现在很忙"),
                _("系统会自动再试，您不用重新填写。过半小时再来看，着急的可以带身份证到服务窗口。"),
                can_refresh=True,
            )
        case "mismatch":
            return StatusWords(
                "error",
                _("不一致"),
                _("姓名和身份证号码对不上"),
                _("请对照身份证，看看有没有写错字或写错数字。都没有错的，请带身份证到服务窗口。"),
                _("重新填写"),
                again,
            )
        case "outage":
            return StatusWords(
                "warning",
                _("没有结果"),
                _("核验系统没有给出结果"),
                _("这不是您的问题。请再试一次；还不行的，请带身份证到服务窗口。"),
                _("再试一次"),
                again,
            )
        case _:
            return StatusWords(
                "warning", _("还没有核验"), _("请核对后提交实名"), _("请确认姓名和身份证号码。"), _("继续实名"), again
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
