"""The words of public notices and objections."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role


class NoticeState(TextChoices):
    OPEN = "open", _("公示中")
    CLOSED = "closed", _("公示期满")


class LineState(TextChoices):
    SHOWN = "shown", _("公示中")
    DISPUTED = "disputed", _("有异议，已移出本批")
    REMOVED = "removed", _("已移出本批")
    PASSED = "passed", _("公示无异议")


class ObjectionState(TextChoices):
    OPEN = "open", _("处理中")
    UPHELD = "upheld", _("异议成立")
    DISMISSED = "dismissed", _("异议不成立")


NOTICE_KEEPERS = frozenset({Role.OFFICER_REVIEW})
NOTICE_READERS = NOTICE_KEEPERS | {
    Role.OFFICER_INTAKE,
    Role.OFFICER_FINANCE,
    Role.OFFICER_INSPECTION,
    Role.OFFICER_POLICY,
    Role.AUDITOR,
}
