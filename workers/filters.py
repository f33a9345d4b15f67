"""What a list of files can be narrowed by; the answers stay in the address, so none of them is personal."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.database import in_force
from workers.districts import district_choices
from workers.models import PersonGroup, Worker, WorkerGroup
from workers.states import IdentityState


class WorkerFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(
        label=_("实名状态"), field_name="identity_state", choices=IdentityState.choices, empty_label=_("全部")
    )
    district = django_filters.ChoiceFilter(
        label=_("居住区"), field_name="district_code", choices=district_choices, empty_label=_("全部")
    )
    group = django_filters.ModelChoiceFilter(
        label=_("人员类别"), queryset=PersonGroup.objects.all(), method="in_group", empty_label=_("全部")
    )
    account = django_filters.ChoiceFilter(
        label=_("登录账户"),
        method="with_account",
        choices=[("yes", _("有")), ("no", _("没有"))],
        empty_label=_("全部"),
    )

    class Meta:
        model = Worker
        fields: list[str] = []

    def in_group(self, files: QuerySet[Worker], _name: str, group: PersonGroup) -> QuerySet[Worker]:
        """Files with the group in force today."""
        lines = WorkerGroup.objects.filter(in_force(timezone.localdate()), group=group, withdrawn_at__isnull=True)
        return files.filter(pk__in=lines.values("worker"))

    def with_account(self, files: QuerySet[Worker], _name: str, answer: Any) -> QuerySet[Worker]:
        return files.filter(user__isnull=answer == "no")
