"""What was found and how it reads, the catalogue of what is looked at, and the runs."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from certifications.certificates.states import CertificateState, PriorState
from courses.catalogue.states import SkillLevel
from foundation.accounts.models import User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.policy.selectors import figures_for
from foundation.policy.values import ParameterValue
from subsidies.checks.models import CheckRun, Finding, Screened
from subsidies.checks.rules import CHECKS, Check, check_named
from subsidies.checks.states import CHECK_READERS, NO_FIGURE, NO_REGISTER, RUN, FindingState, Severity
from subsidies.claims.models import Claim, ClaimEvent
from subsidies.claims.states import OPEN, ClaimState
from subsidies.registers.states import ListGap, RegisterKind
from subsidies.schemes.states import Fund
from workers.models import PersonGroup
from workers.states import IdentityState

# What is looked at again every night: what is being decided, and what is decided and not yet sent to the bank.
RESCREENED = OPEN | {ClaimState.APPROVED, ClaimState.PAYMENT_FAILED}


def findings_open(claim_ids: Iterable[int]) -> QuerySet[Finding]:
    """What still speaks against these claims, claim by claim."""
    return Finding.objects.filter(claim__in=list(claim_ids), state=FindingState.OPEN).order_by("claim", "pk")


def findings_of(claim_id: int) -> QuerySet[Finding]:
    """Everything ever found about a claim, what is open first."""
    return Finding.objects.filter(claim=claim_id).select_related("cleared_by").order_by("-state", "pk")


def blocks_cleared_by(user: User, claim_ids: Collection[int]) -> set[int]:
    """Those of the claims of which she herself took away a finding that blocked."""
    rows = Finding.objects.filter(
        claim__in=claim_ids, severity=Severity.BLOCK, state=FindingState.CLEARED, cleared_by=user
    )
    return set(rows.values_list("claim", flat=True))


def blocks_open(claim_ids: Iterable[int]) -> set[int]:
    """Those of the claims that may not go on: something that must be dealt with is open."""
    rows = Finding.objects.filter(claim__in=list(claim_ids), state=FindingState.OPEN, severity=Severity.BLOCK)
    return set(rows.values_list("claim_id", flat=True))


@dataclass(frozen=True, slots=True)
class Unchecked:
    """Something that would have to be dealt with, and that nobody looked for: which check, and why it did not run."""

    code: str
    state: str
    title: str
    reason: str


def blocks_not_run(claim_ids: Collection[int]) -> dict[int, tuple[Unchecked, ...]]:
    """For each claim the checks that could have stopped it and did not run when it was last looked at; two queries.

    Claims of which every such check was run are not there.
    """
    last = Screened.objects.filter(claim__in=claim_ids).order_by("claim", "-run").distinct("claim")
    run_of = dict(last.values_list("claim", "run"))
    runs = CheckRun.objects.filter(pk__in=set(run_of.values())).values_list("pk", "checks")
    told = {pk: _blocks_not_run(checks) for pk, checks in runs}
    return {claim: told[run] for claim, run in run_of.items() if told[run]}


def _blocks_not_run(checks: Iterable[Mapping[str, Any]]) -> tuple[Unchecked, ...]:
    found = []
    for one in checks:
        check = check_named(one["code"])
        if one["state"] != RUN and check is not None and check.severity == Severity.BLOCK:
            found.append(Unchecked(check.code, one["state"], str(check.title), why_not_run(one)))
    return tuple(found)


def why_not_run(told: Mapping[str, Any]) -> str:
    """In words why a check was not run, or not on everybody, by what its run keeps of it; empty when it was."""
    kind = told.get("register", "")
    name = str(RegisterKind(kind).label) if kind in RegisterKind.values else kind
    if told["state"] == NO_REGISTER:
        return _("没有“%(name)s”名册") % {"name": name}
    if told["state"] == ListGap.OLD:
        return _("“%(name)s”名册截至 %(day)s，数据旧了") % {"name": name, "day": told["as_of"]}
    if told["state"] == ListGap.PARTIAL:
        return _("“%(name)s”名册不完整") % {"name": name}
    if told["state"] == NO_FIGURE:
        return _("没有有效的数值（%(codes)s）") % {"codes": "、".join(told["missing"])}
    return ""


def unchecked_words(unchecked: Iterable[Unchecked]) -> str:
    """What was not looked for, each with its reason, in one sentence."""
    return "；".join(_("%(title)s，原因：%(reason)s") % {"title": one.title, "reason": one.reason} for one in unchecked)


@dataclass(frozen=True)
class FindingWords:
    """A finding as a person reads it."""

    title: str
    seen: str
    compared: str
    why: str
    advice: str


def group_names() -> dict[str, str]:
    """The names of the groups of people by code. There are some twenty; whoever shows a list reads them once."""
    return dict(PersonGroup.objects.values_list("code", "name"))


def finding_words(finding: Finding, groups: Mapping[str, str] | None = None) -> FindingWords:
    """What was seen, with what it was compared, why that is suspicious and what to do.

    ``groups`` are the names from ``group_names``; without them each finding that speaks of a group asks for them.
    """
    check = check_named(finding.check_code)
    if check is None:
        gone = _("这一项核查已停用。")
        return FindingWords(finding.check_code, gone, "", "", _("请按当时的核查记录核实。"))
    if groups is None:
        groups = group_names() if finding.seen.get("group") else {}
    values = _Values({name: _shown(name, value, groups) for name, value in finding.seen.items()})
    return FindingWords(
        title=str(check.title),
        seen=str(check.seen) % values,
        compared=str(check.compared) % values,
        why=str(check.why) % values,
        advice=str(check.advice) % values,
    )


class _Values(dict[str, str]):
    """What an older version of a check did not keep reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "—"


_ROLE_WORDS: Mapping[str, Any] = {role.value: role.label for role in Role}
_WORDS: Mapping[str, Mapping[Any, Any]] = {
    "level": dict(SkillLevel.choices),
    "now_level": dict(SkillLevel.choices),
    "higher": dict(SkillLevel.choices),
    "fund": dict(Fund.choices),
    "other_fund": dict(Fund.choices),
    "identity": dict(IdentityState.choices),
    "certificate": dict(CertificateState.choices) | dict(PriorState.choices),
    "as": _ROLE_WORDS,
}


def _shown(name: str, value: Any, groups: Mapping[str, str]) -> str:
    """A value of ``seen`` in words."""
    if value is None or value == []:
        return "—"
    if name == "group":
        return groups.get(value, str(value))
    known = _WORDS.get(name, {})
    if isinstance(value, list):
        return "、".join(str(known.get(one, one)) for one in value)
    return str(known.get(value, value))


@dataclass(frozen=True)
class CatalogueLine:
    """A check as the catalogue shows it: its thresholds today and how often it has hit."""

    check: Check
    is_in_force: bool
    figures: tuple[ParameterValue, ...]
    missing: tuple[str, ...]
    open: int
    cleared: int
    gone: int

    @property
    def total(self) -> int:
        return self.open + self.cleared + self.gone


def catalogue_lines(*, on: date, city: str) -> list[CatalogueLine]:
    """Every check with its days, thresholds and hits; two queries."""
    counted = Finding.objects.values("check_code").annotate(
        open=Count("pk", filter=Q(state=FindingState.OPEN)),
        cleared=Count("pk", filter=Q(state=FindingState.CLEARED)),
        gone=Count("pk", filter=Q(state=FindingState.GONE)),
    )
    hits: dict[str, Any] = {row["check_code"]: row for row in counted.order_by()}
    codes = sorted({code for check in CHECKS for code in (check.figures or {}).values()})
    known = figures_for(codes, city=city, on=on)
    lines = []
    for check in CHECKS:
        asked = [known[code] for code in (check.figures or {}).values()]
        hit: dict[str, Any] = hits.get(check.code) or {}
        lines.append(
            CatalogueLine(
                check=check,
                is_in_force=check.is_in_force(on),
                figures=tuple(one for one in asked if isinstance(one, ParameterValue)),
                missing=tuple(one.code for one in asked if not isinstance(one, ParameterValue)),
                open=hit.get("open", 0),
                cleared=hit.get("cleared", 0),
                gone=hit.get("gone", 0),
            )
        )
    return lines


def runs_visible_to(user: User, *, on: date) -> QuerySet[CheckRun]:
    """The runs, the newest first, for those who read claims."""
    if not CHECK_READERS & roles_of(user, on=on):
        return CheckRun.objects.none()
    return CheckRun.objects.select_related("run_by").order_by("-pk")


def findings_visible_to(user: User, *, on: date) -> QuerySet[Finding]:
    """Every finding with its claim and run, the newest first, for those who read claims."""
    if not CHECK_READERS & roles_of(user, on=on):
        return Finding.objects.none()
    return Finding.objects.select_related("claim", "run", "cleared_by").order_by("-pk")


def claims_to_screen(*, limit: int) -> list[int]:
    """Claims that were sent, or sent again, since the checks last looked at them; the oldest first."""
    sent_since = ClaimEvent.objects.filter(claim=OuterRef("pk"), at__gt=OuterRef("screened_at"))
    waiting = Claim.objects.filter(state__in=[ClaimState.SUBMITTED]).filter(
        Q(screened_at__isnull=True) | Exists(sent_since.filter(target=ClaimState.SUBMITTED))
    )
    return list(waiting.order_by("pk").values_list("pk", flat=True)[:limit])


def claims_open(*, after: int, limit: int) -> list[int]:
    """The next claims that have been sent and not paid or ended, by key: what a night looks at again."""
    rows = Claim.objects.filter(state__in=sorted(RESCREENED), pk__gt=after).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:limit])
