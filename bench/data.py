"""The bench's own database: made once for today's migrations, kept until they change."""

import hashlib
import random
from collections.abc import Callable
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
    """Point Django at a database that ``fill`` has filled; reused while neither migrations nor ``version`` change."""
    name = connection.settings_dict["NAME"]
    mark = fingerprint(version)
    parameters = connection.get_connection_params() | {"dbname": "postgres"}
    keep = {k: v for k, v in parameters.items() if k in {"host", "port", "user", "password", "dbname"}}
    with psycopg.connect(**keep, autocommit=True) as line:
        found = line.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if found and found[0] == mark:
            return
        connections.close_all()
        line.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        line.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        call_command("migrate", verbosity=0, interactive=False)
        fill()
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        connections.close_all()
        line.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(name), sql.Literal(mark)))
