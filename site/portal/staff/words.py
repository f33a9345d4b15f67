"""What the desktop says instead of the programs' names. A name that is not known here is shown as it is."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from foundation.sms.templates import sms_template, sms_templates
from portal.staff.class_words import ACTIONS as CLASS_ACTIONS
from portal.staff.residency_words import ACTIONS as RESIDENCY_ACTIONS
from portal.staff.subsidy_words import ACTIONS as SUBSIDY_ACTIONS
from portal.staff.task_words import TASKS

if TYPE_CHECKING:
    from django.db.models import Model
    from django_stubs_ext import StrPromise

OUR_APPS = {"foundation", "workers", "courses", "certifications", "subsidies", "residency", "exchange", "portal"}

# Every action that audit_record() is given, in the order of the floors.
ACTIONS: "dict[str, StrPromise]" = {
    "policy.document.recorded": _("录入政策文件"),
    "policy.document.changed": _("修改政策文件"),
    "policy.document.verified": _("核对政策文件"),
    "policy.parameter.recorded": _("录入政策参数"),
    "policy.parameter.changed": _("修改政策参数"),
    "policy.version.drafted": _("起草参数版本"),
    "policy.version.redrafted": _("修改参数版本草稿"),
    "policy.version.published": _("发布参数版本"),
    "policy.version.withdrawn": _("撤回参数版本"),
    "policy.version.verified": _("核对参数版本"),
    "policy.base.loaded": _("载入政策底稿"),
    "imports.batch.uploaded": _("上传导入文件"),
    "imports.batch.confirmed": _("确认导入"),
    "imports.batch.discarded": _("放弃导入"),
    "imports.batch.faults_exported": _("导出需修改的行"),
    "imports.batch.failed": _("导入失败"),
    "imports.batch.applied": _("完成导入"),
    "outbox.message.sent_again": _("重新发送消息"),
    "outbox.message.cancelled": _("取消发送消息"),
    "privacy.consent.granted": _("同意授权书"),
    "privacy.consent.renewed": _("重新同意授权书"),
    "privacy.consent.withdrawn": _("撤回授权同意"),
    "privacy.consent_text.loaded": _("载入授权书"),
    "privacy.key_rotation.started": _("开始更换加密密钥"),
    "privacy.key_rotation.finished": _("完成更换加密密钥"),
    "dashboards.table.exported": _("导出看板数据"),
    "accounts.organisation.created": _("登记机构"),
    "accounts.user.opened": _("开立账户"),
    "accounts.user.purged": _("清除未验证的账户"),
    "accounts.user.switched_on": _("恢复使用账户"),
    "accounts.user.switched_off": _("停用账户"),
    "accounts.user.signed_in": _("登录平台"),
    "accounts.user.signed_out": _("退出平台"),
    "accounts.user.refused": _("登录被拒绝"),
    "accounts.membership.granted": _("授予角色"),
    "accounts.membership.ended": _("结束角色"),
    "accounts.password.issued": _("发放初始密码"),
    "accounts.password.changed": _("更改密码"),
    "accounts.phone.proven": _("验证手机号码"),
    "accounts.phone.changed": _("更换登录手机号码"),
    "accounts.phone_change.asked": _("申请更换手机号码"),
    "accounts.phone_change.code_sent": _("向新号码发送验证码"),
    "accounts.phone_change.confirmed": _("确认更换手机号码"),
    "accounts.phone_change.refused": _("未予更换手机号码"),
    "accounts.phone_code.sent": _("发送验证码"),
    "accounts.phone_code.refused": _("验证码不正确或已失效"),
    "accounts.phone_code.exhausted": _("验证码输错次数已满"),
    "accounts.second_factor.enrolled": _("设置二次验证"),
    "accounts.second_factor.removed": _("移除二次验证"),
    "accounts.second_factor.renewed": _("更新备用验证码"),
    "accounts.second_factor.refused": _("二次验证未通过"),
    "calendar.day.entered": _("录入特别日期"),
    "calendar.day.changed": _("修改特别日期"),
    "calendar.day.removed": _("删除特别日期"),
    "calendar.year.confirmed": _("确认年度放假通知"),
    "calendar.clock.started": _("开始计时"),
    "calendar.clock.stopped": _("暂停计时"),
    "calendar.clock.resumed": _("恢复计时"),
    "calendar.clock.finished": _("结束计时"),
    "catalogue.package.created": _("新建培训包"),
    "catalogue.edition.drafted": _("编制培训包版本"),
    "catalogue.edition.published": _("发布培训包版本"),
    "catalogue.edition.ended": _("停用培训包版本"),
    "study.appeal.made": _("提出学习时间申诉"),
    "study.appeal.upheld": _("补计学习时间"),
    "study.appeal.rejected": _("不予补计学习时间"),
    "classes.class_run.created": _("建立班次"),
    "classes.class_run.changed": _("修改班次基本信息"),
    "classes.class_run.assessment_changed": _("修改班次考核安排"),
    "classes.class_run.submitted": _("提交开班备案"),
    "classes.class_run.recalled": _("撤回开班备案"),
    "classes.class_run.returned": _("退回开班备案"),
    "classes.class_run.filed": _("准予开班备案"),
    "classes.class_run.refused": _("不予开班备案"),
    "classes.class_run.opened": _("开班"),
    "classes.class_run.closed": _("班次结班"),
    "classes.class_run.cancelled": _("取消班次"),
    "classes.session.added": _("添加课次"),
    "classes.session.changed": _("修改课次"),
    "classes.session.removed": _("删除课次"),
    "classes.session.rescheduled": _("备案后变更课次"),
    "classes.sessions.added": _("批量添加课次"),
    "classes.plan.cleared": _("清空授课计划"),
    "classes.change.seen": _("阅办备案后的变更"),
    "attendance.attendance.signed_in": _("上课签到"),
    "attendance.attendance.corrected": _("更正考勤"),
    "attendance.register.opened": _("开始签到"),
    "attendance.register.finished": _("登记下课"),
    "attendance.head_count.entered": _("清点教室人数"),
    "attendance.roster.entered": _("录入纸质签到表"),
    "attendance.sheet.printed": _("打印含姓名的签到表"),
    "attendance.review.settled": _("办结考勤核查"),
    "completion.class_close.made": _("结班认定"),
    "completion.completion.judged": _("重新认定结业"),
    "completion.class_export.taken": _("导出班级数据"),
    "completion.report.exported": _("导出结业情况报表"),
    "content.course.published": _("发布课程版本"),
    "content.video.uploaded": _("上传视频"),
    "content.video.processed": _("视频处理完成"),
    "content.video.failed": _("视频处理失败"),
    "content.video.retried": _("重新处理视频"),
    "content.video.changed": _("修改视频说明或字幕"),
    "content.video.offered": _("恢复选用视频"),
    "content.video.withdrawn": _("停用视频"),
    "content.question_bank.created": _("新建题库"),
    "content.question_bank.changed": _("修改题库"),
    "content.question.added": _("添加试题"),
    "content.question.replaced": _("修改试题"),
    "content.question.retired": _("停用试题"),
    "content.question.imported": _("导入试题"),
    "staff.list.exported": _("导出列表"),
    "workers.list.exported": _("导出从业人员名单"),
    "workers.worker.created": _("建立从业人员档案"),
    "workers.roster.opened": _("按花名册建立档案"),
    "classes.roster.enrolled": _("花名册列入学员"),
    "classes.enrolment.created": _("报名"),
    "classes.enrolment.confirmed": _("确认报名"),
    "classes.enrolment.declined": _("不同意列入班次"),
    "classes.enrolment.disowned": _("表示没有报名"),
    "classes.enrolment.withdrawn": _("取消报名"),
    "classes.enrolment.dropped": _("中途退出"),
    "classes.enrolment.removed": _("移出名册"),
    "classes.enrolment.moved": _("转班"),
    "classes.enrolment.lapsed": _("候补名额过期"),
    "classes.enrolment.reminded": _("再次发送确认短信"),
    "workers.paper.opened": _("查看证明材料"),
    "workers.card.changed": _("修改社保卡银行账号"),
    "workers.contact.changed": _("修改联系方式"),
    "workers.photo.changed": _("更换照片"),
    "workers.account.released": _("解除账户与档案的关联"),
    "workers.link_request.opened": _("申请认领档案"),
    "workers.link_request.moved": _("处理认领档案的申请"),
    "workers.insured_months.recorded": _("登记参保月份"),
    "workers.identity_check.requested": _("发起实名核验"),
    "workers.identity_check.answered": _("收到实名核验结果"),
    "workers.identity.overridden": _("人工认定身份"),
    "workers.identity.corrected": _("更正身份信息"),
    "record.skill_record.taken": _("下载技能档案"),
    "workers.group.added": _("添加人员类别"),
    "workers.group.changed": _("修改人员类别"),
    "workers.group.ended": _("结束人员类别"),
    "workers.group.confirmed": _("核实人员类别"),
    "workers.group.withdrawn": _("撤销人员类别"),
    "workers.group.evidence_added": _("添加证明材料（人员类别）"),
    "workers.group.asked": _("请求核实人员类别"),
    "workers.group.declined": _("暂时不能核实人员类别"),
    "workers.employment.added": _("添加工作经历"),
    "workers.employment.changed": _("修改工作经历"),
    "workers.employment.ended": _("结束工作经历"),
    "workers.employment.confirmed": _("核实工作经历"),
    "workers.employment.withdrawn": _("撤销工作经历"),
    "workers.employment.evidence_added": _("添加证明材料（工作经历）"),
    "workers.employment.asked": _("请求核实工作经历"),
    "workers.employment.declined": _("暂时不能核实工作经历"),
    "workers.education.added": _("添加学历"),
    "workers.education.changed": _("修改学历"),
    "workers.education.ended": _("结束学历"),
    "workers.education.confirmed": _("核实学历"),
    "workers.education.withdrawn": _("撤销学历"),
    "workers.education.evidence_added": _("添加证明材料（学历）"),
    "workers.education.asked": _("请求核实学历"),
    "workers.education.declined": _("暂时不能核实学历"),
    "workers.skill.recorded": _("记入技能档案"),
    "workers.skill.changed": _("更改技能档案记录"),
    "workers.skill.moved": _("技能档案记录状态变化"),
    "plans.plan.recalled": _("退回已公布成绩的考核计划"),
    "scoring.score.entered": _("登记考核成绩"),
    "scoring.score.voided": _("考核成绩作废"),
    "scoring.score.changed": _("更正考核成绩"),
    "scoring.results.published": _("认定并公布全场成绩"),
    "scoring.results.finalised": _("确定考核成绩"),
    "scoring.results.reopened": _("退回已公布的成绩"),
    "scoring.table.exported": _("导出考核成绩"),
    "scoring.appeal.made": _("申请成绩复核"),
    "scoring.appeal.answered": _("答复成绩复核"),
    "scoring.sheet.saved": _("保存评分表"),
    "scoring.rating.given": _("考评员评分"),
    "scoring.room.confirmed": _("考评员确认评分"),
    "scoring.panel.ruled": _("登记考评组长裁定"),
    "scoring.panel.closed": _("汇总登记考场成绩"),
    "certificates.level.recorded": _("登记技能等级证书"),
    "certificates.level.corrected": _("更正技能等级证书"),
    "certificates.level.reissued": _("补发技能等级证书"),
    "certificates.level.suspended": _("暂停技能等级证书"),
    "certificates.level.resumed": _("恢复技能等级证书"),
    "certificates.level.revoked": _("撤销技能等级证书"),
    "certificates.training_certificate.issued": _("发培训合格证书"),
    "certificates.training_certificate.suspended": _("暂停使用培训合格证书"),
    "certificates.training_certificate.resumed": _("恢复使用培训合格证书"),
    "certificates.training_certificate.revoked": _("撤销培训合格证书"),
    "certificates.training_certificate.corrected": _("更正培训合格证书"),
    "certificates.training_certificate.reissued": _("补发培训合格证书"),
    "certificates.revocation.asked": _("提出撤销培训合格证书"),
    "certificates.revocation.confirmed": _("复核同意撤销证书"),
    "certificates.revocation.refused": _("复核不予撤销证书"),
    "certificates.batch.requested": _("给全班发证"),
    "certificates.batch.finished": _("全班发证完成"),
    "certificates.class_files.taken": _("下载全班证书"),
    "certificates.prior.declared": _("填报已有证书"),
    "certificates.prior.confirmed": _("核验已有证书：相符"),
    "certificates.prior.not_matched": _("核验已有证书：不符"),
    "certificates.prior.not_found": _("核验已有证书：没有查到"),
    "certificates.prior.withdrawn": _("撤回已有证书"),
    "certificates.lookup.requested": _("发起证书联网查询"),
    "certificates.lookup.answered": _("证书联网查询有了结果"),
    "certificates.prior.paper_opened": _("查看已有证书的材料"),
    "schools.school.registered": _("培训机构登记入库"),
    "schools.school.changed": _("变更培训机构登记内容"),
    "schools.school.suspended": _("暂停培训机构开班"),
    "schools.school.resumed": _("恢复培训机构开班"),
    "schools.school.closed": _("培训机构退出登记"),
    "schools.scope.granted": _("批准培训范围"),
    "schools.scope.ended": _("终止培训范围"),
    "schools.teacher.added": _("登记教师"),
    "schools.teacher.changed": _("修改教师信息"),
    "schools.teacher.ended": _("登记教师离任"),
    "schools.teacher.account_opened": _("开立教师账户"),
    "schools.teacher.account_linked": _("关联教师账户"),
    "schools.teacher.password_issued": _("发放教师初始密码"),
    "schools.qualification.added": _("登记教师资格"),
    "schools.qualification.withdrawn": _("撤销教师资格"),
    "schools.colleague.opened": _("开立学校工作人员账户"),
    "schools.colleague.ended": _("终止学校工作人员账户"),
    "schools.premises.added": _("登记教学场所"),
    "schools.premises.changed": _("修改教学场所"),
    "schools.premises.ended": _("停用教学场所"),
    "schools.application.started": _("开始填写机构申请"),
    "schools.application.paper_added": _("上传机构申请材料"),
    "schools.application.paper_removed": _("移除机构申请材料"),
    "schools.application.submitted": _("提交机构申请"),
    "schools.application.withdrawn": _("撤回机构申请"),
    "schools.application.returned": _("退回机构申请修改"),
    "schools.application.approved": _("通过机构申请"),
    "schools.application.refused": _("不予通过机构申请"),
    "applications.application.started": _("开始填写认定申报"),
    "applications.application.submitted": _("提交认定申报"),
    "applications.application.withdrawn": _("撤回认定申报"),
    "applications.application.returned": _("退回认定申报"),
    "applications.application.accepted": _("通过认定申报"),
    "applications.application.refused": _("不予通过认定申报"),
    "applications.application.paper_added": _("上传认定申报材料"),
    "applications.application.paper_removed": _("移除认定申报材料"),
    "applications.conditions.loaded": _("载入基础申报条件"),
    "applications.conditions.drafted": _("起草申报条件"),
    "applications.conditions.published": _("发布申报条件"),
    "applications.conditions.withdrawn": _("撤回申报条件草稿"),
    "applications.conditions.verified": _("核实申报条件"),
    "plans.plan.created": _("建立考核计划"),
    "plans.plan.changed": _("修改考核计划"),
    "plans.plan.opened": _("考核计划开始接受申报"),
    "plans.plan.arranged": _("确认考场编排"),
    "plans.plan.reopened": _("重新编排考场"),
    "plans.plan.held": _("登记考核结束"),
    "plans.plan.published": _("公布考核成绩"),
    "plans.plan.finalised": _("考核成绩确定"),
    "plans.plan.cancelled": _("取消考核计划"),
    "plans.part.set": _("填写考核时间"),
    "plans.part.removed": _("删去考核部分"),
    "plans.room.added": _("添加考场"),
    "plans.room.changed": _("修改考场"),
    "plans.room.removed": _("删去考场"),
    "plans.duty.assigned": _("安排监考、考评人员"),
    "plans.duty.ended": _("撤下监考、考评人员"),
    "plans.candidate.admitted": _("准考"),
    "plans.candidate.withdrawn": _("登记考生放弃"),
    "plans.candidate.excluded": _("取消考生资格"),
    "plans.seats.cleared": _("清空座位"),
    "plans.seats.arranged": _("编排座位"),
    "bodies.body.registered": _("登记评价机构"),
    "bodies.body.changed": _("变更评价机构登记内容"),
    "bodies.body.suspended": _("暂停评价机构"),
    "bodies.body.resumed": _("恢复评价机构"),
    "bodies.body.closed": _("注销评价机构"),
    "bodies.scope.granted": _("登记评价范围"),
    "bodies.scope.ended": _("终止评价范围"),
    "bodies.range.allotted": _("登记证书编号段"),
    "bodies.range.withdrawn": _("撤销证书编号段"),
    "bodies.assessor.added": _("登记考评员"),
    "bodies.assessor.changed": _("修改考评员信息"),
    "bodies.assessor.ended": _("考评员解聘"),
    "bodies.assessor.account_opened": _("开立考评员账户"),
    "bodies.assessor.account_linked": _("关联考评员账户"),
    "bodies.assessor.password_issued": _("发放考评员初始密码"),
    "bodies.qualification.added": _("登记考评资格"),
    "bodies.qualification.withdrawn": _("撤销考评资格"),
    "bodies.colleague.opened": _("开立评价机构工作人员账户"),
    "bodies.colleague.ended": _("终止评价机构工作人员账户"),
    **SUBSIDY_ACTIONS,
    **CLASS_ACTIONS,
    **RESIDENCY_ACTIONS,
}


def action_word(action: str) -> str:
    """What was done, in words."""
    return str(ACTIONS.get(action, action))


def task_word(task: str) -> str:
    """What a job of the schedule does."""
    return str(TASKS.get(task, task))


def sms_word(code: str) -> str:
    """What a text message is about."""
    try:
        return str(sms_template(code).title)
    except KeyError:
        return code


def object_word(label: str) -> str:
    """What kind of thing ``app.model`` is."""
    try:
        return str(apps.get_model(label)._meta.verbose_name)
    except (LookupError, ValueError):
        return label


def field_word(label: str, field: str) -> str:
    """What a field of ``app.model`` holds."""
    try:
        return str(getattr(apps.get_model(label)._meta.get_field(field), "verbose_name", field))
    except (LookupError, ValueError, FieldDoesNotExist):
        return field


def action_choices() -> "list[tuple[str, str | Promise]]":
    return list(ACTIONS.items())


def object_choices() -> "list[tuple[str, str | Promise]]":
    """The kinds of things of our own apps."""
    return [(model._meta.label_lower, model._meta.verbose_name or "") for model in _our_models()]


def sms_choices() -> "list[tuple[str, str | Promise]]":
    return [(template.code, template.title) for template in sms_templates()]


def _our_models() -> "Iterator[type[Model]]":
    return (model for model in apps.get_models() if model._meta.app_config.name.split(".")[0] in OUR_APPS)


def both(word: str, name: str) -> str:
    """The word, and the program's name small below, so that whoever looks for it in the code or the log finds it."""
    if word == name:
        return name
    return format_html('{}<br><small class="muted">{}</small>', word, name)
