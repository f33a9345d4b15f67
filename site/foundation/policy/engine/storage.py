"""A decision as text that can be kept for years: one way to write it, so that equal decisions have equal digests."""

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from foundation.policy.engine.decisions import Check, Decision, Facts, Message, Outcome, Scalar, Step
from foundation.policy.engine.rules import RULES, Rules
from foundation.policy.errors import PolicyError
from foundation.policy.values import ParameterSet, ParameterValue, Period

SCHEMA = "decision/1"
ENCODER = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), check_circular=False)


def to_json(decision: Decision) -> str:
    """The decision with its facts and figures, keys sorted, numbers written exactly."""
    content = {
        "schema": SCHEMA,
        "rule": decision.rule,
        "rule_version": decision.rule_version,
        "on": decision.on.isoformat(),
        "city": decision.parameters.city,
        "outcome": decision.outcome.value,
        "amount_fen": decision.amount_fen,
        "score": None if decision.score is None else _number(decision.score),
        "facts": {name: _plain(value) for name, value in decision.facts.items()},
        "parameters": [_figure(decision.parameters[code]) for code in sorted(decision.parameters)],
        "checks": [_check(check) for check in decision.checks],
        "steps": [_step(step) for step in decision.steps],
    }
    return ENCODER.encode(content)


def from_json(text: str) -> Decision:
    """The decision that ``to_json`` wrote; another schema raises ``PolicyError``."""
    content = json.loads(text)
    if content.get("schema") != SCHEMA:
        raise PolicyError("unknown_schema", _("无法读取这份核定记录：格式不是 %(schema)s。") % {"schema": SCHEMA})
    on = date.fromisoformat(content["on"])
    figures = {row["code"]: _read_figure(row) for row in content["parameters"]}
    return Decision(
        content["rule"],
        content["rule_version"],
        on,
        Outcome(content["outcome"]),
        tuple(_read_check(row) for row in content["checks"]),
        tuple(_read_step(row) for row in content["steps"]),
        content["amount_fen"],
        None if content["score"] is None else Decimal(content["score"]),
        Facts({name: _read(value) for name, value in content["facts"].items()}),
        ParameterSet(figures, city=content["city"], on=on),
    )


def digest(decision: Decision) -> str:
    """SHA-256 of the decision as stored."""
    return hashlib.sha256(to_json(decision).encode()).hexdigest()


def reproduce(stored: str, rules: Rules = RULES) -> Decision:
    """Work the stored case out again by the rule of its day; ``PolicyError`` when the answer is not the same."""
    before = from_json(stored)
    again = rules.decide(before.rule, facts=before.facts, parameters=before.parameters, on=before.on)
    if digest(again) != hashlib.sha256(stored.encode()).hexdigest():
        changed = [
            name
            for name in ("rule_version", "outcome", "amount_fen", "score", "checks", "steps", "parameters")
            if getattr(before, name) != getattr(again, name)
        ]
        raise PolicyError(
            "not_reproduced",
            _("按当日的规则和数值重新计算，结果与存档不一致：%(fields)s。请报告系统管理员。")
            % {"fields": "、".join(changed) or "text"},
        )
    return again


def _number(value: Decimal) -> str:
    """A number without an exponent or needless noughts: equal numbers look the same."""
    return f"{value.normalize():f}"


def _plain(value: Scalar) -> Any:
    kind = type(value)
    if kind is str or kind is bool or kind is int or value is None:
        return value
    if isinstance(value, Decimal):
        return {"number": _number(value)}
    if isinstance(value, date):
        return {"day": value.isoformat()}
    return {"list": [_plain(one) for one in value]}  # type: ignore[union-attr]


def _read(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if "number" in value:
        return Decimal(value["number"])
    if "day" in value:
        return date.fromisoformat(value["day"])
    return tuple(_read(one) for one in value["list"])


def _message(message: Message) -> list[Any]:
    return [message.code, [[name, _plain(value)] for name, value in message.values]]


def _read_message(row: list[Any]) -> Message:
    return Message(row[0], tuple((name, _read(value)) for name, value in row[1]))


def _check(check: Check) -> list[Any]:
    """In the order of the fields of ``Check``; a list, because a decision has dozens of them."""
    code, title, passed, needed, found, *rest = check
    return [code, title, passed, _message(needed), _message(found), *rest]


def _read_check(row: list[Any]) -> Check:
    code, title, passed, needed, found, *rest = row
    return Check(code, title, passed, _read_message(needed), _read_message(found), *rest)


def _step(step: Step) -> list[Any]:
    title, operation, value, unit, result, *rest = step
    return [title, operation, _number(value), unit, _number(result), *rest]


def _read_step(row: list[Any]) -> Step:
    title, operation, value, unit, result, *rest = row
    return Step(title, operation, Decimal(value), unit, Decimal(result), *rest)


def _figure(figure: ParameterValue) -> dict[str, Any]:
    return {
        "code": figure.code,
        "value": _number(figure.value),
        "unit": figure.unit,
        "version_id": figure.version_id,
        "article": figure.article,
        "doc_no": figure.doc_no,
        "document_title": figure.document_title,
        "effective": [day.isoformat() if day else None for day in figure.effective],
        "verified": figure.verified,
        "provenance": figure.provenance,
        "city_code": figure.city_code,
        "meaning": figure.meaning,
        "address": figure.address,
    }


def _read_figure(row: dict[str, Any]) -> ParameterValue:
    first, last = row["effective"]
    period = Period(date.fromisoformat(first), date.fromisoformat(last) if last else None)
    return ParameterValue(**(row | {"value": Decimal(row["value"]), "effective": period}))
