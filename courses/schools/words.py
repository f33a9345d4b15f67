"""What happened to a school or an application, in words."""

from django.utils.translation import gettext_lazy as _

EVENT_WORDS = {
    "school.registered": _("登记入库"),
    "school.changed": _("变更登记内容"),
    "school.suspended": _("暂停开班"),
    "school.resumed": _("恢复开班"),
    "school.closed": _("退出登记"),
    "scope.granted": _("批准培训范围"),
    "scope.ended": _("终止培训范围"),
    "teacher.added": _("登记教师"),
    "teacher.changed": _("修改教师信息"),
    "teacher.ended": _("教师离任"),
    "teacher.account_opened": _("开立教师账户"),
    "teacher.account_linked": _("关联教师账户"),
    "teacher.password_issued": _("发放教师初始密码"),
    "qualification.added": _("登记教师资格"),
    "qualification.withdrawn": _("撤销教师资格"),
    "colleague.opened": _("开立学校工作人员账户"),
    "colleague.ended": _("终止学校工作人员账户"),
    "premises.added": _("登记教学场所"),
    "premises.changed": _("修改教学场所"),
    "premises.ended": _("停用教学场所"),
}
MOVE_WORDS = {
    "submit": _("提交"),
    "withdraw": _("撤回"),
    "return": _("退回修改"),
    "approve": _("通过"),
    "refuse": _("不予通过"),
}
COLUMN_WORDS = {
    "short_name": _("简称"),
    "licence_number": _("办学许可证编号"),
    "licensed": _("许可证有效期"),
    "address": _("地址"),
    "district_code": _("所在区"),
    "contact_name": _("联系人"),
    "contact_phone": _("办公电话"),
    "days": _("有效期"),
    "name": _("名称"),
    "kind": _("类别"),
    "title": _("职称"),
    "subjects": _("担任课程"),
    "employed": _("任教期间"),
    "seats": _("座位数"),
    "usable": _("可用期间"),
    "valid": _("有效期"),
}
