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
    "fee": gettext_lazy("请补交评价机构的收费票据。"),
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
FINDINGS: "Texts" = {}
SCHOOLS_OWN_FINDINGS: frozenset[str] = frozenset()
FINDING_OTHER = gettext_lazy("请先核对这一份的材料；确认无误的，可以联系人社部门说明情况。")


def condition_words(name: str, *, passed: bool | None) -> str:
    """What the school can do about a condition that is not met, or not known."""
    if passed is None and name not in {"account", "identity", "fee"}:
        return str(UNKNOWN)
    return str(CONDITIONS.get(name, UNKNOWN))
