"""Invented people without end: names, numbers, telephones, accounts; the n-th is always the same.

Area code 350201 is given to nobody, phones begin 1990000, card accounts 990000.
"""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from random import Random

from workers.demo import account_of
from workers.districts import DISTRICTS, OUTSIDE
from workers.identity import check_character

CITY = tomllib.loads((Path(__file__).parent / "city.toml").read_text("utf-8"))
NAMES = {kind: text.split() for kind, text in CITY["names"].items()}
GROUPS = (
    ("rural_transfer", 46),
    ("registered_unemployed", 14),
    ("hard_to_employ", 8),
    ("enterprise_employee", 10),
    ("disabled", 2),
    ("", 20),
)
EDUCATION = (("primary", 18), ("junior", 46), ("senior", 14), ("vocational", 14), ("college", 8))
# Where home-service workers live: mostly across the bridges, where rooms are cheaper.
HOMES = (("350206", 24), ("350211", 22), ("350212", 19), ("350213", 13), ("350205", 12), ("350203", 8), (OUTSIDE, 2))
WITH_PHONE = 45  # percent: a text costs the loading as much as everything else of a person
YOUNGEST, OLDEST = 19, 57
FIRST_PHONE, FIRST_ACCOUNT = 1000, 20_000
assert {code for code, _share in HOMES} <= {OUTSIDE} | {code for code, _name in DISTRICTS["350200"]}


@dataclass(frozen=True)
class Person:
    """Somebody who comes to be trained."""

    number: int
    name: str
    id_number: str
    phone: str
    account: str
    district: str
    group: str
    education: str
    # How reliably she comes, and how well she learns: both from 0 to 1.
    diligence: float
    gift: float


def chosen(random: Random, shares: tuple[tuple[str, int], ...]) -> str:
    """One of the words, as often as its share says."""
    return random.choices([word for word, _share in shares], [share for _word, share in shares])[0]


def people(random: Random, *, on: date) -> Iterator[Person]:
    """One invented person after the other; no identity number comes twice."""
    taken: set[str] = set()
    number = 0
    while True:
        number += 1
        is_man = random.random() < 0.06
        name = random.choice(NAMES["family"]) + random.choice(NAMES["men" if is_man else "women"])
        yield Person(
            number=number,
            name=name,
            id_number=_id_number(random, taken, is_man=is_man, on=on),
            phone=f"1990000{FIRST_PHONE + number:04d}" if random.randrange(100) < WITH_PHONE else "",
            account=account_of(FIRST_ACCOUNT + number),
            district=chosen(random, HOMES),
            group=chosen(random, GROUPS),
            education=chosen(random, EDUCATION),
            diligence=random.random(),
            gift=random.betavariate(6, 3),
        )


def _id_number(random: Random, taken: set[str], *, is_man: bool, on: date) -> str:
    while True:
        born = on - timedelta(days=int(random.triangular(YOUNGEST, OLDEST, 46) * 365.25))
        first = f"350201{born:%Y%m%d}{random.randrange(50, 340) * 2 + is_man:03d}"
        if first not in taken:
            taken.add(first)
            return first + check_character(first)


def credit_code(stem: str) -> str:
    """A unified social credit code with the check character of GB 32100; no register knows it."""
    letters = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    rest = sum(letters.index(one) * pow(3, place, 31) for place, one in enumerate(stem[:17])) % 31
    return stem[:17] + letters[(31 - rest) % 31]
