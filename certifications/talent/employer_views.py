"""An employer files an appointment of one of its skilled workers."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from certifications.talent.forms import AppointmentForm
from certifications.talent.pages import form_page
from certifications.talent.services import appointment_file
from certifications.verification.limits import person_asked_for
from foundation.accounts.selectors import memberships_of
from foundation.accounts.states import Role
from foundation.requests import doing, user_of
from workers.forms import posted


@never_cache
def appointment_new(request: HttpRequest) -> HttpResponse:
    """聘任: kind, occupation, post, period, and the paper it stands on."""
    held = memberships_of(user_of(request), on=timezone.localdate()).filter(role=Role.EMPLOYER_STAFF)
    membership = held.order_by("pk").first()
    if membership is None or membership.organisation_id is None:
        raise Http404
    employer_id = membership.organisation_id
    form = AppointmentForm(posted(request))

    def act(values: dict[str, Any]) -> None:
        with person_asked_for(employer_id):
            appointment_file(
                employer_id=employer_id,
                name=values["name"],
                id_number=values["id_number"],
                entry=form.entry(),
                **doing(request),
            )

    return form_page(
        request, form, act,
        title=_("申报聘任"), label=_("提交"), done=_("已提交，等工作人员对照评聘文件核对。"),
        back=reverse("talent_appointments"),
        text=_("特级技师、首席技师由单位评聘，只能设在有一级（高级技师）的职业上面；家政服务员、育婴员没有一级，不能设。"),
    )  # fmt: skip
