"""Closed classes whose people have certificates, cards and mandates: only what matters is passed in."""

from typing import Any

from courses.classes.models import ClassRun, Enrolment
from foundation.policy.states import Unit
from foundation.privacy.consent_texts import consent_texts_load
from foundation.privacy.models import ConsentText
from subsidies.claims.models import ClassClaim
from subsidies.schemes.models import Scheme
from subsidies.school_claims.models import Mandate
from subsidies.school_claims.services.mandates import mandate_give, mandates_ask
from subsidies.school_claims.services.preparing import class_claim_prepare
from subsidies.school_claims.states import PURPOSE, RECEIVER
from tests.certifications.certificates.builders import a_closed_run, a_graduate, issued, staff_of
from tests.subsidies.builders import a_claimant, a_figure, a_scheme
from tests.workers.builders import NOW
from workers.models import Worker


def wording() -> ConsentText:
    consent_texts_load()
    return ConsentText.objects.get(receiver=RECEIVER, purpose=PURPOSE)


def a_class_scheme(**fields: Any) -> Scheme:
    """Pays 700 yuan for a training certificate, and asks nothing else unless told."""
    scheme = a_scheme("example.class", **fields)
    a_figure("example.class.certificate.training", 1, unit=Unit.SWITCH)
    return scheme


def asks(name: str) -> None:
    """The scheme asks for it, too."""
    a_figure(f"example.class.requires.{name}", 1, unit=Unit.SWITCH)


def a_certified(run: ClassRun, worker: Worker | None = None, **fields: Any) -> Enrolment:
    """Somebody of the class with her training certificate, and a card to be paid to."""
    enrolment = a_graduate(run, worker=worker or a_claimant(**fields))
    issued(enrolment)
    return enrolment


def a_certified_class(number: int = 3) -> tuple[ClassRun, list[Enrolment]]:
    run = a_closed_run()
    return run, [a_certified(run) for _n in range(number)]


def agreed(*enrolments: Enrolment) -> list[Mandate]:
    """They were asked, and said yes by themselves."""
    text, made = wording(), []
    for one in enrolments:
        run = one.class_run
        mandates_ask(class_run_id=run.pk, enrolment_ids=[one.pk], actor=staff_of(run), at=NOW)
        mandate = Mandate.objects.get(worker=one.worker, school=run.school)
        made.append(mandate_give(mandate_id=mandate.pk, text=text, actor=one.worker.user, at=NOW))
    return made


def prepared(run: ClassRun, scheme: Scheme | None = None) -> ClassClaim:
    scheme = scheme or a_class_scheme()
    return class_claim_prepare(class_run_id=run.pk, scheme_id=scheme.pk, actor=staff_of(run), at=NOW)
