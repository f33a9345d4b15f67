"""B9: the officers' lists of claims with their filters, over 1,180,000 claims of which a million are paid.

Signed in with a second factor, through all of the middleware, four clients that press again as soon as they have an
answer. Every request is another combination of filters, order and page; half of them the list of what waits for the
officer, half the list of all claims.
"""

import itertools
import random
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from bench.claims_data import DISTRICTS, FULL, STATES, Scale, ensure_claims
from bench.growth import growth
from bench.measure import Result, under_load

CLIENTS = 4
SECONDS = 15.0
ADDRESSES = 400
PORT = 8889
BAR = "p95 < 150 ms"


def claim_list() -> Result:
    ensure_claims()
    result = measured(SECONDS)
    return replace(result, value=result.p95_ms, unit="ms (p95)", bar=BAR, met=result.p95_ms < 150)


def claim_list_growth() -> Result:
    """The same over a quarter, a half and all of the claims."""

    def at(times: int, turn: int) -> Result:
        ensure_claims(Scale(FULL.claims * times // 4))
        return measured(8, seed=turn)

    return growth(at)


def measured(seconds: float, *, seed: int = 9) -> Result:
    from django.conf import settings

    asked = addresses(seed)
    keys = [key for _path, key in asked]
    return under_load(
        PORT,
        [path for path, _key in asked],
        clients=CLIENTS,
        seconds=seconds,
        cookies=[f"{settings.SESSION_COOKIE_NAME}={key}" for key in keys],
    )


def addresses(seed: int) -> list[tuple[str, str]]:
    """Addresses of both lists, each with the session of somebody who may open it."""
    source = random.Random(seed)
    intake, review, auditor = (session_of(role) for role in ("officer_intake", "officer_review", "auditor"))
    work, every = work_queries(), all_queries()
    found = []
    for number in range(ADDRESSES // 2):
        found.append((f"/review/?{source.choice(work)}", (intake, review)[number % 2]))
        found.append((f"/review/all/?{source.choice(every)}", (review, auditor)[number % 2]))
    return found


def work_queries() -> list[str]:
    schools = school_keys()
    answers: list[dict[str, Any]] = [
        {},
        *({"district": one} for one in DISTRICTS),
        *({"risk": one} for one in ("red", "yellow", "any", "none", "unscreened")),
        *({"school": one} for one in schools),
        *({"channel": one} for one in ("self", "school", "counter")),
        {"overdue": "yes"},
        {"scheme": "bench.training"},
        {"sort": "risk"},
        {"page": 7},
        *(
            {"district": district, "risk": risk, "school": school, "scheme": "bench.training.second"}
            for district, risk, school in zip(DISTRICTS, ("red", "none") * 3, schools, strict=False)
        ),
        *({"overdue": "yes", "risk": "red", "district": one, "channel": "counter"} for one in DISTRICTS),
    ]
    return [urlencode(answer) for answer in answers]


def all_queries() -> list[str]:
    schools = school_keys()
    answers: list[dict[str, Any]] = [
        {},
        {"page": 20},
        *({"state": one} for one in ("paid", *STATES)),
        *({"state": one, "district": district} for one, district in itertools.product(("paid", "refused"), DISTRICTS)),
        *({"school": one, "state": "paid"} for one in schools),
        *({"school": one, "risk": "red", "channel": "counter"} for one in schools),
        *({"scheme": "bench.living", "district": one, "state": "disputed"} for one in DISTRICTS),
        {"scheme": "bench.assessment"},
        {"overdue": "yes"},
        {"risk": "yellow", "state": "withdrawn", "channel": "school"},
    ]
    return [urlencode(answer) for answer in answers]


def school_keys() -> list[int]:
    from subsidies.claims.models import Claim

    some = Claim.objects.filter(school__isnull=False).order_by("-pk")[:2000]
    return sorted(set(some.values_list("school", flat=True)))[:12]


def session_of(role: str) -> str:
    """Somebody of the role who has signed in with her second factor; her session is never renewed while it is used."""
    from django.conf import settings

    from foundation.accounts.models import User
    from foundation.accounts.states import Role
    from portal.sign_in import sessions
    from tests.portal.people import person, signed_in

    name = f"bench-{role}"
    user = User.objects.filter(username=name).first() or person(Role(role), username=name)
    client = signed_in(user)
    session = client.session
    session[sessions.BEGAN] = session[sessions.KEPT] = 2**40
    session.save()
    key: str = client.cookies[settings.SESSION_COOKIE_NAME].value
    return key
