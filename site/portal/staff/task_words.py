"""What each job of the schedule does, in words."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

TASKS: "dict[str, StrPromise]" = {
    "portal.operations.tasks.heartbeat": _("心跳"),
    "portal.operations.tasks.scheduled_pages_publish": _("按时发布和下架页面"),
    "portal.operations.tasks.sessions_clear": _("清理过期会话"),
    "exchange.tasks.messages_send": _("向其他系统发送消息"),
    "exchange.tasks.inbound_handle_waiting": _("处理收到的消息"),
    "courses.content.tasks.videos_resume": _("继续处理中断的视频"),
    "certifications.scoring.tasks.results_finalise_due": _("复核期满的成绩自动确定"),
    "subsidies.notices.tasks.notices_close_due": _("补贴公示期满办结"),
    "subsidies.claims.tasks.corrections_remind_due": _("提醒补正快到期的申领人"),
    "subsidies.claims.tasks.awards_claim": _("到期的奖励分期自动申领"),
    "certifications.talent.tasks.talents_rebuild_all": _("核对技能人才登记"),
    "subsidies.checks.tasks.claims_screen_new": _("核查新提交的补贴申领"),
    "subsidies.checks.tasks.claims_rescreen": _("每晚复查未办结的补贴申领"),
    "subsidies.payments.tasks.jobs_resume": _("接续中断的拨付办理"),
    "certifications.certificates.tasks.batches_resume": _("接续中断的发证"),
    "subsidies.school_claims.tasks.sends_resume": _("接续中断的班级申领"),
    "courses.classes.tasks.invitations_send": _("发短信请名册学员确认"),
    "courses.classes.tasks.places_lapse": _("候补名额过期，通知下一位"),
    "foundation.imports.tasks.batches_resume": _("接续中断的导入"),
    "foundation.accounts.tasks.memberships_sync": _("按当天的授权更新用户组"),
    "foundation.accounts.tasks.accounts_tidy": _("清理未验证的账户和旧验证码"),
    "foundation.audit.tasks.day_seal": _("封存前一天的操作记录"),
    "portal.dashboards.tasks.summaries_make": _("统计数据看板"),
    "portal.dashboards.tasks.public_edition_make": _("公布上一季度的培训和补贴数据"),
    "foundation.privacy.tasks.partitions_ensure_task": _("准备下个月的查看记录分区"),
}
