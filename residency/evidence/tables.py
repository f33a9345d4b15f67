"""The columns of the list of what went out."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from foundation.desk import NUMBER, MomentColumn, tag
from residency.evidence.models import EvidencePack
from residency.evidence.words import standing_of


class PackTable(tables.Table):
    person = tables.Column(
        verbose_name=_("人员"),
        accessor="file__worker__masked_name",
        linkify=("evidence_pack", [tables.A("pk")]),
        orderable=False,
    )
    receiver = tables.Column(verbose_name=_("接收方"), accessor="file__get_receiver_display", orderable=False)
    version = tables.Column(verbose_name=_("版本"), attrs=NUMBER)
    state = tables.Column(verbose_name=_("状态"))
    attempts = tables.Column(
        verbose_name=_("送过几次"), accessor="message__attempts", attrs=NUMBER, orderable=False, default="—"
    )
    sent_at = MomentColumn(verbose_name=_("发送时间"))
    delivered_at = MomentColumn(verbose_name=_("送达时间"))
    answered_at = MomentColumn(verbose_name=_("答复时间"))

    class Meta:
        model = EvidencePack
        fields = ("person", "receiver", "version", "state", "attempts", "sent_at", "delivered_at", "answered_at")
        order_by = "-sent_at"
        attrs = {"caption": _("证明材料")}

    def render_state(self, record: EvidencePack) -> str:
        standing = standing_of(record)
        return tag(standing.title, standing.tone)
