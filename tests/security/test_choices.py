"""Choices by number: whoever sends the number of what her form did not offer is refused, and nothing changes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.cache import cache
from django.db import transaction
from django.db.models import Model
from django.forms import BaseForm, BaseFormSet

from courses.classes.models import ClassRun
from courses.schools.models import School
from foundation.accounts.models import Membership, User
from foundation.accounts.states import Role
from tests.courses import builders_filing as filing
from tests.portal.access_table import OFFICE
from tests.portal.test_access import patterns
from tests.security.choice_table import BY_NUMBER, CITYS, NO_NUMBERS, NOT_TRIED, OWNER, TRIED
from tests.security.walking import Form, Page, Place, clients, pages, state
from tests.security.world import World

DEEP = 3
OURS = {"portal", "exchange", "foundation", "workers", "courses", "certifications", "subsidies", "residency"}
FILTERS = "django.forms.widgets."
WRITTEN = {"date": "2026-11-23", "number": "1", "time": "10:00"}


@dataclass(frozen=True)
class Choice:
    """A field of a form on a page, whose answers are numbers of rows."""

    label: str
    name: str
    model: type[Model]
    offered: frozenset[int]


def forms_in(value: Any, depth: int = 0) -> Iterator[BaseForm]:
    if isinstance(value, BaseForm):
        yield value
    elif isinstance(value, BaseFormSet):
        yield from value.forms
    elif isinstance(value, list | tuple | dict) and depth < DEEP:
        for one in list(value.values()) if isinstance(value, dict) else value:
            yield from forms_in(one, depth + 1)


def forms_of(answer: Any) -> list[BaseForm]:
    """The forms that a page was made of."""
    scopes = [scope for layer in answer.context or () for scope in getattr(layer, "dicts", ())]
    return list({id(form): form for scope in scopes for form in forms_in(dict(scope))}.values())


def label_of(form: BaseForm, name: str) -> str:
    """The field by the form's class; a number in a name that is made for the page is any number."""
    return f"{type(form).__module__}.{type(form).__qualname__}.{re.sub(r'[0-9]+$', '#', name)}"


def is_numbers(field: forms.Field) -> bool:
    """Whether a choice offers nothing but numbers."""
    values = [str(value) for value, _label in getattr(field, "choices", ()) if str(value)]
    return bool(values) and all(value.isdigit() for value in values)


def choices_of(form: BaseForm) -> Iterator[Choice]:
    for name, field in form.fields.items():
        label = label_of(form, name)
        if isinstance(field, forms.ModelChoiceField):
            rows = frozenset(field.queryset.values_list("pk", flat=True))
            yield Choice(label, form.add_prefix(name), field.queryset.model, rows)
        elif label in BY_NUMBER:
            rows = frozenset(int(value) for value, _label in field.choices if str(value))
            yield Choice(label, form.add_prefix(name), BY_NUMBER[label], rows)


def unnamed(form: BaseForm) -> set[str]:
    """Choices of numbers of which nobody says whose numbers they are."""
    made_by_hand = {name for name, field in form.fields.items() if not isinstance(field, forms.ModelChoiceField)}
    labels = {label_of(form, name) for name in made_by_hand if is_numbers(form.fields[name])}
    return {label for label in labels - set(BY_NUMBER) - NO_NUMBERS if not label.startswith(FILTERS)}


def foreign(choice: Choice, place: Place) -> int | None:
    """The number of a row of somebody else; of what is the city's, and for its officers, one that is not offered."""
    rows = choice.model._base_manager.order_by("pk")
    held = Membership.objects.filter(user=place.client.session.get("_auth_user_id"), organisation__isnull=False)
    owner = OWNER.get(choice.model)
    if owner and held.exclude(role__in=OFFICE).exists():
        return rows.exclude(**{f"{owner}__in": held.values("organisation")}).values_list("pk", flat=True).first()
    return rows.exclude(pk__in=choice.offered).values_list("pk", flat=True).first()


def tries(place: Place, page: Page) -> Iterator[tuple[Choice, Form, int]]:
    for form in forms_of(page.answer):
        for choice in choices_of(form):
            sent = [one for one in page.forms if one.method == "post" and choice.name in one.names()]
            number = foreign(choice, place) if sent else None
            if number is not None:
                yield choice, sent[0], number


def refusal_of(place: Place, form: Form, name: str, number: int) -> tuple[Any, bool]:
    """The answer to a form that names the number, and whether anything changed by it."""
    answers = {one.name: one.value or WRITTEN.get(one.kind, "示例") for one in form.fields}
    cache.clear()
    point, before = transaction.savepoint(), state()
    answer = place.client.post(form.action, answers | {name: str(number)})
    is_changed = state() != before
    transaction.savepoint_rollback(point)
    return answer, is_changed


def refused_fields(answer: Any) -> set[str]:
    """The fields that a page says are wrong, by their names."""
    return {form.add_prefix(name) for form in forms_of(answer) if form.is_bound for name in form.errors}


def test_a_number_that_was_not_offered_is_refused(world, browsers):
    filing.a_room(filing.a_school_that_files()[0])
    tried, wrong, new = set(), {}, set()
    for place, page in pages(world, browsers):
        new |= {label for form in forms_of(page.answer) for label in unnamed(form)}
        for choice, form, number in tries(place, page):
            if choice.label in tried:
                continue
            tried.add(choice.label)
            answer, is_changed = refusal_of(place, form, choice.name, number)
            if is_changed or choice.name not in refused_fields(answer):
                wrong[f"{choice.label} at {form.action} by {place.who}"] = (number, answer.status_code, is_changed)
    assert sorted(new) == [], "Say in tests/security/choice_table.py whose numbers these are."
    assert not wrong, "\n".join(f"{what}: {seen}" for what, seen in wrong.items())
    assert sorted(tried) == sorted(TRIED)


def declared(kind: type[BaseForm] = BaseForm) -> Iterator[tuple[str, type[Model] | None]]:
    """Every choice of rows that a form of ours declares."""
    for form in kind.__subclasses__():
        is_ours = form.__module__.split(".")[0] in OURS
        for name, field in getattr(form, "base_fields", {}).items() if is_ours else ():
            if isinstance(field, forms.ModelChoiceField):
                model = None if field.queryset is None else field.queryset.model
                yield f"{form.__module__}.{form.__qualname__}.{name}", model
        yield from declared(form)


def test_every_choice_of_rows_is_tried_or_says_why_not():
    assert list(patterns())  # every view, and with it every form, is there
    found = {label for label, model in declared() if model not in CITYS}
    assert sorted(found - TRIED - set(NOT_TRIED)) == [], "Say in tests/security/choice_table.py why it is not tried."
    assert sorted(set(NOT_TRIED) - found) == []


def sent_by_hand(world: World) -> list[tuple[User, str, dict[str, Any]]]:
    """Numbers of somebody else's rows where no form offers any at the moment, or a view reads them by itself."""
    number = {kind: things[0].names["pk"] for kind, things in world.things.items() if "pk" in things[0].names}
    school, worker = world.people[Role.SCHOOL_STAFF][0], world.people[Role.WORKER][0]
    elsewhere = School.objects.exclude(organisation__memberships__user=school)[0]
    run = ClassRun.objects.filter(school=elsewhere).first() or ClassRun.objects.exclude(pk=number["run"])[0]
    return [
        (school, f"/school-claims/{number['class_claim']}/ask/", {"enrolment": number["place"]}),
        (school, f"/plans/{number['plan']}/candidates/add/", {"enrolments": [number["place"]]}),
        (world.people[Role.BODY_STAFF][1], "/body/applications/batch/", {"application": [number["application"]]}),
        (worker, f"/my/classes/{number['place']}/move/", {"class_run": run.pk}),
    ]


def test_a_number_sent_by_hand_changes_nothing(world):
    browsers, changed = clients(world), {}
    for user, path, fields in sent_by_hand(world):
        cache.clear()
        before = state()
        answer = browsers[user.pk].post(path, fields)
        after = state()
        rows = {name for name in before if before[name] != after[name]}
        if (
            rows
            or answer.status_code not in {200, 302, 404, 422}
            or "attachment" in answer.get("Content-Disposition", "")
        ):
            changed[path] = (answer.status_code, rows)
    assert changed == {}
