"""Who may act on a class run: the school whose it is, or an officer who has nothing to do with that school."""

from collections.abc import Collection
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import ClassRun
from courses.schools.models import School, Teacher
from foundation.accounts.models import Membership, User
from foundation.accounts.selectors import roles_of
from foundation.accounts.states import Role
from foundation.database import in_force


def school_staff_required(actor: User, school: School, *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor works in the office of the school."""
    held = Membership.objects.filter(
        in_force(timezone.localdate(at)), user=actor, role=Role.SCHOOL_STAFF, organisation=school.organisation_id
    )
    if not actor.is_active or not held.exists():
        raise PermissionDenied(_("您只能办理本校的事项。"))


def officer_required(actor: User, class_run: ClassRun, roles: Collection[Role], *, at: datetime) -> None:
    """``PermissionDenied`` unless the actor holds one of the roles and is nobody of that school."""
    if not set(roles) & roles_of(actor, on=timezone.localdate(at)):
        raise PermissionDenied(_("您的岗位不能办理此事，请由有权限的工作人员办理。"))
    school = class_run.school
    is_member = Membership.objects.filter(user=actor, organisation=school.organisation_id).exists()
    if is_member or Teacher.objects.filter(user=actor, school=school).exists():
        raise PermissionDenied(_("您在这家机构任职或任教过，请由另一位工作人员办理。"))
