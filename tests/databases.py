"""Test databases: migrated once into a template, then copied, which takes a fraction of a second."""

import hashlib
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


def fingerprint() -> str:
    """Changes whenever a migration or a pinned package does."""
    digest = hashlib.sha256((ROOT / "requirements.lock").read_bytes())
    sources = [folder for folder in ROOT.iterdir() if folder.is_dir() and folder.name not in {"var", ".venv", ".git"}]
    for path in sorted(path for folder in sources for path in folder.glob("**/migrations/*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def server() -> psycopg.Connection:
    """A connection beside the test database, for creating and dropping it."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    return psycopg.connect(
        **{k: v for k, v in parameters.items() if k in {"host", "port", "user", "password", "dbname"}}, autocommit=True
    )


def create_from(template: str, name: str) -> None:
    """Make the database anew as a copy of the template."""
    with server() as line:
        line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        line.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
                sql.Identifier(name), sql.Identifier(template)
            )
        )


def exists(name: str) -> bool:
    with server() as line:
        return line.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None


def make_template(base: str) -> str:
    """The migrated template for today's migrations, copied from another run's or made; its forerunners are dropped."""
    mark = fingerprint()
    name = f"{base}_template_{mark}"
    with server() as line:
        line.execute("SELECT pg_advisory_lock(hashtext(%s))", [base])
        if exists(name):
            return name
        for (old,) in line.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{base}_template_%"]
        ).fetchall():
            line.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(old)))
        line.execute("SELECT pg_advisory_lock(hashtext(%s))", [mark])
        draft = f"{base}_draft"
        found = line.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"%_template_{mark}"]).fetchone()
        if found is not None:
            create_from(found[0], draft)
        else:
            _migrate(draft, line)
        line.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(draft), sql.Identifier(name)))
    return name


def _migrate(draft: str, line: psycopg.Connection) -> None:
    line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(draft)))
    line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(draft)))
    use(draft)
    call_command("migrate", verbosity=0, interactive=False)
    connections.close_all()


def use(name: str) -> None:
    """Point Django at a database."""
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connection.settings_dict["NAME"] = name
