"""What was not looked for is told: a check without its list or figure, or whose list proves nobody's absence."""

from datetime import timedelta

import pytest

from subsidies.checks.models import Finding
from subsidies.checks.selectors import blocks_not_run, unchecked_words
from subsidies.registers.models import Register
from tests.subsidies.builders import a_claim
from tests.subsidies.checks.builders import a_class_claim_of, a_register, listed, run_over, trained
from tests.workers.builders import TODAY

pytestmark = pytest.mark.django_db
OLD = TODAY - timedelta(days=36)


def states(claim):
    return {one.code: one.state for one in blocks_not_run([claim.pk]).get(claim.pk, ())}


def test_with_every_list_and_figure_nothing_is_left_out(every_register):
    claim = a_claim()
    run_over(claim)
    assert blocks_not_run([claim.pk]) == {}


def test_what_could_stop_a_claim_and_did_not_run_is_named_with_its_reason(every_register):
    Register.objects.filter(kind="custody").update(state="withdrawn")
    Register.objects.filter(kind="death").update(as_of=OLD)
    Register.objects.filter(kind="student").update(is_partial=True)
    Register.objects.filter(kind="registration").update(state="withdrawn")  # only warns
    claim = a_claim()
    run_over(claim)
    assert states(claim) == {"custody": "no_register", "dead": "old_register", "student": "partial_register"}
    words = unchecked_words(blocks_not_run([claim.pk])[claim.pk])
    assert "服刑期间上课、取证或申领，原因：没有“服刑”名册" in words
    assert f"“死亡登记”名册截至 {OLD.isoformat()}，数据旧了" in words
    assert "“在校学生学籍”名册不完整" in words


def test_without_the_figure_of_their_age_no_list_is_relied_on():
    enrolment = trained()
    listed("pension", enrolment.worker, TODAY)
    claim = a_class_claim_of(enrolment)
    run_over(claim)
    assert states(claim)["pension"] == "no_figure"
    assert Finding.objects.get(claim=claim, check_code="pension").state == "open"


def test_the_last_run_counts(every_register):
    claim = a_claim()
    Register.objects.filter(kind="custody").update(state="withdrawn")
    run_over(claim)
    assert states(claim) == {"custody": "no_register"}
    Register.objects.filter(kind="custody").update(state="in_force")
    run_over(claim)
    assert states(claim) == {}


def test_an_old_list_still_finds_who_is_in_it_and_takes_nothing_back(every_register):
    enrolment = trained()
    listed("pension", enrolment.worker, TODAY)
    claim = a_class_claim_of(enrolment)
    Register.objects.filter(kind="pension").update(as_of=OLD)
    run_over(claim)
    finding = Finding.objects.get(claim=claim, check_code="pension")
    assert finding.state == "open"
    Register.objects.filter(kind="pension").update(state="replaced")
    a_register("pension", as_of=OLD)  # without her
    run_over(claim)
    finding.refresh_from_db()
    assert finding.state == "open"
    Register.objects.filter(kind="pension").update(as_of=TODAY)
    run_over(claim)
    finding.refresh_from_db()
    assert finding.state == "gone"
