"""Every write to the person's file."""

from workers.services.accounts import account_release, link_confirm, link_refuse
from workers.services.asking import kind_of, line_ask, line_decline, line_evidence_add
from workers.services.declare import Declaration, identity_declare
from workers.services.dossier import (
    JobEntry,
    SchoolEntry,
    education_add,
    education_change,
    employment_add,
    employment_change,
    group_add,
    insured_months_record,
    line_confirm,
    line_end,
    line_withdraw,
)
from workers.services.identities import (
    IdentityInput,
    identity_check_input,
    identity_check_record,
    identity_check_request,
    identity_check_stop,
    identity_correct,
    identity_override,
    is_check_refused,
    worker_ensure,
)
from workers.services.many import (
    GroupEntry,
    ProfileEntry,
    groups_add_many,
    identities_confirm_many,
    photos_set_many,
    profiles_fill_many,
)
from workers.services.phones import account_phone_change, account_phone_code_send
from workers.services.profile import card_set, contact_set, photo_set
from workers.services.rosters import PersonInput, workers_ensure_many
from workers.services.skills import SkillEntry, skill_record_end, skill_record_write, skill_record_write_many

__all__ = [
    "Declaration",
    "GroupEntry",
    "IdentityInput",
    "JobEntry",
    "PersonInput",
    "ProfileEntry",
    "SchoolEntry",
    "SkillEntry",
    "account_phone_change",
    "account_phone_code_send",
    "account_release",
    "card_set",
    "contact_set",
    "education_add",
    "education_change",
    "employment_add",
    "employment_change",
    "group_add",
    "groups_add_many",
    "identities_confirm_many",
    "identity_check_input",
    "identity_check_record",
    "identity_check_request",
    "identity_check_stop",
    "identity_correct",
    "identity_declare",
    "identity_override",
    "insured_months_record",
    "is_check_refused",
    "kind_of",
    "line_ask",
    "line_confirm",
    "line_decline",
    "line_end",
    "line_evidence_add",
    "line_withdraw",
    "link_confirm",
    "link_refuse",
    "photo_set",
    "photos_set_many",
    "profiles_fill_many",
    "skill_record_end",
    "skill_record_write",
    "skill_record_write_many",
    "worker_ensure",
    "workers_ensure_many",
]
