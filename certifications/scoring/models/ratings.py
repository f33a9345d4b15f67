"""评分: the sheet of a part, what each assessor gave on it, and what the chief decided where they lay too far apart."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from certifications.bodies.models import Assessor
from certifications.plans.models import Candidate, PlanPart, PlanRoom
from certifications.scoring.states import RatingState


class RatingSheet(models.Model):
    """评分表: what is looked at in a part. A change is a new edition; its items add up to a hundred."""

    part = models.ForeignKey(
        PlanPart, on_delete=models.PROTECT, related_name="rating_sheets", verbose_name=_("考核部分")
    )
    edition = models.PositiveSmallIntegerField(_("第几版"))
    title = models.CharField(_("名称"), max_length=60)
    source = models.CharField(_("来源"), max_length=100, blank=True, help_text=_("按范本建立的，写明是哪一份范本。"))
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("编制人")
    )
    at = models.DateTimeField(_("编制时间"))

    class Meta:
        verbose_name = _("评分表")
        verbose_name_plural = _("评分表")
        ordering = ["part", "-edition"]
        constraints = [
            models.UniqueConstraint(fields=["part", "edition"], name="rating_sheet_edition_is_one"),
            models.CheckConstraint(condition=Q(edition__gte=1), name="rating_sheet_edition_begins_at_one"),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.edition}"


class RatingItem(models.Model):
    """One line of a rating sheet and what it is worth."""

    sheet = models.ForeignKey(RatingSheet, on_delete=models.PROTECT, related_name="items", verbose_name=_("评分表"))
    position = models.PositiveSmallIntegerField(_("序号"))
    title = models.CharField(_("考核内容"), max_length=60)
    points = models.PositiveSmallIntegerField(_("分值"))
    hint = models.CharField(_("评分要点"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("评分项")
        verbose_name_plural = _("评分项")
        ordering = ["sheet", "position"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "position"], name="rating_item_has_its_place"),
            models.CheckConstraint(condition=Q(points__gte=1, points__lte=100), name="rating_item_is_worth_something"),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.title}"


class Rating(models.Model):
    """What one assessor gave one candidate. Rows are only added; until she confirms, a later one replaces hers."""

    key = models.UUIDField(_("提交标识"), unique=True, help_text=_("手机生成；同一份评分重发多次只算一次。"))
    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("考生"))
    part = models.ForeignKey(PlanPart, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("考核部分"))
    sheet = models.ForeignKey(RatingSheet, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("评分表"))
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="ratings", verbose_name=_("考评员"))
    state = models.CharField(_("状态"), max_length=6, choices=RatingState.choices)
    total = models.DecimalField(_("得分"), max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    replaces = models.OneToOneField(
        "self",
        on_delete=models.PROTECT,
        related_name="replaced_by",
        null=True,
        blank=True,
        verbose_name=_("代替的评分"),
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("提交人")
    )
    at = models.DateTimeField(_("收到时间"))

    class Meta:
        verbose_name = _("考评员评分")
        verbose_name_plural = _("考评员评分")
        ordering = ["part", "candidate", "assessor", "at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RatingState.values), name="rating_state_is_known"),
            models.CheckConstraint(
                condition=Q(state=RatingState.RATED, total__gte=0, total__lte=100)
                | Q(state=RatingState.ABSENT, total__isnull=True),
                name="rating_has_a_total_or_says_absent",
            ),
            models.UniqueConstraint(
                fields=["candidate", "part", "assessor"],
                condition=Q(replaces__isnull=True),
                name="rating_is_first_given_once",
            ),
            models.CheckConstraint(condition=~Q(replaces=F("id")), name="rating_replaces_another"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.assessor_id} {self.total if self.total is not None else self.state}"


class ItemMark(models.Model):
    """What was given for one line of the sheet."""

    rating = models.ForeignKey(Rating, on_delete=models.PROTECT, related_name="marks", verbose_name=_("评分"))
    item = models.ForeignKey(RatingItem, on_delete=models.PROTECT, related_name="marks", verbose_name=_("评分项"))
    mark = models.DecimalField(_("得分"), max_digits=5, decimal_places=2)
    out_of = models.PositiveSmallIntegerField(_("满分"))

    class Meta:
        verbose_name = _("单项得分")
        verbose_name_plural = _("单项得分")
        ordering = ["rating", "item__position"]
        constraints = [
            models.UniqueConstraint(fields=["rating", "item"], name="item_mark_is_one"),
            models.CheckConstraint(
                condition=Q(mark__gte=0, mark__lte=F("out_of")), name="item_mark_is_within_its_item"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mark}/{self.out_of}"


class RoomConfirmation(models.Model):
    """An assessor has looked at all she gave in a room and stands by it. Afterwards she changes nothing."""

    room = models.ForeignKey(PlanRoom, on_delete=models.PROTECT, related_name="confirmations", verbose_name=_("考场"))
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="+", verbose_name=_("考评员"))
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("确认人")
    )
    at = models.DateTimeField(_("确认时间"))

    class Meta:
        verbose_name = _("评分确认")
        verbose_name_plural = _("评分确认")
        ordering = ["room", "at"]
        constraints = [
            models.UniqueConstraint(fields=["room", "assessor"], name="room_is_confirmed_once_by_each"),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.assessor}"


class PanelRuling(models.Model):
    """考评组长裁定: the mark where the assessors lay too far apart, or did not agree whether she was there."""

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="rulings", verbose_name=_("考生"))
    part = models.ForeignKey(PlanPart, on_delete=models.PROTECT, related_name="rulings", verbose_name=_("考核部分"))
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="+", verbose_name=_("考评组长"))
    mark = models.DecimalField(
        _("裁定成绩"), max_digits=5, decimal_places=2, null=True, blank=True, help_text=_("留空表示裁定为缺考。")
    )
    reason = models.TextField(_("理由"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("登记人")
    )
    at = models.DateTimeField(_("登记时间"))

    class Meta:
        verbose_name = _("考评组长裁定")
        verbose_name_plural = _("考评组长裁定")
        ordering = ["candidate", "part"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "part"], name="panel_ruling_is_made_once"),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__gte=0, mark__lte=100), name="panel_ruling_is_out_of_a_hundred"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="panel_ruling_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_id} {self.mark if self.mark is not None else '—'}"
