"""Lists of other offices, as they were on a day. Of a person only the keyed hash of her number is kept."""

from django.conf import settings
from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.imports.models import ImportBatch
from subsidies.registers.rules import key_mark
from subsidies.registers.states import RegisterKind, RegisterState


class Register(models.Model):
    """One list as it stood on a day. A newer list of its kind replaces it; what it said then stays."""

    kind = models.CharField(_("名册"), max_length=12, choices=RegisterKind.choices)
    as_of = models.DateField(_("数据日期"), help_text=_("名册截至哪一天。"))
    source = models.CharField(_("提供单位"), max_length=100)
    parts = models.PositiveSmallIntegerField(_("文件数"), default=1, help_text=_("整份名册分成几个文件。"))
    key_mark = models.BinaryField(
        _("密钥标记"),
        max_length=32,
        help_text=_("导入时索引密钥的标记。密钥更换以后，这份名册不能再比对，须重新导入。"),
    )
    state = models.CharField(_("状态"), max_length=10, choices=RegisterState.choices, default=RegisterState.LOADING)
    rows_count = models.PositiveIntegerField(_("记录数"), default=0)
    is_partial = models.BooleanField(
        _("不完整"), default=False, help_text=_("启用时有文件或行没有导入：名册里没有的人，不能当作不在名册上。")
    )
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("导入人")
    )
    recorded_at = models.DateTimeField(_("导入时间"))

    class Meta:
        verbose_name = _("比对名册")
        verbose_name_plural = _("比对名册")
        ordering = ["kind", "-as_of", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RegisterKind.values), name="register_kind_is_known"),
            models.CheckConstraint(condition=Q(state__in=RegisterState.values), name="register_state_is_known"),
            models.CheckConstraint(condition=~Q(source=""), name="register_says_whose_it_is"),
            models.CheckConstraint(condition=Q(parts__gt=0), name="register_has_files"),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(state=RegisterState.IN_FORCE), name="register_in_force_is_one_of_a_kind"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.as_of:%Y-%m-%d}"

    @classmethod
    def left_by_key_rotation(cls) -> list[str]:
        """Lists in use that an older index key wrote: no plain number was kept, so they have to be brought again."""
        rows = cls.objects.filter(state=RegisterState.IN_FORCE).exclude(key_mark=key_mark())
        return [f"{register}（{register.source}）" for register in rows]


class RegisterFile(models.Model):
    """A file that a register came in: large lists are cut into several."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="files", verbose_name=_("名册"))
    batch = models.OneToOneField(
        ImportBatch, on_delete=models.PROTECT, related_name="register_file", verbose_name=_("导入批次")
    )

    class Meta:
        verbose_name = _("名册文件")
        verbose_name_plural = _("名册文件")
        ordering = ["register", "pk"]

    def __str__(self) -> str:
        return f"{self.register_id} {self.batch_id}"


class RegisterRow(models.Model):
    """A person is in the list from one day to another; an open end means still so on the list's day."""

    register = models.ForeignKey(
        Register, on_delete=models.CASCADE, related_name="rows", db_index=False, verbose_name=_("名册")
    )
    person = models.BinaryField(_("身份证号码摘要"), max_length=32, help_text=_("带密钥的摘要，不能还原为号码。"))
    effective = DateRangeField(_("起止日期"))
    detail = models.CharField(_("内容"), max_length=60, blank=True, help_text=_("例如单位统一社会信用代码、学校名称。"))

    class Meta:
        verbose_name = _("名册记录")
        verbose_name_plural = _("名册记录")
        ordering = ["register", "pk"]
        indexes = [models.Index(fields=["person", "register"], name="register_row_by_person")]
        constraints = [
            models.CheckConstraint(condition=Q(effective__isempty=False), name="register_row_period_is_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.register_id} {self.pk}"


class RegisterEvent(models.Model):
    """One move of a register. Rows are only added."""

    register = models.ForeignKey(Register, on_delete=models.PROTECT, related_name="events", verbose_name=_("名册"))
    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=10, blank=True)
    target = models.CharField(_("新状态"), max_length=10)
    reason = models.CharField(_("说明"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        verbose_name = _("名册记事")
        verbose_name_plural = _("名册记事")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.action} {self.at:%Y-%m-%d %H:%M}"
