"""公示: the checks once more, then the list with masked names, and its last day by the working calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.audit.services import audit_record
from foundation.calendar.working_days import working_day_add
from foundation.policy.engine import from_json
from foundation.policy.engine.words import step_words
from foundation.policy.values import ParameterValue, fen_text
from subsidies.checks.selectors import blocks_open
from subsidies.checks.services import checks_run
from subsidies.checks.states import Moment
from subsidies.claims.models import Claim, ClaimDecision
from subsidies.claims.selectors.ties import no_affair_of
from subsidies.claims.services import claims_move
from subsidies.claims.states import ClaimState, Party
from subsidies.notices.errors import NoticeError
from subsidies.notices.models import NoticeLine, Objection, PublicNotice
from subsidies.notices.numbers import notice_number
from subsidies.notices.selectors import lines_stale
from subsidies.notices.states import NOTICE_KEEPERS, LineState, ObjectionState
from subsidies.schemes.limits import limits_over

# More than anybody reads on one list; a month has several.
MOST_LINES = 2000


@dataclass(frozen=True, slots=True)
class Published:
    """The notice, and the claims that something speaks against: they stay where they are."""

    notice: PublicNotice
    left_out: list[Claim]


def notice_publish(*, claim_ids: Sequence[int], title: str, actor: User, at: datetime) -> Published:
    """Show these reviewed claims to the public.

    The checks run first and their findings stay, whatever comes of the notice; claims with an open finding that blocks
    are left out, and so are those with an objection still to answer or that are an affair of the officer's own.
    ``NoticeError`` when nothing is left to show, or a claim does not wait for it; then there is none.
    """
    if not NOTICE_KEEPERS & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("公示由复核人员发布。"))
    if not title.strip():
        raise NoticeError("title_missing", _("请填写公示的标题。"))
    chosen = sorted(set(claim_ids))
    if not chosen:
        raise NoticeError("nothing_chosen", _("请选择要公示的申领。"))
    if len(chosen) > MOST_LINES:
        raise NoticeError("too_many", _("一次最多公示 %(most)d 份。请分几次发布。") % {"most": MOST_LINES})
    _waiting(chosen)
    checks_run(claim_ids=chosen, moment=Moment.NOTICE, actor=actor, at=at)
    return _shown(chosen, title.strip(), actor=actor, at=at)


def _waiting(claim_ids: Sequence[int], *, lock: bool = False) -> list[Claim]:
    """The claims, all of which wait to be shown."""
    claims = Claim.objects.filter(pk__in=claim_ids).select_related("scheme", "worker").order_by("pk")
    found = list(claims.select_for_update(of=("self",)) if lock else claims)
    if len(found) != len(claim_ids):
        raise NoticeError("not_found", _("有的申领不存在或已删除。请刷新页面再看。"))
    for claim in found:
        if claim.state != ClaimState.REVIEWED:
            raise NoticeError(
                "wrong_state",
                _("申领 %(number)s 现在是“%(state)s”，不能公示，可能刚刚有人办过。请刷新页面再看。")
                % {"number": claim.number, "state": claim.get_state_display()},
            )
    return found


@transaction.atomic
def _shown(claim_ids: Sequence[int], title: str, *, actor: User, at: datetime) -> Published:
    """The notice and its lines, the claims moved, and each person told by that: all or nothing."""
    _old_lines_lock(claim_ids)
    claims = _waiting(claim_ids, lock=True)
    shown, left_out = _parted(claims, actor, on=timezone.localdate(at))
    notice = _notice(shown, title, actor=actor, at=at)
    lines_stale([one.pk for one in shown]).update(state=LineState.REMOVED)
    standards = _standards(shown)
    lines = [_line(notice, serial, claim, standards[claim.pk]) for serial, claim in enumerate(shown, 1)]
    NoticeLine.objects.bulk_create(lines)
    claims_move(
        claim_ids=[one.pk for one in shown],
        action="publish",
        party=Party.REVIEW,
        actor=actor,
        at=at,
        data={"notice": notice.number},
        key=f"notice:{notice.number}",
    )
    audit_record(
        "notices.notice.published",
        notice,
        actor=actor,
        data={
            "claims": len(shown),
            "left_out": [one.number for one in left_out],
            "ends_on": notice.ends_on.isoformat(),
        },
    )
    return Published(notice, left_out)


def _parted(claims: Sequence[Claim], actor: User, *, on: date) -> tuple[list[Claim], list[Claim]]:
    """Those that are shown and those that stay; refuses when none is left to show."""
    left_out = _staying(claims, actor, on=on)
    out = {one.pk for one in left_out}
    shown = [one for one in claims if one.pk not in out]
    if not shown:
        raise NoticeError(
            "nothing_to_show",
            _(
                "选中的 %(count)d 份都有必须先处理的核查结果、还没有答复的异议，或者与您本人、您任职的机构有关，"
                "这次没有可以公示的。请先处理，或由别人发布。"
            )
            % {"count": len(left_out)},
        )
    return shown, left_out


def _staying(claims: Sequence[Claim], actor: User, *, on: date) -> list[Claim]:
    """Those that are not shown now: something blocks, an objection waits, or they are an affair of hers."""
    ids = [one.pk for one in claims]
    blocked = blocks_open(ids)
    objected = Objection.objects.filter(line__claim__in=ids, state=ObjectionState.OPEN)
    free = no_affair_of(Claim.objects.filter(pk__in=ids), actor, on=on)
    allowed = set(free.exclude(pk__in=objected.values("line__claim")).values_list("pk", flat=True))
    return [one for one in claims if one.pk in blocked or one.pk not in allowed]


def _old_lines_lock(claim_ids: Sequence[int]) -> None:
    """Lock what is left of these claims in earlier notices: notice, line, claim, in this order as everybody does.

    An objection to such a line holds it while it waits for the claim; with the claim first, both would wait for ever.
    """
    old = lines_stale(claim_ids)
    list(PublicNotice.objects.select_for_update().filter(pk__in=old.values("notice")).order_by("pk").values("pk"))
    list(old.select_for_update(of=("self",)).order_by("pk").values("pk"))


def _notice(claims: Sequence[Claim], title: str, *, actor: User, at: datetime) -> PublicNotice:
    on = timezone.localdate(at)
    days = _longest(claims, on)
    return PublicNotice.objects.create(
        number=notice_number(on),
        title=title,
        published_on=on,
        working_days=int(days.value),
        ends_on=working_day_add(on, int(days.value)).on,
        basis=days.basis[:300],
        basis_version_id=days.version_id,
        published_by=actor,
        published_at=at,
    )


def _longest(claims: Sequence[Claim], on: date) -> ParameterValue:
    """How long they are shown: of several schemes' days the most. By the limits of the day each claim was sent."""
    found = limits_over((claim.scheme, claim.submitted_on or on) for claim in claims)
    return max((found[key].publicity for key in sorted(found)), key=lambda one: one.value)


def _line(notice: PublicNotice, serial: int, claim: Claim, standard: str) -> NoticeLine:
    return NoticeLine(
        notice=notice,
        claim=claim,
        serial=serial,
        masked_name=claim.worker.masked_name[:20],
        masked_id_number=claim.worker.masked_id_number,
        scheme_name=claim.scheme.name,
        standard=standard,
        amount_fen=claim.amount_fen,
    )


def _standards(claims: Sequence[Claim]) -> dict[int, str]:
    """In words by which standard each amount came about: what was claimed for, then the sum of the last decision."""
    decisions = ClaimDecision.objects.filter(claim__in=[one.pk for one in claims]).order_by("claim_id", "-edition")
    sums = {
        one.claim_id: "，".join(step_words(step) for step in from_json(one.content).steps)
        for one in decisions.distinct("claim_id")
    }
    return {one.pk: _standard(one, sums.get(one.pk, "")) for one in claims}


def _standard(claim: Claim, worked_out: str) -> str:
    what = " ".join(word for word in (claim.work_type_name, claim.get_level_display() if claim.level else "") if word)
    amount = worked_out or _("每人 %(amount)s") % {"amount": fen_text(claim.amount_fen)}
    return "，".join(word for word in (what, amount) if word)[:120]
