"""What a level would bring in money, for the planner: subsidies and awards, by the same engines that decide them.

The planner stands beside subsidies and may not import them; only the portal knows both.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from foundation.policy.engine.words import check_words
from foundation.policy.values import ParameterValue
from portal.design.formats import format_cn_date, format_yuan
from residency.planner.rules.benefits import Benefit, Goal
from residency.planner.states import BenefitKind, BenefitState
from subsidies.awards.rules import part_of
from subsidies.awards.selectors import Programme, programmes
from subsidies.awards.selectors.programmes import GRADE_OF_LEVEL
from subsidies.claims.selectors import Claimable
from subsidies.claims.selectors.facts import Files
from subsidies.schemes.answering import LOOKED_AT_LATER, source_of
from subsidies.schemes.deciding import Answer, scheme_decide
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import class_book, figures_of, schemes_shown
from subsidies.schemes.states import Lane, Payee, Subject
from workers.models import Worker

STATES = {
    "yes": BenefitState.OPEN,
    "undecided": BenefitState.CHECK,
    "no": BenefitState.NO,
    "gap": BenefitState.GAP,
    # Of programmes.
    "open": BenefitState.OPEN,
    "closed": BenefitState.CLOSED,
    "elsewhere": BenefitState.ELSEWHERE,
}
SHOWN_IN_THE_WAY = 3


def subsidies_of_goals(worker: Worker, goals: Collection[Goal], *, on: date) -> dict[Goal, list[Benefit]]:
    """What each scheme of the city would say if she held the certificate today; queries grow with the schemes alone.

    Name, number and account are looked at when she claims and are taken for granted here, as on the page 我能领补贴吗.
    """
    cases = {goal: _as_if_held(worker, goal, on) for goal in goals}
    files = Files(list(cases.values()), on=on)
    found: dict[Goal, list[Benefit]] = {goal: [] for goal in goals}
    for scheme in schemes_shown(city=settings.CITY_CODE, on=on):
        if scheme.subject != Subject.CERTIFICATE:
            continue
        figures, book = figures_of(scheme, on=on), class_book(city=scheme.city_code, scheme=scheme)
        for goal, case in cases.items():
            facts = replace(files.facts(case, scheme, figures, book), identity_verified=True, has_account=True)
            found[goal].append(_subsidy(scheme_decide(scheme, facts, on=on, figures=figures), on))
    return found


def _as_if_held(worker: Worker, goal: Goal, on: date) -> Claimable:
    """The certificate as it would stand in her file, had a filed body issued it today."""
    return Claimable(
        field="level_certificate",
        pk=0,
        worker=worker,
        title="",
        certificate_kind="level",
        certificate_valid=True,
        certificate_confirmed=True,
        level=f"level{goal.level}",
        level_number=goal.level,
        occupation_code=goal.occupation_code,
        issued_on=on,
    )


def _subsidy(answer: Answer, on: date) -> Benefit:
    scheme, state = answer.scheme, STATES[answer.outcome]
    may_be = state in {BenefitState.OPEN, BenefitState.CHECK}
    step = answer.decision.steps[0] if answer.decision and answer.decision.steps else None
    return Benefit(
        kind=BenefitKind.SUBSIDY,
        title=scheme.name,
        state=state,
        text=_ended_text(scheme, on) if state == BenefitState.GAP else "",
        amount_fen=answer.amount_fen if may_be else None,
        verified=answer.decision.verified if answer.decision else True,
        is_demonstration=scheme.is_demonstration,
        is_against_fee=may_be and scheme.lane == Lane.TRAINING and scheme.payee == Payee.WORKER,
        doc_no=(step.doc_no if step else "") or _document(scheme),
        article=(step.article if step and step.doc_no else "") or scheme.article,
        notes=tuple(_in_the_way(answer)),
    )


def _in_the_way(answer: Answer) -> list[str]:
    """What the rule asks and the file does not show: for a no what is not met, else what is not known."""
    checks = [one for one in (answer.decision.checks if answer.decision else ()) if not one.group]
    wanted = False if answer.outcome == "no" else None
    notes = []
    for check in checks:
        if check.passed is not wanted or check.code in LOOKED_AT_LATER:
            continue
        text, source = check_words(check), source_of(check)
        said = _("%(title)s：%(needed)s") % text
        notes.append(f"{said}（{source}）" if source else said)
    return notes[:SHOWN_IN_THE_WAY]


def _document(scheme: Scheme) -> str:
    return scheme.document.doc_no or scheme.document.title


def _ended_text(scheme: Scheme, on: date) -> str:
    upper = scheme.effective.upper
    if upper and upper <= on:
        return _("原来的规定到 %(day)s 为止，新的还没有公布。") % {"day": format_cn_date(upper - timedelta(days=1))}
    return _("今天没有生效的标准，等新的标准公布。")


def awards_of_goals(worker: Worker, goals: Collection[Goal], *, on: date) -> dict[Goal, list[Benefit]]:
    """What each programme gives for the level, part by part; filed by her employer, never by the level alone."""
    known = programmes(on=on)
    return {
        goal: [
            _award(one, figure, on)
            for one in known
            if (figure := dict(one.amounts).get(GRADE_OF_LEVEL.get(goal.level, ""))) is not None
        ]
        for goal in goals
    }


def _award(programme: Programme, figure: ParameterValue, on: date) -> Benefit:
    scheme = programme.scheme
    is_over = programme.last_day is not None and programme.last_day < on
    state = BenefitState.GAP if is_over else STATES[programme.state]
    is_known = state != BenefitState.GAP
    return Benefit(
        kind=BenefitKind.AWARD,
        title=scheme.name,
        state=state,
        text=scheme.summary if is_known else _ended_text(scheme, on),
        amount_fen=figure.amount_fen if is_known else None,
        parts=programme.parts if is_known else None,
        months_between=programme.months_between if is_known else None,
        verified=figure.verified,
        is_demonstration=scheme.is_demonstration,
        doc_no=figure.doc_no or figure.document_title,
        article=figure.article,
        notes=tuple(_award_notes(programme, figure.amount_fen)) if is_known else (),
    )


def _award_notes(programme: Programme, amount_fen: int) -> list[str]:
    notes = []
    parts, between = programme.parts, programme.months_between
    if parts and parts > 1 and between:
        notes += [
            _("第 %(number)s 期 %(amount)s，服务满 %(months)s 个月发")
            % {
                "number": number,
                "amount": format_yuan(part_of(amount_fen, number, parts)),
                "months": between * number,
            }
            for number in range(1, parts + 1)
        ]
    if programme.is_highest_only:
        notes.append(_("只按最高的等级发：以前为较低等级发过的，要减掉。"))
    if programme.state == "elsewhere":
        notes.append(_("由%(payer)s发放，平台不受理。") % {"payer": programme.scheme.paid_by})
    else:
        notes.append(_("由用人单位申报，单位和岗位是不是符合，由受理人员核对。"))
    return notes
