"""The desk's list of declared certificates."""

from typing import Any

import django_filters as filters
import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from certifications.certificates.level_facts import level_name
from certifications.certificates.level_states import PRIOR_TONES
from certifications.certificates.models import PriorCertificate
from certifications.certificates.states import PriorKind, PriorState
from foundation.desk import ANY, MomentColumn, TagColumn


class PriorTable(tables.Table):
    title = tables.Column(_("职业或项目名称"), linkify=("prior_certificate", [tables.A("pk")]))
    kind = tables.Column(_("证书类别"))
    level = tables.Column(_("等级"), default="—")
    person = tables.Column(_("姓名"), accessor="worker__masked_name", orderable=False)
    issuer_name = tables.Column(_("发证机构"))
    issued_on = tables.DateColumn(verbose_name=_("发证日期"), format="Y-m-d")
    declared_at = MomentColumn(_("填报时间"))
    state = TagColumn(verbose_name=_("核验状态"), tones={str(key): tone for key, tone in PRIOR_TONES.items()})

    class Meta:
        model = PriorCertificate
        fields = ["title", "kind", "level", "person", "issuer_name", "issued_on", "declared_at", "state"]
        order_by = "declared_at"
        attrs = {"caption": _("已有证书核验")}

    def render_level(self, value: Any, record: PriorCertificate) -> str:
        return level_name(record.level) if record.level else "—"


class PriorFilter(filters.FilterSet):
    state = filters.ChoiceFilter(label=_("核验状态"), choices=PriorState.choices, empty_label=ANY)
    kind = filters.ChoiceFilter(label=_("证书类别"), choices=PriorKind.choices, empty_label=ANY)
    title = filters.CharFilter(label=_("职业或项目名称"), lookup_expr="icontains")

    class Meta:
        model = PriorCertificate
        fields: list[str] = []
