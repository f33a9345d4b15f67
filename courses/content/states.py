"""The words of courses and lessons."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class CourseMode(TextChoices):
    ONLINE = "online", _("线上")
    OFFLINE = "offline", _("线下")
    BLENDED = "blended", _("线上线下结合")


class LessonKind(TextChoices):
    VIDEO = "video", _("视频")
    ARTICLE = "article", _("图文")
    QUIZ = "quiz", _("测验")
    PRACTICAL = "practical", _("实操课")


# A credited hour (学时) has 45 minutes; packages and courses are counted in them (parameter study.credited_hour).
HOUR_MINUTES = 45
