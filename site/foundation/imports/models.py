"""A file somebody brought, and its rows as they were written."""

import json
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import Organisation
from foundation.crypto.fields import EncryptedTextField
from foundation.imports.cells import Line, Origin
from foundation.imports.states import BatchState, RowState, Severity


def private_storage() -> Storage:
    """Where files with personal data are kept: no web address reaches it."""
    return storages["private"]


class ImportBatch(models.Model):
    """One file of one kind. The same file brought again by the same organisation is the same batch."""

    kind = models.CharField(_("种类"), max_length=60)
    organisation = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("所属单位"),
        help_text=_("只有本单位的人员能看到；人社部门的名录留空。"),
    )
    target = models.CharField(_("导入到"), max_length=100, blank=True, help_text=_("例如班期编号；由导入种类规定。"))
    sha256 = models.CharField(_("文件指纹"), max_length=64)
    file = models.FileField(_("原文件"), upload_to="imports/%Y/%m", storage=private_storage, max_length=200)
    file_name = models.CharField(_("文件名"), max_length=200)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("上传人")
    )
    uploaded_at = models.DateTimeField(_("上传时间"), default=timezone.now)

    encoding = models.CharField(_("编码"), max_length=20, blank=True)
    sheets = models.JSONField(_("工作表"), default=list, blank=True, help_text=_("可以读取的工作表。"))
    sheet = models.CharField(_("所读工作表"), max_length=100, blank=True)
    header_line = models.PositiveIntegerField(_("表头所在行"), default=0)
    last_header_line = models.PositiveIntegerField(_("表头末行"), default=0)
    headers = models.JSONField(_("表头"), default=list, blank=True)
    mapping = models.JSONField(
        _("列的对应"), default=dict, blank=True, help_text=_("文件的列序号（从 0 起）→ 列代码。")
    )
    guessed = models.JSONField(_("推测的列"), default=list, blank=True)
    notes = models.JSONField(_("读取说明"), default=list, blank=True)

    state = models.CharField(_("状态"), max_length=20, choices=BatchState.choices, default=BatchState.UPLOADED)
    failure = models.CharField(_("停止原因"), max_length=500, blank=True)
    rows_total = models.PositiveIntegerField(_("数据行数"), default=0)
    rows_good = models.PositiveIntegerField(_("无问题"), default=0)
    rows_repaired = models.PositiveIntegerField(_("已自动更正"), default=0)
    rows_warned = models.PositiveIntegerField(_("请留意"), default=0)
    rows_faulty = models.PositiveIntegerField(_("需要修改"), default=0)
    rows_known = models.PositiveIntegerField(_("以前已导入"), default=0)
    rows_applied = models.PositiveIntegerField(_("本批已导入"), default=0)
    progress = models.PositiveIntegerField(_("进度"), default=0, help_text=_("当前步骤已处理的行数。"))
    heartbeat_at = models.DateTimeField(_("最近进展时间"), null=True, blank=True)
    checked_at = models.DateTimeField(_("检查时间"), null=True, blank=True)
    applied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("确认导入人"),
    )
    applied_at = models.DateTimeField(_("导入完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("导入批次")
        verbose_name_plural = _("导入批次")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "organisation", "target", "sha256"],
                nulls_distinct=False,
                name="import_file_is_one_batch",
            ),
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="import_batch_state_is_known"),
        ]
        indexes = [
            models.Index(fields=["-uploaded_at"], name="import_batch_by_time"),
            models.Index(
                fields=["heartbeat_at"],
                condition=Q(state__in=[BatchState.CHECKING, BatchState.APPLYING]),
                name="import_batch_running",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def rows_ready(self) -> int:
        """How many rows an apply would take now."""
        return self.rows_good + self.rows_repaired + self.rows_warned

    @property
    def columns(self) -> dict[int, str]:
        """The mapping with its column numbers as numbers (JSON keys are text)."""
        return {int(index): code for index, code in self.mapping.items()}


class ImportRow(models.Model):
    """One row of the file as it was written, what was found in it, and what became of it."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows", verbose_name=_("批次"))
    line = models.PositiveIntegerField(_("行号"), help_text=_("在原文件里的行号。"))
    raw = EncryptedTextField(_("原内容"), help_text=_("JSON，加密保存。"))
    state = models.CharField(_("状态"), max_length=20, choices=RowState.choices, default=RowState.WAITING)
    worst = models.CharField(_("最严重的问题"), max_length=20, choices=Severity.choices, blank=True)
    issues = models.JSONField(_("问题"), default=list, blank=True, help_text=_("只写列名和问题，不写内容。"))
    applied_at = models.DateTimeField(_("导入时间"), null=True, blank=True)
    reference = models.CharField(_("对应记录"), max_length=100, blank=True, help_text=_("导入后产生或对应的记录编号。"))

    class Meta:
        verbose_name = _("导入行")
        verbose_name_plural = _("导入行")
        constraints = [
            models.UniqueConstraint(fields=["batch", "line"], name="import_row_is_read_once"),
            models.CheckConstraint(condition=Q(state__in=RowState.values), name="import_row_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=RowState.APPLIED, applied_at__isnull=False)
                | (~Q(state=RowState.APPLIED) & Q(applied_at__isnull=True)),
                name="import_row_applied_means_when",
            ),
        ]
        indexes = [models.Index(fields=["batch", "state", "line"], name="import_row_by_state")]

    def __str__(self) -> str:
        return f"#{self.batch_id} · {self.line}"

    @property
    def content(self) -> Line:
        """The row as it was read."""
        texts, origins = json.loads(self.raw)
        return Line(self.line, texts, {int(index): Origin(origin) for index, origin in origins.items()})


def raw_of(line: Line) -> str:
    """What ``ImportRow.raw`` holds for a line."""
    content: list[Any] = [line.texts, {index: origin.value for index, origin in line.origins.items()}]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"))
