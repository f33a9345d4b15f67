"""Class runs on a course's page. Class runs stand above courses, so they register what the page may show."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Offer:
    """One class run somebody may join, in the words of the public page."""

    name: str
    url: str
    starts_on: date
    ends_on: date
    enrols_until: date | None
    is_evening: bool
    district: str
    seats: int
    seats_free: int

    @property
    def is_full(self) -> bool:
        return self.seats_free <= 0


Provider = Callable[[int, date], list[Offer]]
_providers: list[Provider] = []


def offers_register(provider: Provider) -> Provider:
    """Have a provider asked for the class runs of a course (its page's id) that can be joined on a day."""
    if provider not in _providers:
        _providers.append(provider)
    return provider


def offers_of(page_id: int, *, on: date) -> list[Offer]:
    """The class runs of a course that can be joined, the next first."""
    found = [offer for provider in _providers for offer in provider(page_id, on)]
    return sorted(found, key=lambda offer: offer.starts_on)
