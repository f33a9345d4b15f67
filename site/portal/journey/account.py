"""The account of a rehearsal: for people, for machines, and the folder it is kept in."""

import json
from pathlib import Path
from typing import Any

from portal.journey.report import report_html
from portal.journey.state import Journey
from portal.journey.words import TOTALS, WORDS, shown, verdict

ACCOUNT = "account.json"


def folder_cleared(out: Path | None) -> None:
    """Take away what an earlier rehearsal left in the folder, by its own list, so that the two are not mixed."""
    if out is None or not (out / ACCOUNT).is_file():
        return
    try:
        listed = json.loads((out / ACCOUNT).read_text("utf-8")).get("files", [])
    except (ValueError, AttributeError):
        return
    for name in listed:
        path = (out / str(name)).resolve()
        if path.is_relative_to(out.resolve()) and path.is_file():
            path.unlink()


def account_write(journey: Journey) -> None:
    """The account as text, as data and as a page with pictures, into the folder."""
    journey.keep("report.html", report_html(journey).encode())
    journey.keep("account.txt", account_text(journey).encode())
    journey.files.append(ACCOUNT)
    data = json.dumps(account_data(journey), ensure_ascii=False, indent=1)
    journey.files.pop()
    journey.keep(ACCOUNT, data.encode())


def account_data(journey: Journey) -> dict[str, Any]:
    """The account for machines. It holds counts, row numbers and reasons, and nobody's data."""
    return {
        "class_runs": [run.number for run in journey.runs],
        "opens_on": journey.plan.opens_on.isoformat(),
        "ends_on": journey.last_day.isoformat() if journey.runs else "",
        "steps": [
            {
                "name": step.name,
                "title": step.title,
                "seconds": step.seconds,
                "counts": step.counts,
                "notes": step.notes,
            }
            for step in journey.steps
        ],
        "totals": dict.fromkeys(TOTALS, 0) | journey.totals,
        "refusals": journey.facts.get("refusals", {}),
        "claim_refusals": journey.facts.get("claim_refusals", {}),
        "reasons": journey.facts.get("reasons", {}),
        "ended": journey.ended,
        "failures": journey.failures,
        "files": sorted(journey.files),
        "balanced": journey.is_balanced,
    }


def account_text(journey: Journey) -> str:
    """The account for people."""
    lines = []
    for number, step in enumerate(journey.steps, start=1):
        counts = "，".join(f"{WORDS.get(name, name)} {shown(name, count)}" for name, count in step.counts.items())
        lines.append(f"{number:2}. {step.title}（{step.seconds:.1f} 秒）：{counts}")
        lines += [f"      {note}" for note in step.notes]
    lines += ["", "合计"]
    lines += [f"  {WORDS.get(name, name)}：{shown(name, count)}" for name, count in journey.totals.items()]
    lines += [""] + [f"对不上：{failure}" for failure in journey.failures]
    lines.append(verdict(journey))
    return "\n".join(lines) + "\n"
