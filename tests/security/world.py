"""A world with two of everything: every object of somebody, and somebody else of the same standing.

Objects are made by the builders of the apps, which go through the services where a rule is at stake; what only has to
be there is written as a row. ``World.things`` says of each kind of object how an address names it and whose it is.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.test import override_settings

from certifications.applications.models import ApplicationPaper as LevelPaper
from certifications.applications.models import LevelApplication, StudyRow, WorkRow
from certifications.bodies.models import Assessor
from certifications.certificates.models import CertificateBatch, LevelCertificate, PriorCertificate
from certifications.plans.models import RoomDuty
from certifications.plans.states import PartKind, PlanState
from certifications.scoring.models import PartScore, ScoreAppeal
from certifications.talent.models import TalentAppointment, TalentContribution, TalentRecord
from courses.attendance.models import Attendance, AttendanceReview
from courses.classes.models import ClassRun, Enrolment, Session
from courses.content.models import CourseVersion, Lesson, Question, QuestionBank, Video
from courses.schools.models import ApplicationPaper, ApplicationScope, School
from courses.schools.services import application_start
from courses.schools.states import ApplicationKind, PaperKind
from courses.study.models import PresenceQuestion, QuizPaper, StudyAppeal, Viewing
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import Role
from foundation.database import period
from foundation.imports.models import ImportBatch
from residency.routes.models import RoutePack, SavedEstimate
from subsidies.awards.models import EmployerMandate
from subsidies.claims.models import Claim, ClaimAppeal, ClaimPaper
from subsidies.claims.states import ClaimState
from tests.certifications import builders as bodies
from tests.certifications import builders_scoring as scoring
from tests.certifications.applications.builders import begun
from tests.certifications.builders_plans import APPLIES
from tests.certifications.certificates import builders as certificates
from tests.courses import builders as courses
from tests.courses import builders_filing as filing
from tests.courses.attendance.builders import a_session
from tests.courses.attendance.builders import a_teacher as a_teacher_with_account
from tests.portal.people import signed_in
from tests.residency.evidence import builders as evidence
from tests.residency.routes.builders import a_published
from tests.subsidies import builders as money
from tests.subsidies.awards import builders as awards
from tests.subsidies.school_claims import builders as school_claims
from tests.workers.builders import NOW, TODAY
from workers.models import Education, Employment, PersonGroup, Worker, WorkerGroup
from workers.states import Standing

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\nstartxref\n0\n%%EOF\n"


@dataclass(frozen=True)
class Thing:
    """How an address names an object, and everybody whose it is."""

    names: dict[str, Any]
    owners: frozenset[int]


@dataclass
class World:
    people: dict[Role, list[User]] = field(default_factory=lambda: defaultdict(list))
    things: dict[str, list[Thing]] = field(default_factory=lambda: defaultdict(list))

    def person(self, role: Role, user: User) -> User:
        self.people[role].append(user)
        return user

    def thing(self, what: str, /, *owners: User, **names: Any) -> None:
        self.things[what].append(Thing(names, frozenset(owner.pk for owner in owners)))


def the_world() -> World:
    """Everything once with its owners, and a second school, body, employer, teacher, assessor and worker."""
    world = World()
    evidence.consent_texts_load()
    call_command("base_load", verbosity=0)
    first, second = a_worker_of_her_own(world), a_worker_of_her_own(world)
    her_file(world, first)
    school, staff = a_school(world)
    a_school(world)
    her_classes(world, school, staff, first)
    what_the_school_keeps(world, school, staff)
    completed = her_completed_class(world, school, staff, first)
    a_test_of_the_class(world, completed, staff)
    her_class_claim(world, completed, staff, first)
    a_body_and_its_work(world, first, second)
    her_money(world, first)
    an_employers_filing(world, first)
    what_she_sends_on(world, first)
    return world


def a_worker_of_her_own(world: World) -> Worker:
    worker = money.a_claimant()
    assert worker.user is not None
    world.person(Role.WORKER, worker.user)
    return worker


def her(worker: Worker) -> User:
    assert worker.user is not None
    return worker.user


def her_file(world: World, worker: Worker) -> None:
    """The lines of her file that she told herself, each with a proof."""
    told = {"worker": worker, "standing": Standing.DECLARED, "source": "本人填报", "entered_at": NOW}
    since = period(date(2024, 1, 1), None)
    group = PersonGroup.objects.first() or PersonGroup.objects.create(
        code="example", name="示例人员", effective=period(date(2020, 1, 1)), source="示例", provenance="P"
    )
    rows = {
        "group": WorkerGroup(group=group, effective=since, **told),
        "employment": Employment(
            employer_name="示例家政公司", post="育婴员", contract_kind="labour", effective=since, **told
        ),
        "education": Education(
            level="junior", school="示例中学", effective=period(date(1991, 9, 1), date(1994, 7, 1)), **told
        ),
    }  # fmt: skip
    for name, row in rows.items():
        row.evidence.save("proof.pdf", ContentFile(PDF), save=False)
        row.save()
        world.thing(f"line:{name}", her(worker), pk=row.pk)
    prior = PriorCertificate(
        worker=worker, kind="old_qualification", number="0123456789", title="育婴员", issuer_name="示例",
        issued_on=date(2012, 5, 1), declared_by=her(worker), declared_at=NOW,
    )  # fmt: skip
    prior.evidence.save("paper.pdf", ContentFile(PDF), save=False)
    prior.save()
    world.thing("prior", her(worker), pk=prior.pk)
    contribution = TalentContribution.objects.create(
        record=registered(worker), kind="honour", title="示例荣誉", issuer="示例", on=date(2025, 1, 1),
        entered_by=her(worker), entered_at=NOW, standing=Standing.DECLARED,
    )  # fmt: skip
    world.thing("contribution", her(worker), pk=contribution.pk)


def registered(worker: Worker) -> TalentRecord:
    """She holds a certificate on record, and so stands in the register of skilled workers."""
    evidence.a_certificate(worker)
    return TalentRecord.objects.get(worker=worker)


def a_school(world: World) -> tuple[School, User]:
    school, staff, _version = filing.a_school_that_files()
    world.person(Role.SCHOOL_STAFF, staff)
    passkey(world, staff)
    return school, staff


def passkey(world: World, user: User) -> None:
    row = Authenticator.objects.create(user=user, type="webauthn", data={"name": "钥匙", "credential": {}})
    world.thing("passkey", user, pk=row.pk)


def her_classes(world: World, school: School, staff: User, worker: Worker) -> None:
    """A class run in preparation, and one that is open, with her in both."""
    version = CourseVersion.objects.get(school=school)
    teacher = filing.a_teacher(school)
    draft, _staff = filing.a_ready_run(of=(school, staff, version), teacher=teacher, workers=[worker])
    session, place = Session.objects.get(class_run=draft), Enrolment.objects.get(class_run=draft)
    world.thing("draft_run", staff, pk=draft.pk)
    world.thing("draft_session", staff, pk=session.pk)
    world.thing("draft_place", staff, pk=place.pk)
    run = courses.a_class_run(_a_course_with_questions(school, staff))
    held = a_session(run, teacher=_a_teacher(world, run))
    colleague, stranger = _a_teacher(world, run), _a_teacher(world, courses.a_class_run())
    assert colleague.user_id
    assert stranger.user_id
    enrolment = courses.an_enrolment(run, worker)
    Attendance.objects.create(session=held, enrolment=enrolment, state="present", channel="teacher", changed_at=NOW)
    review = AttendanceReview.objects.create(session=held, kind="head_count", opened_at=NOW)
    world.thing("session", staff, held.teacher.user, pk=held.pk)
    world.thing("session_place", staff, held.teacher.user, pk=held.pk, enrolment=enrolment.pk)
    world.thing("review", staff, pk=review.pk)
    world.thing("run", staff, pk=run.pk)
    world.thing("enrolment", staff, pk=enrolment.pk)
    world.thing("place", her(worker), pk=enrolment.pk)
    world.thing("her_session", her(worker), pk=held.pk)
    her_study(world, enrolment, staff)


def _a_teacher(world: World, run: ClassRun) -> Any:
    teacher = a_teacher_with_account(run)
    world.person(Role.TEACHER, teacher.user)
    return teacher


def _a_course_with_questions(school: School, staff: User) -> CourseVersion:
    package = courses.a_package_version()
    lessons = courses.lessons_for(package)
    lessons[0]["bank"] = _a_bank(school, staff)[0]
    return courses.a_course_version(school=school, package_version=package, lessons=lessons)


def her_study(world: World, enrolment: Enrolment, staff: User) -> None:
    worker = enrolment.worker
    lesson = Lesson.objects.filter(version=enrolment.class_run.course_version).order_by("position")[0]
    viewing = Viewing.objects.create(
        worker=worker, enrolment=enrolment, lesson=lesson, nonce=b"1" * 8, device="手机", started_at=NOW
    )
    asked = PresenceQuestion.objects.create(
        worker=worker, viewing=viewing, code="sum", options=["1", "2"], right=0, asked_at=NOW,
        due_at=NOW + timedelta(minutes=3),
    )  # fmt: skip
    paper = QuizPaper.objects.create(
        enrolment=enrolment,
        lesson=lesson,
        number=1,
        seed=1,
        question_ids=[lesson.bank.questions.get().pk],
        pass_points=60,
        drawn_at=NOW,
    )
    appeal = StudyAppeal.objects.create(
        worker=worker, enrolment=enrolment, lesson=lesson, viewing=viewing, reason="presence", first_sequence=1,
        last_sequence=1, first_at=NOW, last_at=NOW, refused_ms=1000, words="我一直在看。", made_by=her(worker),
        made_at=NOW,
    )  # fmt: skip
    world.thing("lesson", her(worker), pk=enrolment.pk, lesson=lesson.pk)
    world.thing("presence", her(worker), pk=asked.pk)
    world.thing("quiz_paper", her(worker), pk=paper.pk)
    world.thing("study_appeal", staff, pk=appeal.pk)


def what_the_school_keeps(world: World, school: School, staff: User) -> None:
    """Its teachers, rooms, videos, questions, applications and imports."""
    teachers = [one.user for one in school.teachers.exclude(user=None)]
    teacher, room = filing.a_teacher(school), filing.a_room(school)
    world.thing("teacher", staff, pk=teacher.pk)
    world.thing("teacher_qualification", staff, pk=teacher.qualifications.get().pk)
    world.thing("room", staff, pk=room.pk)
    bank, question = _a_bank(school, staff)
    world.thing("bank", staff, *teachers, pk=bank.pk)
    world.thing("chosen_bank", staff, *teachers, pk=bank.pk)
    world.thing("question", staff, pk=question.pk)
    video = Video.objects.create(
        organisation=school.organisation, title="怎样抱宝宝", source_name="a.mp4", source_bytes=3, sha256="0" * 64,
        state="ready", duration_seconds=3, ready_at=NOW, rendition="a", poster="b", uploaded_by=staff, uploaded_at=NOW,
    )  # fmt: skip
    world.thing("video", staff, *teachers, pk=video.pk)
    world.thing("chosen_video", staff, *teachers, pk=video.pk)
    application = application_start(
        organisation_id=school.organisation_id, kind=ApplicationKind.SCOPE, actor=staff, at=NOW
    )
    ApplicationScope.objects.create(application=application, occupation=courses.an_occupation(), level=5, kind="level")
    paper = ApplicationPaper(
        application=application, kind=PaperKind.LICENCE, title="许可证", size=len(PDF), added_by=staff, added_at=NOW
    )
    paper.file.save("paper.pdf", ContentFile(PDF), save=False)
    paper.save()
    world.thing("school_application", staff, pk=application.pk)
    world.thing("school_paper", staff, pk=paper.pk)
    an_import(world, staff, school.organisation)


def _a_bank(school: School, staff: User) -> tuple[QuestionBank, Question]:
    title = f"题库{QuestionBank.objects.count()}"
    bank = QuestionBank.objects.create(organisation=school.organisation, title=title, created_by=staff, created_at=NOW)
    question = Question.objects.create(
        bank=bank, kind="single", text="水温是多少？", options=["28", "38"], answers=[1], fingerprint="0" * 64,
        created_by=staff, created_at=NOW,
    )  # fmt: skip
    return bank, question


def an_import(world: World, staff: User, organisation: Organisation) -> None:
    batch = ImportBatch(
        kind="roster", organisation=organisation, sha256="0" * 64, file_name="名册.xlsx", uploaded_by=staff,
        uploaded_at=NOW, state="checked",
    )  # fmt: skip
    batch.file.save("roster.xlsx", ContentFile(b"PK"), save=False)
    batch.save()
    world.thing("import", staff, pk=batch.pk)


def her_completed_class(world: World, school: School, staff: User, worker: Worker) -> Enrolment:
    """A closed class of the school with her certificate."""
    version = ClassRun.objects.filter(school=school).first().course_version  # type: ignore[union-attr]
    closed = certificates.a_closed_run(course_version=version)
    enrolment = certificates.a_graduate(closed, worker=worker)
    certificate = certificates.issued(enrolment)
    batch = CertificateBatch.objects.create(class_run=closed, issued_on=TODAY, requested_by=staff, requested_at=NOW)
    world.thing("closed_run", staff, pk=closed.pk)
    world.thing("graduate", staff, pk=enrolment.pk)
    world.thing("training_certificate", staff, pk=certificate.pk)
    world.thing("her_certificate", her(worker), pk=certificate.pk)
    world.thing("certificate_batch", staff, pk=batch.pk)
    return enrolment


def a_test_of_the_class(world: World, enrolment: Enrolment, staff: User) -> None:
    """The school's own test of it: her result, a room with its panel, an appeal."""
    plan = enrolment.class_run.assessment_plans.get()
    a_held_plan(world, plan, staff, her(enrolment.worker))


def a_held_plan(world: World, plan: Any, staff: User, holder: User) -> None:
    candidate = plan.candidates.order_by("pk")[0]
    if not plan.parts.exists():
        scoring.PlanPart.objects.create(
            plan=plan, kind=PartKind.PRACTICAL, starts_at=NOW, ends_at=NOW + timedelta(hours=1), method="现场操作"
        )
    room = scoring.a_room(plan, [candidate], judges=1)
    judges = scoring.judges_of(room)
    for judge in judges:
        world.person(Role.ASSESSOR, judge)
    assessor = Assessor.objects.get(user=judges[0])
    score = PartScore.objects.filter(candidate=candidate, part__kind=PartKind.PRACTICAL).first()
    score = score or scoring.a_score(candidate, PartKind.PRACTICAL, 70)
    appeal = ScoreAppeal.objects.create(score=score, words="请再看一次。", made_by=holder, made_at=NOW)
    world.thing("plan", staff, pk=plan.pk)
    world.thing("exam_room", staff, pk=room.pk)
    world.thing("exam_room_candidate", staff, pk=room.pk, candidate=candidate.pk)
    world.thing("exam_duty", staff, pk=RoomDuty.objects.get(room=room).pk)
    world.thing("duty_room", *judges, pk=room.pk)
    world.thing("rating_room", *judges, room=room.pk)
    world.thing("rating", *judges, room=room.pk, candidate=candidate.pk)
    world.thing("candidate", staff, pk=candidate.pk)
    world.thing("score_appeal", staff, pk=appeal.pk)
    world.thing("assessor", staff, pk=assessor.pk)
    world.thing("assessor_qualification", staff, pk=assessor.qualifications.get().pk)
    world.thing("her_result", holder, pk=candidate.pk)


def her_class_claim(world: World, enrolment: Enrolment, staff: User, worker: Worker) -> None:
    """Money the school claims for her, under her mandate."""
    [mandate] = school_claims.agreed(enrolment)
    made = school_claims.prepared(enrolment.class_run)
    claim = made.claims.get()
    world.thing("class_claim", staff, pk=made.pk)
    world.thing("class_claim_place", staff, pk=made.pk, enrolment=enrolment.pk)
    world.thing("class_claim_person", staff, pk=claim.pk)
    world.thing("mandate", her(worker), pk=mandate.pk)


def a_body_and_its_work(world: World, worker: Worker, other: Worker) -> None:
    """A body with an open plan she applies for, a held one, and a certificate; and a second body."""
    body, second = bodies.a_body(), bodies.a_body()
    staff = world.person(Role.BODY_STAFF, bodies.body_staff(body))
    world.person(Role.BODY_STAFF, bodies.body_staff(second))
    plan = scoring.a_level_plan(body=body, held_on=date(2026, 11, 20))
    candidate = scoring.a_candidate(plan, worker)
    scoring.a_score(candidate, PartKind.THEORY, 80)
    scoring.a_score(candidate, PartKind.PRACTICAL, 70)
    a_held_plan(world, plan, staff, her(worker))
    bodies.a_body_scope(body)
    opened = scoring.a_level_plan(body=body, state=PlanState.OPEN, applies=period(*APPLIES), parts=())
    an_application(world, begun(other, opened), staff)
    certificate = _level_certificate(worker, body)
    world.thing("level_certificate", staff, pk=certificate.pk)
    an_import(world, staff, body.organisation)


def _level_certificate(worker: Worker, body: Any) -> Any:
    return LevelCertificate.objects.create(
        number="S000035990001265009999", worker=worker, body=body, occupation=courses.an_occupation(), level=5,
        issued_on=date(2026, 5, 20), data="{}", source="示例", recorded_by=bodies.body_staff(body), recorded_at=NOW,
    )  # fmt: skip


def an_application(world: World, application: LevelApplication, staff: User) -> None:
    worker = application.worker
    study = StudyRow.objects.create(application=application, level="junior", school="示例中学")
    work = WorkRow.objects.create(application=application, first_month=date(2020, 1, 1), post="育婴员", trade="self",
                                  employer="示例家政公司")  # fmt: skip
    paper = LevelPaper(application=application, kind="id_front", size=len(PDF), added_by=her(worker), added_at=NOW)
    paper.file.save("paper.pdf", ContentFile(PDF), save=False)
    paper.save()
    LevelApplication.objects.filter(pk=application.pk).update(round=1)  # as one that was sent back
    world.thing("application", her(worker), pk=application.pk)
    world.thing("application_study", her(worker), pk=application.pk, row=study.pk)
    world.thing("application_work", her(worker), pk=application.pk, row=work.pk)
    world.thing("application_file", her(worker), pk=paper.pk)
    world.thing("application_at_body", staff, pk=application.pk)
    world.thing("application_paper_at_body", staff, pk=paper.pk)


def her_money(world: World, worker: Worker) -> None:
    """A claim she sent, one that was refused, one that was paid."""
    me = her(worker)
    claim = money.a_claim(ClaimState.SUBMITTED, worker)
    paper = ClaimPaper(claim=claim, title="证书", uploaded_by=me, at=NOW)
    paper.file.save("paper.pdf", ContentFile(PDF), save=False)
    paper.save()
    returned = _a_claim_at(ClaimState.RETURNED, worker, level=4)
    failed = _a_claim_at(ClaimState.PAYMENT_FAILED, worker, level=3)
    refused = _a_claim_at(ClaimState.REFUSED, worker, level=2)
    paid = _a_claim_at(ClaimState.PAID, worker, level=1)
    appeal = ClaimAppeal.objects.create(claim=refused, words="请再看一次。", made_by=me, made_at=NOW)
    fresh = money.a_level_certificate(worker)
    world.thing("claim", me, pk=claim.pk)
    world.thing("claim_paper", me, pk=claim.pk, paper=paper.pk)
    world.thing("returned_claim", me, pk=returned.pk)
    world.thing("failed_claim", me, pk=failed.pk)
    world.thing("refused_claim", me, pk=refused.pk)
    world.thing("paid_claim", me, pk=paid.pk)
    world.thing("claim_appeal", me, pk=appeal.pk)
    world.thing("claim_to_make", me, scheme=money.a_scheme().pk, kind="level", pk=fresh.pk)


def _a_claim_at(state: str, worker: Worker, *, level: int) -> Claim:
    return money.a_claim(state, worker, certificate=money.a_level_certificate(worker, level=level))


def an_employers_filing(world: World, worker: Worker) -> None:
    employer, second = awards.an_employer(), awards.an_employer()
    staff = world.person(Role.EMPLOYER_STAFF, awards.staff_of(employer))
    world.person(Role.EMPLOYER_STAFF, awards.staff_of(second))
    draft = awards.a_draft(worker, employer=employer)
    accepted = awards.an_accepted(money.a_claimant(), employer=employer)
    awards.agreed(draft)
    world.thing("award_draft", staff, pk=draft.pk)
    world.thing("award_accepted", staff, pk=accepted.pk)
    returned = awards.a_returned_claim(employer=employer)
    part = awards.a_withdrawn_part(worker, employer=employer, level=4)
    world.thing("returned_award", staff, pk=returned.pk)
    world.thing("award_part", staff, pk=part.pk)
    world.thing("her_award_part", her(worker), pk=part.pk)
    world.thing("employer_mandate", her(worker), pk=EmployerMandate.objects.get(worker=worker).pk)
    appointment = TalentAppointment.objects.create(
        record=registered(accepted.worker), kind="post", employer=employer,
        occupation=courses.an_occupation(), post="养老护理员", effective=period(date(2026, 1, 1), None),
        basis="示例", filed_by=staff, filed_at=NOW,
    )  # fmt: skip
    world.thing("appointment", staff, pk=appointment.pk)


def what_she_sends_on(world: World, worker: Worker) -> None:
    """A consent, an evidence pack and a kept estimate."""
    with override_settings(EVIDENCE_RECEIVERS=evidence.connected()):
        pack = evidence.sent(worker)
    world.thing("consent", her(worker), pk=evidence.consent_for(worker).pk)
    world.thing("evidence_pack", her(worker), pk=pack.pk)
    routes: RoutePack = a_published()
    signed_in(her(worker)).post(f"/my/residency/{routes.pk}/skill/keep/")
    world.thing("kept_estimate", her(worker), pk=SavedEstimate.objects.get().pk)
