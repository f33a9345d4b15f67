"""What is sent to workers' phones at the close of a class."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

CLASS_COMPLETED = sms_template_register(
    SmsTemplate(
        code="class_completed",
        title=_("结业通知"),
        wording=_("【巧手】恭喜您，“%(class_run)s”学完了，已经结业。接下来可以参加考核，登录平台可以看到明细。"),
        ttl_seconds=3 * DAY,
    )
)
CLASS_NOT_COMPLETED = sms_template_register(
    SmsTemplate(
        code="class_not_completed",
        title=_("未结业通知"),
        wording=_(
            "【巧手】“%(class_run)s”已经结班，您还没有达到结业要求：%(reasons)s。"
            "登录平台可以看到差在哪里、怎么补；认为不对的，请联系学校或人社部门。"
        ),
        ttl_seconds=3 * DAY,
    )
)
