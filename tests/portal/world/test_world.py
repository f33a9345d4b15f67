"""The city that has worked for a year: the same for the same seed, something in every state, and books that balance."""

from collections import Counter
from datetime import date, timedelta
from itertools import islice
from random import Random

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.db.models import Sum

from certifications.certificates.models import LevelCertificate, TrainingCertificate
from certifications.scoring.models import Result
from courses.attendance.models import Attendance, AttendanceEvent
from courses.classes.models import ClassRun, Enrolment
from foundation.calendar.working_days import working_calendar
from foundation.outbox.models import OutboxMessage
from foundation.sms.models import SmsMessage
from portal.operations.models import Stamp
from portal.operations.services import base_load, year_load
from portal.sign_in.demo import demo_accounts_load
from portal.world.loading import Size, world_load
from portal.world.people import people
from subsidies.awards.models import AwardFiling
from subsidies.claims.models import Claim, ClaimAppeal, ClaimDecision, ClaimEvent
from subsidies.claims.states import MONEY_LIES, ClaimState
from subsidies.ledger.models import Account, Entry
from subsidies.notices.models import Objection
from subsidies.payments.models import BankReturn
from subsidies.schemes.base_loading import schemes_demo_load
from workers.models import Worker

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)
SMALL = Size(workers=72, schools=2, in_a_class=(9, 12), levels=44, awards=2, between_rounds=timedelta(days=400))
WORKED = {"pass_intake", "pass_review", "refuse", "return", "publish", "batch", "send", "pay", "bounce"}


@pytest.fixture
def ground(monkeypatch, tmp_path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr("portal.sign_in.demo.demo_accounts_file", lambda: tmp_path / "accounts.json")
    base_load(on=TODAY)
    demo_accounts_load(on=TODAY, explicit=True)
    schemes_demo_load(on=TODAY)


def told() -> dict[str, object]:
    """What a world consists of, without the numbers that sequences give."""
    people = {worker.pk: worker.id_number for worker in Worker.objects.all()}
    claims = Claim.objects.order_by("pk").values_list("worker", "state", "amount_fen", "submitted_on", "paid_on")
    return {
        "people": sorted((one.id_number, one.name, one.identity_state, one.district_code, one.birth_year)
                         for one in Worker.objects.all()),
        "classes": list(ClassRun.objects.order_by("pk").values_list("name", "state", "starts_on", "ends_on")),
        "enrolments": sorted(Enrolment.objects.values_list("class_run__name", "state", "end_reason")),
        "attendance": sorted(Counter(Attendance.objects.values_list("session__starts_at", "state")).items()),
        "results": [(people[pk], *rest) for pk, *rest in
                    Result.objects.order_by("pk").values_list("candidate__worker", "outcome", "marks")],
        "certificates": [(people[pk], day) for pk, day in
                         TrainingCertificate.objects.order_by("pk").values_list("worker", "issued_on")],
        "levels": list(LevelCertificate.objects.order_by("pk").values_list("number", "issued_on")),
        "claims": [(people[pk], *rest) for pk, *rest in claims],
        "moves": list(ClaimEvent.objects.order_by("pk").values_list("action", "reason", "at")),
    }  # fmt: skip


def test_a_small_year_has_something_in_every_state_balances_and_is_the_same_again(ground):
    with transaction.atomic():
        world_load(on=TODAY, size=SMALL, seed=7)
        connection.check_constraints()
        first = told()
        _everything_happens()
        _balanced()
        _honestly_made()
        transaction.set_rollback(True)
    world_load(on=TODAY, size=SMALL, seed=7)
    again = told()
    for part, content in first.items():
        assert content == again[part], part


def test_another_seed_makes_other_people():
    crowds = [[one.id_number for one in islice(people(Random(seed), on=TODAY), 300)] for seed in (7, 8)]
    assert crowds[0] != crowds[1]
    assert all(len(set(crowd)) == 300 for crowd in crowds)


def _everything_happens() -> None:
    """Every state of a claim, the ends of a class, failures of people and of banks."""
    states = Counter(Claim.objects.values_list("state", flat=True))
    assert set(states) == set(ClaimState), states
    assert set(ClassRun.objects.values_list("state", flat=True)) >= {"closed", "cancelled", "refused"}
    outcomes = Counter(Result.objects.values_list("outcome", flat=True))
    assert outcomes["failed"] >= 1
    assert outcomes["passed"] > outcomes["failed"]
    assert Enrolment.objects.filter(state="dropped").exclude(end_reason="").exists()
    assert Objection.objects.filter(state="open").count() == 1
    assert BankReturn.objects.filter(failed_count__gt=0).exists()
    assert set(Claim.objects.values_list("channel", flat=True)) == {"self", "counter", "school"}
    assert AwardFiling.objects.filter(state="accepted").exists()
    assert Worker.objects.filter(talent__isnull=False).exists()


def _balanced() -> None:
    """The ledger sums to nought, and each claim's money lies where its state says."""
    assert Entry.objects.aggregate(total=Sum("amount_fen"))["total"] == 0
    for place in ("committed", "in_transit", "paid"):
        there = Account.objects.filter(kind=place).aggregate(total=Sum("balance_fen"))["total"] or 0
        lying = [state for state, where in MONEY_LIES.items() if where == place]
        owed = Claim.objects.filter(state__in=lying).aggregate(total=Sum("amount_fen"))["total"] or 0
        assert there == owed, place


def _honestly_made() -> None:
    """Everything has its event, its decision and two pairs of eyes; offices rest at weekends; nothing lies ahead."""
    assert Attendance.objects.count() == AttendanceEvent.objects.count()
    sent = Claim.objects.exclude(state=ClaimState.DRAFT)
    assert not sent.exclude(pk__in=ClaimDecision.objects.values("claim")).exists()
    for claim in Claim.objects.exclude(review_by=None):
        assert len({claim.created_by_id, claim.intake_by_id, claim.review_by_id}) == 3
    calendar = working_calendar()
    for action, at in ClaimEvent.objects.filter(action__in=WORKED).values_list("action", "at"):
        assert calendar.answer(at.date()).working, (action, at)
    assert not ClaimEvent.objects.filter(at__date__gte=TODAY).exists()
    assert not ClaimAppeal.objects.filter(made_at__date__gte=TODAY).exists()
    assert all(one.id_number.startswith("350201") for one in Worker.objects.all())
    assert all(one.contact_phone.startswith("1990000") for one in Worker.objects.all() if one.contact_phone)
    assert set(SmsMessage.objects.values_list("state", flat=True)) == {"delivered"}
    assert not OutboxMessage.objects.filter(topic="sms/1").exclude(state="delivered").exists()


def test_the_year_is_loaded_once(ground, monkeypatch):
    loaded = []
    monkeypatch.setattr("portal.operations.services.world_load", lambda *, on, size: loaded.append((on, size)))
    assert year_load(on=TODAY) is True
    assert year_load(on=TODAY + timedelta(days=3)) is False
    assert loaded == [(TODAY, None)]
    assert Stamp.objects.get(name="year").value == "2026-11-23"


def test_the_small_demonstration_stays_small_unless_a_year_is_asked_for(monkeypatch):
    asked = []
    command = "portal.operations.management.commands.demo_load"
    monkeypatch.setattr(f"{command}.demo_load", lambda *, on, with_year, workers: asked.append((with_year, workers)))
    call_command("demo_load", verbosity=0)
    call_command("demo_load", year=True, workers=3000, verbosity=0)
    assert asked == [(False, None), (True, 3000)]
