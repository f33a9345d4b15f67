"""The bench's own databases: made once for today's migrations, kept until they change."""

import hashlib
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connection, connections
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]
WORDS = """
    家政服务员 母婴护理员 家务服务员 家庭照护员 育婴员 保育师 养老护理员 职业技能
    培训补贴 等级证书 月子餐 新生儿 护理 收纳整理 筼筜湖 集美
    海沧 同安 翔安 思明 湖里 厦门 申领 条件
    材料 公示 复核 学时 考核 报名 开班 课程
    实操 理论 老人 陪护 急救 沟通 营养 喂养
    清洁 消毒 安全 用电 燃气 雇主 合同 社会保险
    劳动 权益 工作日 办理 时限 窗口 网上 手机
    短信 验证码 通过 未通过 补正
""".split()


def sentence(source: random.Random, words: int = 14) -> str:
    return "".join(source.choices(WORDS, k=words)) + "。"


def fingerprint(version: str) -> str:
    digest = hashlib.sha256(version.encode())
    for path in sorted(p for p in ROOT.glob("**/migrations/*.py") if ".venv" not in p.parts):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def ensure(version: str, fill: Callable[[], Any]) -> None:
    """Point Django, and servers started from here, at a database that ``fill`` has filled.

    ``version`` is a name and a number, such as "claims/1". Each name has a database of its own; it is reused while
    neither migrations nor the number change.
    """
    base = os.environ.setdefault("BENCH_DATABASES", connection.settings_dict["NAME"])
    name = f"{base}_{re.sub('[^a-z0-9]+', '_', version.rpartition('/')[0])}"
    with server_line() as line:
        connections.close_all()
        connection.settings_dict["NAME"] = os.environ["BENCH_DATABASE"] = name
        if _mark(line, name) == fingerprint(version):
            return
        _create(line, name, template=_ground(line, base))
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connections.close_all()
        _put_mark(line, name, fingerprint(version))


@contextmanager
def server_line() -> Iterator[psycopg.Connection]:
    """The server itself, not one of its databases for the bench."""
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    keep = {k: v for k, v in parameters.items() if k in {"host", "port", "user", "password", "dbname"}}
    with psycopg.connect(**keep, autocommit=True) as line:
        yield line


def _ground(line: psycopg.Connection, base: str) -> str:
    """An empty database with today's tables, of which the others begin as copies."""
    name, wanted = f"{base}_ground", connection.settings_dict["NAME"]
    if _mark(line, name) != fingerprint("ground"):
        _create(line, name, template="template0")
        connection.settings_dict["NAME"] = name
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        connection.settings_dict["NAME"] = wanted
        _put_mark(line, name, fingerprint("ground"))
    return name


def _mark(line: psycopg.Connection, name: str) -> str | None:
    found = line.execute(
        "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
    ).fetchone()
    return found[0] if found else None


def _put_mark(line: psycopg.Connection, name: str, mark: str) -> None:
    line.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(mark)))


def _create(line: psycopg.Connection, name: str, *, template: str) -> None:
    words = {"name": sql.Identifier(name), "template": sql.Identifier(template)}
    line.execute(sql.SQL("DROP DATABASE IF EXISTS {name} WITH (FORCE)").format(**words))
    line.execute(sql.SQL("CREATE DATABASE {name} TEMPLATE {template}").format(**words))
