"""What the school is told of each row: what is missing and how to put it right, in its own words.

A check may rest on what other offices or her own file say of her. Such things are told to the school only where she
agreed by herself; else it reads that she can see the reason.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

    Texts = Mapping[str, StrPromise]

# What the school knows anyway: its certificate, its hours, whether somebody is verified and has an account on file.
SCHOOLS_OWN = frozenset(
    {
        "identity",
        "certificate_kind",
        "certificate_valid",
        "certificate_confirmed",
        "level",
        "claim_window",
        "hours",
        "days",
        "fee",
        "account",
    }
)
# By the name of a scheme's condition: what the school can do about it when it is not met.
CONDITIONS: "Texts" = {
    "identity": gettext_lazy("请本人登录平台完成实名，或带身份证到服务窗口核实。"),
    "registered": gettext_lazy("请本人到街道（社区）办就业或失业登记，办好以后再查一次。"),
    "not_pensioner": gettext_lazy("领取养老金的人不能领这项补贴，这一份不用提交。本人认为有误的，请到社保窗口更正。"),
    "not_on_public_payroll": gettext_lazy(
        "在编人员不能领这项补贴，这一份不用提交。本人认为有误的，请带证明到窗口更正。"
    ),
    "not_student": gettext_lazy("在校生不能领这项补贴。已经毕业的，请本人到窗口更正学籍信息。"),
    "age": gettext_lazy("年龄不在范围内，这一份不用提交。出生日期有误的，请本人带身份证到窗口更正。"),
    "group": gettext_lazy("请本人在“我的档案”里登记人员类别，并到街道（社区）窗口认定，办好以后再查一次。"),
    "insured": gettext_lazy("失业保险缴费月数不够。外地缴过的，请本人先把关系转入本地。"),
    "certificate_kind": gettext_lazy("这种证书不在这项补贴的范围里，请换一个补贴项目。"),
    "level": gettext_lazy("这个等级不在这项补贴的范围里，请换一个补贴项目。"),
    "certificate_valid": gettext_lazy("证书已暂停或撤销。请先查清原因，恢复有效以后再查一次。"),
    "certificate_confirmed": gettext_lazy("证书在官方网站还查不到。请联系发证机构上传，能查到以后再查一次。"),
    "claim_window": gettext_lazy("已经过了申领期限，这一份不用提交。请对照证书核对发证日期。"),
    "hours": gettext_lazy("学时不够。考勤或学时有误的，请先在“结班与结业”里更正、重新认定，再查一次。"),
    "days": gettext_lazy("到课天数没有记录。考勤有误的，请先更正，再查一次。"),
    "fee": gettext_lazy(
        "这项补贴按本人交的评价费算，她那一份由她自己申领，学校不能代办。"
        "请她登录平台，在“我的补贴”里填写收费金额、上传票据后提交。"
    ),
    "account": gettext_lazy("请本人登录平台，在“我的”里登记自己的社保卡账号。"),
    "count_max": gettext_lazy("累计次数已经用完，这一份不用提交。"),
    "count_per_year": gettext_lazy("今年的次数已经用完。申领期限还没过的，明年再办。"),
    "once_per_level": gettext_lazy("同一职业同一等级只能领一次，这一份不用提交。"),
    "no_downgrade": gettext_lazy("已经领过更高等级的补贴，这一份不用提交。"),
    "one_fund": gettext_lazy("这本证书已经从另一项基金申领。要换的，请本人先撤回另一份。"),
}
# What nobody knows yet does not keep a row from being sent: an officer finds it out.
UNKNOWN = gettext_lazy("平台还查不到，可以先提交，由工作人员核对。")
ASK_HER = gettext_lazy(
    "原因涉及个人情况，只给本人看。请她登录平台，在“我的补贴”里查看；也可以请她同意学校代办，同意后这里会写明。"
)
# By the code of a check of the bureau: what the school can do about what was found.
_FIRST = gettext_lazy("同类补贴已经领过或正在办，这一份不用提交。本人认为有误的，可以请她联系人社部门。")
_LISTS = gettext_lazy(
    "其他部门的名册里有这个人，不能申领。本人认为有误的，请她到提供名册的部门更正，改好以后再查一次。"
)
_OFFICER = gettext_lazy("可以提交，工作人员会核对。请把签到、名册等原始材料准备好。")
FINDINGS: "Texts" = {
    "count_total": _FIRST,
    "count_year": _FIRST,
    "same_level": _FIRST,
    "lower_level": _FIRST,
    "two_funds": _FIRST,
    "certificate_again": _FIRST,
    "pension": _LISTS,
    "payroll": _LISTS,
    "student": _LISTS,
    "insured_at_start": _LISTS,
    "insured_during": _OFFICER,
    "dead": _LISTS,
    "custody": _LISTS,
    "not_registered": CONDITIONS["registered"],
    "not_verified": CONDITIONS["identity"],
    "renamed": _OFFICER,
    "same_account": gettext_lazy("收款账户和别人的相同。请本人登录平台，在“我的”里登记自己的社保卡账号。"),
    "same_phone": gettext_lazy(
        "手机号码和别人的相同。请本人登录平台换成自己的号码；确实共用的，可以提交，由工作人员核对。"
    ),
    "school_staff": _OFFICER,
    "bureau_staff": gettext_lazy("这一份不能由学校提交，请本人联系人社部门。"),
    "certificate_state": CONDITIONS["certificate_valid"],
    "certificate_in_doubt": gettext_lazy("证书正在办理撤销，有结果以后再查一次。"),
    "certificate_other_holder": gettext_lazy(
        "证书上的人和申领的人不一致。请在“证书信息与档案不一致”里更正证书，再查一次。"
    ),
    "certificate_changed": gettext_lazy("证书更正过，请核对证书编号和姓名，再查一次。"),
    "too_late": CONDITIONS["claim_window"],
    "issuer_burst": _OFFICER,
    "assessor_burst": _OFFICER,
    "two_places": gettext_lazy("同一时间在两个班到课。请核对签到记录，记错的在“考勤”里更正，再查一次。"),
    "attendance_low": gettext_lazy(
        "出勤率低于要求。请核对签到记录，记错的在“考勤”里更正；确实不够的，这一份不用提交。"
    ),
    "over_seats": gettext_lazy("到课人数多于招生人数。请核对签到记录，记错的先更正；可以提交，由工作人员核对。"),
    "head_count": gettext_lazy("教室人数少于签到人数。请核对签到记录，记错的先更正；可以提交，由工作人员核对。"),
    "study_day": gettext_lazy(
        "有一天计入的在线学习超过上限。请本人在“我的学时”里查看，有误的请联系平台更正学时，再查一次。"
    ),
    "study_elsewhere": _OFFICER,
    "device": _OFFICER,
    "group_dated_later": gettext_lazy("人员类别的认定日期晚于开班。请本人核对；日期登记有误的，到窗口更正后再查一次。"),
}
# What the school knows by its own books: its certificates, its sessions, its roster.
SCHOOLS_OWN_FINDINGS = frozenset(
    {
        "not_verified",
        "certificate_state",
        "certificate_in_doubt",
        "certificate_other_holder",
        "certificate_changed",
        "too_late",
        "attendance_low",
        "over_seats",
        "head_count",
    }
)
FINDING_OTHER = gettext_lazy("请先核对这一份的材料；确认无误的，可以联系人社部门说明情况。")


def condition_words(name: str, *, passed: bool | None) -> str:
    """What the school can do about a condition that is not met, or not known."""
    if passed is None and name not in {"account", "identity", "fee"}:
        return str(UNKNOWN)
    return str(CONDITIONS.get(name, UNKNOWN))
