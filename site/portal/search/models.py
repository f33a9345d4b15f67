"""Words people use, and the words the rules use."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Synonym(models.Model):
    """Whoever searches for ``word`` also finds ``meaning``: 月嫂 → 母婴护理员."""

    word = models.CharField(_("群众的说法"), max_length=20)
    meaning = models.CharField(_("规范的说法"), max_length=30)

    class Meta:
        verbose_name = _("搜索同义词")
        verbose_name_plural = _("搜索同义词")
        ordering = ["word", "meaning"]
        constraints = [
            models.UniqueConstraint(fields=["word", "meaning"], name="synonym_is_listed_once"),
            models.CheckConstraint(condition=~Q(word=models.F("meaning")), name="synonym_differs_from_its_word"),
        ]

    def __str__(self) -> str:
        return f"{self.word} → {self.meaning}"
