"""Fields of forms whose answers are numbers of rows. A test keeps it complete."""

from django.db.models import Model

from certifications.bodies.models import Assessor
from courses.catalogue.models import Occupation, WorkType
from courses.classes.models import ClassRun, Enrolment
from courses.content.models import CourseVersion
from courses.schools.models import Premises, Teacher
from foundation.accounts.models import Membership, Organisation, User
from foundation.policy.models import Parameter, PolicyDocument
from subsidies.claims.models import RefusalReason
from subsidies.schemes.models import Scheme

# What belongs to an organisation, and by which field.
OWNER: dict[type[Model], str] = {
    Assessor: "organisation",
    ClassRun: "school__organisation",
    CourseVersion: "school__organisation",
    Enrolment: "class_run__school__organisation",
    Membership: "organisation",
    Premises: "school__organisation",
    Teacher: "school__organisation",
    User: "memberships__organisation",
}
# Choices that are put together by hand, and whose numbers they are.
BY_NUMBER: dict[str, type[Model]] = {
    "courses.attendance.forms.SettleForm.absent": Enrolment,
}
# What belongs to the city: a form offers all of it that is in force, and nobody's is foreign.
CITYS: set[type[Model]] = {Occupation, Organisation, Parameter, PolicyDocument, RefusalReason, Scheme, WorkType}
# Choices of numbers that are no rows', or rows of the city's: levels, years, districts, days of the week, answers. The
# fields of lists, whose forms django-filter makes, stand in an address and change nothing.
NO_NUMBERS: set[str] = {
    "certifications.applications.edition_forms.RouteForm.level",
    "certifications.applications.edition_forms.RouteForm.prior_level",
    "certifications.bodies.forms.ContactForm.district_code",
    "certifications.bodies.forms.QualificationForm.highest_level",
    "certifications.bodies.forms.RegisterForm.district_code",
    "certifications.bodies.views.BodyFinder.level",
    "certifications.bodies.views.BodyFinder.occupation",
    "certifications.certificates.level_forms.LevelForm.level",
    "certifications.certificates.prior_forms.PriorForm.level",
    "courses.catalogue.forms.PackageForm.level",
    "courses.classes.class_forms.LayoutForm.weekdays",
    "courses.classes.finder_views.FinderForm.district",
    "courses.classes.finder_views.FinderForm.level",
    "courses.content.media_forms.QuestionForm.answers",
    "courses.schools.forms.PremisesForm.district_code",
    "courses.schools.forms.ScopeLineForm.level",
    "courses.study.forms.PaperForm.q#",
    "foundation.policy.forms.DocumentForm.city_code",
    "foundation.policy.forms.InForceForm.city",
    "foundation.policy.forms.ParameterForm.city_code",
    "portal.dashboards.forms.ClaimsForm.district",
    "portal.dashboards.forms.FunnelForm.district",
    "portal.dashboards.forms.FunnelForm.level",
    "portal.dashboards.forms.FunnelForm.occupation",
    "portal.dashboards.forms.FunnelForm.school",
    "portal.design.forms.PreferencesForm.contrast",
    "portal.design.forms.PreferencesForm.elder",
    "portal.design.forms.PreferencesForm.size",
    "subsidies.ledger.forms.BudgetForm.district_code",
    "subsidies.ledger.forms.BudgetForm.year",
    "subsidies.ledger.forms.YearForm.district",
    "subsidies.ledger.forms.YearForm.year",
    "subsidies.schemes.forms.FlagForm.city_code",
    "subsidies.schemes.forms.FlagForm.level",
    "subsidies.schemes.forms.SchemeForm.city_code",
    "workers.forms.DistrictForm.district_code",
}
# Fields that the walk meets in a form, and sends the number of somebody else's row.
TRIED: set[str] = {
    "certifications.bodies.forms.AccountLinkForm.account",
    "certifications.bodies.forms.RegisterForm.organisation",
    "certifications.plans.forms.DutyForm.assessor",
    "certifications.plans.forms.NewTestForm.class_run",
    "certifications.scoring.forms.RulingForm.assessor",
    "courses.attendance.forms.SettleForm.absent",
    "courses.classes.class_forms.ChangeForm.premises",
    "courses.classes.class_forms.ChangeForm.teacher",
    "courses.classes.class_forms.DetailsForm.head_teacher",
    "courses.classes.class_forms.LayoutForm.classroom",
    "courses.classes.class_forms.LayoutForm.teacher",
    "courses.classes.class_forms.LayoutForm.workshop",
    "courses.classes.class_forms.NewClassForm.course_version",
    "courses.classes.class_forms.NewClassForm.head_teacher",
    "courses.classes.class_forms.SessionForm.premises",
    "courses.classes.class_forms.SessionForm.teacher",
    "courses.classes.class_forms.SessionForm.unit",
    "courses.schools.forms.LinkForm.account",
    "courses.schools.forms.MemberEndForm.membership",
    "portal.staff.forms.EndForm.membership",
}
# Choices of rows that it does not meet.
NOT_TRIED: dict[str, str] = {
    "courses.classes.class_forms.HourForm.premises": "tried in its heirs SessionForm and ChangeForm",
    "courses.classes.class_forms.HourForm.teacher": "tried in its heirs SessionForm and ChangeForm",
    "courses.completion.forms.ReportForm.school": "a school gets its own report and has no choice; the bureau sees all",
    "courses.content.editor.CourseForm.package_version": "of the page editor: tests/courses/content",
    "subsidies.payments.forms.ChosenForm.claims": "finance's own list of all that waits: tests/subsidies/payments",
}
