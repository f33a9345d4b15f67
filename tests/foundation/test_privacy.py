"""Nobody sees personal data in plain without a rule, a purpose and a record; nobody passes it on without a consent."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from foundation.accounts.models import Membership, Organisation, User
from foundation.accounts.states import OrganisationKind, Role
from foundation.audit.models import AuditEvent
from foundation.database import period
from foundation.partitions import partitioned_tables, partitions_ensure
from foundation.privacy import registry
from foundation.privacy.errors import PrivacyError
from foundation.privacy.models import AccessRecord, Consent, ConsentText
from foundation.privacy.selectors import accesses_of, consent_in_force, consents_of, refused_looks
from foundation.privacy.services import consent_grant, consent_withdraw, personal_reveal
from foundation.privacy.signals import consent_withdrawn
from foundation.privacy.states import Purpose, Through
from foundation.privacy.tasks import partitions_ensure_task

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
committing = pytest.mark.django_db(transaction=True)


def staff(role, kind=OrganisationKind.BUREAU):
    body, _ = Organisation.objects.get_or_create(name=kind, kind=kind, credit_code=kind)
    user = User.objects.create(username=role, name="王审核")
    Membership.objects.create(user=user, role=role, organisation=body, effective=period(date(2026, 1, 1)))
    return user


@pytest.fixture
def worker(db):
    return User.objects.create(username="w-1", phone="19900001234")


@pytest.fixture
def intake(db):
    return staff(Role.OFFICER_INTAKE)


@pytest.fixture(autouse=True)
def _rules(monkeypatch):
    monkeypatch.setattr(registry, "_rules", {})
    registry.revealable("accounts.user", fields={"phone"}, roles={Role.OFFICER_INTAKE})


def reveal(viewer, subject, field="phone", **values):
    wanted = {"purpose": Purpose.CONTACT, "note": "通知补充材料", "on": DAY} | values
    return personal_reveal(viewer=viewer, subject=subject, field=field, **wanted)


def looks():
    return list(AccessRecord.objects.order_by("pk").values_list("viewer__username", "fields", "is_granted"))


@committing
def test_a_look_gives_the_value_and_leaves_a_record(worker, intake):
    assert reveal(intake, worker, note="电话19900001234") == "19900001234"
    record = accesses_of(worker).get()
    assert (record.viewer, record.fields, record.purpose, record.is_granted) == (intake, ["phone"], "contact", True)
    assert record.note == "电话199****1234"
    assert (record.subject_type, record.subject_id) == ("accounts.user", str(worker.pk))


@committing
def test_a_refused_look_is_recorded_even_though_it_fails(worker):
    auditor = staff(Role.AUDITOR, OrganisationKind.AUDIT_OFFICE)
    for _ in range(3):
        with pytest.raises(PermissionDenied) as refusal:
            reveal(auditor, worker, purpose=Purpose.AUDIT)
    assert "1234" not in str(refusal.value)
    assert looks() == [(Role.AUDITOR, ["phone"], False)] * 3
    (row,) = refused_looks(since=NOON - timedelta(days=3650))
    assert (row["viewer"], row["count"]) == (auditor.pk, 3)


@pytest.mark.django_db
def test_what_no_rule_names_is_refused_to_everybody(worker, intake):
    with pytest.raises(PermissionDenied):
        reveal(intake, worker, field="password")
    assert looks() == [(Role.OFFICER_INTAKE, ["password"], False)]


@pytest.mark.django_db
def test_a_role_that_has_ended_opens_nothing(worker, intake):
    Membership.objects.filter(user=intake).update(effective=period(date(2026, 1, 1), date(2026, 3, 1)))
    with pytest.raises(PermissionDenied):
        reveal(intake, worker)
    assert reveal(intake, worker, on=date(2026, 3, 1)) == "19900001234"


@pytest.mark.django_db
def test_a_rule_may_be_limited_to_some_objects(worker):
    teacher, colleague = staff(Role.TEACHER, OrganisationKind.SCHOOL), User.objects.create(username="w-2", phone="1")
    registry.revealable(
        "accounts.User",
        fields=["phone"],
        roles=[Role.TEACHER],
        may_reveal=lambda viewer, subject, on: subject == worker,
    )
    assert reveal(teacher, worker) == "19900001234"
    with pytest.raises(PermissionDenied):
        reveal(teacher, colleague)


@pytest.mark.django_db
def test_a_look_gives_what_is_stored_not_what_the_caller_holds(worker, intake):
    worker.phone = "changed"
    assert reveal(intake, worker) == "19900001234"


@committing
def test_a_look_inside_another_transaction_is_refused_because_its_record_could_vanish(worker, intake):
    with pytest.raises(RuntimeError), transaction.atomic():
        reveal(intake, worker)
    assert looks() == []


@pytest.mark.django_db
@pytest.mark.parametrize(("field", "purpose"), [("shoe_size", Purpose.CONTACT), ("phone", "curiosity")])
def test_an_unknown_field_or_purpose_is_an_error_and_no_look(worker, intake, field, purpose):
    with pytest.raises(ValueError, match=r"shoe_size|curiosity"):
        reveal(intake, worker, field=field, purpose=purpose)
    assert looks() == []


@pytest.mark.django_db
@pytest.mark.parametrize("statement", ["UPDATE {} SET note = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
@pytest.mark.parametrize("month", [None, "2026_03", "default"])
def test_the_database_refuses_to_change_a_record_in_any_partition(worker, intake, statement, month):
    partitions_ensure("privacy_accessrecord", on=DAY, months_ahead=0)
    for year in (2026, 1999):
        record_at(worker, datetime(year, 3, 2, 4, tzinfo=UTC))
    checks_now()
    table = "privacy_accessrecord" + (f"_{month}" if month else "")
    with (
        pytest.raises(IntegrityError, match="cannot be changed or removed"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.format(table))
    assert AccessRecord.objects.count() == 2


def checks_now():
    """Run the checks that would wait for the commit: a table with waiting checks cannot be truncated at all."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def record_at(worker, moment):
    return AccessRecord.objects.create(
        viewer=worker, subject_type="a.b", subject_id="1", fields=["phone"], purpose="audit", is_granted=True, at=moment
    )


def rows_by_partition():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tableoid::regclass::text, count(*) FROM privacy_accessrecord GROUP BY 1 ORDER BY 1")
        return dict(cursor.fetchall())


@pytest.mark.django_db
def test_months_are_cut_at_midnight_in_china(worker):
    made = partitions_ensure("privacy_accessrecord", on=date(2031, 12, 31), months_ahead=1)
    assert made == ["privacy_accessrecord_2031_12", "privacy_accessrecord_2032_01"]
    record_at(worker, datetime(2031, 12, 31, 15, 59, 59, tzinfo=UTC))
    record_at(worker, datetime(2031, 12, 31, 16, tzinfo=UTC))
    assert rows_by_partition() == {"privacy_accessrecord_2031_12": 1, "privacy_accessrecord_2032_01": 1}
    assert partitions_ensure("privacy_accessrecord", on=date(2031, 12, 31), months_ahead=1) == []


@committing
def test_rows_that_came_before_their_month_are_moved_into_it(worker):
    records = [record_at(worker, datetime(2031, 12, day, 4, tzinfo=UTC)) for day in (1, 2)]
    assert rows_by_partition() == {"privacy_accessrecord_default": 2}
    assert "privacy_accessrecord_2031_12" in partitions_ensure_task()
    assert rows_by_partition() == {"privacy_accessrecord_2031_12": 2}
    assert set(AccessRecord.objects.all()) == set(records)
    with pytest.raises(IntegrityError, match="cannot be changed"):
        AccessRecord.objects.all().delete()
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute("TRUNCATE privacy_accessrecord_2031_12")
    later = record_at(worker, datetime(2031, 12, 3, 4, tzinfo=UTC))
    assert later.pk > max(record.pk for record in records)
    assert partitioned_tables() == ["privacy_accessrecord", "study_studybeat"]


@pytest.fixture
def text(db):
    return a_text(1, period(date(2026, 1, 1), date(2026, 6, 30)))


def a_text(version, effective):
    return ConsentText.objects.create(
        receiver="residency_desk", receiver_name="落户窗口", purpose="evidence_pack", purpose_name="提交落户证明材料",
        version=version, text=f"我同意……第 {version} 版", effective=effective,
    )  # fmt: skip


def in_force(worker):
    return consent_in_force(subject=worker, receiver="residency_desk", purpose="evidence_pack")


def audited():
    return list(AuditEvent.objects.order_by("pk").values_list("action", "actor__username", "on_behalf_of__username"))


@pytest.mark.django_db
def test_a_consent_is_given_to_one_wording_and_counts_once(worker, text):
    consent = consent_grant(subject=worker, text=text, actor=worker, at=NOON)
    assert consent_grant(subject=worker, text=text, actor=worker, at=NOON) == consent
    assert (in_force(worker), consent.granted_through, consent.text.text) == (consent, Through.SELF, "我同意……第 1 版")
    assert consent_in_force(subject=worker, receiver="residency_desk", purpose="other") is None
    assert audited() == [("privacy.consent.granted", "w-1", None)]


@pytest.mark.django_db
def test_a_consent_withdrawn_ends_and_the_floors_above_hear_of_it(worker, text, intake):
    consent = consent_grant(subject=worker, text=text, actor=intake, at=NOON)
    assert consent.granted_through == Through.COUNTER
    heard = []
    consent_withdrawn.connect(listener := lambda consent, **kwargs: heard.append(consent.pk))
    consent_withdraw(consent_id=consent.pk, actor=worker, at=NOON + timedelta(hours=1), reason="不再办理")
    consent_withdrawn.disconnect(listener)
    assert (heard, in_force(worker)) == ([consent.pk], None)
    assert audited() == [
        ("privacy.consent.granted", Role.OFFICER_INTAKE, "w-1"),
        ("privacy.consent.withdrawn", "w-1", None),
    ]
    with pytest.raises(PrivacyError) as refusal:
        consent_withdraw(consent_id=consent.pk, actor=worker, at=NOON + timedelta(hours=2))
    assert refusal.value.code == "withdrawn_before"
    again = consent_grant(subject=worker, text=text, actor=worker, at=NOON + timedelta(hours=3))
    assert list(consents_of(worker)) == [again, consent]


@committing
def test_a_withdrawal_that_somebody_above_cannot_carry_out_does_not_happen(worker, text):
    consent = consent_grant(subject=worker, text=text, actor=worker, at=NOON)

    def refuse(**kwargs):
        raise ZeroDivisionError

    consent_withdrawn.connect(refuse)
    with pytest.raises(ZeroDivisionError):
        consent_withdraw(consent_id=consent.pk, actor=worker, at=NOON)
    consent_withdrawn.disconnect(refuse)
    assert in_force(worker) == consent


@pytest.mark.django_db
def test_nobody_else_consents_or_withdraws_for_a_worker(worker, text):
    auditor, other = staff(Role.AUDITOR, OrganisationKind.AUDIT_OFFICE), User.objects.create(username="w-2")
    for actor in (auditor, other):
        with pytest.raises(PermissionDenied):
            consent_grant(subject=worker, text=text, actor=actor, at=NOON)
    consent = consent_grant(subject=worker, text=text, actor=worker, at=NOON)
    with pytest.raises(PermissionDenied):
        consent_withdraw(consent_id=consent.pk, actor=other, at=NOON)
    assert in_force(worker) == consent
    assert len(audited()) == 1


@pytest.mark.django_db
def test_a_wording_that_is_not_in_force_cannot_be_agreed_to(worker, text):
    with pytest.raises(PrivacyError) as refusal:
        consent_grant(subject=worker, text=text, actor=worker, at=NOON + timedelta(days=365))
    assert refusal.value.code == "text_not_in_force"
    assert (Consent.objects.count(), audited()) == (0, [])


@pytest.mark.django_db
def test_a_new_wording_takes_the_place_of_the_old_one(worker, text):
    new = a_text(2, period(date(2026, 7, 1)))
    first = consent_grant(subject=worker, text=text, actor=worker, at=NOON)
    at = datetime(2026, 7, 2, 4, tzinfo=UTC)
    second = consent_grant(subject=worker, text=new, actor=worker, at=at)
    first.refresh_from_db()
    assert (in_force(worker), first.withdrawn_at) == (second, at)
    assert [action for action, *_ in audited()] == ["privacy.consent.granted", "privacy.consent.renewed"]


@pytest.mark.django_db
def test_a_wording_is_frozen_once_somebody_agreed_but_may_end(worker, text):
    text.text = "我同意……改"
    text.save()
    consent_grant(subject=worker, text=text, actor=worker, at=NOON)
    text.effective = period(date(2026, 1, 1), date(2026, 4, 30))
    text.save()
    text.text = "我同意一切"
    with pytest.raises(IntegrityError, match="cannot be changed"), transaction.atomic():
        text.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        a_text(2, period(date(2026, 4, 1)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM privacy_consent", "TRUNCATE privacy_consent CASCADE",
        "UPDATE privacy_consent SET granted_at = now()", "UPDATE privacy_consent SET receiver = 'x'",
    ],
)  # fmt: skip
def test_the_database_lets_a_consent_only_be_withdrawn(worker, text, statement):
    consent = consent_grant(subject=worker, text=text, actor=worker, at=NOON)
    checks_now()
    with pytest.raises(IntegrityError, match="only be withdrawn"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert in_force(worker) == consent


@pytest.mark.django_db
def test_the_database_refuses_a_second_live_consent(worker, text):
    consent = consent_grant(subject=worker, text=text, actor=worker, at=NOON)
    consent.pk = None
    with pytest.raises(IntegrityError, match="consent_is_given_once"), transaction.atomic():
        consent.save(force_insert=True)
