"""A city's pack: its schemes, their papers and its catalogue of occupations, read from a file and judged as a whole.

The figures of the schemes are policy parameters in files of their own; a pack is only good together with them.
"""

import tomllib
from collections.abc import Iterable
from dataclasses import MISSING, dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from foundation.policy.base_files import BaseData, BaseParameter
from foundation.policy.states import places_above
from subsidies.schemes.errors import SchemeError
from subsidies.schemes.rules.names import AMOUNTS, GRADES, LIMITS, is_condition, is_read
from subsidies.schemes.states import Family, Flag, Fund, Payee, SchemeRule, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPaper:
    title: str
    is_on_file: bool = False
    is_required: bool = True
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PackScheme:
    city: str
    code: str
    name: str
    summary: str
    rule: str
    family: str
    fund: str
    payee: str
    subject: str
    since: date
    document: str
    provenance: str
    until: date | None = None
    article: str = ""
    note: str = ""
    order: int = 100
    is_demonstration: bool = False
    # Another body that pays it: shown here, filed and paid there.
    paid_by: str = ""
    # The scheme exists, but how much it pays was not found: 政策待确认.
    amount_not_found: bool = False
    # Figures under its code that people read and no rule does.
    shown: tuple[str, ...] = ()
    papers: tuple[PackPaper, ...] = ()

    @property
    def row(self) -> str:
        return f"{self.code} {self.since.isoformat()}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PackFlag:
    city: str
    occupation: str
    flag: str
    since: date
    document: str
    provenance: str
    until: date | None = None
    work_type: str = ""
    level: int | None = None
    article: str = ""
    note: str = ""

    @property
    def row(self) -> str:
        return f"{self.occupation} {self.flag} {self.since.isoformat()}"


@dataclass(frozen=True, slots=True)
class Pack:
    file: str
    schemes: tuple[PackScheme, ...]
    flags: tuple[PackFlag, ...]


WORDS = (
    ("rule", SchemeRule),
    ("family", Family),
    ("fund", Fund),
    ("payee", Payee),
    ("subject", Subject),
)
# One of these is what a scheme pays; the rest only shapes the sum.
PAYS = {
    "certificate": ("amount.", "fee.share"),
    "hours": ("per_hour",),
    "living": ("amount", "per_day", "per_hour", "share"),
    "award": ("amount.", *GRADES),
}


def packs_read(folder: Path, figures: BaseData) -> list[Pack]:
    """Every pack of a folder, judged against the figures; ``SchemeError`` names the file and the row."""
    packs = [_pack(path) for path in sorted(folder.glob("*.toml"))]
    documents = {document.key for document in figures.documents}
    for pack in packs:
        cited = [(row.row, row.document) for row in pack.schemes] + [(row.row, row.document) for row in pack.flags]
        for name, document in cited:
            if document not in documents:
                raise _refused(pack.file, name, _("没有“%(name)s”这份文件") % {"name": document})
        for scheme in pack.schemes:
            _judge(pack.file, scheme, figures.parameters)
    return packs


def _pack(path: Path) -> Pack:
    content = tomllib.loads(path.read_text("utf-8"))
    unknown = set(content) - {"city", "scheme", "flag"}
    if unknown or "city" not in content:
        raise _refused(path.name, "", _("不认识的内容：%(names)s") % {"names": "、".join(sorted(unknown)) or "city"})
    city = content["city"]
    schemes = []
    for row in content.get("scheme", []):
        papers = tuple(_made(PackPaper, path.name, paper) for paper in row.pop("paper", []))
        shown = tuple(row.pop("shown", ()))
        schemes.append(_made(PackScheme, path.name, row | {"city": city, "papers": papers, "shown": shown}))
    flags = tuple(_made(PackFlag, path.name, row | {"city": city}) for row in content.get("flag", []))
    for scheme in schemes:
        for name, choices in WORDS:
            if getattr(scheme, name) not in choices.values:
                raise _refused(path.name, scheme.row, _("不认识的内容：%(names)s") % {"names": getattr(scheme, name)})
    for flag in flags:
        if flag.flag not in Flag.values:
            raise _refused(path.name, flag.row, _("不认识的内容：%(names)s") % {"names": flag.flag})
    return Pack(path.name, tuple(schemes), flags)


def _made(kind: Any, file: str, row: dict[str, Any]) -> Any:
    """The row as a value; what it does not know or what it lacks is refused."""
    known = fields(kind)
    wrong = sorted(set(row) - {one.name for one in known})
    wrong += [one.name for one in known if one.default is MISSING and one.name not in row]
    if wrong:
        name = " ".join(str(row.get(key, "")) for key in ("code", "occupation", "title", "since")).strip()
        raise _refused(file, name, _("多出或者缺少的内容：%(names)s") % {"names": "、".join(wrong)})
    return kind(**row)


def _judge(file: str, scheme: PackScheme, parameters: Iterable[BaseParameter]) -> None:
    """A figure that no rule reads is a mistake, and so is a scheme without an amount that does not say so."""
    own = [row for row in parameters if row.code.startswith(f"{scheme.code}.")]
    places = places_above(scheme.city)
    pays = False
    for row in own:
        name = row.code.removeprefix(f"{scheme.code}.")
        if row.city in places and name not in scheme.shown and not is_read(name, scheme.rule):
            raise _refused(file, scheme.row, _("没有规则会用到“%(code)s”这项数值") % {"code": row.code})
        pays = pays or (_is_pay(name, scheme.rule) and _answers(row, scheme, own))
    if pays is scheme.amount_not_found:
        words = _("已有金额，不能再写“金额未见”") if pays else _("第一天没有任何金额，又没有写明“金额未见”")
        raise _refused(file, scheme.row, words)


def _is_pay(name: str, rule: str) -> bool:
    is_amount = AMOUNTS[rule].fullmatch(name) is not None and not is_condition(name) and not LIMITS.fullmatch(name)
    return is_amount and any(name == one or (one.endswith(".") and name.startswith(one)) for one in PAYS[rule])


def _answers(row: BaseParameter, scheme: PackScheme, own: list[BaseParameter]) -> bool:
    """Whether this row answers for the city on the scheme's first day: the nearest place that has the figure does."""
    places = places_above(scheme.city)
    rivals = [places.index(one.city) for one in own if one.code == row.code and one.city in places]
    if row.city not in places or places.index(row.city) != min(rivals):
        return False
    return any(one.since <= scheme.since and (one.until is None or scheme.since <= one.until) for one in row.versions)


def _refused(file: str, row: str, words: str) -> SchemeError:
    return SchemeError(
        "pack_invalid",
        _("补贴项目文件 %(file)s 的“%(row)s”不能用：%(words)s。请改好文件再装入。")
        % {"file": file, "row": row, "words": words},
    )
