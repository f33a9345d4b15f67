"""The desk's own page: what came, masked, and how the desk is to behave."""

from __future__ import annotations

import json
import time
from html import escape
from typing import Any

from receiver.config import Behaviour

DESKS = {"residency_desk": "公安落户窗口", "talent_register": "技能人才库", "credit_platform": "家政信用平台"}
STATES = {
    "received": "已收到，待办", "accepted": "已采用", "refused": "已退回", "superseded": "已有新版本",
    "deleted": "已按撤回删除",
}  # fmt: skip
OUTCOMES = {"received": "收到", "accepted": "采用", "refused": "退回", "deleted": "删除"}
STYLE = """
body{font:16px/1.6 sans-serif;margin:0 auto;max-width:70rem;padding:1rem;color:#1d2733}
table{border-collapse:collapse;width:100%}th,td{border:1px solid #c5ced8;padding:.35rem .5rem;text-align:left}
.scroll{overflow-x:auto}form{display:flex;flex-wrap:wrap;gap:1rem;align-items:end}label{display:block}
input{font:inherit;padding:.3rem;width:8rem}input[type=checkbox]{width:auto}button{font:inherit;padding:.4rem 1rem}
.note{background:#fff6d6;padding:.5rem 1rem}
"""


def desk_page(overview: dict[str, list[dict[str, Any]]], behaviour: Behaviour) -> str:
    """The whole page, without scripts."""
    return (
        '<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8"><title>材料接收台（演练）</title>'
        '<meta name="viewport" content="width=device-width"><meta name="robots" content="noindex">'
        f"<style>{STYLE}</style></head><body><h1>材料接收台（演练）</h1>"
        '<p class="note">这是演练用的接收系统，只在本机使用，不是任何单位的真实系统。</p>'
        f"{_control(behaviour)}<h2>收到的材料</h2>{_packs(overview['packs'])}"
        f"<h2>答复</h2>{_results(overview['results'])}</body></html>"
    )


def _control(behaviour: Behaviour) -> str:
    def field(name: str, label: str, value: object) -> str:
        return f'<label>{label}<br><input name="{name}" value="{escape(str(value))}"></label>'

    down = " checked" if behaviour.is_down else ""
    return (
        '<h2>怎么答复</h2><form method="post" action="/control">'
        + field("delay_seconds", "隔几秒答复", behaviour.delay_seconds)
        + field("level_at_least", "至少几级（0 不看）", behaviour.level_at_least)
        + field("insured_months", "至少参保几个月", behaviour.insured_months)
        + field("refused_name", "姓名含此字的退回", behaviour.refused_name)
        + f'<label><input type="checkbox" name="down" value="1"{down}> 停机</label>'
        + "<button>保存</button></form>"
    )


def _packs(rows: list[dict[str, Any]]) -> str:
    cells = []
    for row in rows:
        document = json.loads(row["document"]) if row["document"] else None
        who = _masked(document["subject"]) if document else "—"
        cells.append(
            [
                DESKS.get(row["desk"], row["desk"]), who, f"第 {row['version']} 版（顺序 {row['sequence']}）",
                STATES.get(row["state"], row["state"]), _told(document), row["case_number"],
                _moment(row["received_at"]),
            ]
        )  # fmt: skip
    return _table(["接收方", "人员", "版本", "状态", "内容", "受理号", "收到"], cells)


def _results(rows: list[dict[str, Any]]) -> str:
    cells = [
        [
            DESKS.get(row["desk"], row["desk"]), f"第 {row['number']} 次", OUTCOMES.get(row["outcome"], row["outcome"]),
            "；".join(one["text"] for one in json.loads(row["reasons"])), str(row["tries"]),
            _moment(row["sent_at"]) if row["sent_at"] else f"待发，{_moment(row['due_at'])}",
        ]
        for row in rows
    ]  # fmt: skip
    return _table(["接收方", "序号", "结果", "原因", "试过", "发出"], cells)


def _told(document: dict[str, Any] | None) -> str:
    """What kinds of facts it holds, in numbers."""
    if document is None:
        return "已删除"
    facts = document["facts"]
    parts = [f"证书 {len(facts['certificates'])} 份"] if "certificates" in facts else []
    parts += [f"等级 {one['level_name']}" for one in facts.get("level", [])]
    parts += [f"参保 {facts['insured_months']['months']} 个月"] if "insured_months" in facts else []
    parts += [f"工作 {facts['service']['months']} 个月"] if "service" in facts else []
    return "，".join(parts)


def _masked(subject: dict[str, str]) -> str:
    number = subject["id_number"]
    return f"{subject['name'][0]}** {number[:4]}{'*' * 12}{number[-2:]}"


def _table(heads: list[str], rows: list[list[str]]) -> str:
    if not rows:
        return "<p>还没有。</p>"
    head = "".join(f'<th scope="col">{one}</th>' for one in heads)
    body = "".join("<tr>" + "".join(f"<td>{escape(one)}</td>" for one in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _moment(at: float) -> str:
    return time.strftime("%m-%d %H:%M:%S", time.localtime(at))
