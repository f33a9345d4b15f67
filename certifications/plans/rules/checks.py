"""The checks of a plan, one function each, in the order a reader wants them."""

from collections.abc import Callable, Iterable
from itertools import combinations

from django.utils.translation import gettext as _

from certifications.plans.rules.facts import CAMERAS, MINUTES, PLACES, Check, Figure, PartFact, PlanFacts
from certifications.plans.rules.staffing import assessors, invigilators, judges_present, reviewers
from certifications.plans.rules.words import answer, listed, unknown
from certifications.plans.states import REVIEWED, PartKind


def permission(facts: PlanFacts) -> Check:
    """The body is filed for this on the days of the assessment; a school's class is closed."""
    if facts.is_test:
        return answer(
            "class",
            "details",
            needed=_("班级已结班，有人结业"),
            wrong=facts.permission,
            advice=_("请先在“结班与结业”中结班。考核只收结业的学员。"),
        )
    return answer(
        "permission",
        "details",
        needed=_("考核当天机构备案有效，且备案范围包含这个职业（工种）和等级"),
        wrong=facts.permission,
        advice=_("请核对职业、工种和等级；备案到期或范围不够的，先向人社部门申请变更。"),
    )


def parts(facts: PlanFacts) -> Check:
    """Theory and practice for everybody, a review for levels two and one only."""
    found = {part.kind for part in facts.parts}
    wanted = {PartKind.THEORY, PartKind.PRACTICAL}
    if facts.level in REVIEWED and not facts.is_test:
        wanted |= {PartKind.REVIEW}
    wrong = [_("缺少%(part)s") % {"part": kind.label} for kind in PartKind if kind in wanted - found]
    if PartKind.REVIEW in found - wanted and not facts.is_test:
        wrong.append(_("这个等级没有综合评审"))
    needed = listed([str(kind.label) for kind in PartKind if kind in wanted])
    advice = _("请在“考核部分和时间”中补上或删去。综合评审只用于二级和一级。")
    # A class of a knowledge occupation may be tested in theory alone: its school decides.
    return answer("parts", "parts", needed=needed, wrong=wrong, advice=advice, is_advice=facts.is_test and bool(found))


def ahead(facts: PlanFacts) -> Check:
    wrong = [
        _("%(part)s在 %(day)s，已经过了") % {"part": part.kind.label, "day": part.starts_at.date().isoformat()}
        for part in facts.parts
        if part.starts_at.date() < facts.on
    ]
    advice = _("请改到以后的日期。考生要收到准考证后才能来考。")
    return answer("ahead", "parts", needed=_("考核还没有开始"), wrong=wrong, advice=advice)


def minutes(facts: PlanFacts) -> Iterable[Check]:
    for part in facts.parts:
        figure = facts.figure(MINUTES[part.kind])
        name = _("%(part)s时长") % {"part": part.kind.label}
        if figure.value is None:
            yield unknown(f"minutes_{part.kind}", name, "parts", name)
            continue
        found = _("%(count)d 分钟") % {"count": part.minutes}
        yield answer(
            f"minutes_{part.kind}",
            "parts",
            name=name,
            needed=_("不少于 %(count)d 分钟") % {"count": figure.value},
            wrong=[found] if part.minutes < figure.value else [],
            good=found,
            advice=_("请延长这一部分的时间。"),
            is_advice=facts.is_test,
            is_unverified=not figure.is_verified,
        )


def own_clash(facts: PlanFacts) -> Check:
    wrong = [
        _("%(one)s与%(other)s时间重叠") % {"one": one.kind.label, "other": other.kind.label}
        for one, other in combinations(facts.parts, 2)
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]
    needed = _("一个人同一时间只考一个部分")
    return answer("own_clash", "parts", needed=needed, wrong=wrong, advice=_("请调整其中一个部分的时间。"))


def applies(facts: PlanFacts) -> Check | None:
    if facts.is_test or facts.stage != "open":
        return None
    wrong = []
    if facts.applies is None:
        wrong.append(_("没有填写"))
    else:
        if facts.applies[1] < facts.on:
            wrong.append(_("申报已在 %(day)s 截止") % {"day": facts.applies[1].isoformat()})
        if facts.parts and facts.applies[1] >= min(part.starts_at for part in facts.parts).date():
            wrong.append(_("申报截止 %(day)s 不早于考核日期") % {"day": facts.applies[1].isoformat()})
    needed = _("申报截止在今天以后、考核以前")
    return answer("applies", "details", needed=needed, wrong=wrong, advice=_("请修改申报的起止日期。"))


def rooms(facts: PlanFacts) -> Iterable[Check]:
    """Whether each part has rooms, with places for everybody."""
    needs = facts.candidates if facts.stage == "arrange" else facts.seats
    for part in facts.parts:
        found = _("%(rooms)d 个考场，%(places)d 个位置") % {"rooms": len(part.rooms), "places": part.places}
        yield answer(
            f"places_{part.kind}",
            "rooms",
            name=_("%(part)s考场") % {"part": part.kind.label},
            needed=_("至少 %(count)d 个位置") % {"count": max(needs, 1)},
            wrong=[found] if not part.rooms or part.places < needs else [],
            good=found,
            advice=_("请增加考场，或减少人数。"),
        )
        yield from _sizes(facts, part)
        yield _taken(part)


def _sizes(facts: PlanFacts, part: PartFact) -> Iterable[Check]:
    if part.kind not in PLACES or not part.rooms:
        return
    figure = facts.figure(PLACES[part.kind])
    name = _("%(part)s考场大小") % {"part": part.kind.label}
    if figure.value is None:
        yield unknown(f"size_{part.kind}", name, "rooms", name)
    else:
        small = [
            _("%(room)s只有 %(count)d 个") % {"room": room.name, "count": room.capacity}
            for room in part.rooms
            if room.capacity < figure.value
        ]
        needed = (
            _("每个考场不少于 %(count)d 个考位")
            if part.kind == PartKind.THEORY
            else _("每个考场不少于 %(count)d 个工位")
        )
        yield answer(
            f"size_{part.kind}",
            "rooms",
            name=name,
            needed=needed % {"count": figure.value},
            wrong=small,
            advice=_("请换大一些的考场，或核对填写的数目。"),
            is_advice=facts.is_test,
            is_unverified=not figure.is_verified,
        )
    if part.kind == PartKind.PRACTICAL:
        yield from _cameras(facts, part, facts.figure(CAMERAS))


def _cameras(facts: PlanFacts, part: PartFact, figure: Figure) -> Iterable[Check]:
    name = _("技能考场监控")
    if figure.value is None:
        yield unknown("cameras", name, "rooms", name)
    elif figure.value:
        yield answer(
            "cameras",
            "rooms",
            name=name,
            needed=_("每个技能考场有监控"),
            wrong=[_("%(room)s没有监控") % {"room": room.name} for room in part.rooms if not room.has_camera],
            advice=_("请换有监控的考场；已经装了的，在考场信息中勾选。"),
            is_advice=facts.is_test,
            is_unverified=not figure.is_verified,
        )


def _taken(part: PartFact) -> Check:
    return answer(
        f"taken_{part.kind}",
        "rooms",
        name=_("%(part)s考场没有别的考核") % {"part": part.kind.label},
        needed=_("同一个考场同一时间只有一场考核"),
        wrong=[f"{room.name}：{room.taken_by}" for room in part.rooms if room.taken_by],
        advice=_("请核对两场考核的考场和时间；确实是同名的不同房间，可以继续。"),
        is_advice=True,
    )


def judges(facts: PlanFacts) -> Check | None:
    """Whether everybody on duty may be: engaged on the day, qualified for the occupation and level."""
    if not any(count for part in facts.parts for room in part.rooms for count in room.on_duty.values()):
        return None
    return answer(
        "judges",
        "panels",
        name=_("考评人员资格"),
        needed=_("考核当天在聘任期内，考评资格有效并覆盖这个职业和等级"),
        wrong=facts.judges,
        advice=_("请换一位，或在“考评人员”中更新聘期和资格。"),
        is_advice=facts.is_test,
    )


def candidates(facts: PlanFacts) -> Iterable[Check]:
    if facts.stage != "arrange":
        return
    found = _("%(count)d 人") % {"count": facts.candidates}
    yield answer(
        "candidates",
        "candidates",
        name=_("考生"),
        needed=_("1 至 %(seats)d 人") % {"seats": facts.seats},
        wrong=[] if 0 < facts.candidates <= facts.seats else [found],
        good=found,
        advice=_("请从结业学员中添加考生。") if facts.is_test else _("请先办理申报，准考的人会出现在这里。"),
    )
    if facts.candidates:
        yield answer(
            "seated",
            "candidates",
            name=_("座位编排"),
            needed=_("每位考生在每个部分都有座位，考评员没有培训过她"),
            wrong=facts.unseated,
            advice=_("请按原因处理：增加考场、换考评员，或调整时间，再编排一次。"),
        )


def _all(found: Check | Iterable[Check] | None) -> Iterable[Check]:
    if isinstance(found, Check):
        return [found]
    return found or []


ORDER: tuple[Callable[[PlanFacts], Check | Iterable[Check] | None], ...] = (
    permission, parts, ahead, minutes, own_clash, applies, rooms, invigilators, judges_present, assessors, reviewers,
    judges, candidates,
)  # fmt: skip


def checks_of_facts(facts: PlanFacts) -> list[Check]:
    """Every check that applies to the stage, the passed ones too."""
    return [check for rule in ORDER for check in _all(rule(facts))]
