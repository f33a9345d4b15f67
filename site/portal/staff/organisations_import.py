"""The register of training and assessment bodies, brought as a file."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from foundation.accounts.models import Organisation, User
from foundation.accounts.services import organisation_create
from foundation.accounts.states import OrganisationKind, Role
from foundation.imports import parsers
from foundation.imports.cells import Cell
from foundation.imports.checking import duplicates
from foundation.imports.kinds import Column, ImportedRow, Kind, Parsed
from foundation.imports.models import ImportBatch
from portal.cms.base import school_page_open
from workers.districts import DISTRICTS

# What offices write. The titles are Chinese whatever language the page is in.
KINDS = {"培训机构": OrganisationKind.SCHOOL, "评价机构": OrganisationKind.ASSESSMENT_BODY}
KINDS_MEANT = {
    "学校": "培训机构",
    "职业培训学校": "培训机构",
    "培训学校": "培训机构",
    "鉴定机构": "评价机构",
    "职业技能评价机构": "评价机构",
    "鉴定所": "评价机构",
}


def _district(cell: Cell) -> Parsed:
    with override("zh-hans"):
        choices = {str(name): code for code, name in DISTRICTS.get(settings.CITY_CODE, [])}
    choices |= {code: code for code in list(choices.values())}
    return parsers.choice(choices, meaning=lambda text: f"{text}区" if f"{text}区" in choices else None)(cell)


@dataclass(frozen=True)
class Register:
    """What is on record: bodies by their code, and the code that bears each name."""

    by_code: dict[str, Organisation]
    codes_by_name: dict[str, str]


class OrganisationsKind(Kind):
    """One row is one body. A body whose code is on record is left alone."""

    code = "organisations"
    title = gettext_lazy("机构名录")
    help_text = gettext_lazy("培训机构和评价机构。每行一家，需有机构名称、统一社会信用代码和类别。")
    columns = (
        Column(
            "name",
            gettext_lazy("机构名称"),
            parsers.name(longest=100),
            ("单位名称", "培训机构名称", "评价机构名称", "学校名称", "名称", "全称"),
            required=True,
            hint=gettext_lazy("营业执照或登记证书上的全称"),
        ),
        Column(
            "credit_code",
            gettext_lazy("统一社会信用代码"),
            parsers.credit_code,
            ("信用代码", "社会信用代码", "统一信用代码", "机构代码"),
            required=True,
            hint=gettext_lazy("18 位"),
        ),
        Column(
            "kind",
            gettext_lazy("类别"),
            parsers.choice(KINDS, meaning=KINDS_MEANT.get),
            ("机构类别", "机构类型", "类型", "性质"),
            required=True,
            hint=gettext_lazy("培训机构或评价机构"),
        ),
        Column(
            "district_code",
            gettext_lazy("所在区"),
            _district,
            ("区", "行政区", "所属区", "区划", "辖区"),
            hint=gettext_lazy("如：思明区"),
        ),
    )
    roles = frozenset({Role.OFFICER_INTAKE, Role.ADMINISTRATOR})

    def prepare(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, on: date) -> Register:
        codes = [row.values["credit_code"] for row in rows if "credit_code" in row.values]
        names = [row.values["name"] for row in rows if "name" in row.values]
        found = Organisation.objects.filter(credit_code__in=codes) | Organisation.objects.filter(name__in=names)
        return Register(
            {body.credit_code: body for body in found},
            {body.name: body.credit_code for body in found},
        )

    def check_row(self, row: ImportedRow, context: Register) -> None:
        code, name = row.values.get("credit_code", ""), row.values.get("name", "")
        body = context.by_code.get(code)
        if body is not None:
            row.known(str(body.pk))
            if name and body.name != name:
                row.warn(
                    "name",
                    "name_differs",
                    _("这个信用代码已登记，但名称不同。"),
                    _("名称如有变更，请联系系统管理员核对；本行不会改动已有的登记。"),
                )
        elif code and context.codes_by_name.get(name, code) != code:
            row.warn("name", "name_on_record", _("已有同名机构登记在另一个信用代码下。"), _("请核对是否为同一家机构。"))

    def check_all(self, rows: Sequence[ImportedRow], context: Register) -> None:
        for row, earlier in duplicates(rows, "credit_code"):
            row.error(
                "credit_code",
                "duplicate",
                _("与第 %(line)d 行的信用代码相同。") % {"line": earlier.line},
                _("同一家机构只保留一行。"),
            )

    def apply_chunk(self, batch: ImportBatch, rows: Sequence[ImportedRow], *, actor: User, on: date) -> Iterable[str]:
        return [str(self._registered(row, actor).pk) for row in rows]

    @staticmethod
    def _registered(row: ImportedRow, actor: User) -> Organisation:
        """The new organisation; a school also gets its page, which its staff write and the bureau approves."""
        body = organisation_create(
            name=row.values["name"],
            kind=row.values["kind"],
            credit_code=row.values["credit_code"],
            district_code=row.values.get("district_code", ""),
            actor=actor,
        )
        if body.kind == OrganisationKind.SCHOOL:
            school_page_open(organisation=body)
        return body
