"""对公账户: given by the school, compared with the paper by an officer, who types the number once more.

Nobody is shown a number: it counts when two people have typed the same from the paper, one at the school and one at
the bureau.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from courses.classes.services.parties import school_staff_required
from courses.schools.models import School
from foundation.accounts.models import Membership, User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import SchoolAccount
from subsidies.claims.states import ACCOUNT_KEEPERS, AccountState
from workers.errors import WorkerError
from workers.files import evidence_checked

# Accounts of companies have no common check digit and no common length.
SHAPE = re.compile(r"\d{8,30}")


@transaction.atomic
def school_account_enter(
    *, school_id: int, holder: str, bank: str, account: str, proof: File[bytes], actor: User, at: datetime
) -> SchoolAccount:
    """Keep the account a school gives; it waits for an officer, and one that waited before is taken back.

    Raises ``PermissionDenied`` for another school and ``ClaimError`` for a number or a proof that cannot be right.
    """
    school = School.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=school_id)
    school_staff_required(actor, school, at=at)
    number = _tidied(account)
    if holder.strip() != school.organisation.name:
        raise ClaimError(
            "holder_differs",
            _("户名要和机构名称“%(name)s”一致。补贴只能打到机构自己的对公账户。") % {"name": school.organisation.name},
        )
    content = _proof_checked(proof)
    for waiting in SchoolAccount.objects.filter(school=school, state=AccountState.WAITING):
        waiting.state, waiting.ended_at = AccountState.WITHDRAWN, at
        waiting.save(update_fields=["state", "ended_at"])
    row = SchoolAccount(
        school=school,
        holder=holder.strip(),
        bank=bank.strip(),
        account=number,
        state=AccountState.WAITING,
        entered_by=actor,
        entered_at=at,
    )
    row.proof.name = row.proof.storage.save(str(content.name), content)
    row.save()
    audit_record("claims.school_account.entered", row, actor=actor)
    return row


@transaction.atomic
def school_account_confirm(*, account_id: int, typed: str, actor: User, at: datetime) -> SchoolAccount:
    """It counts from now on, and the one before no more. ``typed`` is the number as the officer reads it off the paper.

    Raises ``PermissionDenied`` for whoever may not and ``ClaimError`` when the two numbers differ.
    """
    row = _waiting(account_id, actor, at=at)
    if not constant_time_compare(_tidied(typed), row.account):
        raise ClaimError(
            "account_differs", _("您填的账号和机构填的不一样。请对照开户证明再填一遍；确实不同的，请选“核对不符”。")
        )
    for before in SchoolAccount.objects.filter(school=row.school_id, state=AccountState.IN_FORCE):
        before.state, before.ended_at = AccountState.REPLACED, at
        before.save(update_fields=["state", "ended_at"])
    row.state, row.answered_by, row.answered_at = AccountState.IN_FORCE, actor, at
    row.save(update_fields=["state", "answered_by", "answered_at"])
    audit_record("claims.school_account.confirmed", row, actor=actor)
    return row


@transaction.atomic
def school_account_refuse(*, account_id: int, reason: str, actor: User, at: datetime) -> SchoolAccount:
    """It does not match the paper; the one in force before stays so."""
    row = _waiting(account_id, actor, at=at)
    if not reason.strip():
        raise ClaimError("reason_missing", _("请写明原因，再提交。"))
    if SHAPE.search(reason):
        raise ClaimError("account_in_words", _("说明里不要写账号。请只写哪里不符、怎样改正。"))
    row.state, row.answered_by, row.answered_at, row.answer = AccountState.REFUSED, actor, at, reason.strip()
    row.ended_at = at
    row.save(update_fields=["state", "answered_by", "answered_at", "answer", "ended_at"])
    audit_record("claims.school_account.refused", row, actor=actor, reason=reason.strip())
    return row


def _waiting(account_id: int, actor: User, *, at: datetime) -> SchoolAccount:
    """The row, locked, for an officer who has nothing to do with the school and did not enter it."""
    if not ACCOUNT_KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事。"))
    row = SchoolAccount.objects.select_for_update(of=("self",)).select_related("school").get(pk=account_id)
    is_member = Membership.objects.filter(user=actor, organisation=row.school.organisation_id).exists()
    if is_member or row.entered_by_id == actor.pk:
        raise PermissionDenied(_("您在这家机构任职过，请由另一位工作人员办理。"))
    if row.state != AccountState.WAITING:
        raise ClaimError("wrong_state", _("这个账户已经有人核对过了。请刷新页面再看。"))
    return row


def _tidied(account: str) -> str:
    number = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", account))
    if not SHAPE.fullmatch(number):
        raise ClaimError("account_invalid", _("对公账号只有数字，8 到 30 位。请对照开户证明再填一遍。"))
    return number


def _proof_checked(upload: File[bytes]) -> File[bytes]:
    """A picture or PDF judged by its content, kept under a random name."""
    try:
        return evidence_checked(upload, folder="claims/accounts")
    except WorkerError as refusal:
        raise ClaimError(refusal.code, refusal.message) from refusal
