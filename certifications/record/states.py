"""The words of the skill record."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role
from workers.states import FILE_READERS, SkillKind

PAPERS = (
    SkillKind.LEVEL_CERTIFICATE,
    SkillKind.OLD_QUALIFICATION,
    SkillKind.SPECIAL_CERTIFICATE,
    SkillKind.TRAINING_CERTIFICATE,
)
# Those that say at which level somebody is.
LEVELLED = frozenset({SkillKind.LEVEL_CERTIFICATE, SkillKind.OLD_QUALIFICATION})

# Who may read every record.
RECORD_READERS = FILE_READERS
# Auditors look and take nothing away.
RECORD_TAKERS = FILE_READERS - {Role.AUDITOR}


class AskState(TextChoices):
    """What became of a declared line."""

    NONE = "none", _("还没有请求核实")
    WAITING = "waiting", _("等待工作人员核实")
    ANSWERED = "answered", _("暂时不能核实")
    CONFIRMED = "confirmed", _("已核实")
