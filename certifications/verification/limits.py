"""How often somebody may guess.

Only wrong answers are counted: a whole neighbourhood may share one address of a phone company, and whoever holds a
certificate is right the first time. A code is keyed and cannot be guessed, so a right one is answered even where others
have used up the tries of an address; a name can be guessed, so its answer is withheld.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils.translation import gettext as _

from foundation.errors import DomainError


@dataclass(frozen=True)
class Limit:
    """So many in so many seconds, from the first one on."""

    name: str
    most: int
    seconds: int

    def count(self, who: str) -> bool:
        """Count one more; whether it is still within the limit."""
        key = self.key(who)
        if cache.add(key, 1, self.seconds):
            return True
        try:
            return cache.incr(key) <= self.most
        except ValueError:  # it ran out between the two
            return cache.add(key, 1, self.seconds)

    def key(self, who: str) -> str:
        return f"verify.{self.name}.{who}"


WRONG_ANSWERS = Limit("wrong", most=20, seconds=600)
"""Wrong codes and names from one address."""
WRONG_NAMES = Limit("names", most=30, seconds=3600)
"""Wrong names for one number, from wherever: many addresses can be had."""
FILES = Limit("files", most=20, seconds=600)
"""Files from one address: reading one costs a good part of a second."""
WRONG_PEOPLE = Limit("people", most=20, seconds=24 * 3600)
"""Names and numbers that belong to nobody, from one organisation in a day: with a name and a birthday known, some five
hundred tries would give the rest of a number away."""


class AskedTooOftenError(DomainError):
    """An organisation asked for too many people who are not there."""


@contextmanager
def person_asked_for(organisation_id: int) -> Iterator[None]:
    """Around whatever answers ``worker_unknown`` to an organisation; refuses when it asked so too often."""
    who = str(organisation_id)
    if any_reached((WRONG_PEOPLE, who)):
        raise AskedTooOftenError(
            "too_often", _("今天姓名和身份证号码对不上的次数太多，暂停查找。请明天再试，或到服务窗口办理。")
        )
    try:
        yield
    except DomainError as refusal:
        if refusal.code == "worker_unknown":
            WRONG_PEOPLE.count(who)
        raise


def any_reached(*counted: tuple[Limit, str]) -> bool:
    """Whether one of the limits is reached, asked in one go."""
    most = {limit.key(who): limit.most for limit, who in counted}
    found = cache.get_many(most)
    return any(int(found.get(key, 0)) >= limit for key, limit in most.items())


def address_of(request: HttpRequest) -> str:
    """Who asks: past the proxies that are ours; of the newer, long addresses the half that belongs to one household."""
    passed = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = int(settings.TRUSTED_PROXY_COUNT)
    given = passed[-proxies] if proxies and len(passed) >= proxies else str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ip_address(given)
    except ValueError:
        return given[:60]
    return address.exploded[:19] if isinstance(address, IPv6Address) else str(address)
