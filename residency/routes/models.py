"""Residency routes as dated data, and the estimates people asked to keep."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from foundation.crypto.fields import EncryptedTextField
from residency.routes.states import PackState
from workers.models import Worker


class RoutePack(models.Model):
    """One edition of a city's routes. ``content`` is the pack as ``residency.routes.rules`` reads and writes it.

    A draft may hold anything an officer typed, so that nothing entered is lost; what is published was read without a
    problem and answered its own worked examples. Published rows are frozen by the database; they may only end earlier.
    """

    city_code = models.CharField(_("地区"), max_length=6)
    code = models.CharField(_("代码"), max_length=60)
    title = models.CharField(_("名称"), max_length=120)
    edition = models.CharField(_("版本"), max_length=40)
    effective = DateRangeField(_("执行期间"))
    is_reference = models.BooleanField(
        _("仅供参考"), default=False, help_text=_("外地的办法，只给工作人员对照，不用来测算。")
    )
    content = models.JSONField(_("内容"))
    digest = models.CharField(_("摘要"), max_length=64)
    state = models.CharField(_("状态"), max_length=10, choices=PackState.choices, default=PackState.DRAFT)
    follows = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("在哪一版上修改")
    )
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("起草人"),
        help_text=_("随平台提供的没有起草人。"),
    )
    drafted_at = models.DateTimeField(_("起草时间"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("发布人"),
    )
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("落户办法")
        verbose_name_plural = _("落户办法")
        ordering = ["is_reference", "city_code", "code", "-effective", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=PackState.values), name="route_pack_state_is_known"),
            models.CheckConstraint(
                condition=Q(effective__isempty=False, effective__startswith__isnull=False),
                name="route_pack_period_begins",
            ),
            models.CheckConstraint(
                condition=Q(drafted_by__isnull=True) | Q(published_by__isnull=True) | ~Q(published_by=F("drafted_by")),
                name="route_pack_is_published_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state=PackState.PUBLISHED) | Q(published_at__isnull=False),
                name="route_pack_published_says_when",
            ),
            ExclusionConstraint(
                name="route_pack_is_one_a_day",
                expressions=[
                    ("city_code", RangeOperators.EQUAL),
                    ("code", RangeOperators.EQUAL),
                    ("effective", RangeOperators.OVERLAPS),
                ],
                condition=Q(state=PackState.PUBLISHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}（{self.edition}）"

    @property
    def is_draft(self) -> bool:
        return self.state == PackState.DRAFT


class SavedEstimate(models.Model):
    """A self-estimate that she asked to keep: the pack, her facts and the answer, frozen. She may remove it."""

    worker = models.ForeignKey(Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("从业人员"))
    pack = models.ForeignKey(RoutePack, on_delete=models.PROTECT, related_name="+", verbose_name=_("落户办法"))
    route_code = models.CharField(_("通道"), max_length=60)
    on = models.DateField(_("测算日期"))
    outcome = models.CharField(_("结果"), max_length=20)
    content = EncryptedTextField(_("测算内容"), help_text=_("测算时的情况和逐项结果，加密保存。"))
    digest = models.CharField(_("摘要"), max_length=64)
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("保存的自测")
        verbose_name_plural = _("保存的自测")
        ordering = ["-saved_at", "-pk"]
        indexes = [models.Index(fields=["worker", "-saved_at"], name="saved_estimate_by_worker")]

    def __str__(self) -> str:
        return f"{self.route_code} {self.on}"


class KnownAnswers(models.Model):
    """What she answered to the questions that no file answers, kept so that she is asked once. Hers to empty."""

    worker = models.OneToOneField(Worker, on_delete=models.PROTECT, related_name="+", verbose_name=_("从业人员"))
    content = EncryptedTextField(_("本人回答"))
    saved_at = models.DateTimeField(_("保存时间"))

    class Meta:
        verbose_name = _("自测回答")
        verbose_name_plural = _("自测回答")

    def __str__(self) -> str:
        return str(self.pk)
