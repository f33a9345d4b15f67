"""The columns of the lists of bodies and assessors."""

from typing import Any

import django_tables2 as tables
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from certifications.bodies.models import AssessmentBody, Assessor
from certifications.bodies.rules import holds
from courses.schools.tables import DaysColumn
from courses.schools.texts import place
from foundation.desk import TagColumn, tag

STATE_TONES = {"active": "success", "suspended": "warning", "closed": "stopped"}


class BodyTable(tables.Table):
    organisation__name = tables.Column(gettext_lazy("评价机构"), linkify=("body_detail", [tables.A("pk")]))
    kind = tables.Column(gettext_lazy("类别"))
    filing_number = tables.Column(gettext_lazy("备案号"))
    filed = DaysColumn(gettext_lazy("备案有效期"))
    district_code = tables.Column(gettext_lazy("所在区"))
    state = TagColumn(gettext_lazy("状态"), tones=STATE_TONES)

    class Meta:
        model = AssessmentBody
        fields = ["organisation__name", "kind", "filing_number", "filed", "district_code", "state"]
        attrs = {"caption": gettext_lazy("评价机构")}

    def render_district_code(self, value: str) -> str:
        return place(value)


class OwnAssessorTable(tables.Table):
    name = tables.Column(gettext_lazy("姓名"), linkify=("assessor_detail", [tables.A("pk")]))
    title = tables.Column(gettext_lazy("职称或技能等级"))
    papers = tables.Column(gettext_lazy("考评资格"), orderable=False, empty_values=())
    engaged = DaysColumn(gettext_lazy("聘任期间"))
    user = tables.Column(gettext_lazy("登录账户"), empty_values=(), orderable=False)

    class Meta:
        model = Assessor
        fields = ["name", "title", "papers", "engaged", "user"]
        attrs = {"caption": gettext_lazy("考评员")}

    def render_papers(self, record: Assessor) -> str:
        return papers_words(record) or tag(_("没有有效资格"), "warning")

    def render_user(self, record: Assessor) -> str:
        return record.user.username if record.user else "—"


class AssessorTable(OwnAssessorTable):
    organisation__name = tables.Column(gettext_lazy("所属单位"))

    class Meta(OwnAssessorTable.Meta):
        fields = ["name", "organisation__name", "title", "papers", "engaged", "user"]


def papers_words(assessor: Assessor) -> str:
    """What somebody may assess today."""
    on: Any = timezone.localdate()
    return "、".join(
        str(one) for one in assessor.qualifications.all() if one.withdrawn_at is None and holds(one.valid, on)
    )
