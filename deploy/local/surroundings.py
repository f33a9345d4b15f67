"""The database and the broker, looked at before anything is started on them."""

from __future__ import annotations

from types import ModuleType
from typing import Any
from urllib.parse import urlsplit

from console import Stop

TIMEOUT = 5
OLDEST_POSTGRESQL = 150000


def settings_in_force() -> ModuleType:
    """The development settings; an address that cannot be read becomes a sentence."""
    from django.core.exceptions import ImproperlyConfigured

    try:
        from portal.settings import dev
    except (ImproperlyConfigured, ValueError) as error:
        raise Stop(f"环境变量设置有误：{error}", f"A setting in the environment is wrong: {error}") from None
    return dev


def parameters(settings: ModuleType) -> dict[str, Any]:
    given = settings.DATABASES["default"]
    if given.get("ENGINE") != "django.db.backends.postgresql":
        raise Stop(
            "DATABASE_URL 必须指向 PostgreSQL（postgres://…）。", "DATABASE_URL must name a PostgreSQL: postgres://…"
        )
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    chosen = {ours: given[theirs] for theirs, ours in names.items() if given.get(theirs)}
    return {"connect_timeout": TIMEOUT} | given.get("OPTIONS", {}) | chosen


def check_database(settings: ModuleType) -> None:
    import psycopg

    wanted = parameters(settings)
    place = f"{wanted.get('host', 'localhost')}/{wanted.get('dbname', '')}"
    try:
        with psycopg.connect(**wanted) as line:
            version = line.info.server_version
            row = line.execute(
                "SELECT has_schema_privilege(current_schema(), 'CREATE'), pg_is_in_recovery()"
            ).fetchone()
    except psycopg.Error as error:
        said = (str(error).strip() or type(error).__name__).splitlines()[0].rstrip(".")
        raise Stop(
            f"无法连接数据库 {place}：{said}。请检查 DATABASE_URL，或取消该变量以使用本地数据库。",
            f"The database {place} cannot be reached: {said}. Check DATABASE_URL, or unset it to use a private one.",
        ) from None
    if version < OLDEST_POSTGRESQL:
        raise Stop(
            f"数据库 {place} 的版本太旧（{version // 10000}），需要 PostgreSQL 15 或更新版本。",
            f"The database {place} is too old ({version // 10000}); PostgreSQL 15 or newer is needed.",
        )
    can_create, is_standby = row or (False, False)
    if is_standby or not can_create:
        raise Stop(
            f"数据库 {place} 不允许建表（只读或权限不足）。请换用数据库所有者的账户。",
            f"The database {place} does not allow making tables (read-only, or rights missing). Use its owner.",
        )


def check_broker(settings: ModuleType) -> None:
    from kombu.connection import Connection

    address = settings.BROKER_URL
    parts = urlsplit(address)
    place = f"{parts.scheme}://{parts.hostname or parts.path}" + (f":{parts.port}" if parts.port else "")
    try:
        with Connection(address, connect_timeout=TIMEOUT) as line:
            line.ensure_connection(max_retries=1, timeout=TIMEOUT)
            if line.transport.driver_type == "redis":
                line.default_channel.client.ping()
    except Exception as error:  # noqa: BLE001 - each broker's library has its own classes
        said = str(error).strip().rstrip(".")
        raise Stop(
            f"无法连接消息服务 {place}：{said}。请检查 BROKER_URL，或取消该变量以使用本地服务。",
            f"The broker {place} cannot be reached: {said}. Check BROKER_URL, or unset it to use a private one.",
        ) from None


def is_prepared(settings: ModuleType) -> bool:
    """Whether this database was prepared with today's migrations and data."""
    import psycopg

    from portal.operations.fingerprint import fingerprint

    if not (settings.VAR / "demo-accounts.json").exists():
        return False  # their passwords are only there
    try:
        with psycopg.connect(**parameters(settings)) as line:
            row = line.execute("SELECT value FROM operations_stamp WHERE name = 'prepared'").fetchone()
    except psycopg.errors.UndefinedTable:
        return False
    return row == (fingerprint(),)
