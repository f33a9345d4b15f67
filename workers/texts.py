"""What is sent to workers' phones about the lines of their files."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from foundation.sms.services import sms_send
from foundation.sms.templates import DAY, SmsTemplate, sms_template_register
from workers.models import Worker

LINE_CONFIRMED = sms_template_register(
    SmsTemplate(
        code="record_line_confirmed",
        title=_("档案内容核实通知"),
        wording=_("【巧手】您填报的%(what)s已核实，以后办事不用再拿证明。登录平台，在“技能档案”里可以看：%(link)s"),
        ttl_seconds=3 * DAY,
    )
)
LINE_DECLINED = sms_template_register(
    SmsTemplate(
        code="record_line_declined",
        title=_("档案内容未能核实通知"),
        wording=_("【巧手】您填报的%(what)s这次没有核实成。原因和怎么补，请登录平台，在“技能档案”里看：%(link)s"),
        ttl_seconds=3 * DAY,
    )
)
# What a line is called in a text; which one it is, and why not, stands on the page alone.
WHAT = {"group": _("人员类别"), "employment": _("工作经历"), "education": _("学历"), "prior": _("以前的证书")}


def record_line_tell(worker: Worker, template: SmsTemplate, *, what: object, key: str, at: datetime) -> bool:
    """Tell her what became of a line she declared; false when no phone of hers is known."""
    phone = worker.phone
    if not phone:
        return False
    link = f"{settings.PUBLIC_BASE_URL.rstrip('/')}{reverse('my_record')}"
    with override("zh-hans"):
        sms_send(
            phone=phone,
            template=template,
            context={"what": str(what), "link": link},
            dedupe_key=f"{template.code}:{key}:{at.isoformat()}",
        )
    return True
