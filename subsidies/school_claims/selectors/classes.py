"""Which classes a school can claim for, and what can be claimed for each of their people."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.db.models import Q, QuerySet

from certifications.certificates.models import LevelCertificate, TrainingCertificate
from certifications.certificates.states import LIVE as LIVE_CERTIFICATES
from courses.classes.models import ClassRun, Enrolment
from courses.classes.states import ClassState
from courses.completion.selectors import completions_in_force
from courses.completion.states import Outcome
from foundation.accounts.models import User
from foundation.accounts.selectors import memberships_of, roles_of
from foundation.accounts.states import Role
from foundation.policy.values import ParameterSet
from subsidies.claims.models import ClassClaim
from subsidies.claims.selectors import Claimable, claimables_by
from subsidies.schemes.models import Scheme
from subsidies.schemes.states import Subject
from subsidies.school_claims.states import CLASS_CLAIM_READERS, CLASS_CLAIMANTS


def classes_to_claim(user: User, *, on: date) -> QuerySet[ClassRun]:
    """Closed classes of the school whose office she works in. Whoever only teaches there claims for nobody."""
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    runs = ClassRun.objects.filter(state=ClassState.CLOSED, school__organisation__in=held.values("organisation"))
    package = "course_version__package_version__package"
    return runs.select_related("school__organisation", f"{package}__occupation", f"{package}__work_type")


def class_claims_visible_to(user: User, *, on: date) -> QuerySet[ClassClaim]:
    """A school's office sees its own; the bureau and its auditors what was sent."""
    rows = ClassClaim.objects.select_related("school__organisation", "class_run", "scheme", "created_by", "sending")
    if (CLASS_CLAIM_READERS - CLASS_CLAIMANTS) & roles_of(user, on=on):
        return rows.filter(sending__isnull=False)
    held = memberships_of(user, on=on).filter(role=Role.SCHOOL_STAFF)
    return rows.filter(school__organisation__in=held.values("organisation"))


def people_of(run: ClassRun) -> list[Enrolment]:
    """Everybody the close of the class judged to have completed it, in the order of the roster."""
    judged = completions_in_force().filter(enrolment__class_run=run, outcome=Outcome.COMPLETED)
    rows = Enrolment.objects.filter(pk__in=judged.values("enrolment")).select_related("worker__user")
    return list(rows.order_by("enrolled_at", "pk"))


def cases_of_class(
    run: ClassRun, people: Sequence[Enrolment], scheme: Scheme, figures: ParameterSet
) -> dict[int, Claimable]:
    """What the scheme would be claimed for, by enrolment: the training, or the certificate that came of it.

    A level certificate of the class's own occupation, issued since the class began, goes before the training
    certificate, where the scheme takes level certificates: it is the one the schemes pay more for.
    """
    ids = [one.pk for one in people]
    if scheme.subject == Subject.ENROLMENT:
        return {one.pk: one for one in claimables_by("enrolment", ids)}
    kinds = {
        name.rsplit(".", 1)[1] for name, figure in figures.items()
        if name.startswith(f"{scheme.code}.certificate.") and figure.value
    }  # fmt: skip
    found: dict[int, Claimable] = {}
    if not kinds or "training" in kinds:
        held = TrainingCertificate.objects.filter(enrolment__in=ids, state__in=sorted(LIVE_CERTIFICATES))
        for case in claimables_by("training_certificate", list(held.values_list("pk", flat=True))):
            assert case.enrolment is not None
            found[case.enrolment.pk] = case
    if not kinds or "level" in kinds:
        found |= _level_cases(run, people)
    return found


def _level_cases(run: ClassRun, people: Sequence[Enrolment]) -> dict[int, Claimable]:
    package = run.course_version.package_version.package
    mine = {one.worker_id: one for one in people}
    same_trade = Q(work_type__isnull=True) | Q(work_type=package.work_type_id) if package.work_type_id else Q()
    rows = LevelCertificate.objects.filter(
        same_trade,
        worker__in=mine,
        occupation=package.occupation_id,
        issued_on__gte=run.starts_on,
        state__in=sorted(LIVE_CERTIFICATES),
    )
    newest: dict[int, Claimable] = {}
    cases = claimables_by("level_certificate", list(rows.values_list("pk", flat=True)))
    for case in sorted(cases, key=lambda one: (one.issued_on or date.min, one.pk)):
        enrolment = mine[case.worker.pk]
        newest[enrolment.pk] = replace(case, enrolment=enrolment, school=run.school)
    return newest
