"""Who claims for a class, the consent it stands on, and how far a sending came."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role

CLASS_CLAIMANTS = frozenset({Role.SCHOOL_STAFF})
CLASS_CLAIM_READERS = CLASS_CLAIMANTS | {
    Role.OFFICER_INTAKE,
    Role.OFFICER_REVIEW,
    Role.OFFICER_INSPECTION,
    Role.AUDITOR,
}
# Who of the bureau looks at the papers that workers signed.
MANDATE_READERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
# The consent under which a school claims for a worker. Which school it is stands in the mandate.
RECEIVER = "school"
PURPOSE = "claim_for_me"


class SendState(TextChoices):
    WAITING = "waiting", _("排队中")
    RUNNING = "running", _("正在提交")
    DONE = "done", _("已完成")


class LineState(TextChoices):
    WAITING = "waiting", _("待提交")
    SENT = "sent", _("已提交")
    STAYED = "stayed", _("没有提交")


CLASS_CLAIM_TONES = {"draft": "waiting", "submitted": "success", "cancelled": "stopped"}
