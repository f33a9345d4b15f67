"""Each program name that overseers meet has words, and the words find it."""

import ast
import csv
from collections.abc import Iterator
from io import StringIO

import pytest
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from certifications.applications.services.common import PAST as LEVEL_PAST
from certifications.bodies.words import EVENT_WORDS as BODY_WORDS
from certifications.certificates.level_states import LEVEL_MOVES
from certifications.certificates.states import TRANSITIONS as TRAINING_MOVES
from certifications.plans.states import PAST as PLAN_PAST
from certifications.talent.services.registering import MOVES as TALENT_MOVES
from courses.classes.services.filing import PAST as FILING_PAST
from courses.schools.services.moves import PAST as APPLICATION_PAST
from courses.schools.words import EVENT_WORDS
from foundation.accounts.states import Role
from foundation.audit.services import audit_record
from foundation.calendar.services import PAST
from foundation.privacy import registry
from foundation.privacy.models import AccessRecord
from foundation.sms.models import SmsMessage
from foundation.sms.templates import sms_templates
from portal.staff import words
from residency.evidence.states import MOVES as EVIDENCE_MOVES
from subsidies.awards.states import FILING_MOVES, INSTALMENT_MOVES
from subsidies.claims.states import TRANSITIONS as CLAIM_MOVES
from subsidies.mandates.states import MANDATE_MOVES
from tests.portal.people import person, signed_in
from tests.test_structure import ROOT, functions, named, python_files

# Actions put together from parts: the walk below finds the pattern, this says what it can become.
LOOKED_UP = ("confirmed", "not_matched", "not_found")
LINES = ("group", "employment", "education")
VERBS = ("added", "changed", "ended", "confirmed", "withdrawn", "evidence_added", "asked", "declined")
PUT_TOGETHER = {
    "accounts.phone_code.{action}": {"accounts.phone_code.refused", "accounts.phone_code.exhausted"},
    "talent.record.{action}": {f"talent.record.{one}" for one in TALENT_MOVES},
    "awards.instalment.{move.past}": {f"awards.instalment.{one.past}" for one in INSTALMENT_MOVES.values()},
    "{kind.action}.{move.past}": {
        f"{app}.mandate.{one.past}" for app in ("awards", "school_claims") for one in MANDATE_MOVES.values()
    },
    "awards.filing.{move.past}": {f"awards.filing.{one.past}" for one in FILING_MOVES.values()},
    "evidence.pack.{move.past}": {f"evidence.pack.{one.past}" for one in EVIDENCE_MOVES.values()},
    "applications.application.{PAST[move]}": {f"applications.application.{past}" for past in LEVEL_PAST.values()},
    "bodies.{action}": {f"bodies.{action}" for action in BODY_WORDS},
    "calendar.clock.{PAST[move]}": {f"calendar.clock.{verb}" for verb in PAST.values()},
    "claims.claim.{move.past}": {f"claims.claim.{one.past}" for one in CLAIM_MOVES.values()},
    "classes.class_run.{action}": {"classes.class_run.changed", "classes.class_run.assessment_changed"},
    "classes.class_run.{PAST[action]}": {f"classes.class_run.{past}" for past in FILING_PAST.values()},
    "plans.plan.{PAST[action]}": {f"plans.plan.{past}" for past in PLAN_PAST.values()},
    "plans.{entity}.{verb}": {"plans.part.set", "plans.room.added", "plans.room.changed", "plans.duty.assigned"},
    "plans.candidate.{candidate.state}": {"plans.candidate.withdrawn", "plans.candidate.excluded"},
    "schools.{action}": {f"schools.{action}" for action in EVENT_WORDS},
    "schools.application.{PAST[move]}": {f"schools.application.{past}" for past in APPLICATION_PAST.values()},
    "certificates.level.{step.past}": {f"certificates.level.{one.past}" for one in LEVEL_MOVES.values()},
    "certificates.training_certificate.{TRANSITIONS[action].past}": {
        f"certificates.training_certificate.{one.past}" for one in TRAINING_MOVES.values()
    },
    "certificates.prior.{outcome.value}": {f"certificates.prior.{one}" for one in LOOKED_UP},
    "workers.{name}.{verb}": {f"workers.{line}.{verb}" for line in LINES for verb in VERBS},
}


def called(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) == name)


def values(node: ast.expr, inside: ast.AST, module: ast.AST) -> Iterator[str]:
    """What an expression can be: a string, one of two, a name given in the function or by whoever calls it."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.IfExp):
        yield from values(node.body, inside, module)
        yield from values(node.orelse, inside, module)
    elif isinstance(node, ast.JoinedStr):
        yield from PUT_TOGETHER[ast.unparse(node)[2:-1]]
    elif isinstance(node, ast.Name) and isinstance(inside, ast.FunctionDef):
        given = [one.arg for one in inside.args.args]
        if node.id in given:
            for call in calls(module, inside.name):
                yield from values(call.args[given.index(node.id)], module, module)
        for one in ast.walk(inside):
            if isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == node.id:
                yield from values(one.value, inside, module)


def actions() -> dict[str, set[str]]:
    """Every action of the code with the files that record it."""
    found: dict[str, set[str]] = {}
    for path in python_files("site", "residency", "subsidies", "certifications", "courses", "workers"):
        module = ast.parse(path.read_text("utf-8"))
        for function in functions(module):
            for call in calls(function, "audit_record"):
                known = set(values(call.args[0], function, module))
                assert known, f"{named(path)}:{call.lineno}: cannot tell which action this records"
                for action in known:
                    found.setdefault(action, set()).add(named(path))
    return found


def test_every_action_has_words_and_no_words_are_left_over():
    found = actions()
    assert {action: found[action] for action in found.keys() - words.ACTIONS.keys()} == {}
    assert words.ACTIONS.keys() - found.keys() == set()


def test_the_verbs_of_a_line_are_those_of_the_code():
    modules = [ast.parse((ROOT / f"workers/services/{name}.py").read_text("utf-8")) for name in ("dossier", "asking")]
    told = {ast.literal_eval(call.args[1]) for module in modules for call in calls(module, "line_trace")}
    assert told == set(VERBS)


def test_no_two_actions_are_called_the_same():
    assert len({str(word) for word in words.ACTIONS.values()}) == len(words.ACTIONS)


def test_every_scheduled_task_has_words():
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} == words.TASKS.keys()


def test_every_field_that_can_be_revealed_and_every_text_message_has_words():
    fields = {(label, field) for label, rules in registry._rules.items() for rule in rules for field in rule.fields}
    assert ("workers.worker", "id_number") in fields
    assert [one for one in fields if words.field_word(*one) == one[1]] == []
    assert [one.code for one in sms_templates() if words.sms_word(one.code) == one.code] == []


@pytest.mark.parametrize("name", ["nobody.did.this", "", "worker", "no_app.model", "a.b.c"])
def test_what_is_not_known_is_shown_as_it_is(name):
    for word in (words.action_word, words.task_word, words.sms_word, words.object_word):
        assert word(name) == name
    assert words.field_word("workers.worker", name) == name
    assert words.field_word("no_app.model", name) == name


@pytest.fixture
def event(db):
    user = person(Role.TEACHER, username="t")
    with transaction.atomic():
        audit_record("accounts.password.issued", user, actor=user)
        return audit_record("accounts.user.signed_in", user, actor=user)


@pytest.mark.parametrize("asked", ["登录平台", "登录平", "accounts.user.signed_in", "accounts.user."])
def test_an_action_is_found_by_its_words_or_its_name(event, asked):
    page = signed_in(person(Role.AUDITOR)).get(reverse("staff_audit"), {"action": asked})
    assert event.pk in [row.record.pk for row in page.context["table"].rows]
    assert "accounts.password.issued" not in {row.record.action for row in page.context["table"].rows}


def test_the_list_and_the_page_of_events_show_both_the_words_and_the_name(event):
    client = signed_in(person(Role.AUDITOR))
    listed = client.get(reverse("staff_audit"), {"object_type": "账户"}).content.decode()
    alone = client.get(reverse("staff_event", args=[event.pk])).content.decode()
    for page in (listed, alone):
        assert '登录平台<br><small class="muted">accounts.user.signed_in</small>' in page
        assert f'<small class="muted">accounts.user #{event.object_id}</small>' in page
    assert '<option value="accounts.user.signed_in" label="登录平台">' in listed
    assert 'list="action-words"' in listed
    assert 'id="action-words"' in listed


def test_looks_and_text_messages_show_both_the_words_and_the_name(db):
    auditor = person(Role.AUDITOR)
    client = signed_in(auditor)
    AccessRecord.objects.create(
        viewer=auditor,
        subject_type="workers.worker",
        subject_id="41",
        fields=["name", "id_number"],
        purpose="audit",
        is_granted=True,
    )
    page = client.get(reverse("staff_accesses"), {"subject_type": "从业人员"}).content.decode()
    assert '从业人员 #41<br><small class="muted">workers.worker #41</small>' in page
    assert '姓名、身份证号码<br><small class="muted">name, id_number</small>' in page
    SmsMessage.objects.create(
        phone="19900000001", template="sign_in_code", text="x", dedupe_key="k", expires_at=timezone.now()
    )
    page = client.get(reverse("staff_sms"), {"template": "登录验证码"}).content.decode()
    assert '登录验证码<br><small class="muted">sign_in_code</small>' in page


def test_a_file_has_a_column_for_the_words_beside_the_name(event):
    client = signed_in(person(Role.ADMINISTRATOR))
    url = reverse("staff_audit_export") + "?action=登录平台"
    answer = client.post(url, {"format": "csv", "purpose": "检查"})
    head, *rows = csv.reader(StringIO(answer.content.decode("utf-8-sig")))
    place = head.index("操作")
    assert head[place : place + 4] == ["操作", "操作代码", "对象类型", "对象类型代码"]
    assert ["登录平台", "accounts.user.signed_in", "账户", "accounts.user"] in [row[place : place + 4] for row in rows]


def test_the_button_of_the_chain_says_what_it_does(db):
    page = signed_in(person(Role.AUDITOR)).get(reverse("staff_audit_chain")).content.decode()
    assert "核对</button>" in page
    assert "筛选" not in page
