"""Why there is no certificate yet, in sentences: what is the matter and what to do."""

from collections.abc import Iterable
from datetime import date

from django.utils.translation import gettext as _

from certifications.certificates.rules import Facts, Lack


def lack_sentence(lack: Lack, facts: Facts, *, issued_on: date, detail: str = "") -> str:
    """The sentence for the school. ``detail`` is what the judgement or the result said."""
    words = {
        Lack.REVOKED: _("这个班的证书已被撤销，不能再次发证。对撤销有异议的，请联系人社部门。"),
        Lack.NOT_JUDGED: _("还没有结班认定，不能发证。请先到“结班与结业”中结班。"),
        Lack.NOT_COMPLETED: _("没有结业：%(detail)s。证书只发给结业的人；认定有误的，请联系人社部门重新认定。"),
        Lack.NO_RESULT: _("没有已确定的结业考核成绩。请先组织考核、公布成绩，等成绩确定后再发证。"),
        Lack.FAILED: _("结业考核不合格：%(detail)s。请安排补考，补考合格后再发证。"),
        Lack.NOT_VERIFIED: _("还没有通过实名核验。请本人登录平台完成实名，或带身份证到窗口办理。"),
        Lack.RENAMED: _("报名以后本人改过姓名或身份证号码。请本人带身份证到窗口核对，确认上课考试的是同一个人。"),
        Lack.NO_PHOTO: _("档案里没有照片。请本人登录平台上传一寸证件照，或到窗口办理。"),
        Lack.NAME_UNPRINTABLE: _(
            "姓名里的“%(characters)s”字库中没有，印不出来。请核对这个字；确实无误的，请联系平台补字。"
        ),
        Lack.UNLICENSED: _("学校在 %(day)s 没有有效的办学许可，或已暂停办学，不能发证。请先到“本校登记”办理续期。"),
        Lack.TOO_EARLY: _("发证日期 %(day)s 早于结业或成绩确定的 %(earliest)s。请改为 %(earliest)s 或以后。"),
        Lack.IN_FUTURE: _("发证日期 %(day)s 还没有到。请改为今天或以前。"),
    }[lack]
    return words % {
        "detail": detail,
        "characters": facts.unprintable,
        "day": issued_on.isoformat(),
        "earliest": facts.earliest.isoformat() if facts.earliest else "",
    }


def advice_for_her(found: Iterable[Lack]) -> list[str]:
    """What the worker herself can do about it; nothing where only the school can."""
    words = {
        Lack.NOT_VERIFIED: _("请先完成实名，证书上的姓名和身份证号码才不会错。"),
        Lack.RENAMED: _("您报名以后改过姓名或身份证号码。请带身份证到窗口核对一下，就能发证。"),
        Lack.NO_PHOTO: _("请上传一张证件照，要印在证书上。"),
        Lack.FAILED: _("结业考核这次没有合格。请问学校什么时候补考。"),
        Lack.NO_RESULT: _("结业考核的成绩还没有确定。请等学校通知。"),
    }
    return [words[lack] for lack in found if lack in words]
