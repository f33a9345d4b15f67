"""培训合格证书: numbered by the platform for a school, with all that is printed kept, so that it can be made again."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.certificates.states import LIVE, BatchState, CertificateState, ItemState
from certifications.scoring.models import Result
from courses.classes.models import ClassRun, Enrolment
from courses.completion.models import Completion
from courses.schools.models import School
from foundation.crypto.fields import EncryptedTextField
from workers.models import Worker


def private_files() -> Storage:
    """Where certificates lie: encrypted, and no web address reaches them."""
    return storages["private"]


class SchoolSeries(models.Model):
    """The part of a school in its certificates' numbers. Given once; a school that moves keeps it."""

    school = models.OneToOneField(
        School, on_delete=models.PROTECT, primary_key=True, related_name="series", verbose_name=_("培训机构")
    )
    district_code = models.CharField(_("区划"), max_length=6, validators=[RegexValidator(r"^\d{6}$")])
    serial = models.PositiveSmallIntegerField(_("学校序号"))

    class Meta:
        verbose_name = _("学校编号")
        verbose_name_plural = _("学校编号")
        constraints = [
            models.UniqueConstraint(fields=["district_code", "serial"], name="school_series_is_given_once"),
            models.CheckConstraint(condition=Q(serial__gte=1, serial__lte=9999), name="school_series_is_four_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.district_code}{self.serial:04d}"


class SeriesYear(models.Model):
    """The last serial number a school used in a year. Its lock makes the numbers follow each other without a gap."""

    series = models.ForeignKey(SchoolSeries, on_delete=models.PROTECT, related_name="years", verbose_name=_("学校编号"))
    year = models.PositiveSmallIntegerField(_("年份"))
    last = models.PositiveIntegerField(_("已用到"), default=0)

    class Meta:
        verbose_name = _("年度流水")
        verbose_name_plural = _("年度流水")
        constraints = [
            models.UniqueConstraint(fields=["series", "year"], name="series_year_is_one"),
            models.CheckConstraint(condition=Q(last__lte=999_999), name="series_year_has_six_digits"),
        ]

    def __str__(self) -> str:
        return f"{self.series_id} {self.year}: {self.last}"


class TrainingCertificate(models.Model):
    """培训合格证书. What it says never changes; a correction or a reissue is a new row that replaces this one."""

    number = models.CharField(_("证书编号"), max_length=24, unique=True)
    serial = models.PositiveIntegerField(_("流水号"))
    series_year = models.ForeignKey(SeriesYear, on_delete=models.PROTECT, related_name="certificates")
    worker = models.ForeignKey(
        Worker, on_delete=models.PROTECT, related_name="training_certificates", verbose_name=_("从业人员")
    )
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="training_certificates", verbose_name=_("学籍")
    )
    completion = models.ForeignKey(Completion, on_delete=models.PROTECT, related_name="+", verbose_name=_("结业认定"))
    result = models.ForeignKey(Result, on_delete=models.PROTECT, related_name="+", verbose_name=_("考核结论"))
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="training_certificates", verbose_name=_("培训机构")
    )
    state = models.CharField(_("状态"), max_length=10, choices=CertificateState.choices, default=CertificateState.VALID)
    template = models.CharField(_("版式"), max_length=40, help_text=_("版式名称和版本。"))
    data = EncryptedTextField(_("证书内容"), help_text=_("印在证书上的全部内容，规范格式，加密保存。"))
    data_digest = models.CharField(_("内容摘要"), max_length=64, help_text=_("证书内容的 SHA-256。"))
    photo = models.FileField(_("证书照片"), storage=private_files, max_length=120, help_text=_("发证当时的照片。"))
    file = models.FileField(_("证书文件"), storage=private_files, max_length=120, blank=True)
    file_digest = models.CharField(_("文件摘要"), max_length=64, blank=True)
    issued_on = models.DateField(_("发证日期"))
    issued_at = models.DateTimeField(_("发证时间"))
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("发证经办人")
    )
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("代替的证书"),
    )

    class Meta:
        verbose_name = _("培训合格证书")
        verbose_name_plural = _("培训合格证书")
        ordering = ["-issued_at", "-pk"]
        indexes = [
            models.Index(fields=["worker", "state"], name="training_cert_by_worker"),
            models.Index(fields=["school", "-issued_on"], name="training_cert_by_school"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=CertificateState.values), name="training_cert_state_known"),
            models.CheckConstraint(
                condition=Q(number__regex=r"^PX\d{20}[\dX]$"), name="training_cert_number_has_shape"
            ),
            models.UniqueConstraint(fields=["series_year", "serial"], name="training_cert_serial_is_used_once"),
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(state__in=sorted(LIVE)), name="training_cert_is_one_for_an_enrolment"
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="training_cert_replaces_another"),
        ]

    def __str__(self) -> str:
        return self.number


class CertificateBatch(models.Model):
    """发证: the certificates of a class, asked for at once and made in the background."""

    class_run = models.ForeignKey(
        ClassRun, on_delete=models.PROTECT, related_name="certificate_batches", verbose_name=_("班次")
    )
    state = models.CharField(_("状态"), max_length=10, choices=BatchState.choices, default=BatchState.WAITING)
    issued_on = models.DateField(_("发证日期"))
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    requested_at = models.DateTimeField(_("提交时间"))
    beat_at = models.DateTimeField(_("最近进展时间"), null=True, blank=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True, blank=True)

    class Meta:
        verbose_name = _("发证批次")
        verbose_name_plural = _("发证批次")
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BatchState.values), name="certificate_batch_state_is_known"),
            models.UniqueConstraint(
                fields=["class_run"],
                condition=~Q(state=BatchState.DONE),
                name="certificate_batch_is_one_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.class_run_id} {self.get_state_display()}"


class BatchItem(models.Model):
    """One person of a batch: her certificate, or why there is none and what to do."""

    batch = models.ForeignKey(
        CertificateBatch, on_delete=models.CASCADE, related_name="items", verbose_name=_("发证批次")
    )
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+", verbose_name=_("学籍"))
    state = models.CharField(_("状态"), max_length=8, choices=ItemState.choices, default=ItemState.WAITING)
    certificate = models.ForeignKey(
        TrainingCertificate, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("证书")
    )
    code = models.CharField(_("原因代码"), max_length=40, blank=True)
    reason = models.TextField(_("原因和办法"), blank=True)

    class Meta:
        verbose_name = _("批次人员")
        verbose_name_plural = _("批次人员")
        ordering = ["batch", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "enrolment"], name="batch_item_is_one_a_person"),
            models.CheckConstraint(condition=Q(state__in=ItemState.values), name="batch_item_state_is_known"),
            models.CheckConstraint(
                condition=~Q(state=ItemState.ISSUED) | Q(certificate__isnull=False), name="batch_item_issued_names_it"
            ),
            models.CheckConstraint(
                condition=~Q(state=ItemState.REFUSED) | ~Q(reason=""), name="batch_item_refused_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.batch_id} {self.enrolment_id} {self.get_state_display()}"
