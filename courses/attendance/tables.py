"""The columns of the list of reviews."""

import django_tables2 as tables
from django.utils.translation import gettext_lazy as _

from courses.attendance.models import AttendanceReview
from foundation.desk import MomentColumn, TagColumn


class ReviewTable(tables.Table):
    pk = tables.Column(verbose_name=_("编号"), linkify=("attendance_review", [tables.A("pk")]))
    school = tables.Column(verbose_name=_("培训机构"), accessor="session__class_run__school", orderable=False)
    class_run = tables.Column(verbose_name=_("班次"), accessor="session__class_run", orderable=False)
    content = tables.Column(verbose_name=_("课次"), accessor="session__content", orderable=False)
    held_at = MomentColumn(verbose_name=_("上课时间"), accessor="session__starts_at")
    kind = tables.Column(verbose_name=_("核查事由"))
    opened_at = MomentColumn(verbose_name=_("发现时间"))
    state = TagColumn(verbose_name=_("状态"), tones={"open": "waiting", "settled": "success"})

    class Meta:
        model = AttendanceReview
        fields = ("pk", "school", "class_run", "content", "held_at", "kind", "opened_at", "state")
        order_by = "-opened_at"
        attrs = {"caption": _("考勤核查")}
