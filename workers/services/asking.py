"""Declared lines of a file: she adds a paper and asks to have one confirmed, an officer confirms it or says why not."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from workers.errors import WorkerError
from workers.files import evidence_checked
from workers.services.common import require_reason, require_role
from workers.services.dossier import LINES, Line, changeable, line_locked, line_trace
from workers.states import IDENTITY_OFFICERS
from workers.texts import LINE_DECLINED, WHAT, record_line_tell


@transaction.atomic
def line_evidence_add(*, kind: str, line_id: int, evidence: File[bytes], actor: User, at: datetime) -> Line:
    """Her proof of a declared line, in place of the one before; refuses what is neither a picture nor a plain PDF."""
    paper = evidence_checked(evidence)
    line, _worker = changeable(LINES[kind], line_id, actor, at)
    line.evidence.name = line.evidence.storage.save(paper.name, paper)
    line.save(update_fields=["evidence"])
    line_trace(line, "evidence_added", actor, at)
    return line


@transaction.atomic
def line_ask(*, kind: str, line_id: int, actor: User, at: datetime) -> Line:
    """She asks an officer to confirm a declared line; asking again after an answer opens the question anew.

    Asked twice while it waits, nothing happens. Refuses without a paper: there would be nothing to look at.
    """
    line, _worker = changeable(LINES[kind], line_id, actor, at)
    if line.is_waiting:
        return line
    if not line.evidence:
        raise WorkerError(
            "evidence_missing",
            _("请先拍一张证明材料，例如劳动合同、工作证明、毕业证。没有材料的，可以带上原件到窗口核实。"),
        )
    line.asked_at, line.answered_at, line.answered_by, line.answer = at, None, None, ""
    line.save(update_fields=["asked_at", "answered_at", "answered_by", "answer"])
    line_trace(line, "asked", actor, at)
    return line


@transaction.atomic
def line_decline(*, kind: str, line_id: int, reason: str, actor: User, at: datetime) -> Line:
    """An officer cannot confirm it as it stands: the line stays declared, and she reads what is lacking."""
    require_role(actor, IDENTITY_OFFICERS, at=at)
    reason = require_reason(reason)
    line, worker = line_locked(LINES[kind], line_id)
    if worker.user_id == actor.pk:
        raise PermissionDenied(_("不能核实自己的档案。"))
    if not line.is_waiting:
        raise WorkerError("not_waiting", _("这一条没有在等待核实，可能别人已经办理。请刷新页面再看。"))
    line.answered_at, line.answered_by, line.answer = at, actor, reason
    line.save(update_fields=["answered_at", "answered_by", "answer"])
    line_trace(line, "declined", actor, at, reason)
    record_line_tell(worker, LINE_DECLINED, what=WHAT[kind], key=f"{kind}:{line.pk}", at=at)
    return line


def kind_of(line: Line) -> str:
    """``group``, ``employment`` or ``education``."""
    return next(kind for kind, model in LINES.items() if isinstance(line, model))
