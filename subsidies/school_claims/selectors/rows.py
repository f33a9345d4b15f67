"""A class row by row: what each could get, whether she agreed, what the bureau's checks would find, and the fix.

No row holds an account: only whether there is one. What rests on what other offices or her own file say of her, and
what she would get by it, is shown to the school once she agreed by herself; a paper that the school recorded lets it
send, and opens nothing.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from django.utils.translation import gettext as _

from courses.attendance.selectors import numbers_in
from courses.classes.models import ClassRun, Enrolment
from foundation.policy.engine import words
from subsidies.checks.models import Finding
from subsidies.checks.rules import check_named
from subsidies.checks.selectors import findings_open
from subsidies.checks.states import Severity
from subsidies.claims.models import Claim, ClaimPaper, ClassClaim
from subsidies.claims.selectors import Claimable, facts_many
from subsidies.claims.states import LIVE, ClaimState
from subsidies.mandates.states import MandateState, MandateThrough
from subsidies.schemes.deciding import Answer, scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import figures_of
from subsidies.schemes.states import Payee
from subsidies.school_claims.models import Mandate
from subsidies.school_claims.selectors.classes import cases_of_class, people_of
from subsidies.school_claims.selectors.mandates import mandates_with
from subsidies.school_claims.words import (
    ASK_HER,
    FINDING_OTHER,
    FINDINGS,
    SCHOOLS_OWN,
    SCHOOLS_OWN_FINDINGS,
    condition_words,
)

# What the school issued or taught itself.
SCHOOLS_PAPERS = frozenset({"training_certificate", "enrolment"})


@dataclass(frozen=True)
class Fix:
    """One thing to put right, or to know: what it is, and what to do about it."""

    code: str
    title: str
    text: str
    is_block: bool


@dataclass(frozen=True)
class Row:
    """One person of the class. The school's eyes see only what the properties give."""

    number: int
    enrolment: Enrolment
    case: Claimable | None
    answer: Answer | None
    # Her claim of this class claim, or the one that stands in its way.
    draft: Claim | None
    other: Claim | None
    mandate: Mandate | None
    findings: tuple[Finding, ...]
    missing_papers: tuple[str, ...]
    is_school_paid: bool
    has_account: bool

    @property
    def name(self) -> str:
        return self.enrolment.worker.masked_name

    @property
    def is_open(self) -> bool:
        """Whether the school may read what concerns her alone."""
        mandate = self.mandate
        return mandate is not None and mandate.state == MandateState.GIVEN and mandate.through == MandateThrough.SELF

    @property
    def is_mandated(self) -> bool:
        """Whether the school may send it: she agreed, or the money is the school's own."""
        return self.is_school_paid or (self.mandate is not None and self.mandate.state == MandateState.GIVEN)

    @property
    def amount_fen(self) -> int | None:
        """What it would be, where the school may know; a plain no has no amount."""
        if self.answer is None or self.answer.outcome == "no" or not (self.is_open or self.is_school_paid):
            return None
        return self.answer.amount_fen

    @property
    def certificate_number(self) -> str:
        """The number of the school's own certificate; that of another body's only where she agreed."""
        if self.case is None or not (self.is_open or self.case.field in SCHOOLS_PAPERS):
            return ""
        return self.case.certificate_number

    @property
    def hides_amount(self) -> bool:
        return self.answer is not None and self.answer.outcome in {"yes", "undecided"} and self.amount_fen is None

    @cached_property
    def fixes(self) -> tuple[Fix, ...]:
        """Everything that keeps the row back, first; then what is good to know."""
        if self.other is not None:
            return ()
        found = [*self._of_the_certificate(), *self._of_the_answer(), *self._of_consent(), *self._of_findings()]
        return tuple(sorted(dict.fromkeys(found), key=lambda fix: not fix.is_block))

    @property
    def is_ready(self) -> bool:
        return self.draft is not None and self.other is None and not any(fix.is_block for fix in self.fixes)

    @property
    def needs_fixing(self) -> bool:
        return self.other is None and not self.is_ready

    def _of_the_certificate(self) -> list[Fix]:
        if self.case is not None:
            return []
        text = _("还没有可以申领的证书。请先在“发培训合格证书”里发证；等级证书由评价机构登记以后再查一次。")
        return [Fix("no_certificate", _("没有证书"), text, is_block=True)]

    def _of_the_answer(self) -> list[Fix]:
        answer = self.answer
        if answer is None:
            return []
        if answer.outcome == "gap" or answer.decision is None:
            text = _("这项补贴现在没有有效的政策规定，不能申领，也不能按以前的标准发。请等政策发布后再来。")
            return [Fix("policy_gap", _("政策待确认"), text, is_block=True)]
        found = [
            self._condition(check.code, words(check.title), check.passed)
            for check in answer.decision.missing
            if check.code != "account"
        ]
        if not self.has_account:
            found.append(self._no_account())
        if self.missing_papers:
            titles = _("、").join(self.missing_papers)
            text = _("请点开这一份，补传：%(titles)s。") % {"titles": titles}
            found.append(Fix("papers", _("缺材料"), text, is_block=True))
        if answer.outcome != "no" and not answer.amount_fen and not any(fix.is_block for fix in found):
            found.append(Fix("amount_unknown", _("算不出金额"), condition_words("hours", passed=False), is_block=True))
        return found

    def _condition(self, code: str, title: str, passed: bool | None) -> Fix:
        if not (self.is_open or code in SCHOOLS_OWN):
            if passed is None:
                return Fix("unknown", _("待工作人员核对"), condition_words("", passed=None), is_block=False)
            return Fix("personal", _("对人员的要求"), str(ASK_HER), is_block=True)
        return Fix(code, title, condition_words(code, passed=passed), is_block=passed is False)

    def _no_account(self) -> Fix:
        if self.is_school_paid:
            text = _("本校还没有核对过的对公账户。请先登记，等人社部门核对。")
        else:
            text = condition_words("account", passed=False)
        return Fix("account", _("没有收款账户"), text, is_block=True)

    def _of_consent(self) -> list[Fix]:
        if self.is_mandated:
            return []
        state = self.mandate.state if self.mandate else ""
        text = {
            "": _("请点“请本人同意”发短信，或登记她签字的委托书。"),
            MandateState.ASKED: _("已发短信，等她在自己的手机上回答。也可以登记她签字的委托书。"),
            MandateState.REFUSED: _("她不同意学校代办，请尊重她的决定。她可以自己申领，领到的一样多。"),
            MandateState.WITHDRAWN: _("她撤回了委托，请尊重她的决定。她可以自己申领，领到的一样多。"),
        }[state]
        return [Fix("mandate", _("没有本人同意"), text, is_block=True)]

    def _of_findings(self) -> list[Fix]:
        found = []
        for finding in self.findings:
            is_block = finding.severity == Severity.BLOCK
            if not (self.is_open or finding.check_code in SCHOOLS_OWN_FINDINGS):
                if is_block:
                    found.append(Fix("personal", _("对人员的要求"), str(ASK_HER), is_block=True))
                continue
            check = check_named(finding.check_code)
            title = str(check.title) if check else _("核查结果")
            found.append(
                Fix(finding.check_code, title, str(FINDINGS.get(finding.check_code, FINDING_OTHER)), is_block=is_block)
            )
        return found


@dataclass(frozen=True)
class Table:
    """The rows of a class for a scheme, and what they come to."""

    rows: tuple[Row, ...]

    @property
    def ready(self) -> list[Row]:
        return [row for row in self.rows if row.is_ready]

    @property
    def to_fix(self) -> list[Row]:
        return [row for row in self.rows if row.needs_fixing]

    @property
    def claimed(self) -> list[Row]:
        return [row for row in self.rows if row.other is not None]

    @property
    def to_ask(self) -> list[Row]:
        """Who could be asked: she has not answered, and there is something to claim for her."""
        return [row for row in self.rows if row.other is None and _may_answer(row)]

    @property
    def ready_fen(self) -> int:
        """What the school may know of the ready rows, added up."""
        return sum(row.amount_fen or 0 for row in self.ready)


def _may_answer(row: Row) -> bool:
    return not row.is_school_paid and (row.mandate is None or row.mandate.state == MandateState.ASKED)


def table_of(class_claim: ClassClaim, *, on: date) -> Table:
    """Everybody of the class; as many queries for sixty as for six."""
    run, scheme = class_claim.class_run, class_claim.scheme
    drafts = Claim.objects.filter(class_claim=class_claim, state=ClaimState.DRAFT).defer("account", "account_index")
    return Table(tuple(_rows(run, scheme, list(drafts), on=on)))


def _rows(run: ClassRun, scheme: Scheme, drafts: Sequence[Claim], *, on: date) -> list[Row]:
    people, figures, numbers = people_of(run), figures_of(scheme, on=on), numbers_in(run.pk)
    cases = cases_of_class(run, people, scheme, figures)
    listed = list(cases.values())
    known = facts_many(listed, scheme, on=on, figures=figures) if listed else []
    facts = {case.key: one for case, one in zip(listed, known, strict=True)}
    answers = {key: scheme_decide(scheme, one, on=on, figures=figures) for key, one in facts.items()}
    mine = {key_of(one): one for one in drafts}
    others = claims_in_the_way(listed, scheme)
    mandates = mandates_with(run.school, [one.worker_id for one in people])
    findings: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings_open([one.pk for one in drafts]):
        findings[finding.claim_id].append(finding)
    papers = _papers_missing(scheme, drafts)
    rows = []
    for one in people:
        case = cases.get(one.pk)
        key = case.key if case else None
        draft = mine.get(key) if key else None
        rows.append(
            Row(
                number=numbers[one.pk],
                enrolment=one,
                case=case,
                answer=answers.get(key) if key else None,
                draft=draft,
                other=others.get(key) if key else None,
                mandate=mandates.get(one.worker_id),
                findings=tuple(findings[draft.pk]) if draft else (),
                missing_papers=papers.get(draft.pk, ()) if draft else (),
                is_school_paid=scheme.payee == Payee.SCHOOL,
                has_account=facts[key].has_account is True if key else bool(one.worker.social_security_card),
            )
        )
    return sorted(rows, key=lambda row: row.number)


def key_of(claim: Claim) -> tuple[str, int]:
    """The key of what a claim is for, as ``Claimable.key`` has it."""
    for field in ("training_certificate", "level_certificate", "prior_certificate", "enrolment"):
        value = getattr(claim, f"{field}_id")
        if value is not None:
            return field, value
    raise ValueError("A claim names what it is for.")


def claims_in_the_way(cases: Collection[Claimable], scheme: Scheme) -> dict[tuple[str, int], Claim]:
    """The claims that stand for the same certificates or trainings in the lane, whoever made them."""
    rows = Claim.objects.filter(
        worker__in={case.worker.pk for case in cases}, lane=scheme.lane, state__in=sorted(LIVE)
    ).defer("account", "account_index")
    standing = {key_of(claim): claim for claim in rows}
    return {case.key: standing[case.key] for case in cases if case.key in standing}


def _papers_missing(scheme: Scheme, drafts: Sequence[Claim]) -> Mapping[int, tuple[str, ...]]:
    asked = list(scheme.papers.filter(is_on_file=False, is_required=True).values_list("title", flat=True))
    if not asked:
        return {}
    given: dict[int, set[str]] = defaultdict(set)
    held = ClaimPaper.objects.filter(claim__in=[one.pk for one in drafts], is_current=True)
    for claim_id, title in held.values_list("claim", "title"):
        given[claim_id].add(title)
    return {one.pk: tuple(title for title in asked if title not in given[one.pk]) for one in drafts}
