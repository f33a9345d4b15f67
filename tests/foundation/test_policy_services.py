"""Drafting, publishing by another officer, verifying: who may, what happens, and that a refusal leaves nothing."""

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied

from foundation.accounts.states import Role
from foundation.audit.models import AuditEvent
from foundation.policy import selectors, services
from foundation.policy.errors import PolicyError, PolicyGapError
from foundation.policy.models import Parameter, ParameterVersion
from foundation.policy.services import DocumentFields, VersionFields
from foundation.policy.states import Unit, VersionStatus
from tests.foundation.policy_builders import a_document, a_parameter, a_published_version, an_officer, somebody

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 1, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
LEVEL5 = "subsidy.training.amount.level5"


def fields(document, value="80000", since=date(2026, 7, 1), until=None, **more):
    return VersionFields(
        value=Decimal(value),
        effective_from=since,
        effective_to=until,
        document_id=document.pk,
        provenance="F-A",
        article="第六条",
        **more,
    )


@pytest.fixture
def parameter():
    return a_parameter()


def a_draft(parameter, officer=None, **more):
    return services.parameter_draft(
        parameter_id=parameter.pk, fields=fields(a_document(), **more), actor=officer or an_officer(), at=NOW
    )


def refusal_of(service, **arguments):
    events, versions = AuditEvent.objects.count(), list(ParameterVersion.objects.order_by("pk").values())
    with pytest.raises(PolicyError) as refusal:
        service(**arguments)
    assert AuditEvent.objects.count() == events
    assert list(ParameterVersion.objects.order_by("pk").values()) == versions
    return refusal.value.code


def actions():
    return list(AuditEvent.objects.order_by("pk").values_list("action", flat=True))


def test_a_new_figure_closes_the_old_one_and_holds_from_its_day(parameter):
    old = a_published_version(parameter, 70000, date(2026, 1, 1))
    draft = a_draft(parameter)
    assert selectors.parameter_on(LEVEL5, city="350200", on=date(2026, 7, 1)).amount_fen == 70000
    services.parameter_publish(version_id=draft.pk, actor=an_officer("李二"), at=NOW)
    old.refresh_from_db()
    assert old.last_day == date(2026, 6, 30)
    assert selectors.parameter_on(LEVEL5, city="350200", on=date(2026, 6, 30)).amount_fen == 70000
    assert selectors.parameter_on(LEVEL5, city="350200", on=date(2026, 7, 1)).amount_fen == 80000
    assert actions() == ["policy.version.drafted", "policy.version.published"]


def test_whoever_drafted_cannot_publish(parameter):
    officer = an_officer()
    draft = a_draft(parameter, officer)
    assert refusal_of(services.parameter_publish, version_id=draft.pk, actor=officer, at=NOW) == "same_person"


def test_whoever_changed_a_draft_cannot_publish_it_either(parameter):
    draft, second = a_draft(parameter), an_officer("李二")
    services.parameter_draft(
        parameter_id=parameter.pk, version_id=draft.pk, fields=fields(a_document(), "90000"), actor=second, at=NOW
    )
    assert refusal_of(services.parameter_publish, version_id=draft.pk, actor=second, at=NOW) == "same_person"


def test_a_day_already_past_needs_a_reason(parameter):
    draft, other = a_draft(parameter, since=date(2026, 2, 28)), an_officer("李二")
    arguments = {"version_id": draft.pk, "actor": other, "at": NOW}
    assert refusal_of(services.parameter_publish, **arguments, reason=" ") == "reason_missing"
    services.parameter_publish(**arguments, reason="文件 2 月 28 日起执行，3 月 1 日收到")
    event = AuditEvent.objects.latest("pk")
    assert event.reason == "文件 2 月 28 日起执行，3 月 1 日收到"
    assert event.data["retroactive"] is True


def test_today_needs_no_reason(parameter):
    draft = a_draft(parameter, since=date(2026, 3, 1))
    services.parameter_publish(version_id=draft.pk, actor=an_officer("李二"), at=NOW)
    draft.refresh_from_db()
    assert draft.status == VersionStatus.PUBLISHED


@pytest.mark.parametrize("later", [date(2026, 7, 1), date(2026, 12, 1)])
def test_a_later_published_figure_is_not_run_over(parameter, later):
    a_published_version(parameter, 90000, later)
    draft = a_draft(parameter)
    arguments = {"version_id": draft.pk, "actor": an_officer("李二"), "at": NOW}
    assert refusal_of(services.parameter_publish, **arguments) == "overlaps_later"


def test_a_figure_may_end_before_a_later_one_begins(parameter):
    a_published_version(parameter, 90000, date(2026, 12, 1))
    draft = a_draft(parameter, until=date(2026, 11, 30))
    services.parameter_publish(version_id=draft.pk, actor=an_officer("李二"), at=NOW)
    days = [date(2026, 11, 30), date(2026, 12, 1)]
    assert [selectors.parameter_on(LEVEL5, city="350200", on=day).amount_fen for day in days] == [80000, 90000]


@pytest.mark.parametrize("move", ["publish", "discard", "change"])
def test_only_a_draft_moves(parameter, move):
    version, other = a_published_version(parameter, 70000, date(2026, 1, 1)), an_officer("李二")
    if move == "change":
        code = refusal_of(
            services.parameter_draft,
            parameter_id=parameter.pk,
            version_id=version.pk,
            fields=fields(a_document()),
            actor=other,
            at=NOW,
        )
    else:
        service = services.parameter_publish if move == "publish" else services.parameter_discard_draft
        code = refusal_of(service, version_id=version.pk, actor=other, at=NOW)
    assert code == "not_a_draft"


def test_a_withdrawn_draft_stays_to_be_read_and_cannot_be_published(parameter):
    draft = a_draft(parameter)
    services.parameter_discard_draft(version_id=draft.pk, actor=an_officer("李二"), at=NOW, reason="文件未下发")
    draft.refresh_from_db()
    assert draft.status == VersionStatus.WITHDRAWN_DRAFT
    arguments = {"version_id": draft.pk, "actor": an_officer("王三"), "at": NOW}
    assert refusal_of(services.parameter_publish, **arguments) == "not_a_draft"
    assert actions() == ["policy.version.drafted", "policy.version.withdrawn"]


def test_verifying_is_done_once_and_says_what_was_read(parameter):
    version, officer = a_published_version(parameter, 70000, date(2026, 1, 1), provenance="F-C"), an_officer()
    assert selectors.parameter_on(LEVEL5, city="350200", on=date(2026, 3, 1)).verified is False
    arguments = {"version_id": version.pk, "actor": officer, "at": NOW}
    assert refusal_of(services.parameter_verify, **arguments, reason="") == "reason_missing"
    services.parameter_verify(**arguments, reason="与市人社局盖章文件核对一致")
    assert selectors.parameter_on(LEVEL5, city="350200", on=date(2026, 3, 1)).verified is True
    assert refusal_of(services.parameter_verify, **arguments, reason="再次") == "already_verified"


def test_a_draft_is_not_verified(parameter):
    draft = a_draft(parameter)
    arguments = {"version_id": draft.pk, "actor": an_officer(), "at": NOW, "reason": "原文"}
    assert refusal_of(services.parameter_verify, **arguments) == "not_published"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"value": "80000.5"}, "not_whole_fen"),
        ({"since": None}, "first_day_missing"),
        ({"until": date(2026, 6, 30)}, "ends_before_it_begins"),
        ({"value": "99999999999"}, "invalid"),
    ],
)
def test_a_draft_that_cannot_be_is_refused(parameter, more, code):
    document, officer = a_document(), an_officer()
    arguments = {"parameter_id": parameter.pk, "fields": fields(document, **more), "actor": officer, "at": NOW}
    assert refusal_of(services.parameter_draft, **arguments) == code


@pytest.mark.parametrize(
    "role",
    [
        role
        for role in Role
        if role != Role.OFFICER_POLICY and role not in {Role.SCHOOL_STAFF, Role.TEACHER, Role.ASSESSOR, Role.BODY_STAFF}
    ],
)
def test_only_policy_officers_write(parameter, role):
    actor, document = somebody(role), a_document()
    draft = a_draft(parameter)
    version = a_published_version(a_parameter("other.code"), 1, date(2026, 1, 1))
    events = AuditEvent.objects.count()
    calls = [
        lambda: services.parameter_draft(parameter_id=parameter.pk, fields=fields(document), actor=actor, at=NOW),
        lambda: services.parameter_publish(version_id=draft.pk, actor=actor, at=NOW),
        lambda: services.parameter_discard_draft(version_id=draft.pk, actor=actor, at=NOW),
        lambda: services.parameter_verify(version_id=version.pk, actor=actor, at=NOW, reason="原文"),
        lambda: services.document_record(fields=DOCUMENT, actor=actor, at=NOW),
        lambda: services.document_verify(document_id=document.pk, actor=actor, at=NOW, reason="原文"),
        lambda: services.parameter_record(
            code="a.b", unit=Unit.DAY, meaning="天数", city_code="350200", actor=actor, at=NOW
        ),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()
    assert AuditEvent.objects.count() == events
    draft.refresh_from_db()
    assert draft.status == VersionStatus.DRAFT


def test_an_officer_whose_role_has_ended_cannot_write(parameter):
    officer = an_officer()
    officer.memberships.update(effective=type(officer.memberships.get().effective)(date(2020, 1, 1), date(2026, 3, 1)))
    with pytest.raises(PermissionDenied):
        a_draft(parameter, officer)


DOCUMENT = DocumentFields(
    title="测试办法", city_code="350200", level="city", provenance="F-A", doc_no="测人社〔2026〕9号"
)


def test_a_document_is_recorded_corrected_and_verified_again():
    officer = an_officer()
    document = services.document_record(fields=DOCUMENT, actor=officer, at=NOW)
    services.document_verify(document_id=document.pk, actor=officer, at=NOW, reason="官网原文")
    changed = DocumentFields(
        title="测试办法（修订）", city_code="350200", level="city", provenance="F-C", doc_no="测人社〔2026〕9号"
    )
    document = services.document_record(fields=changed, actor=officer, at=NOW, document_id=document.pk)
    assert document.is_verified is False
    assert actions() == ["policy.document.recorded", "policy.document.verified", "policy.document.changed"]
    assert AuditEvent.objects.latest("pk").data == {"fields": ["title", "provenance"]}


def test_a_document_number_is_used_once():
    officer = an_officer()
    services.document_record(fields=DOCUMENT, actor=officer, at=NOW)
    assert refusal_of(services.document_record, fields=DOCUMENT, actor=officer, at=NOW) == "invalid"


def test_a_parameter_in_use_keeps_its_code_unit_and_place(parameter):
    officer = an_officer()
    a_published_version(parameter, 70000, date(2026, 1, 1))
    same = {"parameter_id": parameter.pk, "code": LEVEL5, "city_code": "350200", "actor": officer, "at": NOW}
    services.parameter_record(**same, unit=Unit.FEN, meaning="五级（初级工）补贴标准")
    assert refusal_of(services.parameter_record, **same, unit=Unit.DAY, meaning="天数") == "parameter_in_use"
    assert Parameter.objects.get().meaning == "五级（初级工）补贴标准"


@pytest.mark.parametrize("code", ["amount", "Subsidy.amount", "补贴.标准", "a..b"])
def test_a_code_is_segments_of_small_letters(code):
    with pytest.raises(PolicyError):
        services.parameter_record(
            code=code, unit=Unit.DAY, meaning="天数", city_code="350200", actor=an_officer(), at=NOW
        )
    assert not Parameter.objects.exists()


def test_a_gap_says_that_the_policy_is_to_be_confirmed():
    with pytest.raises(PolicyGapError, match="政策待确认"):
        selectors.parameter_on("no.such", city="350200", on=date(2026, 1, 1))


def test_what_an_officer_calls_official_is_not_verified_until_somebody_compared_it(parameter):
    draft = a_draft(parameter, since=date(2026, 3, 1))
    ParameterVersion.objects.filter(pk=draft.pk).update(provenance="F-A")
    services.parameter_publish(version_id=draft.pk, actor=an_officer("李二"), at=NOW)
    assert selectors.parameter_on(LEVEL5, city="350200", on=date(2026, 3, 1)).verified is False
    assert list(ParameterVersion.objects.unverified()) == [draft]
    services.parameter_verify(version_id=draft.pk, actor=an_officer("王三"), at=NOW, reason="与原文核对一致")
    assert selectors.parameter_on(LEVEL5, city="350200", on=date(2026, 3, 1)).verified is True
    assert list(ParameterVersion.objects.verified()) == [draft]
