"""Whether a level certificate can be what it says: pure checks, the same for a form and for each row of a file."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from certifications.certificates.level_facts import (
    PARTS,
    WORKING_AGE,
    Facts,
    Fault,
    Judged,
    LevelEntry,
    Person,
    Range,
    content_of,
    level_name,
    mark_of,
)
from certifications.certificates.numbers import NationalNumber, national_errors
from workers.identity import age_on


def entry_faults(entry: LevelEntry, facts: Facts) -> list[Fault]:
    """Everything that speaks against recording the entry; nothing when it can be recorded, or is on record as told."""
    faults = _number_faults(entry, facts)
    person = facts.people.get(entry.id_number)
    faults += _person_faults(entry, person)
    faults += _day_faults(entry, facts, person)
    occupation, work_type, unknown = _placed(entry, facts)
    faults += unknown
    if occupation is not None and not unknown:
        faults += _level_faults(entry, facts, occupation, work_type)
    faults += _mark_faults(entry, facts)
    if faults or person is None or occupation is None:
        return faults
    return _record_faults(entry, facts, person, (occupation, work_type))


def known_as(entry: LevelEntry, facts: Facts) -> int | None:
    """The certificate on record that says exactly this."""
    found = facts.recorded.get(entry.tidy_number)
    person = facts.people.get(entry.id_number)
    if found is None or person is None or found.worker_id != person.worker_id:
        return None
    return found.pk if found.content == content_of(entry) else None


def result_for(entry: LevelEntry, facts: Facts, occupation: int, work_type: int | None) -> Judged | None:
    """The passed result that the certificate belongs to, when the platform holds one."""
    worker = facts.people[entry.id_number].worker_id
    judged = facts.results.get((worker, occupation, work_type, entry.level), ())
    return next((one for one in judged if one.has_passed and one.number in {"", entry.tidy_number}), None)


def placed(entry: LevelEntry, facts: Facts) -> tuple[int, int | None]:
    """Occupation and work type of an entry without faults."""
    occupation = facts.occupations[entry.occupation]
    return occupation, facts.work_types[occupation, entry.work_type] if entry.work_type else None


def _fault(field: str, code: str, message: str) -> Fault:
    """A message told in two: the first sentence is what is the matter, the rest what to do."""
    sentence, dot, fix = message.partition("。")
    return Fault(field, code, sentence + dot, fix)


def _number_faults(entry: LevelEntry, facts: Facts) -> list[Fault]:
    value = entry.tidy_number
    if errors := national_errors(value):
        return [_fault("number", "number_invalid", error) for error in errors]
    number = NationalNumber(value)
    if number.is_special:
        return [
            _fault(
                "number",
                "number_special",
                _("这是特级技师或首席技师的编号，家政服务类职业没有这两个等级。请对照证书核对编号。"),
            )
        ]
    problems = number.cross_check(body_prefix=facts.prefix, level=entry.level, issued_on=entry.issued_on)
    faults = [_fault("number", "number_contradicts", problem) for problem in problems]
    if not faults and not _is_allotted(number, facts.ranges):
        faults.append(
            _fault(
                "number",
                "number_not_allotted",
                _("流水号不在本机构 %(year)d 年这个等级的编号段内。请核对编号；新领的编号段，请人社部门先登记。")
                % {"year": number.year},
            )
        )
    return faults


def _is_allotted(number: NationalNumber, ranges: Sequence[Range]) -> bool:
    """Inside a range the body was given for the year and the level."""
    of_year = [one for one in ranges if one.year == number.year and one.level in {None, number.level}]
    return any(one.first <= number.serial <= one.last for one in of_year)


def _person_faults(entry: LevelEntry, person: Person | None) -> list[Fault]:
    if not entry.id_number:
        return []
    if person is None:
        message = _("平台上没有这个人的档案。请核对身份证号码；没有写错的，请本人先在平台实名登录，或到服务窗口建档。")
        return [_fault("id_number", "person_unknown", message)]
    if entry.name and entry.name != person.name:
        message = _(
            "这个身份证号码的档案上是另一个姓名。请对照身份证核对；本人改过名的，请她带证件到窗口办理身份更正。"
        )
        return [_fault("name", "name_differs", message)]
    return []


def _day_faults(entry: LevelEntry, facts: Facts, person: Person | None) -> list[Fault]:
    if entry.issued_on > facts.today:
        return [_fault("issued_on", "in_future", _("发证日期在今天之后。请核对日期。"))]
    faults = []
    if not facts.is_active:
        message = _("本机构现在暂停评价或已注销，不能登记证书。请联系人社部门。")
        faults.append(_fault("", "body_not_active", message))
    lower, upper = facts.filed
    if (lower and entry.issued_on < lower) or (upper and entry.issued_on >= upper):
        message = _("发证日期不在本机构的备案有效期内。请核对日期；备案已续期的，请人社部门先登记。")
        faults.append(_fault("issued_on", "body_not_filed", message))
    if person is not None and age_on(person.birth_on, entry.issued_on) < WORKING_AGE:
        message = _("发证时本人未满 16 周岁。请核对发证日期和身份证号码。")
        faults.append(_fault("issued_on", "too_young", message))
    return faults


def _placed(entry: LevelEntry, facts: Facts) -> tuple[int | None, int | None, list[Fault]]:
    """Occupation and work type by name; what is wrong with the names."""
    occupation = facts.occupations.get(entry.occupation)
    if occupation is None:
        of = next((of for (of, name) in facts.work_types if name == entry.occupation), None)
        if of is not None:
            names = {pk: name for name, pk in facts.occupations.items()}
            message = _("“%(given)s”是工种，不是职业。请在职业一栏填“%(occupation)s”，在工种一栏填“%(given)s”。") % {
                "given": entry.occupation, "occupation": names[of],
            }  # fmt: skip
        else:
            message = _("没有这个职业。请照证书填写职业名称：%(names)s。") % {"names": "、".join(facts.occupations)}
        return None, None, [_fault("occupation", "occupation_unknown", message)]
    if not entry.work_type:
        return occupation, None, []
    work_type = facts.work_types.get((occupation, entry.work_type))
    if work_type is None:
        allowed = "、".join(facts.work_type_names(occupation))
        message = (
            _("这个职业没有这个工种。可以填写：%(names)s。") % {"names": allowed}
            if allowed
            else _("这个职业不分工种。请把工种留空，或填“--”。")
        )
        return occupation, None, [_fault("work_type", "work_type_unknown", message)]
    return occupation, work_type, []


def _level_faults(entry: LevelEntry, facts: Facts, occupation: int, work_type: int | None) -> list[Fault]:
    """The level stands in the standard of the day, and the body might assess it on the day."""
    on, level = entry.issued_on, entry.level
    lines = [line for line in facts.levels if line.occupation == occupation and line.level == level and line.holds(on)]
    if work_type is None and lines and all(line.work_type is not None for line in lines):
        allowed = "、".join(facts.work_type_names(occupation))
        message = _("%(level)s分工种，要写明是哪一个。可以填写：%(names)s。") % {
            "level": level_name(level), "names": allowed,
        }  # fmt: skip
        return [_fault("work_type", "work_type_missing", message)]
    if not any(line.work_type in {None, work_type} for line in lines):
        message = _("“%(occupation)s”在发证那天的职业标准里没有%(level)s。请核对职业、工种、等级和发证日期。") % {
            "occupation": entry.work_type or entry.occupation, "level": level_name(level),
        }  # fmt: skip
        return [_fault("level", "level_not_in_standard", message)]
    may = [line for line in facts.scopes if line.occupation == occupation and line.level == level and line.holds(on)]
    if not any(line.work_type in {None, work_type} for line in may):
        message = _("发证那天，本机构的评价范围里没有%(what)s %(level)s。请核对；范围已增加的，请人社部门先登记。")
        values = {"what": entry.work_type or entry.occupation, "level": level_name(level)}
        return [_fault("level", "out_of_scope", message % values)]
    return []


def _mark_faults(entry: LevelEntry, facts: Facts) -> list[Fault]:
    """Each part that is told is out of a hundred and not under the pass mark of the day."""
    faults = []
    for part in PARTS:
        least = facts.pass_marks.get(entry.issued_on, {}).get(part)
        mark: Decimal | None = getattr(entry, part)
        if mark is None:
            continue
        if not 0 <= mark <= 100:
            faults.append(_fault(part, "mark_impossible", _("成绩应在 0 到 100 之间。请核对成绩。")))
        elif least is not None and mark < least:
            message = _("成绩低于合格分数 %(least)s 分，不能发证。请核对成绩。") % {"least": f"{least.normalize():f}"}
            faults.append(_fault(part, "mark_too_low", message))
    return faults


def _record_faults(entry: LevelEntry, facts: Facts, person: Person, place: tuple[int, int | None]) -> list[Fault]:
    """What is on record under the number; for a number that is new, what the assessment said."""
    found = facts.recorded.get(entry.tidy_number)
    if found is None or found.pk == facts.correcting:
        return _result_faults(entry, facts, person, place)
    if found.worker_id != person.worker_id:
        message = _("这个编号已登记在另一个人名下。请对照证书核对编号和身份证号码。")
        return [_fault("number", "number_of_another", message)]
    if found.content == content_of(entry):
        return []
    message = _("这个编号已登记，内容与这次不同。请先核对；原来登记错了的，请打开那张证书办理更正。")
    return [_fault("number", "number_known", message)]


def _result_faults(entry: LevelEntry, facts: Facts, person: Person, place: tuple[int, int | None]) -> list[Fault]:
    judged = facts.results.get((person.worker_id, *place, entry.level), ())
    if not judged:
        return []
    result = result_for(entry, facts, *place)
    if result is not None:
        return _against(entry, result)
    given = next((one.number for one in judged if one.has_passed), "")
    if given:
        message = _("这次考核已登记过证书 %(number)s。请核对编号，同一次考核只发一张证书。") % {"number": given}
        return [_fault("number", "result_certified", message)]
    message = _("本机构已确定的考核结论是不合格，不能登记证书。请核对人员和等级；结论有误的，请先办理成绩复核。")
    return [_fault("level", "result_failed", message)]


def _against(entry: LevelEntry, result: Judged) -> list[Fault]:
    """Marks that are told differ from those that were judged."""
    faults = []
    for part in PARTS:
        told, judged = getattr(entry, part), result.marks.get(part)
        if told is not None and judged is not None and str(told) != judged and told != mark_of(judged):
            message = _("成绩与平台上已确定的考核成绩（%(mark)s）不一致。请核对成绩。") % {"mark": judged}
            faults.append(_fault(part, "mark_differs", message))
    return faults
