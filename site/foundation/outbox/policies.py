"""How patiently each topic is sent: one row per topic, and a default for the rest."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class DeliveryPolicy:
    """When to try again, when to give up, and how long to keep what was sent.

    A worker that dies holds its messages for ``lease``, so that time has to be longer than one call to the other side.
    """

    first_wait: timedelta = timedelta(minutes=2)
    longest_wait: timedelta = timedelta(hours=4)
    attempts: int = 8
    lease: timedelta = timedelta(minutes=1)
    keep: timedelta = timedelta(days=180)

    def wait_after(self, attempts: int, *, at_least: int = 0) -> timedelta:
        """The pause after so many failed attempts: doubled each time, up to `longest_wait`.

        Not shorter than the other side asked for, unless that is longer still.
        """
        doubled = self.first_wait * (1 << min(attempts - 1, 20))
        return min(max(doubled, timedelta(seconds=at_least)), self.longest_wait)


DEFAULT = DeliveryPolicy()
_policies: dict[str, DeliveryPolicy] = {}


def delivery_policy_register(topic: str, policy: DeliveryPolicy) -> None:
    """Give a topic its own patience. Called when the app that owns the topic starts."""
    _policies[topic] = policy


def delivery_policy(topic: str) -> DeliveryPolicy:
    """The policy of the topic, or the default."""
    return _policies.get(topic, DEFAULT)
