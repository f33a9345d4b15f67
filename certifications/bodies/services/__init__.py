"""Every write to the register of bodies and to the lists of assessors."""

from certifications.bodies.services.assessors import (
    assessor_account_link,
    assessor_account_open,
    assessor_add,
    assessor_change,
    assessor_end,
    assessor_password_issue,
    assessor_qualification_add,
    assessor_qualification_withdraw,
    body_colleague_end,
    body_colleague_open,
)
from certifications.bodies.services.register import (
    body_change,
    body_contact_change,
    body_move,
    body_register,
    range_allot,
    range_withdraw,
    scope_end,
    scope_grant,
)

__all__ = [
    "assessor_account_link",
    "assessor_account_open",
    "assessor_add",
    "assessor_change",
    "assessor_end",
    "assessor_password_issue",
    "assessor_qualification_add",
    "assessor_qualification_withdraw",
    "body_change",
    "body_colleague_end",
    "body_colleague_open",
    "body_contact_change",
    "body_move",
    "body_register",
    "range_allot",
    "range_withdraw",
    "scope_end",
    "scope_grant",
]
