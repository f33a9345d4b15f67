"""Bringing a list, using it, taking it back."""

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.imports.models import ImportBatch
from foundation.imports.services import batch_contents_forget, batch_upload
from foundation.imports.states import BatchState
from subsidies.registers.errors import RegisterError
from subsidies.registers.models import Register, RegisterEvent, RegisterFile
from subsidies.registers.rules import key_mark
from subsidies.registers.states import REGISTER_KEEPERS, TRANSITIONS, RegisterState

IMPORT_KIND = "register"
PARTS_MAX = 60


@transaction.atomic
def register_open(
    *, kind: str, as_of: date, source: str, parts: int = 1, actor: User, at: datetime, on: date
) -> Register:
    """A list that is being brought: whose it is, as of which day, and in how many files it comes."""
    _require_keeper(actor, on)
    if as_of > on:
        raise RegisterError("future", _("数据日期不能晚于今天。请照名册上写的截止日期填写。"))
    if not source.strip():
        raise RegisterError("source_missing", _("请写明名册由哪个单位提供。"))
    if not 1 <= parts <= PARTS_MAX:
        raise RegisterError("parts", _("文件数应在 1 到 %(most)d 之间。") % {"most": PARTS_MAX})
    register = Register.objects.create(
        kind=kind,
        as_of=as_of,
        source=source.strip(),
        parts=parts,
        key_mark=key_mark(),
        recorded_by=actor,
        recorded_at=at,
    )
    _event(register, "opened", source="", actor=actor, at=at)
    audit_record("registers.register.opened", register, actor=actor, data=_told(register))
    return register


@transaction.atomic
def register_file_bring(
    *, register_id: int, data: bytes, file_name: str, actor: User, at: datetime, on: date
) -> tuple[ImportBatch, bool]:
    """Read one file of a list that is being brought; the pages of imports take it from there."""
    register = Register.objects.select_for_update().get(pk=register_id)
    if register.state != RegisterState.LOADING:
        raise RegisterError("not_loading", _("这份名册已经不在导入中。要换新名册的，请另建一份。"))
    batch, is_new = batch_upload(
        kind_code=IMPORT_KIND,
        data=data,
        file_name=file_name,
        actor=actor,
        at=at,
        on=on,
        target=str(register.pk),
    )
    RegisterFile.objects.get_or_create(batch=batch, defaults={"register": register})
    return batch, is_new


@transaction.atomic
def register_complete(*, register_id: int, actor: User, at: datetime) -> bool:
    """Put a list in force when every file of it is in and no row was left out; else leave it to a person."""
    register = Register.objects.select_for_update(of=("self",)).get(pk=register_id)
    batches = [file.batch for file in register.files.select_related("batch")]
    whole = [one for one in batches if one.state == BatchState.APPLIED and not one.rows_faulty]
    if register.state != RegisterState.LOADING or len(whole) < register.parts or len(whole) < len(batches):
        return False
    _put_in_force(register, actor=actor, at=at, reason="")
    return True


@transaction.atomic
def register_put_in_force(*, register_id: int, actor: User, at: datetime, reason: str = "") -> Register:
    """Use a list from now on; the former one of its kind is replaced in the same moment.

    Rows that were faulty and left out are left out for good, which the reason has to say. Raises ``RegisterError``
    for a list without rows, one that is still being read, and one of an older index key.
    """
    register = Register.objects.select_for_update(of=("self",)).get(pk=register_id)
    _require_keeper(actor, timezone.localdate(at))
    if register.state not in TRANSITIONS["put_in_force"].sources:
        raise RegisterError("wrong_state", _("这份名册已经在使用中。请刷新页面再看。"))
    if bytes(register.key_mark) != key_mark():
        raise RegisterError("older_key", _("索引密钥已经更换，这份名册不能再比对。请向提供单位重新要一份，再导入。"))
    running = register.files.filter(batch__state__in=[BatchState.CHECKING, BatchState.APPLYING])
    if running.exists():
        raise RegisterError("still_reading", _("名册的文件还在导入，请等它完成再启用。"))
    if not register.rows.exists():
        raise RegisterError("empty", _("名册里一行也没有导入。请先导入文件。"))
    if not reason.strip() and not _was_in_force(register) and _is_partial(register):
        raise RegisterError("partial", _("名册没有全部导入。仍要启用的，请写明缺了什么、为什么可以用。"))
    _put_in_force(register, actor=actor, at=at, reason=reason.strip())
    return register


@transaction.atomic
def register_withdraw(*, register_id: int, reason: str, actor: User, at: datetime) -> Register:
    """Take a list back. Until another one is used, what it told is unknown, and every check run says so."""
    register = Register.objects.select_for_update(of=("self",)).get(pk=register_id)
    _require_keeper(actor, timezone.localdate(at))
    if not reason.strip():
        raise RegisterError("reason_missing", _("请写明撤回的原因。"))
    if register.state not in TRANSITIONS["withdraw"].sources:
        raise RegisterError("wrong_state", _("这份名册不在使用中，不用撤回。请刷新页面再看。"))
    _move(register, "withdraw", actor=actor, at=at, reason=reason.strip())
    audit_record("registers.register.withdrawn", register, actor=actor, reason=reason.strip(), data=_told(register))
    return register


def _put_in_force(register: Register, *, actor: User, at: datetime, reason: str) -> None:
    """Replace the former list and use this one; the plain rows of its files are forgotten."""
    former = (
        Register.objects.select_for_update(of=("self",))
        .filter(kind=register.kind, state=RegisterState.IN_FORCE)
        .exclude(pk=register.pk)
        .first()
    )
    if former is not None:
        _move(former, "replace", actor=actor, at=at, reason="")
    register.rows_count = register.rows.count()
    if not _was_in_force(register):
        # What was left out is left out for good: whoever is not in the list may have been in what is missing.
        register.is_partial = _is_partial(register)
    _move(register, "put_in_force", actor=actor, at=at, reason=reason)
    for file in register.files.select_related("batch"):
        batch_contents_forget(batch_id=file.batch_id)
    told = _told(register) | {
        "rows": register.rows_count,
        "is_partial": register.is_partial,
        "replaces": former.pk if former else None,
    }
    audit_record("registers.register.put_in_force", register, actor=actor, reason=reason, data=told)


def _was_in_force(register: Register) -> bool:
    return register.events.filter(action="put_in_force").exists()


def _is_partial(register: Register) -> bool:
    batches = [file.batch for file in register.files.select_related("batch")]
    whole = [one for one in batches if one.state == BatchState.APPLIED and not one.rows_faulty]
    return len(whole) < max(register.parts, len(batches))


def _move(register: Register, action: str, *, actor: User | None, at: datetime, reason: str) -> None:
    source, register.state = register.state, TRANSITIONS[action].target
    register.save(update_fields=["state", "rows_count", "is_partial"])
    _event(register, action, source=source, actor=actor, at=at, reason=reason)


def _event(register: Register, action: str, *, source: str, actor: User | None, at: datetime, reason: str = "") -> None:
    RegisterEvent.objects.create(
        register=register, action=action, source=source, target=register.state, reason=reason, actor=actor, at=at
    )


def _told(register: Register) -> dict[str, object]:
    return {"kind": register.kind, "as_of": register.as_of.isoformat(), "source": register.source}


def _require_keeper(actor: User, on: date) -> None:
    if not REGISTER_KEEPERS & roles_of(actor, on=on):
        raise PermissionDenied(_("您的岗位不能办理比对名册。"))
