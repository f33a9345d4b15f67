"""The base files: documents and values that come with the platform, read from ``base/*.toml`` and checked."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from foundation.policy.errors import PolicyError

FOLDER = Path(__file__).parent / "base"


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseDocument:
    key: str
    title: str
    provenance: str
    level: str
    city: str
    doc_no: str = ""
    issuer: str = ""
    issued_on: date | None = None
    since: date | None = None
    until: date | None = None
    address: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseVersion:
    value: Decimal
    since: date
    document: str
    provenance: str
    until: date | None = None
    article: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BaseParameter:
    code: str
    unit: str
    meaning: str
    city: str
    versions: tuple[BaseVersion, ...] = ()


@dataclass(slots=True)
class BaseData:
    documents: list[BaseDocument] = field(default_factory=list)
    parameters: list[BaseParameter] = field(default_factory=list)


def read(folder: Path = FOLDER) -> BaseData:
    """All base files together; a row that cannot be read raises ``PolicyError`` naming the file and the row."""
    data = BaseData()
    for path in sorted(folder.glob("*.toml")):
        content = tomllib.loads(path.read_text("utf-8"), parse_float=Decimal)
        city, level = content["city"], content["level"]
        for row in content.get("document", []):
            data.documents.append(_made(BaseDocument, path, row, city=city, level=level))
        for row in content.get("parameter", []):
            versions = tuple(_versions(path, row))
            fields = {name: value for name, value in row.items() if name != "version"}
            data.parameters.append(_made(BaseParameter, path, fields, city=city, versions=versions))
    _check_references(data)
    return data


def _versions(path: Path, row: dict[str, Any]) -> Iterator[BaseVersion]:
    for version in row.get("version", []):
        yield _made(BaseVersion, path, version | {"value": Decimal(version["value"])})


def _made(kind: Any, path: Path, row: dict[str, Any], **more: Any) -> Any:
    try:
        return kind(**(more | row))
    except TypeError as error:
        name = row.get("key") or row.get("code") or row.get("document") or ""
        raise PolicyError(
            "base_file_invalid",
            _("基础数据文件 %(file)s 的“%(row)s”写法不对：%(error)s。")
            % {"file": path.name, "row": name, "error": error},
        ) from error


def _check_references(data: BaseData) -> None:
    known = {document.key for document in data.documents}
    for parameter in data.parameters:
        for version in parameter.versions:
            if version.document not in known:
                raise PolicyError(
                    "base_file_invalid",
                    _("基础数据“%(code)s”引用了不存在的文件“%(document)s”。")
                    % {"code": parameter.code, "document": version.document},
                )
