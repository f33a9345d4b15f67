"""The texts the platform sends. Carriers pass only wording registered with them, so each text is a template."""

from dataclasses import dataclass

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MINUTE = 60
DAY = 24 * 60 * MINUTE


@dataclass(frozen=True)
class SmsTemplate:
    """One registered wording.

    After ``ttl_seconds`` the message is of no use and is not sent any more. ``secret`` texts open a door: they are
    sent first, and removed from the database as soon as the gateway has them.
    """

    code: str
    title: str | Promise
    wording: str | Promise
    ttl_seconds: int
    secret: bool = False

    def text(self, context: dict[str, object]) -> str:
        """The message. Always in Chinese, whatever language the page is in. Raises ``KeyError`` for a missing word."""
        with translation.override("zh-hans"):
            return str(self.wording) % context


_templates: dict[str, SmsTemplate] = {}


def sms_template_register(template: SmsTemplate) -> SmsTemplate:
    """Add a wording; gives the template back, so that apps keep it as a constant. A code is taken once."""
    known = _templates.setdefault(template.code, template)
    if known is not template:
        raise ValueError(f"Two text messages are called {template.code}.")
    return template


def sms_template(code: str) -> SmsTemplate:
    """The template of that code, or ``KeyError``."""
    return _templates[code]


def sms_templates() -> list[SmsTemplate]:
    """Every wording, in the order in which they were added."""
    return list(_templates.values())


SIGN_IN_CODE = sms_template_register(
    SmsTemplate(
        code="sign_in_code",
        title=_("登录验证码"),
        wording=_("【巧手】验证码 %(code)s，5 分钟内有效。工作人员不会向您索要验证码。"),
        ttl_seconds=5 * MINUTE,
        secret=True,
    )
)
PHONE_CHANGE_CODE = sms_template_register(
    SmsTemplate(
        code="phone_change_code",
        title=_("更换手机号码验证码"),
        wording=_("【巧手】您正在更换登录手机号码，验证码 %(code)s，5 分钟内有效。如果不是您本人操作，请不要理会。"),
        ttl_seconds=5 * MINUTE,
        secret=True,
    )
)
PHONE_CHANGED_NOTICE = sms_template_register(
    SmsTemplate(
        code="phone_changed_notice",
        title=_("手机号码变更提醒"),
        wording=_("【巧手】您的登录手机号码已更换为尾号 %(last_digits)s。如果不是您本人操作，请马上联系工作人员。"),
        ttl_seconds=DAY,
    )
)
CASE_PROGRESS = sms_template_register(
    SmsTemplate(
        code="case_progress",
        title=_("办理进度通知"),
        wording=_("【巧手】您办理的“%(matter)s”有新进展：%(progress)s。登录平台可以查看。"),
        ttl_seconds=3 * DAY,
    )
)
CASE_ACTION_NEEDED = sms_template_register(
    SmsTemplate(
        code="case_action_needed",
        title=_("需要您补充材料的通知"),
        wording=_("【巧手】您办理的“%(matter)s”需要您处理：%(action)s。请在 %(until)s 前登录平台办理。"),
        ttl_seconds=3 * DAY,
    )
)
