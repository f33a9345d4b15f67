"""Worked cases over the schemes of the packs, as an officer reads them: the day, what is special, the yuan.

``700`` is yes and that much; ``？700`` may be, if what is unknown proves true; ``不`` is no; ``待确认`` is 政策待确认.
"""

from datetime import date
from decimal import Decimal

import pytest

from courses.catalogue.models import Occupation
from foundation.database import period
from foundation.policy.models import PolicyDocument
from subsidies.schemes.models import OccupationFlag
from tests.subsidies.schemes.cases import NURSERY, QUANZHOU, day, decided, failed, seen

pytestmark = pytest.mark.usefixtures("loaded")

XIAMEN_TRAINING = [
    # each level on one day of the window
    ("2024-03-01", {}, "700"),
    ("2024-03-01", {"level": "level4"}, "1000"),
    ("2024-03-01", {"level": "level3"}, "1500"),
    ("2024-03-01", {"level": "level2"}, "2000"),
    ("2024-03-01", {"level": "level1"}, "3000"),
    ("2024-03-01", {"level": "special"}, "500"),
    # the first and last day of the scheme, and the days beside them
    ("2023-04-20", {"level": "special"}, "待确认"),
    ("2023-04-21", {"level": "special"}, "500"),
    ("2023-12-19", {}, "待确认"),
    ("2023-12-20", {}, "700"),
    ("2025-12-31", {}, "700"),
    ("2026-01-01", {}, "待确认"),
    ("2026-11-23", {}, "待确认"),
    # six months after issue: the last day, the day after, the end of a short month
    ("2024-09-15", {"issued_on": "2024-03-15"}, "700"),
    ("2024-09-16", {"issued_on": "2024-03-15"}, "不"),
    ("2024-02-29", {"issued_on": "2023-08-31"}, "700"),
    ("2024-03-01", {"issued_on": "2023-08-31"}, "不"),
    ("2024-03-01", {"issued_on": "2024-03-01"}, "700"),
    ("2024-03-01", {"issued_on": "2024-03-02"}, "不"),
    ("2024-03-01", {"issued_on": None}, "？700"),
    # age
    ("2024-03-01", {"age": 59}, "700"),
    ("2024-03-01", {"age": 60}, "不"),
    ("2024-03-01", {"age": None}, "？700"),
    # how often
    ("2024-03-01", {"counted": 2}, "700"),
    ("2024-03-01", {"counted": 3}, "不"),
    ("2023-06-01", {"level": "special", "counted_this_year": 2, "counted": 5}, "500"),
    ("2023-06-01", {"level": "special", "counted_this_year": 3}, "不"),
    ("2024-03-01", {"counted_this_year": 3, "counted": 2}, "700"),
    # who
    ("2024-03-01", {"registered": False}, "不"),
    ("2024-03-01", {"registered": None}, "？700"),
    ("2024-03-01", {"on_payroll": True}, "不"),
    ("2024-03-01", {"identity_verified": False}, "不"),
    ("2024-03-01", {"has_account": False}, "不"),
    # which certificate
    ("2024-03-01", {"certificate_kind": "training"}, "不"),
    ("2024-03-01", {"certificate_kind": "old_qualification"}, "不"),
    ("2024-03-01", {"certificate_confirmed": False}, "不"),
    ("2024-03-01", {"certificate_confirmed": None}, "？700"),
    ("2024-03-01", {"certificate_valid": False}, "不"),
    ("2024-03-01", {"level": "", "certificate_kind": "level"}, "不"),
    # a higher level was paid before; the other fund paid; the six groups get the base amount here
    ("2024-03-01", {"higher_level_claimed": True}, "不"),
    ("2024-03-01", {"other_fund_claimed": True}, "不"),
    ("2024-08-01", {"groups": ("rural_transfer",)}, "700"),
    # uplifts: the highest single one, never the sum
    ("2024-08-01", {"classes": ("shortage",)}, "840"),
    ("2024-08-01", {"classes": ("key_occupation",)}, "910"),
    ("2024-08-01", {"classes": ("shortage", "key_occupation", "six_groups")}, "910"),
    ("2024-08-01", {"level": "level1", "classes": ("key_occupation",)}, "3900"),
    ("2024-08-01", {"level": "special", "classes": ("shortage",)}, "600"),
]
XIAMEN_INSURANCE = [
    ("2022-06-01", {}, "800"),
    ("2022-06-01", {"level": "level4"}, "1200"),
    ("2022-06-01", {"level": "level3"}, "1800"),
    ("2022-06-01", {"level": "level2"}, "不"),
    ("2022-06-01", {"level": "level1"}, "不"),
    ("2022-06-01", {"level": "special"}, "不"),
    ("2022-06-01", {"classes": ("shortage",)}, "1000"),
    ("2022-06-01", {"level": "level4", "classes": ("shortage",)}, "1400"),
    ("2022-06-01", {"level": "level3", "classes": ("shortage",)}, "2000"),
    ("2022-06-01", {"insured_months": 12}, "800"),
    ("2022-06-01", {"insured_months": 11}, "不"),
    ("2022-06-01", {"insured_months": 0, "drawing_benefit": True}, "800"),
    ("2022-06-01", {"insured_months": None, "drawing_benefit": False}, "？800"),
    ("2022-06-01", {"insured_months": 11, "drawing_benefit": None}, "？800"),
    ("2022-06-01", {"same_level_claimed": True}, "不"),
    ("2022-12-31", {"issued_on": "2021-12-31"}, "800"),
    ("2022-12-31", {"issued_on": "2021-12-30"}, "不"),
    # in 2021 the amounts are not known, in 2023 the months are not, from 2024 nothing is
    ("2021-12-31", {}, "待确认"),
    ("2022-01-01", {}, "800"),
    ("2022-12-31", {}, "800"),
    ("2023-01-01", {}, "待确认"),
    ("2024-01-01", {}, "待确认"),
]
XIAMEN_OTHER = [
    ("subsidy.assessment", "2023-06-01", {"level": "special"}, "130"),
    ("subsidy.assessment", "2023-12-31", {"level": "special", "groups": ("rural_transfer",)}, "130"),
    ("subsidy.assessment", "2023-12-31", {"level": "special"}, "不"),
    ("subsidy.assessment", "2024-01-01", {"level": "special"}, "待确认"),
    ("subsidy.assessment", "2023-06-01", {"level": "special", "same_level_claimed": True}, "不"),
    ("subsidy.assessment", "2023-06-01", {}, "待确认"),
    ("allowance.living", "2025-06-01", {}, "待确认"),
    ("allowance.living", "2026-01-01", {}, "待确认"),
]
QUANZHOU_TRAINING = [
    ("2026-11-23", {"groups": ("rural_transfer",)}, "840"),
    ("2026-11-23", {"groups": ("hard_to_employ",), "level": "level4"}, "1200"),
    ("2026-11-23", {"groups": ("registered_unemployed",), "level": "level3"}, "1800"),
    ("2026-11-23", {"groups": ("rural_transfer",), "level": "level2"}, "2400"),
    ("2026-11-23", {"groups": ("rural_transfer",), "level": "level1"}, "3600"),
    ("2026-11-23", {"groups": ("rural_transfer",), "level": "special"}, "600"),
    ("2026-11-23", {"occupation": NURSERY}, "840"),
    ("2026-11-23", {"classes": ("shortage_manufacturing",)}, "910"),
    ("2026-11-23", {"classes": ("shortage_manufacturing", "six_groups"), "level": "level1"}, "3900"),
    # who is in no class: that amount was not found
    ("2026-11-23", {}, "待确认"),
    ("2026-11-23", {"groups": ("veteran",)}, "待确认"),
    ("2024-06-30", {"groups": ("rural_transfer",)}, "待确认"),
    ("2024-07-01", {"occupation": NURSERY, "issued_on": "2024-07-01"}, "840"),
    ("2024-07-15", {"occupation": NURSERY, "issued_on": "2024-06-30"}, "待确认"),
    # twelve months here
    ("2026-11-23", {"groups": ("rural_transfer",), "issued_on": "2025-11-23"}, "840"),
    ("2026-11-23", {"groups": ("rural_transfer",), "issued_on": "2025-11-22"}, "不"),
    ("2026-11-23", {"groups": ("rural_transfer",), "drawing_pension": True}, "不"),
    ("2026-11-23", {"groups": ("rural_transfer",), "student": True}, "不"),
    ("2026-11-23", {"groups": ("rural_transfer",), "same_level_claimed": True}, "不"),
    ("2026-11-23", {"groups": ("rural_transfer",), "counted": 3}, "不"),
    ("2026-11-23", {"groups": ("rural_transfer",), "drawing_pension": None}, "？840"),
]
QUANZHOU_OTHER = [
    ("subsidy.project", "2026-11-23", {"hours": Decimal(19)}, "不"),
    ("subsidy.project", "2026-11-23", {"hours": Decimal(20)}, "500"),
    ("subsidy.project", "2026-11-23", {"hours": Decimal("20.5")}, "512.50"),
    ("subsidy.project", "2026-11-23", {"hours": Decimal(80)}, "2000"),
    ("subsidy.project", "2026-11-23", {"hours": Decimal(81)}, "2000"),
    ("subsidy.project", "2026-11-23", {"hours": None}, "？"),
    ("subsidy.project", "2026-11-23", {"hours": Decimal(40), "certificate_kind": "level"}, "不"),
    ("allowance.living", "2026-11-23", {"groups": ("poverty_monitored",)}, "500"),
    ("allowance.living", "2026-11-23", {"groups": ("rural_transfer",)}, "不"),
    ("allowance.living", "2026-11-23", {}, "不"),
    # 80 percent of the fee she said, which an officer compares with the receipt, at most 150
    # from 2024-07-01 nothing was found
    ("subsidy.assessment", "2023-06-01", {"fee_fen": 18000}, "？144"),
    ("subsidy.assessment", "2023-06-01", {"fee_fen": 18750}, "？150"),
    ("subsidy.assessment", "2023-06-01", {"fee_fen": 20400}, "？150"),
    ("subsidy.assessment", "2023-06-01", {"fee_fen": 10001}, "？80.01"),
    ("subsidy.assessment", "2023-06-01", {"fee_fen": None}, "？"),
    ("subsidy.assessment", "2023-06-01", {"fee_fen": 0}, "不"),
    ("subsidy.assessment", "2024-06-30", {"fee_fen": 20400, "groups": ("rural_transfer",)}, "？150"),
    ("subsidy.assessment", "2024-06-30", {"fee_fen": 20400, "groups": ("rural_transfer",), "counted": 3}, "不"),
    ("subsidy.assessment", "2024-06-30", {"fee_fen": 20400}, "不"),
    ("subsidy.assessment", "2024-07-01", {"fee_fen": 20400}, "待确认"),
]
DEMONSTRATION = [
    ("training", {}, "700"),
    ("training", {"certificate_kind": "training"}, "700"),
    ("training", {"level": "special"}, "500"),
    ("training", {"level": "level1"}, "3000"),
    ("training", {"certificate_kind": "old_qualification"}, "不"),
    ("training", {"counted": 3}, "不"),
    ("training", {"age": 60}, "不"),
    ("training", {"issued_on": "2025-11-23"}, "700"),
    ("training", {"issued_on": "2025-11-22"}, "不"),
    ("training", {"drawing_pension": None, "student": None}, "？700"),
    ("assessment", {"level": "level4"}, "200"),
    ("assessment", {"counted": 2}, "150"),
    ("living", {"groups": ("rural_transfer",), "days": 9}, "225"),
    ("living", {"groups": ("rural_transfer",), "days": 10}, "500"),
    ("living", {"groups": ("disabled",), "days": 30}, "1500"),
    ("living", {"groups": ("disabled",), "days": 31}, "1500"),
    ("living", {"groups": ("disabled",), "days": None}, "？"),
    ("living", {"groups": ("disabled",), "days": 0}, "不"),
    ("living", {"groups": ("disabled",), "counted_this_year": 1}, "不"),
    ("living", {"groups": ()}, "不"),
    ("insurance", {"insured_months": 12}, "800"),
    ("insurance", {"level": "level2"}, "不"),
    ("insurance", {"other_fund_claimed": True}, "不"),
    ("project", {"hours": Decimal(60)}, "1500"),
    ("project", {"hours": Decimal("19.9")}, "不"),
    ("project", {"hours": Decimal(100)}, "2000"),
]


def named(case):
    return " ".join(str(part) for part in case if part != {})


@pytest.mark.parametrize(("claimed_on", "special", "yuan"), XIAMEN_TRAINING, ids=map(named, XIAMEN_TRAINING))
def test_xiamens_training_subsidy(claimed_on, special, yuan):
    assert seen(decided("subsidy.training", claimed_on, **special)) == yuan


@pytest.mark.parametrize(("claimed_on", "special", "yuan"), XIAMEN_INSURANCE, ids=map(named, XIAMEN_INSURANCE))
def test_xiamens_skill_upgrade_subsidy(claimed_on, special, yuan):
    assert seen(decided("subsidy.insurance", claimed_on, **special)) == yuan


@pytest.mark.parametrize(("code", "claimed_on", "special", "yuan"), XIAMEN_OTHER, ids=map(named, XIAMEN_OTHER))
def test_xiamens_other_schemes(code, claimed_on, special, yuan):
    assert seen(decided(code, claimed_on, **special)) == yuan


@pytest.mark.parametrize(("claimed_on", "special", "yuan"), QUANZHOU_TRAINING, ids=map(named, QUANZHOU_TRAINING))
def test_quanzhous_training_subsidy(claimed_on, special, yuan):
    assert seen(decided("subsidy.training", claimed_on, QUANZHOU, **special)) == yuan


@pytest.mark.parametrize(("code", "claimed_on", "special", "yuan"), QUANZHOU_OTHER, ids=map(named, QUANZHOU_OTHER))
def test_quanzhous_other_schemes(code, claimed_on, special, yuan):
    special = {"certificate_kind": "training"} | special if code == "subsidy.project" else special
    assert seen(decided(code, claimed_on, QUANZHOU, **special)) == yuan


@pytest.mark.parametrize(("name", "special", "yuan"), DEMONSTRATION, ids=map(named, DEMONSTRATION))
def test_the_demonstration(name, special, yuan):
    assert seen(decided(f"demonstration.{name}", "2026-11-23", **special)) == yuan


@pytest.mark.parametrize(
    ("issued_on", "claimed_on", "yuan"),
    [
        ("2024-05-31", "2024-08-01", "700"),
        ("2024-06-01", "2024-08-01", "840"),
        ("2024-05-31", "2024-05-31", "700"),
        ("2024-06-01", "2024-06-01", "840"),
        # the catalogue drops the occupation on the first of September; the certificate of August keeps it
        ("2024-08-31", "2024-09-20", "840"),
        ("2024-09-01", "2024-09-20", "700"),
    ],
)
def test_the_uplift_of_a_scarce_occupation_goes_by_the_day_of_issue(issued_on, claimed_on, yuan):
    OccupationFlag.objects.create(
        city_code="350200",
        occupation=Occupation.objects.get(code=NURSERY),
        flag="shortage",
        effective=period(date(2024, 1, 1), date(2024, 8, 31)),
        document=PolicyDocument.objects.get(base_key="xm-2025-100"),
        provenance="M-L",
        state="published",
        published_at="2024-01-01T00:00+08:00",
    )
    assert seen(decided("subsidy.training", claimed_on, issued_on=issued_on, occupation=NURSERY)) == yuan


@pytest.mark.parametrize(
    ("code", "special", "reasons"),
    [
        ("subsidy.training", {"age": 60, "counted": 3}, ["age", "count_max"]),
        ("subsidy.training", {"registered": False, "has_account": False}, ["registered", "account"]),
        ("subsidy.training", {"certificate_kind": "", "level": ""}, ["certificate_kind", "level"]),
        ("subsidy.training", {"other_fund_claimed": True, "higher_level_claimed": True}, ["no_downgrade", "one_fund"]),
    ],
)
def test_every_reason_is_told_at_once(code, special, reasons):
    assert failed(decided(code, "2024-08-01", **special)) == reasons


@pytest.mark.parametrize(
    ("code", "city", "claimed_on", "special", "until"),
    [
        ("subsidy.training", "350200", "2024-03-01", {"issued_on": "2024-02-01"}, "2024-08-01"),
        ("subsidy.training", "350200", "2025-10-01", {"issued_on": "2025-09-01"}, "2025-12-31"),
        # the special certificate's amount changes its paper in May 2025, not its value: nobody has to hurry
        ("subsidy.training", "350200", "2025-05-01", {"issued_on": "2025-04-01", "level": "special"}, "2025-10-01"),
        ("subsidy.insurance", "350200", "2022-06-01", {"issued_on": "2022-05-31"}, "2022-12-31"),
        ("subsidy.training", QUANZHOU, "2026-11-23", {"issued_on": "2026-01-31", "occupation": NURSERY}, "2027-01-31"),
        ("demonstration.training", "350200", "2026-11-23", {"issued_on": "2026-02-28"}, "2027-02-28"),
        ("demonstration.living", "350200", "2026-11-23", {"groups": ("disabled",)}, None),
    ],
)
def test_until_when_she_may_claim(code, city, claimed_on, special, until):
    assert decided(code, claimed_on, city, **special).claim_until == (day(until) if until else None)
