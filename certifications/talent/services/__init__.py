"""The writes of the register."""

from certifications.talent.services.appointing import AppointmentEntry, appointment_decide, appointment_file
from certifications.talent.services.contributing import contribution_add, contribution_confirm, contribution_withdraw
from certifications.talent.services.registering import details_keep, talents_rebuild

__all__ = [
    "AppointmentEntry",
    "appointment_decide",
    "appointment_file",
    "contribution_add",
    "contribution_confirm",
    "contribution_withdraw",
    "details_keep",
    "talents_rebuild",
]
