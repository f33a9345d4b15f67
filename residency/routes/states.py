"""The words of residency packs: how an edition comes into force, and who keeps it."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class PackState(TextChoices):
    DRAFT = "draft", _("草稿")
    PUBLISHED = "published", _("已发布")
    WITHDRAWN = "withdrawn", _("已撤回的草稿")


PACK_KEEPERS = frozenset({Role.OFFICER_POLICY})
PACK_READERS = frozenset({Role.OFFICER_POLICY, Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.AUDITOR})
