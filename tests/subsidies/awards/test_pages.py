"""The pages of awards and of the register: each role reads what is its own."""

import csv

import pytest
from django.urls import reverse

from certifications.talent.selectors import talent_of
from certifications.talent.services import contribution_add
from certifications.talent.states import HIGH_SKILL_LEVEL
from foundation.accounts.states import Role
from foundation.policy.states import Unit
from foundation.policy.values import fen_text
from subsidies.awards.models import AwardFiling, EmployerMandate
from subsidies.claims.services.awarding import awards_claim_due
from tests.portal.people import person, signed_in
from tests.subsidies.awards.builders import a_draft, a_programme, agreed, an_accepted, an_employer, insured, staff_of
from tests.subsidies.awards.test_paying import STARTED
from tests.subsidies.builders import a_claimant, a_figure, a_level_certificate
from tests.workers.builders import NOW
from workers.services import SkillEntry, skill_record_write
from workers.states import AccountProof, SkillKind

pytestmark = pytest.mark.django_db


@pytest.fixture
def served(settings):
    worker, employer = a_claimant(), an_employer()
    insured(worker, employer, STARTED.replace(day=1), 13)
    filing = an_accepted(worker, employer=employer, started_on=STARTED)
    awards_claim_due(at=NOW)
    return filing


def read(client, name, *args, status=200):
    answer = client.get(reverse(name, args=args))
    assert answer.status_code == status, answer.content.decode()[:500]
    return answer.content.decode()


def test_an_employer_walks_from_the_programme_to_sending():
    programme, worker, employer = a_programme(), a_claimant(), an_employer()
    certificate = a_level_certificate(worker)
    desk = signed_in(staff_of(employer))
    assert programme.name in read(desk, "award_programmes")
    form = {
        "name": worker.name, "id_number": worker.id_number, "grade": "level5", "post": "护理员",
        "certificate_number": certificate.number, "started_on": "2025-11-10",
    }  # fmt: skip
    read(desk, "award_filing_new", programme.pk)
    wrong = desk.post(reverse("award_filing_new", args=[programme.pk]), form | {"name": "王梅"})
    assert (wrong.status_code, AwardFiling.objects.count()) == (422, 0)
    assert desk.post(reverse("award_filing_new", args=[programme.pk]), form).status_code == 302
    filing = AwardFiling.objects.get()
    page = read(desk, "award_filing", filing.pk)
    assert worker.social_security_card not in page
    assert worker.name not in page
    agreed(filing)
    desk.post(reverse("award_filing_step", args=[filing.pk, "send"]))
    filing.refresh_from_db()
    assert filing.state == "filed"
    office = signed_in(person(Role.OFFICER_INTAKE))
    assert "受理" in read(office, "award_filing", filing.pk)
    office.post(reverse("award_filing_accept", args=[filing.pk]))
    filing.refresh_from_db()
    assert filing.state == "accepted"


def test_another_employer_finds_nothing(served):
    stranger = signed_in(staff_of(an_employer()))
    for name in ("award_filing", "award_filing_edit", "award_filing_left", "award_filing_service"):
        read(stranger, name, served.pk, status=404)
    assert served.number not in read(stranger, "award_filings")


def test_she_reads_what_was_filed_and_why_a_part_is_not_due(served):
    page = read(signed_in(served.worker.user), "my_money")
    assert served.employer.name in page
    assert "还差 11 个月" in page
    assert "5,000 元" in page


def test_she_answers_an_employer_on_her_own_page():
    filing = a_draft()
    agreed(filing)
    client, mandate = signed_in(filing.worker.user), EmployerMandate.objects.get()
    assert filing.employer.name in read(client, "my_award_mandates")
    read(client, "my_award_mandate", mandate.pk)
    client.post(reverse("my_award_mandate_answer", args=[mandate.pk]), {"answer": "back"})
    mandate.refresh_from_db()
    assert mandate.state == "withdrawn"
    read(signed_in(a_claimant().user), "my_award_mandate", mandate.pk, status=404)


def test_the_officer_sees_the_filing_beside_the_claim(served):
    claim = served.instalments.get(number=1).claims.get()
    page = read(signed_in(person(Role.OFFICER_INTAKE)), "review_claim", claim.pk)
    assert served.number in page
    assert served.employer.name in page


def test_her_entry_of_the_register_and_the_offices_list():
    a_figure(HIGH_SKILL_LEVEL, 3, unit=Unit.LEVEL)
    worker = a_claimant()
    entry = SkillEntry(
        kind=SkillKind.LEVEL_CERTIFICATE, title="家政服务员 三级", issued_on=STARTED, issuer_name="示例", source="示例",
        occupation_code="4-10-01-06", occupation_name="家政服务员", level=3, number="S3", confirmed_at=NOW,
    )  # fmt: skip
    skill_record_write(worker=worker, reference="example:1", entry=entry, actor=None, at=NOW)
    record = talent_of(worker)
    contribution_add(record_id=record.pk, kind="honour", title="先进个人", on=STARTED, actor=worker.user, at=NOW)
    hers = signed_in(worker.user)
    assert "高技能人才" in read(hers, "my_talent")
    read(hers, "my_talent_details")
    read(hers, "my_talent_contribution")
    office = signed_in(person(Role.OFFICER_REVIEW))
    listed = read(office, "talents")
    assert worker.masked_name in listed
    assert worker.name not in listed
    assert "先进个人" in read(office, "talent", record.pk)
    read(office, "talent_appointments")
    read(signed_in(person(Role.EMPLOYER_STAFF)), "talent_appointment_new")
    assert worker.account_proof != AccountProof.NONE


def test_the_list_is_taken_along_with_the_sums_in_yuan(served):
    officer = signed_in(person(Role.OFFICER_FINANCE))
    answer = officer.post("/awards/filings/export/", {"purpose": "对账", "format": "csv"})
    assert answer.status_code == 200
    _heads, *rows = csv.reader(answer.content.decode("utf-8-sig").splitlines())
    assert [row[-1] for row in rows] == [fen_text(filing.total_fen) for filing in AwardFiling.objects.all()]
