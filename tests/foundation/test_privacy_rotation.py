"""Keys are changed beside people at work: nothing is lost, nothing is unfindable meanwhile, the old key can go."""

import time
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from foundation.accounts.models import User
from foundation.audit.models import AuditEvent
from foundation.crypto.cipher import blind_index, blind_indexes
from foundation.crypto.fields import BlindIndexField
from foundation.privacy.rotation import rotations
from workers.identity import check_character
from workers.models import Worker

OLD, NEW = Fernet.generate_key().decode(), Fernet.generate_key().decode()
OLD_INDEX, NEW_INDEX = (urlsafe_b64encode(letter * 32).decode() for letter in (b"o", b"n"))

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def keys(settings):
    """Call with which keys are configured, the newest first."""

    def configure(*, encryption, index):
        settings.PRIVACY_KEYS, settings.PRIVACY_INDEX_KEYS = encryption, index

    configure(encryption=[OLD], index=[OLD_INDEX])
    return configure


def phone(n):
    return f"1990{n:07d}"


def workers(count, first=0):
    """Accounts written under the newest key, in bulk as an import does."""
    return User.objects.bulk_create(
        (User(username=f"w-{n}", phone=phone(n), password="!") for n in range(first, first + count)), batch_size=2000
    )


def rotate(**options):
    out = StringIO()
    call_command("privacy_rotate_keys", stdout=out, **options)
    return out.getvalue()


def found(n):
    return User.objects.filter(phone_index__in=blind_indexes("phone", phone(n))).values_list("username", flat=True)


def test_after_a_rotation_the_old_keys_can_go(keys):
    workers(300)
    User.objects.create(username="no-phone")
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])
    assert "accounts_user：读 301 行，更换 300 行。" in rotate(batch=70)
    keys(encryption=[NEW], index=[NEW_INDEX])
    assert {user.username: user.phone for user in User.objects.all()} == {f"w-{n}": phone(n) for n in range(300)} | {
        "no-phone": ""
    }
    assert all(list(found(n)) == [f"w-{n}"] for n in range(300))
    assert User.objects.get(username="no-phone").phone_index is None


def test_without_a_rotation_the_new_key_alone_opens_nothing(keys):
    workers(1)
    keys(encryption=[NEW], index=[NEW_INDEX])
    with pytest.raises(InvalidToken):
        User.objects.get(username="w-0")


def test_a_second_run_changes_nothing_and_a_dry_run_never_does(keys):
    workers(5)
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])
    before = tokens()
    assert "共 5 行仍在使用旧密钥" in rotate(dry_run=True)
    assert (tokens(), AuditEvent.objects.count()) == (before, 0)
    rotate()
    after = tokens()
    assert "共更换 0 行" in rotate()
    assert tokens() == after


def tokens():
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, phone, phone_index FROM accounts_user ORDER BY id")
        return [(key, bytes(text), bytes(index)) for key, text, index in cursor.fetchall()]


@pytest.mark.parametrize("keeps", ["encryption", "index"])
def test_either_key_can_be_changed_alone(keys, keeps):
    workers(3)
    new = {"encryption": [NEW, OLD], "index": [NEW_INDEX, OLD_INDEX]}
    new[keeps] = [new[keeps][1]]
    keys(**new)
    assert "共更换 3 行" in rotate()
    keys(**{name: listed[:1] for name, listed in new.items()})
    assert list(found(2)) == ["w-2"]
    assert User.objects.get(username="w-2").phone == phone(2)


def test_everybody_is_found_half_way_through(keys):
    workers(10)
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])
    (table,) = [table for table in rotations() if table.table == "accounts_user"]

    class PulledPlugError(Exception):
        pass

    def pull(table):
        raise PulledPlugError

    with pytest.raises(PulledPlugError):
        table.run(batch=4, progress=pull)
    under_new = [bytes(index) == blind_index("phone", phone(n)) for n, (_, _, index) in enumerate(tokens())]
    assert under_new == [True] * 4 + [False] * 6
    assert all(list(found(n)) == [f"w-{n}"] for n in range(10))
    assert "更换 6 行" in rotate()


def test_a_row_no_key_opens_is_named_and_left_and_the_rest_goes_on(keys):
    workers(3)
    odd = User.objects.get(username="w-1")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET phone = 'broken' WHERE id = %s", [odd.pk])
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("privacy_rotate_keys", stdout=out)
    assert f"accounts_user 第 {odd.pk} 行未能更换：现有密钥都打不开" in out.getvalue()
    assert "共更换 2 行，1 行未能更换" in out.getvalue()


def test_a_row_that_meets_its_double_is_named_and_left(keys):
    workers(3)
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])
    User.objects.create(username="double", phone=phone(1))
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("privacy_rotate_keys", stdout=out)
    left = User.objects.get(username="w-1")
    assert f"accounts_user 第 {left.pk} 行未能更换：数据库拒绝" in out.getvalue()
    assert phone(1) not in out.getvalue()
    assert bytes(left.phone_index) == blind_indexes("phone", phone(1))[1]
    assert bytes(User.objects.get(username="w-2").phone_index) == blind_index("phone", phone(2))


def test_beginning_and_end_are_recorded_without_any_value(keys):
    workers(2)
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])
    rotate()
    started, finished = AuditEvent.objects.order_by("pk")
    assert (started.action, finished.action) == ("privacy.key_rotation.started", "privacy.key_rotation.finished")
    assert finished.data == {"renewed": {"accounts_user": 2}, "failed": 0}


def test_every_table_with_a_blind_index_or_an_encrypted_column_is_walked():
    tables = {table.table: table for table in rotations()}
    assert [field.name for field in tables["accounts_user"].texts] == ["phone"]
    assert all(
        isinstance(index, BlindIndexField) and index.source in {text.name for text in table.texts}
        for table in tables.values()
        for index in table.indexes
    )


def test_no_such_table_refuses_updates_or_its_keys_could_never_change():
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname LIKE '%\\_append\\_only'")
        append_only = {table for (table,) in cursor.fetchall()}
    assert "audit_auditevent" in append_only
    assert append_only & {table.table for table in rotations()} == set()


def test_a_batch_of_nothing_is_refused():
    with pytest.raises(CommandError):
        rotate(batch=0)


@pytest.mark.django_db(transaction=True)
def test_writes_meanwhile_are_kept(keys):
    people = workers(2000)
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])

    def change():
        try:
            for n in range(0, 2000, 10):
                user = User.objects.get(pk=people[n].pk)
                user.phone = phone(n + 1_000_000)
                user.save(update_fields=["phone", "phone_index"])
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        changes = pool.submit(change)
        rotate(batch=50)
        changes.result()
    keys(encryption=[NEW], index=[NEW_INDEX])
    assert {user.username: user.phone for user in User.objects.all()} == {
        f"w-{n}": phone(n if n % 10 else n + 1_000_000) for n in range(2000)
    }
    assert all(found(n if n % 10 else n + 1_000_000).exists() for n in range(2000))


def id_number_of(n):
    """A number of nobody, another for every n."""
    first = f"350201{date(1960, 1, 1) + timedelta(days=n // 1000):%Y%m%d}{n % 1000:03d}"
    return first + check_character(first)


def a_file(n):
    return Worker(
        name=f"李梅{'一二三四五六七八九十'[n % 10]}",
        id_number=id_number_of(n),
        sex="female",
        birth_year=1960,
        social_security_card=f"990000{n:013d}",
        source="培训班名册",
        created_at=NOON,
    )


def copy_in(files):
    """By COPY, which takes a fifth of the time of an import in bulk."""
    fields = [field for field in Worker._meta.concrete_fields if not field.primary_key]
    with connection.cursor() as cursor:
        columns = ", ".join(field.column for field in fields)
        with cursor.copy(f"COPY workers_worker ({columns}) FROM STDIN") as lines:
            for file in files:
                lines.write_row([field.get_db_prep_save(field.pre_save(file, True), connection) for field in fields])


def test_twenty_thousand_workers_are_rotated_and_all_can_be_read_and_found(keys):
    copy_in(a_file(n) for n in range(20_000))
    keys(encryption=[NEW, OLD], index=[NEW_INDEX, OLD_INDEX])
    started = time.monotonic()
    assert "workers_worker：读 20000 行，更换 20000 行。" in rotate()
    assert time.monotonic() - started < 120
    keys(encryption=[NEW], index=[NEW_INDEX])
    assert "共 0 行仍在使用旧密钥，0 行无法读取" in rotate(dry_run=True)
    last = Worker.objects.get(id_number_index__in=blind_indexes("id_number", id_number_of(19_999)))
    assert (last.name, last.social_security_card) == ("李梅十", "9900000000000019999")
