"""Subsidies on the desktop: what each role finds in the menu, and what waits for somebody."""

from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from certifications.talent.states import READERS as TALENT_READERS
from foundation.accounts.models import User
from foundation.accounts.states import Role
from portal.staff.course_duties import CourseDuty
from residency.routes.selectors import packs_waiting
from residency.routes.states import PACK_KEEPERS
from subsidies.awards.selectors import filings_to_decide, filings_visible_to, statements_to_decide
from subsidies.awards.states import DECIDERS as AWARD_DECIDERS
from subsidies.awards.states import DESK as AWARD_DESK
from subsidies.awards.states import FILERS as AWARD_FILERS
from subsidies.awards.states import FilingState
from subsidies.checks.states import CHECK_READERS
from subsidies.claims.selectors.claims import award_claims_returned
from subsidies.claims.selectors.school_accounts import school_accounts_visible_to
from subsidies.claims.states import ACCOUNT_KEEPERS, AccountState, ClaimState
from subsidies.ledger.selectors import LOW_PERCENT, budgets_low
from subsidies.ledger.states import BUDGET_KEEPERS, LEDGER_READERS
from subsidies.notices.selectors import claims_to_publish, notices_due, objections_to_answer
from subsidies.notices.states import NOTICE_KEEPERS, NOTICE_READERS
from subsidies.payments.selectors.desk import (
    batches_to_send,
    batches_to_sign,
    batches_unanswered,
    claims_to_batch,
    failures,
)
from subsidies.payments.states import FINANCE, PAYMENT_READERS, BatchState
from subsidies.registers.states import REGISTER_READERS
from subsidies.review.selectors.desk import appeals_to_answer, corrections_overdue, overdue, work_list
from subsidies.review.states import READERS, REVIEWERS
from subsidies.schemes.sheets import flags_waiting, schemes_waiting
from subsidies.schemes.states import SCHEME_KEEPERS, SCHEME_READERS
from subsidies.school_claims.selectors.sent import failed_to_school, refused_to_school, returned_to_school
from subsidies.school_claims.states import CLASS_CLAIM_READERS, CLASS_CLAIMANTS

# As in portal.staff.navigation: name of the address, label, icon, roles.
ENTRIES: list[tuple[str, Any, str, Any]] = [
    ("class_claim_classes", _("代为申领补贴"), "wallet", CLASS_CLAIMANTS),
    ("class_claims", _("班级申领"), "list-checks", CLASS_CLAIM_READERS - CLASS_CLAIMANTS),
    ("school_account", _("本校对公账户"), "landmark", CLASS_CLAIMANTS),
    ("school_accounts", _("机构对公账户"), "landmark", ACCOUNT_KEEPERS),
    ("award_filings", _("奖励申报"), "award", AWARD_DESK),
    ("award_claims", _("待补正的奖励申领"), "pencil", AWARD_FILERS),
    ("award_programmes", _("奖励项目"), "scale", AWARD_FILERS),
    ("talents", _("技能人才登记"), "badge-check", TALENT_READERS),
    ("talent_appointments", _("聘任申报"), "badge-check", AWARD_FILERS),
    ("review_list", _("补贴审核"), "clipboard-list", REVIEWERS),
    ("payments_to_pay", _("补贴拨付"), "landmark", PAYMENT_READERS),
    ("review_all", _("全部补贴申领"), "list-checks", READERS - REVIEWERS),
    ("notices_desk", _("补贴公示"), "megaphone", NOTICE_READERS),
    ("objections_desk", _("公示异议"), "triangle-alert", NOTICE_READERS),
    ("ledger_budgets", _("补贴预算"), "wallet", LEDGER_READERS),
    ("checks", _("拨付前核查"), "list-checks", CHECK_READERS),
    ("registers", _("比对名册"), "upload", REGISTER_READERS),
    ("schemes", _("补贴项目"), "scale", SCHEME_READERS),
    ("flags", _("培训需求指导目录"), "list-checks", SCHEME_READERS),
]


def subsidy_duties(user: User, roles: frozenset[Role], *, on: date) -> list[CourseDuty]:
    """Claims to decide, notices to close, batches to sign, budgets that run short."""
    duties: list[CourseDuty] = []
    if roles & REVIEWERS:
        duties += _review_duties(user, on)
    if roles & AWARD_DECIDERS | roles & AWARD_FILERS:
        duties += _award_duties(user, roles, on)
    if roles & CLASS_CLAIMANTS:
        duties += _school_duties(user, on)
    if roles & ACCOUNT_KEEPERS:
        accounts = school_accounts_visible_to(user, on=on).filter(state=AccountState.WAITING)
        url = f"{reverse('school_accounts')}?state={AccountState.WAITING}"
        duties.append(CourseDuty(_("待核对的对公账户"), _("对照开户证明再填一遍账号。"), url, accounts))
    if roles & NOTICE_KEEPERS:
        duties += _notice_duties(user, on)
    if roles & FINANCE:
        duties += _payment_duties()
    if roles & SCHEME_KEEPERS:
        hint = _("另一位政策管理人员起草的，请核对后发布。")
        duties.append(
            CourseDuty(_("待发布的补贴项目"), hint, f"{reverse('schemes')}?state=draft", schemes_waiting(user))
        )
        duties.append(CourseDuty(_("待发布的指导目录"), hint, f"{reverse('flags')}?state=draft", flags_waiting(user)))
    if roles & PACK_KEEPERS:
        hint = _("另一位政策管理人员起草的，请核对后发布。")
        url = f"{reverse('route_packs')}?state=draft"
        duties.append(CourseDuty(_("待发布的落户办法"), hint, url, packs_waiting(user, on=on)))
    if roles & BUDGET_KEEPERS:
        low = _("今年可用的预算不到下达的 %(percent)d%%，快用完了。") % {"percent": LOW_PERCENT}
        duties.append(CourseDuty(_("补贴预算不足"), low, reverse("ledger_budgets"), budgets_low(user, on=on)))
    return duties


def _award_duties(user: User, roles: frozenset[Role], on: date) -> list[CourseDuty]:
    """Filings and months to look at; for an employer, what came back."""
    url = reverse("award_filings")
    if roles & AWARD_FILERS:
        back = filings_visible_to(user, on=on).filter(state=FilingState.RETURNED)
        hint = _("请照退回的原因补好，再提交。")
        claims = award_claims_returned(user, on=on)
        return [
            CourseDuty(_("退回补正的奖励申报"), hint, f"{url}?state={FilingState.RETURNED}", back),
            CourseDuty(_("退回补正的奖励申领"), hint, reverse("award_claims"), claims),
        ]
    filings, months = filings_to_decide(user, on=on), statements_to_decide(user, on=on)
    return [
        CourseDuty(
            _("待受理的奖励申报"),
            _("用人单位替员工申报的，请核对后受理。"),
            f"{url}?state={FilingState.FILED}",
            filings,
        ),
        CourseDuty(
            _("待核对的在岗月份"), _("在申报的页面上，对照凭据核对。"), f"{url}?state={FilingState.ACCEPTED}", months
        ),
    ]


def _school_duties(user: User, on: date) -> list[CourseDuty]:
    """What came back of the claims her school made, and what was refused or not paid to the school itself."""
    url = f"{reverse('class_claims')}?holds="
    return [
        CourseDuty(
            _("退回补正的补贴申领"),
            _("人社部门退回代为申领的补贴，补齐以后再提交。"),
            f"{url}{ClaimState.RETURNED}",
            returned_to_school(user, on=on),
        ),
        CourseDuty(
            _("不予核定的本校补贴"),
            _("发给本校的补贴没有通过，请看原因；不服的在期限内申诉。"),
            f"{url}{ClaimState.REFUSED}",
            refused_to_school(user, on=on),
        ),
        CourseDuty(
            _("银行退回的本校补贴"),
            _("没有打进本校账户，请更正对公账户，再重新拨付。"),
            f"{url}{ClaimState.PAYMENT_FAILED}",
            failed_to_school(user, on=on),
        ),
    ]


def _notice_duties(user: User, on: date) -> list[CourseDuty]:
    """What waits to be shown, objections she may answer, and notices that should have been closed by now."""
    waiting, url = claims_to_publish(user, on=on), reverse("notice_publish")
    objections = objections_to_answer(user, on=on)
    return [
        CourseDuty(_("待公示的补贴申领"), _("复核通过了，等着发布公示。"), url, waiting),
        CourseDuty(_("公示异议"), _("由没有经手过的复核人员答复，按期限办。"), reverse("objections_desk"), objections),
        CourseDuty(
            _("期满未办结的公示"),
            _("系统每小时办一次，还在这里的请查明原因。"),
            reverse("notices_desk"),
            notices_due(on=on),
        ),
    ]


def _payment_duties() -> list[CourseDuty]:
    """Money in the order of its way: to be put into a batch, signed, sent, answered by the bank, sent back by it."""
    batches = reverse("payment_batches")
    return [
        CourseDuty(_("待拨付的补贴"), _("公示期满，可以编入批次。"), reverse("payments_to_pay"), claims_to_batch()),
        CourseDuty(
            _("待签批的拨付批次"),
            _("核对总金额，签批后才能送银行。"),
            f"{batches}?state={BatchState.BUILT}",
            batches_to_sign(),
        ),
        CourseDuty(
            _("待送银行的批次"),
            _("已经签批，请生成文件送银行。"),
            f"{batches}?state={BatchState.SIGNED}",
            batches_to_send(),
        ),
        CourseDuty(
            _("待回盘的批次"),
            _("已送银行，收到回盘文件后请上传。"),
            f"{batches}?state={BatchState.SENT}",
            batches_unanswered(),
        ),
        CourseDuty(_("银行退回的补贴"), _("没有付成，请查看原因和轮到谁办。"), reverse("payment_failures"), failures()),
    ]


def _review_duties(user: User, on: date) -> list[CourseDuty]:
    """What an officer has to decide today, what of it is late, and appeals she may answer."""
    waiting, url = work_list(user, on=on), reverse("review_list")
    late = overdue(waiting, on=on)
    appeals = appeals_to_answer(user, on=on)
    return [
        CourseDuty(_("补贴审核"), _("等您初审或复核，按办理期限从近到远。"), url, waiting),
        CourseDuty(_("超期的补贴审核"), _("已经过了办理期限，请先办。"), f"{url}?overdue=yes", late),
        CourseDuty(
            _("逾期没有补正的补贴"),
            _("过了补正的日子还没有补，可以打电话提醒；平台不自动终止。"),
            f"{reverse('review_all')}?state={ClaimState.RETURNED}&overdue=yes",
            corrections_overdue(user, on=on),
        ),
        CourseDuty(_("补贴申诉"), _("对不予核定的申诉，由没有经手的人员答复。"), reverse("review_appeals"), appeals),
    ]
