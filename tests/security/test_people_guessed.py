"""An employer that knows a name and a birthday cannot try out the rest of the number."""

import pytest
from django.urls import reverse

from subsidies.awards.models import AwardFiling
from tests.courses.builders import an_occupation
from tests.portal.people import signed_in
from tests.subsidies.awards.builders import a_programme, an_employer, staff_of
from tests.subsidies.builders import a_claimant, a_level_certificate
from tests.workers.builders import NOW, an_id_number


@pytest.mark.django_db
def test_an_employer_finds_out_no_number_by_trying(time_machine):
    time_machine.move_to(NOW, tick=False)
    programme, employer, worker = a_programme(), an_employer(), a_claimant()
    certificate = a_level_certificate(worker)
    client = signed_in(staff_of(employer))
    right = {
        "name": worker.name, "id_number": worker.id_number, "grade": "level5", "post": "护理员",
        "certificate_number": certificate.number, "started_on": "2025-11-10",
    }  # fmt: skip
    door = reverse("award_filing_new", args=[programme.pk])
    appointing = {
        "name": worker.name, "kind": "post", "occupation": an_occupation().pk, "post": "护理员", "basis": "示例",
        "starts_on": "2026-01-01",
    }  # fmt: skip
    for sequence in range(1, 16):
        guess = client.post(door, right | {"id_number": an_id_number(sequence=900 + sequence)})
        assert "没有找到姓名和身份证号码都一致" in guess.content.decode()
    for sequence in range(5):
        guess = client.post(
            reverse("talent_appointment_new"), appointing | {"id_number": an_id_number(sequence=950 + sequence)}
        )
        assert "没有找到姓名和身份证号码都一致" in guess.content.decode()
    answer = client.post(door, right)
    assert (answer.status_code, AwardFiling.objects.count()) == (422, 0)
    assert "次数太多" in answer.content.decode()
    assert signed_in(staff_of(an_employer())).post(door, right).status_code == 302
