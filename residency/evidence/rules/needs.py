"""What each receiver's purpose needs, and nothing else (个人信息保护法 art. 6: the least that the purpose needs)."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from residency.evidence.states import Receiver


class Section(StrEnum):
    LEVEL = "level"
    CERTIFICATES = "certificates"
    INSURED_MONTHS = "insured_months"
    SERVICE = "service"
    TRAINING = "training"
    AWARDS = "awards"


_LEVELS = frozenset({"level_certificate", "special_certificate", "old_qualification"})

# The desk looks at levels, contracts and insurance; the register of talent (人社) at the whole working life; the credit
# platform at training and jobs, as its own record of a worker does (商务部等8部门 2020).
NEEDS: Mapping[str, frozenset[Section]] = MappingProxyType(
    {
        Receiver.RESIDENCY_DESK: frozenset(
            {Section.LEVEL, Section.CERTIFICATES, Section.INSURED_MONTHS, Section.SERVICE}
        ),
        Receiver.TALENT_REGISTER: frozenset(Section),
        Receiver.CREDIT_PLATFORM: frozenset({Section.CERTIFICATES, Section.SERVICE, Section.TRAINING}),
    }
)
CERTIFICATE_KINDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        Receiver.RESIDENCY_DESK: _LEVELS,
        Receiver.TALENT_REGISTER: _LEVELS,
        Receiver.CREDIT_PLATFORM: _LEVELS | {"training_certificate"},
    }
)
