"""The lines of a file: dates that can be, overlaps that cannot, and who vouches for what."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from tests.workers.builders import NOW, TODAY, a_worker, an_account, an_id_number, an_officer
from tests.workers.test_files import A_PDF
from workers.errors import WorkerError
from workers.models import Education, Employment, InsuredMonth, PersonGroup, WorkerGroup
from workers.selectors import dossier_of, person_group_named, workers_found, workers_visible_to
from workers.services import (
    JobEntry,
    SchoolEntry,
    card_set,
    contact_set,
    education_add,
    education_change,
    employment_add,
    employment_change,
    group_add,
    insured_months_record,
    line_confirm,
    line_end,
    line_withdraw,
)
from workers.states import Standing

pytestmark = pytest.mark.django_db
CODE = "91110000600037341L"


@pytest.fixture
def worker():
    return a_worker(id_number=an_id_number(born=date(1980, 2, 29)), verified=True)


def a_job(worker, starts_on=date(2020, 1, 1), ends_on=None, *, actor=None, name="示例家政公司", code="", **more):
    return employment_add(
        worker_id=worker.pk,
        entry=JobEntry(name, "月嫂", "labour", starts_on, ends_on, code),
        actor=actor or worker.user,
        at=NOW,
        **more,
    )


def _refused(code, call, *models):
    before = [model.objects.count() for model in (*models, AuditEvent)]
    with pytest.raises(WorkerError) as refusal:
        call()
    assert refusal.value.code == code
    assert [model.objects.count() for model in (*models, AuditEvent)] == before


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "code"),
    [
        (date(1996, 2, 29), None, ""),
        (date(1996, 2, 28), None, "too_young"),
        (TODAY, None, ""),
        (date(2026, 11, 24), None, "starts_in_future"),
        (date(2020, 1, 1), date(2019, 12, 31), "end_before_start"),
        (date(2020, 1, 1), date(2020, 1, 1), ""),
    ],
)
def test_a_job_has_possible_dates(worker, starts_on, ends_on, code):
    if code:
        _refused(code, lambda: a_job(worker, starts_on, ends_on), Employment)
    else:
        assert a_job(worker, starts_on, ends_on).standing == Standing.DECLARED


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "overlaps"),
    [
        (date(2020, 6, 30), None, True),
        (date(2019, 1, 1), date(2020, 1, 1), True),
        (date(2020, 7, 1), None, False),
        (date(2019, 1, 1), date(2019, 12, 31), False),
    ],
)
def test_one_employer_stands_once_a_day(worker, starts_on, ends_on, overlaps):
    a_job(worker, date(2020, 1, 1), date(2020, 6, 30), code=CODE)
    if overlaps:
        _refused("overlap", lambda: a_job(worker, starts_on, ends_on, code=CODE, name="另一写法"), Employment)
    else:
        a_job(worker, starts_on, ends_on, code=CODE)


def test_two_employers_at_once_are_allowed_and_flagged(worker):
    first, second = a_job(worker, name="甲家政"), a_job(worker, date(2021, 1, 1), name="乙家政")
    past = a_job(worker, date(2010, 1, 1), date(2010, 5, 1), name="丙家政")
    assert dossier_of(worker, worker.user).overlapping_jobs == {first.pk, second.pk}
    assert past.pk not in dossier_of(worker, worker.user).overlapping_jobs


@pytest.mark.parametrize(("code", "refused"), [("91110000600037341A", True), (CODE.lower(), False), ("", False)])
def test_an_employers_code_is_checked(worker, code, refused):
    if refused:
        _refused("credit_code_invalid", lambda: a_job(worker, code=code), Employment)
    else:
        assert a_job(worker, code=code).employer_credit_code == code.upper()


def test_a_withdrawn_line_stays_and_makes_room(worker):
    job = a_job(worker)
    line_withdraw(kind="employment", line_id=job.pk, reason="填错了", actor=worker.user, at=NOW)
    assert dossier_of(worker, worker.user).employments == []
    assert a_job(worker).pk != job.pk
    with pytest.raises(WorkerError):
        employment_change(employment_id=job.pk, entry=JobEntry("x", "y", "labour", TODAY), actor=worker.user, at=NOW)


def test_a_group_is_named_once_a_day_for_one_worker(worker):
    def add(code, starts_on, ends_on=None):
        return group_add(
            worker_id=worker.pk, group_code=code, starts_on=starts_on, ends_on=ends_on, actor=worker.user, at=NOW
        )

    add("rural_transfer", date(2024, 1, 1), date(2024, 12, 31))
    add("rural_transfer", date(2025, 1, 1))
    add("disabled", date(2024, 6, 1))
    _refused("overlap", lambda: add("rural_transfer", date(2024, 12, 31)), WorkerGroup)
    assert [line.group.code for line in dossier_of(worker, worker.user).groups].count("rural_transfer") == 2


def test_the_database_itself_refuses_the_overlap(worker):
    group = PersonGroup.objects.get(code="disabled")
    facts = {"worker": worker, "group": group, "entered_at": NOW, "source": "x"}
    WorkerGroup.objects.create(effective=period(date(2024, 1, 1)), **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkerGroup.objects.create(effective=period(date(2025, 1, 1)), **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkerGroup.objects.create(effective=period(None, date(2020, 1, 1)), **facts)
    with pytest.raises(IntegrityError), transaction.atomic():
        WorkerGroup.objects.create(effective=period(date(2010, 1, 1), date(2011, 1, 1)), standing="guaranteed", **facts)


def test_a_group_that_policy_no_longer_names_is_not_taken(worker):
    PersonGroup.objects.filter(code="veteran").update(effective=period(date(2020, 1, 1), date(2025, 12, 31)))
    for code, starts_on in (("veteran", date(2026, 1, 1)), ("no-such", date(2026, 1, 1))):
        _refused(
            "group_unknown",
            lambda c=code, s=starts_on: group_add(
                worker_id=worker.pk, group_code=c, starts_on=s, actor=worker.user, at=NOW
            ),
            WorkerGroup,
        )


def test_a_false_paper_adds_no_group(worker):
    def add(data):
        return group_add(
            worker_id=worker.pk,
            group_code="disabled",
            starts_on=date(2024, 1, 1),
            actor=worker.user,
            at=NOW,
            evidence=SimpleUploadedFile("proof.pdf", data),
        )

    _refused("file_kind", lambda: add(b"not a pdf at all"), WorkerGroup)
    assert add(A_PDF).evidence.name.endswith(".pdf")


@pytest.mark.parametrize(
    ("word", "code", "is_exact"),
    [
        ("农村转移就业劳动者", "rural_transfer", True),
        ("农村转移就业劳动力", "rural_transfer", False),
        ("农民工", "rural_transfer", False),
        (" 农村 劳动力 ", "rural_transfer", False),
        ("企业职工", "enterprise_employee", True),
        ("随便写的", None, None),
    ],
)
def test_other_words_for_a_group_are_proposals(word, code, is_exact):
    match = person_group_named(word, on=TODAY)
    assert (match.group.code, match.is_exact) == (code, is_exact) if code else match is None


def test_every_group_says_where_it_comes_from():
    assert PersonGroup.objects.count() == 10
    assert PersonGroup.objects.exclude(source="").count() == 10
    assert "厦门市没有" in PersonGroup.objects.get(code="poverty_monitored").note


def test_an_officer_vouches_with_a_reason_and_nobody_vouches_for_herself(worker):
    job, officer = a_job(worker), an_officer()
    for who in (worker.user, an_officer(Role.OFFICER_FINANCE), an_officer(Role.AUDITOR)):
        with pytest.raises(PermissionDenied):
            line_confirm(kind="employment", line_id=job.pk, reason="合同", actor=who, at=NOW)
    with pytest.raises(WorkerError):
        line_confirm(kind="employment", line_id=job.pk, reason=" ", actor=officer, at=NOW)
    job.refresh_from_db()
    assert job.standing == Standing.DECLARED
    line_confirm(kind="employment", line_id=job.pk, reason="看过劳动合同", actor=officer, at=NOW)
    job.refresh_from_db()
    assert (job.standing, job.confirmed_by, job.confirmed_reason) == ("guaranteed", officer, "看过劳动合同")


def test_a_guaranteed_line_is_not_changed_by_its_owner(worker):
    job = a_job(worker, actor=an_officer(), guaranteed_by="劳动合同原件")
    entry = JobEntry("别的公司", "月嫂", "labour", date(2020, 1, 1))
    _refused(
        "guaranteed",
        lambda: employment_change(employment_id=job.pk, entry=entry, actor=worker.user, at=NOW),
        Employment,
    )
    for call in (
        lambda: line_end(kind="employment", line_id=job.pk, ends_on=TODAY, actor=worker.user, at=NOW),
        lambda: line_withdraw(kind="employment", line_id=job.pk, reason="x", actor=worker.user, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            call()
    job.refresh_from_db()
    assert (job.employer_name, job.withdrawn_at, job.effective.upper) == ("示例家政公司", None, None)


def test_a_stranger_changes_nothing_in_anothers_file(worker):
    stranger = an_account()
    job = a_job(worker)
    for call in (
        lambda: a_job(worker, actor=stranger, name="另一家"),
        lambda: line_end(kind="employment", line_id=job.pk, ends_on=TODAY, actor=stranger, at=NOW),
        lambda: card_set(worker_id=worker.pk, account="9900003170669074395", actor=stranger, at=NOW),
        lambda: contact_set(worker_id=worker.pk, district_code="350203", actor=stranger, at=NOW),
    ):
        with pytest.raises(PermissionDenied):
            call()
    worker.refresh_from_db()
    assert (worker.social_security_card, worker.district_code, worker.employments.count()) == ("", "", 1)


def test_schooling_is_added_changed_and_ended(worker):
    line = education_add(
        worker_id=worker.pk,
        entry=SchoolEntry("junior", "同安一中", date(1992, 9, 1), date(1995, 7, 1)),
        actor=worker.user,
        at=NOW,
    )
    education_change(
        education_id=line.pk,
        entry=SchoolEntry("junior", "同安二中", date(1992, 9, 1), None),
        actor=worker.user,
        at=NOW,
    )
    line_end(kind="education", line_id=line.pk, ends_on=date(1995, 6, 30), actor=worker.user, at=NOW)
    line.refresh_from_db()
    assert (line.school, line.effective.upper) == ("同安二中", date(1995, 7, 1))
    _refused(
        "before_birth",
        lambda: education_add(
            worker_id=worker.pk, entry=SchoolEntry("junior", "x", date(1981, 1, 1)), actor=worker.user, at=NOW
        ),
        Education,
    )


def test_an_insured_month_counts_once(worker):
    officer = an_officer()
    months = [date(2026, 1, 1), date(2026, 2, 15), date(2026, 2, 1)]

    def record(months, actor=officer):
        return insured_months_record(
            worker_id=worker.pk, kind="pension", months=months, source="社保系统", actor=actor, at=NOW
        )

    assert record(months) == 2
    assert record(months) == 0
    assert dossier_of(worker, worker.user).insured_months == {"养老保险": 2}
    _refused("month_in_future", lambda: record([date(2026, 12, 1)]), InsuredMonth)
    _refused("too_young", lambda: record([date(1995, 12, 1)]), InsuredMonth)
    with pytest.raises(PermissionDenied):
        record([date(2026, 3, 1)], actor=worker.user)
    with pytest.raises(IntegrityError), transaction.atomic():
        InsuredMonth.objects.create(worker=worker, month=date(2026, 4, 2), kind="pension", source="x", recorded_at=NOW)


def test_a_card_number_that_fails_its_check_is_not_kept(worker):
    with pytest.raises(WorkerError):
        card_set(worker_id=worker.pk, account="9900003170669074394", actor=worker.user, at=NOW)
    card_set(worker_id=worker.pk, account=" 9900 0031 7066 9074395", actor=worker.user, at=NOW)
    worker.refresh_from_db()
    assert worker.social_security_card == "9900003170669074395"
    assert worker.masked_card == "***************4395"


@pytest.mark.parametrize(
    ("role", "sees_all"),
    [
        (Role.OFFICER_INTAKE, True),
        (Role.OFFICER_REVIEW, True),
        (Role.OFFICER_FINANCE, True),
        (Role.OFFICER_INSPECTION, True),
        (Role.AUDITOR, True),
        (Role.OFFICER_POLICY, False),
        (Role.ADMINISTRATOR, False),
        (Role.SCHOOL_STAFF, False),
        (Role.TEACHER, False),
    ],
)
def test_who_sees_the_files(worker, role, sees_all):
    viewer = an_officer(role)
    assert workers_visible_to(viewer, on=TODAY).count() == (1 if sees_all else 0)
    assert workers_found(viewer, worker.id_number.lower(), on=TODAY).count() == (1 if sees_all else 0)
    assert workers_visible_to(worker.user, on=TODAY).get() == worker
    assert workers_visible_to(an_account(), on=TODAY).exists() is False
