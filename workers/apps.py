from django.apps import AppConfig
from django.core import checks
from django.utils.translation import gettext_lazy as _

from foundation.accounts.states import Role
from workers.districts import districts_are_known


class WorkersConfig(AppConfig):
    name = "workers"
    verbose_name = _("从业人员")

    def ready(self) -> None:
        """The texts, who may see what of a file in plain, for a purpose and on record; stop a check she no longer
        allows."""
        from foundation.privacy.registry import revealable
        from foundation.privacy.signals import consent_withdrawn
        from workers import texts  # noqa: F401 - the texts register themselves
        from workers.selectors import is_own_account, is_own_file, is_workers_account
        from workers.services import identity_check_stop

        case_officers = {Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION}
        fields = {"name", "id_number", "social_security_card", "contact_phone"}
        revealable("workers.worker", fields=fields, roles=case_officers)
        revealable("workers.worker", fields={"social_security_card"}, roles={Role.OFFICER_FINANCE})
        revealable("workers.worker", fields=fields, roles={Role.WORKER}, may_reveal=is_own_file)
        revealable("workers.linkrequest", fields={"name"}, roles={Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
        revealable("accounts.user", fields={"phone"}, roles=case_officers, may_reveal=is_workers_account)
        revealable("accounts.user", fields={"phone"}, roles={Role.WORKER}, may_reveal=is_own_account)
        checks.register(districts_are_known)
        consent_withdrawn.connect(identity_check_stop, dispatch_uid="workers.identity_check_stop")
