"""What the desktop calls the acts upon a whole class or many people at once in the audit trail."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

ACTIONS: "dict[str, StrPromise]" = {
    "attendance.registers.entered": _("录入全班纸质签到表"),
    "classes.roster.confirmed": _("登记全班签字确认"),
    "plans.candidates.admitted": _("登记全班考生"),
    "workers.identities.confirmed": _("集中核对身份证原件，认定身份"),
    "workers.profiles.filled": _("集中登记居住区和社保卡账号"),
    "workers.photos.changed": _("集中采集照片"),
    "workers.groups.added": _("集中添加人员类别"),
}
