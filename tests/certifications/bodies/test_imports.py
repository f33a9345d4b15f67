"""The list of assessors as a spreadsheet: what is wrong is said row by row, what is right is entered once."""

from datetime import date
from io import BytesIO

import openpyxl
import pytest

from certifications.bodies.models import Assessor, AssessorQualification
from certifications.bodies.states import BodyState
from foundation.database import period
from foundation.imports import running
from foundation.imports.errors import ImportRefusedError
from foundation.imports.services import batch_apply_start, batch_check_start, batch_upload
from tests.certifications.builders import a_body, a_qualification, an_assessor, an_occupation_with, body_staff
from tests.courses.builders import SINCE, a_school, an_occupation, school_staff
from tests.workers.builders import NOW, TODAY, an_id_number

pytestmark = pytest.mark.django_db

HEADER = ["序号", "姓名", "身份证号码", "考评员证编号", "职称", "考评职业", "考评等级", "发证日期", "有效期至"]
FIRST, SECOND = (an_id_number(born=date(1972, 2, 3), sequence=number) for number in (801, 802))


@pytest.fixture(params=["body", "school"])
def place(request):
    an_occupation_with(5, 4, 3)
    if request.param == "body":
        body = a_body()
        return body.organisation, body_staff(body)
    school = a_school()
    return school.organisation, school_staff(school)


def line(**changes):
    given = dict(
        zip(
            HEADER,
            [1, "郑考评", FIRST, "示0001", "技师", "家政服务员", "三级", "2025-01-01", "2027-12-31"],
            strict=True,
        )
    )
    return list((given | changes).values())


def sheet(*lines):
    book = openpyxl.Workbook()
    for row in (HEADER, *lines):
        book.worksheets[0].append(row)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def checked(place, *lines):
    act = {"actor": place[1], "at": NOW, "on": TODAY}
    batch, _is_new = batch_upload(
        kind_code="assessors", data=sheet(*lines), file_name="考评员.xlsx", organisation=place[0], **act
    )
    batch_check_start(batch_id=batch.pk, **act)
    return running.batch_check(batch_id=batch.pk, at=NOW, on=TODAY)


def applied(place, batch):
    batch_apply_start(batch_id=batch.pk, actor=place[1], at=NOW, on=TODAY)
    return running.batch_apply(batch_id=batch.pk, at=NOW, on=TODAY)


def codes(batch):
    return {issue["code"] for row in batch.rows.all() for issue in row.issues if issue["severity"] == "error"}


def test_a_list_enters_people_with_all_they_may_assess(place):
    an_occupation(code="4-10-01-05", name="养老护理员")
    lines = [
        line(),
        line(考评职业="4-10-01-05", 考评等级="不限", 有效期至=None),
        line(姓名="方考评", 身份证号码=SECOND, 考评职业="不限", 考评等级="不限"),
    ]
    batch = applied(place, checked(place, *lines))
    assert (batch.rows_applied, batch.rows_faulty) == (3, 0)
    people = Assessor.objects.order_by("pk")
    assert [(one.name, one.engaged.lower, one.organisation) for one in people] == [
        ("郑考评", TODAY, place[0]),
        ("方考评", TODAY, place[0]),
    ]
    papers = AssessorQualification.objects.order_by("pk")
    shown = [(one.occupation and one.occupation.name, one.highest_level, one.valid.upper) for one in papers]
    assert shown == [
        ("家政服务员", 3, date(2028, 1, 1)),
        ("养老护理员", None, None),
        (None, None, date(2028, 1, 1)),
    ]
    # The same lines again, in another file: all are on record.
    again = checked(place, *lines, line(考评职业="养老护理员", 考评等级="不限", 发证日期="2026-01-01", 有效期至=None))
    assert again.rows_known == 3


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"身份证号码": FIRST[:-1]}, "id_number"),
        ({"考评职业": "母婴护理员"}, "not_listed"),
        ({"考评等级": "一级"}, "level_not_in_standard"),
        ({"考评等级": "最高"}, "not_listed"),
        ({"有效期至": "2024-12-31"}, "end_before_start"),
        ({"发证日期": "去年"}, "date"),
    ],
)
def test_a_wrong_line_is_named_and_not_entered(place, changes, code):
    batch = checked(place, line(**changes))
    assert (codes(batch), batch.rows_faulty) == ({code}, 1)
    assert Assessor.objects.exists() is False


def test_two_lines_for_one_occupation_and_two_names_for_one_number_are_named(place):
    assert codes(checked(place, line(), line(发证日期="2025-02-01"))) == {"same_line"}
    assert codes(checked(place, line(), line(姓名="王别名", 考评职业="不限"))) == {"two_names"}


def test_somebody_on_record_gets_the_new_qualification_and_stays_one_person(place):
    assessor = an_assessor(place[0], id_number=FIRST, qualified=False)
    a_qualification(assessor, occupation=an_occupation(), highest_level=4)
    batch = applied(place, checked(place, line()))
    assert batch.rows_applied == 1
    assert Assessor.objects.count() == 1
    assert assessor.qualifications.count() == 2


def test_another_name_on_record_is_an_error(place):
    an_assessor(place[0], id_number=FIRST, name="王别名")
    assert codes(checked(place, line())) == {"name_differs"}


def test_who_was_engaged_before_comes_back_only_after_her_last_day(place):
    an_assessor(place[0], id_number=FIRST, engaged=period(SINCE, date(2026, 11, 22)))
    batch = applied(place, checked(place, line()))
    assert batch.rows_applied == 1
    assert Assessor.objects.count() == 2


def test_a_body_that_closed_brings_no_list():
    body = a_body(state=BodyState.CLOSED)
    with pytest.raises(ImportRefusedError) as refusal:
        checked((body.organisation, body_staff(body)), line())
    assert refusal.value.code == "not_registered"
    assert Assessor.objects.exists() is False
