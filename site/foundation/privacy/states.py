"""Why somebody may need to see personal data in plain, and how a consent was given."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Purpose(TextChoices):
    CASE_HANDLING = "case_handling", _("办理业务核验")
    CONTACT = "contact", _("电话联系")
    CORRECTION = "correction", _("更正信息")
    INSPECTION = "inspection", _("监督检查")
    AUDIT = "audit", _("审计")
    OWN_DATA = "own_data", _("本人查看")


class Through(TextChoices):
    SELF = "self", _("本人办理")
    COUNTER = "counter", _("窗口代办")


# The consent that the real-name check stands on: who is told a person's name and number, and what for.
IDENTITY_CHECK_RECEIVER = "public_security_register"
IDENTITY_CHECK_PURPOSE = "identity_check"
# The consent that a place in a class stands on: what the school sees of whoever enrols.
TRAINING_RECEIVER = "training_school"
TRAINING_PURPOSE = "school_training"
