"""What a rule may ask about one case."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

from foundation.policy.engine import Facts, Scalar


@dataclass(frozen=True, slots=True, kw_only=True)
class AwardFacts:
    """What only awards ask: which grade and instalment, how long she served, what was paid before."""

    # One of ``names.GRADES``.
    grade: str
    # The first is 1.
    instalment: int
    service_months: int | None
    # Accepted by an officer, with the employer and the post he saw.
    filing_accepted: bool | None
    # Paid or on its way: for this filing, and for others of the programme.
    award_paid_fen: int = 0
    award_other_fen: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """Everything a rule may ask; ``None`` is unknown. Nothing here names the person."""

    claimed_on: date
    identity_verified: bool | None = None
    # 就业失业实名登记
    registered: bool | None = None
    drawing_pension: bool | None = None
    on_payroll: bool | None = None
    student: bool | None = None
    # Full years on ``claimed_on``.
    age: int | None = None
    # Codes of ``PersonGroup`` in force, and the classes of ``schemes.selectors.classes_of``.
    groups: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    # One of ``names.KINDS``, or empty: no certificate yet.
    certificate_kind: str = ""
    certificate_valid: bool | None = None
    # Issued here by a filed body, or found in the national register.
    certificate_confirmed: bool | None = None
    # One of ``names.LEVELS``, or empty: the certificate has none.
    level: str = ""
    occupation: str = ""
    issued_on: date | None = None
    # Claims of the lane that stand: since the count rule began, and in the year of ``claimed_on``.
    counted: int = 0
    counted_this_year: int = 0
    same_level_claimed: bool | None = False
    higher_level_claimed: bool | None = False
    other_fund_claimed: bool | None = False
    insured_months: int | None = None
    # 正在领取失业保险金: no list of it is on file, so whoever has too few months goes to a person.
    drawing_benefit: bool | None = None
    # Credited hours of 45 minutes, and days on which she was trained.
    hours: Decimal | None = None
    days: int | None = None
    has_account: bool | None = None
    # What the assessment cost her, in fen: as she says it, until an officer has compared it with the receipt.
    fee_fen: int | None = None
    # Of an award only.
    award: AwardFacts | None = None

    def as_facts(self, scheme_code: str) -> Facts:
        """The facts for the engine, with the scheme whose figures answer."""
        of_award: dict[str, Scalar] = asdict(self.award) if self.award else {}
        known: dict[str, Scalar] = {
            "scheme": scheme_code,
            "claimed_on": self.claimed_on,
            "identity_verified": self.identity_verified,
            "registered": self.registered,
            "drawing_pension": self.drawing_pension,
            "on_payroll": self.on_payroll,
            "student": self.student,
            "age": self.age,
            "groups": self.groups,
            "classes": self.classes,
            "certificate_kind": self.certificate_kind,
            "certificate_valid": self.certificate_valid,
            "certificate_confirmed": self.certificate_confirmed,
            "level": self.level,
            "occupation": self.occupation,
            "issued_on": self.issued_on,
            "counted": self.counted,
            "counted_this_year": self.counted_this_year,
            "same_level_claimed": self.same_level_claimed,
            "higher_level_claimed": self.higher_level_claimed,
            "other_fund_claimed": self.other_fund_claimed,
            "insured_months": self.insured_months,
            "drawing_benefit": self.drawing_benefit,
            "hours": self.hours,
            "days": self.days,
            "has_account": self.has_account,
            "fee_fen": self.fee_fen,
        }
        return Facts(known | of_award)
