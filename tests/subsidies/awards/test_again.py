"""A part whose claim was taken back is claimed for once more; a claim that came back is put right by the employer."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from foundation.accounts.models import User
from foundation.accounts.states import Role
from foundation.policy.states import Unit
from subsidies.awards.models import EmployerMandate
from subsidies.awards.services import filing_cancel, mandate_withdraw
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import Claim
from subsidies.claims.selectors.claims import award_claims_returned
from subsidies.claims.services import claim_account_repair, claim_resubmit, claim_withdraw
from subsidies.claims.services.awarding import award_claim_again
from tests.portal.people import signed_in
from tests.subsidies.awards.builders import a_returned_claim, a_served, a_withdrawn_part, an_employer, staff_of
from tests.subsidies.builders import a_claimant, a_figure, an_officer_of
from tests.workers.builders import NOW, TODAY

pytestmark = pytest.mark.django_db


def taken_back(worker) -> None:
    mandate = EmployerMandate.objects.get(worker=worker)
    mandate_withdraw(mandate_id=mandate.pk, actor=worker.user, at=NOW)


@pytest.mark.parametrize("who", ["herself", "employer", "counter"])
def test_a_withdrawn_part_is_claimed_again_once(who):
    part = a_withdrawn_part()
    filing = part.filing
    actor: User = {
        "herself": lambda: filing.worker.user,
        "employer": lambda: staff_of(filing.employer),
        "counter": lambda: an_officer_of(Role.OFFICER_INTAKE),
    }[who]()
    claim = award_claim_again(instalment_id=part.pk, actor=actor, at=NOW)
    assert award_claim_again(instalment_id=part.pk, actor=actor, at=NOW) == claim
    part.refresh_from_db()
    assert (part.state, part.claim_number, part.amount_fen) == ("claimed", claim.number, 500_000)
    assert (claim.state, claim.channel, claim.created_by) == ("submitted", "employer", actor)
    assert claim.events.get().party == ("employer" if who == "employer" else "claimant")
    assert list(Claim.objects.order_by("pk").values_list("state", flat=True)) == ["withdrawn", "submitted"]


def test_nobody_else_claims_it_again():
    part = a_withdrawn_part()
    strangers = [a_claimant().user, staff_of(an_employer()), an_officer_of(Role.OFFICER_REVIEW)]
    for actor in strangers:
        with pytest.raises(PermissionDenied):
            award_claim_again(instalment_id=part.pk, actor=actor, at=NOW)
    taken_back(part.filing.worker)
    with pytest.raises(PermissionDenied):
        award_claim_again(instalment_id=part.pk, actor=staff_of(part.filing.employer), at=NOW)
    part.refresh_from_db()
    assert (part.state, Claim.objects.count()) == ("withdrawn", 1)


def test_what_was_not_taken_back_is_not_claimed_again():
    filing = a_served()
    part = filing.instalments.get(number=1)
    with pytest.raises(ClaimError) as refusal:
        award_claim_again(instalment_id=part.pk, actor=filing.worker.user, at=NOW)
    assert (refusal.value.code, Claim.objects.count()) == ("not_withdrawn", 0)


def test_after_a_mistaken_filing_nothing_is_claimed_again():
    part = a_withdrawn_part()
    officer = an_officer_of(Role.OFFICER_REVIEW)
    filing_cancel(filing_id=part.filing_id, reason="申报有误", actor=officer, at=NOW)
    with pytest.raises(ClaimError) as refusal:
        award_claim_again(instalment_id=part.pk, actor=part.filing.worker.user, at=NOW)
    assert (refusal.value.code, Claim.objects.count()) == ("not_withdrawn", 1)


def test_once_the_time_for_claiming_is_over_it_is_too_late():
    part = a_withdrawn_part()
    a_figure("example.award.claim_window", 6, unit=Unit.MONTH)
    with pytest.raises(ClaimError):
        award_claim_again(instalment_id=part.pk, actor=part.filing.worker.user, at=NOW + timedelta(days=400))
    part.refresh_from_db()
    assert (part.state, Claim.objects.count()) == ("withdrawn", 1)


def test_the_buttons_stand_on_her_page_and_on_the_employers():
    part = a_withdrawn_part()
    filing = part.filing
    hers, staff = signed_in(filing.worker.user), signed_in(staff_of(filing.employer))
    money = hers.get(reverse("my_money")).content.decode()
    desk = staff.get(reverse("award_filing", args=[filing.pk])).content.decode()
    for page, name in ((money, "my_award_again"), (desk, "award_again")):
        form = page.split(f'action="{reverse(name, args=[part.pk])}"')[1].split("</form>")[0]
        assert "csrfmiddlewaretoken" in form
    answer = hers.post(reverse("my_award_again", args=[part.pk]))
    claim = Claim.objects.get(state="submitted")
    assert answer.url == reverse("my_claim", args=[claim.pk])
    claim_withdraw(claim_id=claim.pk, actor=filing.worker.user, at=timezone.now())
    assert staff.post(reverse("award_again", args=[part.pk])).url == reverse("award_filing", args=[filing.pk])
    assert Claim.objects.filter(state="submitted").count() == 1
    page = staff.get(reverse("award_filing", args=[filing.pk])).content.decode()
    assert reverse("award_again", args=[part.pk]) not in page


def test_the_employer_puts_a_returned_claim_right():
    claim = a_returned_claim()
    staff = staff_of(claim.award_instalment.filing.employer)
    client = signed_in(staff)
    page = client.get(reverse("award_claims")).content.decode()
    assert "合同照片看不清" in page
    assert claim.worker.name not in page
    form = client.get(reverse("award_correct", args=[claim.pk])).content.decode()
    assert "合同照片看不清" in form
    assert claim.account[-4:] not in form
    answer = client.post(reverse("award_correct", args=[claim.pk]), {"answer": "重新拍了合同"})
    assert answer.url == reverse("award_filing", args=[claim.award_instalment.filing_id])
    claim.refresh_from_db()
    last = claim.events.order_by("pk").last()
    assert (claim.state, last.action, last.party, last.actor) == ("submitted", "resubmit", "employer", staff)
    assert client.get(reverse("award_correct", args=[claim.pk])).status_code == 404


def test_the_employer_only_corrects_and_only_while_she_lets_it():
    claim = a_returned_claim()
    staff = staff_of(claim.award_instalment.filing.employer)
    for act in (claim_withdraw, claim_account_repair):
        with pytest.raises((PermissionDenied, ClaimError)):
            act(claim_id=claim.pk, actor=staff, at=NOW)
    assert award_claims_returned(staff_of(an_employer()), on=TODAY).count() == 0
    assert award_claims_returned(staff, on=TODAY).count() == 1
    taken_back(claim.worker)
    assert award_claims_returned(staff, on=TODAY).count() == 0
    with pytest.raises(PermissionDenied):
        claim_resubmit(claim_id=claim.pk, answer="补好了", actor=staff, at=NOW)
    claim.refresh_from_db()
    assert claim.state == "returned"


def test_the_employers_list_never_reads_her_account_or_phone():
    a_returned_claim()
    staff = staff_of(Claim.objects.get().award_instalment.filing.employer)
    asked = str(award_claims_returned(staff, on=TODAY).query)
    assert not any(column in asked for column in ('"account"', "social_security_card", "contact_phone"))
