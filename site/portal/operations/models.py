"""What this database has been through, so that a start need not do it again."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stamp(models.Model):
    """A step that was completed, and what it was completed with."""

    name = models.CharField(_("步骤"), max_length=50, primary_key=True)
    value = models.CharField(_("依据"), max_length=200, help_text=_("变化后，此步骤需重新执行。"))
    at = models.DateTimeField(_("完成时间"))

    class Meta:
        verbose_name = _("准备记录")
        verbose_name_plural = _("准备记录")

    def __str__(self) -> str:
        return self.name
