"""Who a person may be on the platform."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    WORKER = "worker", _("从业人员")
    SCHOOL_STAFF = "school_staff", _("培训机构工作人员")
    TEACHER = "teacher", _("教师")
    ASSESSOR = "assessor", _("考评员")
    BODY_STAFF = "body_staff", _("评价机构工作人员")
    EMPLOYER_STAFF = "employer_staff", _("用人单位工作人员")
    OFFICER_INTAKE = "officer_intake", _("受理初审人员")
    OFFICER_REVIEW = "officer_review", _("复核人员")
    OFFICER_FINANCE = "officer_finance", _("资金拨付人员")
    OFFICER_POLICY = "officer_policy", _("政策管理人员")
    OFFICER_INSPECTION = "officer_inspection", _("监督检查人员")
    AUDITOR = "auditor", _("审计人员")
    ADMINISTRATOR = "administrator", _("系统管理员")


class OrganisationKind(TextChoices):
    BUREAU = "bureau", _("人社部门")
    SCHOOL = "school", _("培训机构")
    ASSESSMENT_BODY = "assessment_body", _("评价机构")
    EMPLOYER = "employer", _("用人单位")
    AUDIT_OFFICE = "audit_office", _("审计部门")


OFFICERS = frozenset(
    {
        Role.OFFICER_INTAKE,
        Role.OFFICER_REVIEW,
        Role.OFFICER_FINANCE,
        Role.OFFICER_POLICY,
        Role.OFFICER_INSPECTION,
    }
)
STAFF = frozenset(Role) - {Role.WORKER}
# Nobody who only reads may send a form.
WRITERS = STAFF - {Role.AUDITOR}
# Whoever can see or move other people's data or money signs in with a second factor.
SECOND_FACTOR_ROLES = OFFICERS | {Role.AUDITOR, Role.ADMINISTRATOR}

ROLES_OF_KIND: dict[OrganisationKind, frozenset[Role]] = {
    OrganisationKind.BUREAU: OFFICERS | {Role.ADMINISTRATOR},
    OrganisationKind.ASSESSMENT_BODY: frozenset({Role.BODY_STAFF, Role.ASSESSOR}),
    OrganisationKind.EMPLOYER: frozenset({Role.EMPLOYER_STAFF}),
    OrganisationKind.SCHOOL: frozenset({Role.SCHOOL_STAFF, Role.TEACHER, Role.ASSESSOR}),
    OrganisationKind.AUDIT_OFFICE: frozenset({Role.AUDITOR}),
}
# Who may open accounts in her own body, and in which roles. Everything else is an administrator's.
MAY_APPOINT: dict[Role, frozenset[Role]] = {
    Role.SCHOOL_STAFF: frozenset({Role.SCHOOL_STAFF, Role.TEACHER, Role.ASSESSOR}),
    Role.BODY_STAFF: frozenset({Role.BODY_STAFF, Role.ASSESSOR}),
    Role.EMPLOYER_STAFF: frozenset({Role.EMPLOYER_STAFF}),
}
