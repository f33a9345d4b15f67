"""Known or unknown, a door does the same work, so that nobody can tell by the time an answer takes.

Counted, not timed: how often a password is hashed, which is what takes long, and what the database is asked to do.
"""

import re
from collections import Counter

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from foundation.accounts.models import User
from foundation.accounts.services import worker_account_open
from foundation.accounts.states import Role
from tests.portal.people import authenticator_app, person
from tests.workers.builders import NOW

pytestmark = pytest.mark.django_db
TABLE = re.compile(r'(?:FROM|INTO|UPDATE) "(\w+)"')


@pytest.fixture
def hashings(monkeypatch):
    """How often a password was hashed; the test's hasher stands for the site's."""
    done, encode = [], MD5PasswordHasher.encode

    def counted(hasher, password, salt):
        done.append(1)
        return encode(hasher, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return done


def asked(path, fields):
    """What the database is asked to do by a form, by verb and table; and what the answer says."""
    client = Client()
    client.get(path)
    with CaptureQueriesContext(connection) as queries:
        answer = client.post(path, fields)
    done = Counter()
    for query in queries.captured_queries:
        table = TABLE.search(query["sql"])
        done[query["sql"].split()[0], table[1] if table else ""] += 1
    return done, answer.status_code, re.sub(r"value=\"[^\"]*\"|nonce-\S+|nonce=\S+", "", answer.content.decode())


def staff_of_each_kind():
    """User names of everybody a password does not open the door for."""
    plain, switched_off = person(Role.SCHOOL_STAFF), person(Role.SCHOOL_STAFF)
    officer, worker = person(Role.OFFICER_INTAKE), person(Role.WORKER)
    authenticator_app(officer)
    User.objects.filter(pk=switched_off.pk).update(is_active=False)
    return {
        "known": plain.username, "with a second factor": officer.username, "switched off": switched_off.username,
        "without a password": worker.username, "unknown": "nobody-of-that-name",
    }  # fmt: skip


def test_a_wrong_password_costs_the_same_whoever_it_is(hashings):
    seen = {}
    for kind, username in staff_of_each_kind().items():
        hashings.clear()
        work, status, page = asked("/staff/sign-in/", {"login": username, "password": "wrong-horse-battery"})
        seen[kind] = {"hashings": len(hashings), "work": work, "status": status, "page": page}
    other = {kind: [name for name in one if one[name] != seen["unknown"][name]] for kind, one in seen.items()}
    assert not any(other.values()), other
    assert seen["unknown"]["hashings"] > 0


def test_a_number_that_is_known_costs_what_an_unknown_one_costs():
    """But for the row that an unknown number gets with its first code: see what is accepted in the threat model."""
    known = person(Role.WORKER)
    numbers = {"proven": known.phone, "asked before": "19900007777", "never asked": "19900007778"}
    worker_account_open(phone=numbers["asked before"], at=NOW)
    seen = {}
    for kind, phone in numbers.items():
        seen[kind], status, _page = asked("/sign-in/", {"phone": phone})
        assert status == 302
    opening = {("SAVEPOINT", ""): 1, ("INSERT", "accounts_user"): 1, ("RELEASE", ""): 1,
               ("INSERT", "audit_auditevent"): 1}  # fmt: skip
    counting = {("SELECT", "accounts_phonecode"): 1}
    assert dict(seen["never asked"] - seen["asked before"]) == opening
    assert dict(seen["asked before"] - seen["never asked"]) == {}
    # Codes to numbers nobody has proven have a ceiling, and are counted for it.
    assert dict(seen["asked before"] - seen["proven"]) == counting
    assert dict(seen["proven"] - seen["asked before"]) == {}
