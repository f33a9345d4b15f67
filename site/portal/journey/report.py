"""The report of a rehearsal: one page with everything in it, to be opened, printed and passed on."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from portal.journey.certificate_steps import certificates_of
from portal.journey.pictures import certificate_picture, page_picture
from portal.journey.state import Journey
from portal.journey.words import TOTALS, WORDS, shown, verdict

STYLES = Path(__file__).with_name("report.css")
LINK = '<link rel="stylesheet" href="report.css">'

# name of the total, what it is called along the way
FUNNEL = (
    ("roster_rows", "名册"),
    ("enrolled", "报名"),
    ("completed", "结业"),
    ("passed", "考核合格"),
    ("certificates", "发证"),
    ("claims_taken", "申领受理"),
    ("paid", "补贴到账"),
    ("evidence_accepted", "证明材料被采用"),
)
MONEY = (
    ("sent_fen", "第一次送银行"),
    ("bounced_fen", "其中退回，更正后再送"),
    ("bank_paid_fen", "银行付成"),
    ("paid_fen", "申领到账"),
    ("ledger_paid_fen", "台账已付"),
    ("ledger_open_fen", "台账未办结"),
)
FIGURES = ("roster_rows", "rows_refused", "enrolled", "completed", "certificates", "paid", "paid_fen")


@dataclass(frozen=True)
class Bar:
    """A line of a chart: its words, its number as shown, and its share of the longest."""

    label: str
    value: str
    width: str
    note: str = ""


@dataclass(frozen=True)
class Shot:
    """A picture of a paper with what it is."""

    title: str
    source: str
    file: str


def report_html(journey: Journey) -> str:
    """The page, with its styles and pictures inside."""
    context = {
        "journey": journey,
        "plan": journey.plan,
        "verdict": verdict(journey),
        "figures": [(WORDS[name], shown(name, journey.totals.get(name, 0))) for name in FIGURES],
        "inputs": _inputs(journey),
        "funnel": _funnel(journey),
        "money": _money(journey),
        "times": _times(journey),
        "seconds": f"{sum(step.seconds for step in journey.steps):.1f}",
        "shots": _shots(journey),
        "steps": _steps(journey),
        "equations": [
            (sentence, shown(name, left), shown(name, right), left == right)
            for sentence, name, left, right in journey.facts.get("equations", [])
        ],
        "totals": [(WORDS.get(name, name), shown(name, count)) for name, count in _totals(journey).items()],
    }
    page = render_to_string("journey/report.html", context)
    # A page that stands alone carries its styles; the templates of the site hold none.
    return page.replace(LINK, f"<style>{STYLES.read_text('utf-8')}</style>")


def _totals(journey: Journey) -> dict[str, int]:
    return dict.fromkeys(TOTALS, 0) | journey.totals


def _inputs(journey: Journey) -> list[tuple[str, str]]:
    plan = journey.plan
    given = (("名册", plan.roster), ("成绩单", plan.scores), ("银行回盘文件", plan.bank_return))
    return [(what, path.name if path else "没有给，按名册编的") for what, path in given]


def bars(rows: list[tuple[str, int, str, str]]) -> list[Bar]:
    """Label, number, the number as shown, a note; the longest fills its line."""
    most = max((number for _label, number, _value, _note in rows), default=0)
    return [
        Bar(label, value, f"{100 * number / most if most else 0:.2f}%", note) for label, number, value, note in rows
    ]


def _funnel(journey: Journey) -> list[Bar]:
    totals, rows = _totals(journey), []
    before = None
    for name, label in FUNNEL:
        count = totals.get(name, 0)
        lost = before - count if before is not None else 0
        rows.append(
            (label, count, f"{count} 人" if name != "roster_rows" else f"{count} 行", f"−{lost}" if lost > 0 else "")
        )
        before = count
    return bars(rows)


def _money(journey: Journey) -> list[Bar]:
    counts = next((step.counts for step in journey.steps if step.name == "payment"), {})
    totals = _totals(journey) | {"sent_fen": counts.get("sent_fen", 0)}
    return bars([(label, totals.get(name, 0), shown(name, totals.get(name, 0)), "") for name, label in MONEY])


def _times(journey: Journey) -> list[Bar]:
    return bars([(step.title, round(step.seconds * 1000), f"{step.seconds:.1f} 秒", "") for step in journey.steps])


def _steps(journey: Journey) -> list[dict[str, Any]]:
    return [
        {
            "title": step.title,
            "seconds": f"{step.seconds:.1f}",
            "counts": [(WORDS.get(name, name), shown(name, count)) for name, count in step.counts.items()],
            "notes": step.notes,
        }
        for step in journey.steps
    ]


def _shots(journey: Journey) -> list[Shot]:
    """One of each paper that the folder holds."""
    out = journey.plan.out
    if out is None:
        return []
    shots = []
    issued = certificates_of(journey)
    if issued:
        name = f"certificates/{issued[0].number}.pdf"
        picture = certificate_picture(issued[0], (out / name).read_bytes())
        shots.append(Shot("培训合格证书（姓名、证件号码和照片已遮住）", picture, name))
    kinds = (("records/", "技能档案"), ("bank/", "补贴拨付清单"), ("receipts/", "到账凭证"))
    for folder, title in kinds:
        found = sorted(name for name in journey.files if name.startswith(folder) and name.endswith(".pdf"))
        if found:
            shots.append(Shot(title, page_picture((out / found[0]).read_bytes()), found[0]))
    return shots
