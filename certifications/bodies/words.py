"""What happened to a body, or to somebody's assessors, in words."""

from django.utils.translation import gettext_lazy as _

EVENT_WORDS = {
    "body.registered": _("登记评价机构"),
    "body.changed": _("变更评价机构登记内容"),
    "body.suspended": _("暂停评价机构"),
    "body.resumed": _("恢复评价机构"),
    "body.closed": _("注销评价机构"),
    "scope.granted": _("登记评价范围"),
    "scope.ended": _("终止评价范围"),
    "range.allotted": _("登记证书编号段"),
    "range.withdrawn": _("撤销证书编号段"),
    "assessor.added": _("登记考评员"),
    "assessor.changed": _("修改考评员信息"),
    "assessor.ended": _("考评员解聘"),
    "assessor.account_opened": _("开立考评员账户"),
    "assessor.account_linked": _("关联考评员账户"),
    "assessor.password_issued": _("发放考评员初始密码"),
    "qualification.added": _("登记考评资格"),
    "qualification.withdrawn": _("撤销考评资格"),
    "colleague.opened": _("开立评价机构工作人员账户"),
    "colleague.ended": _("终止评价机构工作人员账户"),
}
COLUMN_WORDS = {
    "kind": _("类别"),
    "short_name": _("简称"),
    "filing_number": _("备案号"),
    "filed": _("备案有效期"),
    "ministry_code": _("部级备案代码"),
    "province_code": _("省份代码"),
    "serial": _("机构（站点）序号"),
    "address": _("地址"),
    "district_code": _("所在区"),
    "contact_name": _("联系人"),
    "contact_phone": _("办公电话"),
    "days": _("有效期"),
    "name": _("姓名"),
    "title": _("职称或技能等级"),
    "engaged": _("聘任期间"),
}
