"""What the dashboards read: counts made ahead from the rows themselves, and the public editions as they were shown.

The first three tables hold nothing of their own: ``services.summaries_refresh`` empties and fills them.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from courses.catalogue.models import Occupation
from courses.schools.models import School
from subsidies.claims.models import RefusalReason
from subsidies.claims.states import ClaimState
from subsidies.schemes.models import Scheme


class FunnelCell(models.Model):
    """How many trainings of a kind took each step. A person in two classes counts twice."""

    month = models.DateField(_("开班月份"), help_text=_("当月一日。"))
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", verbose_name=_("培训机构"))
    district_code = models.CharField(_("居住区"), max_length=6, blank=True)
    occupation = models.ForeignKey(Occupation, on_delete=models.PROTECT, related_name="+", verbose_name=_("职业"))
    level = models.PositiveSmallIntegerField(_("技能等级"), help_text=_("没有等级的为 0。"))
    group_code = models.CharField(_("人员类别"), max_length=30, blank=True)
    enrolled = models.PositiveIntegerField(_("报名入班"))
    studied = models.PositiveIntegerField(_("学完结业"))
    passed = models.PositiveIntegerField(_("考核合格"))
    certified = models.PositiveIntegerField(_("取得证书"))
    claimed = models.PositiveIntegerField(_("申领补贴"))
    paid = models.PositiveIntegerField(_("补贴到账"))
    paid_fen = models.PositiveBigIntegerField(_("到账金额（分）"))

    class Meta:
        verbose_name = _("培训统计")
        verbose_name_plural = _("培训统计")
        indexes = [models.Index(fields=["school", "month"], name="funnel_cell_by_school")]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "school", "district_code", "occupation", "level", "group_code"],
                name="funnel_cell_is_one",
            ),
            models.CheckConstraint(
                condition=Q(
                    enrolled__gte=F("studied"),
                    studied__gte=F("passed"),
                    passed__gte=F("certified"),
                    certified__gte=F("claimed"),
                    claimed__gte=F("paid"),
                ),
                name="funnel_cell_never_widens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.enrolled}"


class ClaimCell(models.Model):
    """How many claims of a scheme, sent in a month, are in a state, and their money."""

    month = models.DateField(_("提交月份"), help_text=_("当月一日。"))
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", verbose_name=_("补贴项目"))
    district_code = models.CharField(_("区划"), max_length=6)
    state = models.CharField(_("状态"), max_length=16, choices=ClaimState.choices)
    refusal = models.ForeignKey(RefusalReason, on_delete=models.PROTECT, related_name="+", null=True)
    paid_month = models.DateField(_("到账月份"), null=True)
    claims = models.PositiveIntegerField(_("份数"))
    amount_fen = models.PositiveBigIntegerField(_("金额（分）"))

    class Meta:
        verbose_name = _("申领统计")
        verbose_name_plural = _("申领统计")
        constraints = [
            models.UniqueConstraint(
                fields=["month", "scheme", "district_code", "state", "refusal", "paid_month"],
                nulls_distinct=False,
                name="claim_cell_is_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.get_state_display()} {self.claims}"


class DecisionCell(models.Model):
    """How many claims of a scheme were first decided after so many working days."""

    month = models.DateField(_("提交月份"), help_text=_("当月一日。"))
    scheme = models.ForeignKey(Scheme, on_delete=models.PROTECT, related_name="+", verbose_name=_("补贴项目"))
    district_code = models.CharField(_("区划"), max_length=6)
    days = models.PositiveSmallIntegerField(_("工作日"))
    claims = models.PositiveIntegerField(_("份数"))

    class Meta:
        verbose_name = _("审核用时统计")
        verbose_name_plural = _("审核用时统计")
        constraints = [
            models.UniqueConstraint(fields=["month", "scheme", "district_code", "days"], name="decision_cell_is_one"),
        ]

    def __str__(self) -> str:
        return f"{self.days}: {self.claims}"


class PublicEdition(models.Model):
    """公开数据: the figures of a year up to the end of a quarter, as the public read them. Rows are only added.

    What is hidden is not in here either: in its place stands nothing.
    """

    through = models.DateField(_("数据截至"), unique=True)
    least = models.PositiveSmallIntegerField(_("最小公开数"), help_text=_("当时执行的数值；更小的数不公开。"))
    least_version_id = models.PositiveBigIntegerField(_("依据的参数版本"))
    content = models.JSONField(_("内容"))
    made_at = models.DateTimeField(_("生成时间"))

    class Meta:
        verbose_name = _("公开数据")
        verbose_name_plural = _("公开数据")
        ordering = ["-through"]
        constraints = [
            models.CheckConstraint(condition=Q(least__gte=1), name="public_edition_hides_something"),
        ]

    def __str__(self) -> str:
        return f"{self.through:%Y-%m-%d}"
