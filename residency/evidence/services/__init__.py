"""Everything that changes what other offices are told about a person."""

from residency.evidence.services.delivering import Parcel, parcel_delivered, parcel_of, parcel_stuck
from residency.evidence.services.results import result_record
from residency.evidence.services.sending import pack_send
from residency.evidence.services.withdrawing import evidence_stop

__all__ = ["Parcel", "evidence_stop", "pack_send", "parcel_delivered", "parcel_of", "parcel_stuck", "result_record"]
