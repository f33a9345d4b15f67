"""What is sent to workers' phones about their training certificates."""

from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import DAY, SmsTemplate, sms_template_register

CERTIFICATE_ISSUED = sms_template_register(
    SmsTemplate(
        code="certificate_issued",
        title=_("证书发放通知"),
        wording=_(
            "【巧手】恭喜您！%(school)s给您发了培训合格证书，编号 %(number)s。"
            "登录平台，在“我的证书”里可以看、可以下载。"
        ),
        ttl_seconds=3 * DAY,
    )
)
CERTIFICATE_REPLACED = sms_template_register(
    SmsTemplate(
        code="certificate_replaced",
        title=_("证书换发通知"),
        wording=_(
            "【巧手】您的培训合格证书已%(what)s，新编号 %(number)s。原来的 %(old)s 不再使用。登录平台可以下载新证书。"
        ),
        ttl_seconds=3 * DAY,
    )
)
CERTIFICATE_SUSPENDED = sms_template_register(
    SmsTemplate(
        code="certificate_suspended",
        title=_("证书暂停使用通知"),
        wording=_(
            "【巧手】您的培训合格证书 %(number)s 暂停使用，原因：%(category)s。"
            "有疑问请拨打人社部门电话，或登录平台查看。"
        ),
        ttl_seconds=3 * DAY,
    )
)
CERTIFICATE_RESUMED = sms_template_register(
    SmsTemplate(
        code="certificate_resumed",
        title=_("证书恢复使用通知"),
        wording=_("【巧手】您的培训合格证书 %(number)s 已恢复使用，可以照常使用了。"),
        ttl_seconds=3 * DAY,
    )
)
CERTIFICATE_REVOKED = sms_template_register(
    SmsTemplate(
        code="certificate_revoked",
        title=_("证书撤销通知"),
        wording=_(
            "【巧手】您的培训合格证书 %(number)s 已被撤销，决定书 %(decision)s，原因：%(category)s。"
            "不服的，可以依法申请复议；有疑问请联系人社部门。"
        ),
        ttl_seconds=3 * DAY,
    )
)
