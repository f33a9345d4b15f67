"""The text messages about an application, one at each step."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

APPLICATION_SUBMITTED = sms_template_register(
    SmsTemplate(
        code="level_application_submitted",
        title=_("认定申报已收到"),
        wording=_("【巧手】您的%(target)s申报已收到，编号 %(number)s。有结果会发短信给您，不用来电询问。"),
        ttl_seconds=3 * DAY,
    )
)
APPLICATION_RETURNED = sms_template_register(
    SmsTemplate(
        code="level_application_returned",
        title=_("认定申报退回修改"),
        wording=_("【巧手】您的%(target)s申报有几处要改：%(reason)s。登录平台，在“报考”里改好再提交，填过的都还在。"),
        ttl_seconds=3 * DAY,
    )
)
APPLICATION_ACCEPTED = sms_template_register(
    SmsTemplate(
        code="level_application_accepted",
        title=_("认定申报通过"),
        wording=_("【巧手】您的%(target)s申报通过了，准考证号 %(ticket)s。考试时间、地点排好后再发短信给您。"),
        ttl_seconds=3 * DAY,
    )
)
APPLICATION_REFUSED = sms_template_register(
    SmsTemplate(
        code="level_application_refused",
        title=_("认定申报未通过"),
        wording=_("【巧手】您的%(target)s申报没有通过：%(reason)s。登录平台可以看到差在哪里、怎么办。"),
        ttl_seconds=3 * DAY,
    )
)
APPLICATION_WITHDRAWN = sms_template_register(
    SmsTemplate(
        code="level_application_withdrawn",
        title=_("认定申报撤回"),
        wording=_("【巧手】您的%(target)s申报（%(number)s）已撤回。要再报的，登录平台重新申报。"),
        ttl_seconds=3 * DAY,
    )
)
