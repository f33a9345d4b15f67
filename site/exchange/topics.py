"""Every topic that is sent: its adapter, its patience, and who hears when a message is given up.

Imported by the tasks, because only they send.
"""

from collections.abc import Callable
from datetime import timedelta

from certifications.certificates.services.lookup import TOPIC as CERTIFICATE_LOOKUP
from exchange.adapters import Adapter
from exchange.certificate_messages import CertificateLookupAdapter, lookup_message_died
from exchange.evidence import EvidenceAdapter, evidence_message_died
from exchange.identity_messages import TOPIC as IDENTITY_CHECK
from exchange.identity_messages import IdentityAdapter, identity_message_died
from exchange.sms import sms_adapter
from foundation.outbox.policies import DeliveryPolicy, delivery_policy_register
from foundation.outbox.signals import message_died
from foundation.sms.services import TOPIC as SMS
from residency.evidence.states import TOPIC as EVIDENCE

# Asked for each message, so that settings decide.
ADAPTERS: dict[str, Callable[[], Adapter]] = {
    SMS: sms_adapter,
    IDENTITY_CHECK: IdentityAdapter,
    CERTIFICATE_LOOKUP: CertificateLookupAdapter,
    EVIDENCE: EvidenceAdapter,
}

# Somebody waits on the page for the answer; a register that is out for the night is asked until the morning.
delivery_policy_register(
    IDENTITY_CHECK, DeliveryPolicy(first_wait=timedelta(seconds=5), longest_wait=timedelta(hours=1), attempts=24)
)
# An office may be out for a weekend; nobody but the worker waits, and she sees that it waits.
delivery_policy_register(
    EVIDENCE, DeliveryPolicy(first_wait=timedelta(seconds=30), longest_wait=timedelta(hours=2), attempts=48)
)
# An officer waits, with other work at hand.
delivery_policy_register(
    CERTIFICATE_LOOKUP, DeliveryPolicy(first_wait=timedelta(seconds=10), longest_wait=timedelta(hours=1), attempts=24)
)
message_died.connect(lookup_message_died, dispatch_uid="lookup_message_died")
message_died.connect(identity_message_died, dispatch_uid="identity_message_died")
message_died.connect(evidence_message_died, dispatch_uid="evidence_message_died")


def adapter_for(topic: str) -> Adapter:
    """The adapter of the topic, or ``KeyError``."""
    return ADAPTERS[topic]()


def topics_carried() -> list[str]:
    """Every topic that has an adapter. Messages of other topics wait for a release that knows them."""
    return sorted(ADAPTERS)
