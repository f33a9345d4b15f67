"""Health addresses, signs of life, the schedule, and preparing a database."""

from datetime import timedelta
from importlib import import_module

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.utils import timezone

from foundation.accounts.models import User
from portal.operations import health
from portal.operations.fingerprint import fingerprint
from portal.operations.models import Stamp
from portal.operations.tasks import heartbeat


def test_the_process_says_it_is_up_without_asking_the_database(client: Client, django_assert_num_queries, db) -> None:
    with django_assert_num_queries(0):
        response = client.get("/healthz")
    assert (response.status_code, response.json()) == (200, {"ok": True})


@pytest.mark.django_db
def test_the_site_is_ready_when_all_parts_answer(client: Client) -> None:
    response = client.get("/readyz")
    answer = response.json()
    assert response.status_code == 200
    assert answer["ok"] is True
    assert {name: part["ok"] for name, part in answer["parts"].items()} == {
        "database": True,
        "migrations": True,
        "cache": True,
        "broker": True,
    }
    assert "no-store" in response.headers["Cache-Control"]


def broken() -> bool:
    raise ConnectionError("postgres://somebody:secret@10.0.0.7/qiaoshou")


@pytest.mark.django_db
@pytest.mark.parametrize("part", ["database", "migrations", "cache", "broker"])
def test_a_part_that_fails_is_named_without_its_secrets(client: Client, monkeypatch, part: str) -> None:
    monkeypatch.setitem(health.PARTS, part, broken)
    response = client.get("/readyz")
    assert response.status_code == 503
    assert [name for name, found in response.json()["parts"].items() if not found["ok"]] == [part]
    for secret in ("secret", "somebody", "10.0.0.7"):
        assert secret not in response.content.decode()


@pytest.mark.django_db
def test_a_missing_migration_is_not_ready(client: Client, monkeypatch) -> None:
    monkeypatch.setattr(health._Known, "migrations", False)
    monkeypatch.setattr("django.db.migrations.executor.MigrationExecutor.migration_plan", lambda *args, **kw: ["one"])
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["migrations"]["ok"] is False


@pytest.mark.django_db
@override_settings(CELERY_BROKER_URL="redis://127.0.0.1:1/0")
def test_a_broker_that_is_away_is_found_out_in_seconds(client: Client) -> None:
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.json()["parts"]["broker"]["ok"] is False
    assert response.json()["parts"]["broker"]["milliseconds"] < 5000


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_health_addresses_only_answer(client: Client, address: str, method: str) -> None:
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.django_db
def test_background_work_shows_when_it_last_ran(client: Client) -> None:
    assert client.get("/readyz").json()["background"] == {"last_success_seconds_ago": None}
    cache.set(health.HEARTBEAT, (timezone.now() - timedelta(seconds=90)).isoformat(), 60)
    assert client.get("/readyz").json()["background"]["last_success_seconds_ago"] in {90, 91}
    heartbeat.delay()
    assert client.get("/readyz").json()["background"]["last_success_seconds_ago"] in {0, 1}


@pytest.mark.parametrize("name", sorted(settings.CELERY_BEAT_SCHEDULE))
def test_what_is_scheduled_is_a_task_that_exists(name: str) -> None:
    current_app.loader.import_default_modules()
    task = settings.CELERY_BEAT_SCHEDULE[name]["task"]
    assert task in current_app.tasks


def test_the_schedule_is_in_the_time_of_the_city() -> None:
    assert settings.CELERY_TIMEZONE == settings.TIME_ZONE == "Asia/Shanghai"


@pytest.mark.django_db
def test_preparing_twice_changes_nothing_and_leaves_its_stamp(monkeypatch) -> None:
    loaded: list[str] = []
    command = import_module("portal.operations.management.commands.prepare")
    monkeypatch.setattr(command, "call_command", lambda name, **options: loaded.append(name))
    call_command("prepare", "--demo", verbosity=0)
    call_command("prepare", "--demo", verbosity=0)
    assert loaded == ["migrate", "base_load", "demo_load"] * 2
    assert Stamp.objects.get().value == fingerprint()


@pytest.mark.django_db
def test_preparing_without_demo_data_leaves_no_stamp(monkeypatch) -> None:
    command = import_module("portal.operations.management.commands.prepare")
    monkeypatch.setattr(command, "call_command", lambda name, **options: None)
    call_command("prepare", verbosity=0)
    assert not Stamp.objects.exists()


@pytest.mark.django_db
@override_settings(SMS_GATEWAY="http")
def test_demo_accounts_are_refused_where_real_messages_are_sent() -> None:
    with pytest.raises(CommandError, match="只能用于开发环境"):
        call_command("demo_load", verbosity=0)
    assert not User.objects.exists()
