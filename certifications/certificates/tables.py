"""The columns of the lists of training certificates."""

from typing import Any

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from certifications.certificates.models import TrainingCertificate
from certifications.certificates.states import CERTIFICATE_TONES
from courses.classes.models import ClassRun
from foundation.desk import NUMBER, TagColumn


class ClassTable(tables.Table):
    name = tables.Column(verbose_name=_("班次"), linkify=("certificate_class", [tables.A("pk")]))
    number = tables.Column(verbose_name=_("班次编号"))
    school = tables.Column(verbose_name=_("培训机构"), orderable=False)
    ends_on = tables.DateColumn(verbose_name=_("结班日期"), format="Y-m-d")
    completed = tables.Column(verbose_name=_("结业人数"), empty_values=(), orderable=False, attrs=NUMBER)
    certificates = tables.Column(verbose_name=_("已发证"), orderable=False, attrs=NUMBER)

    class Meta:
        model = ClassRun
        fields = ("name", "number", "school", "ends_on", "completed", "certificates")
        order_by = "-ends_on"
        attrs = {"caption": _("已结班的班次")}

    def render_completed(self, record: Any) -> str:
        close = getattr(record, "close", None)
        return str(close.completed) if close else "—"


class CertificateTable(tables.Table):
    number = tables.Column(verbose_name=_("证书编号"), linkify=("training_certificate", [tables.A("pk")]))
    worker = tables.Column(verbose_name=_("姓名"), accessor="worker__masked_name", orderable=False)
    class_run = tables.Column(verbose_name=_("班次"), accessor="enrolment__class_run", orderable=False)
    school = tables.Column(verbose_name=_("培训机构"), orderable=False)
    issued_on = tables.DateColumn(verbose_name=_("发证日期"), format="Y-m-d")
    state = TagColumn(verbose_name=_("状态"), tones=CERTIFICATE_TONES)

    class Meta:
        model = TrainingCertificate
        fields = ("number", "worker", "class_run", "school", "issued_on", "state")
        order_by = "-issued_on"
        attrs = {"caption": _("培训合格证书")}
