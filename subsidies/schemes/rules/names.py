"""How the figures of a scheme are called: everything after the scheme's code. What is not named here no rule reads."""

import re

LEVELS = ("level5", "level4", "level3", "level2", "level1", "special")
KINDS = ("level", "special", "training", "old_qualification")
# Classes of people and occupations that may be paid more, the one that is asked first standing first.
SIX_GROUPS = "six_groups"
CLASSES = (SIX_GROUPS, "shortage", "shortage_services", "shortage_manufacturing", "key_occupation")
# Switches: asked when 1 is in force. 0 says that it is no longer asked; a switch that only ended leaves a gap.
REQUIREMENTS = (
    "registered",
    "not_pensioner",
    "not_on_public_payroll",
    "not_student",
    "identity",
    "certificate_confirmed",
    "certificate_valid",
    "once_per_level",
    "no_downgrade",
    "one_fund",
    "filing_accepted",
    "account",
)
# What an award goes by: a level of the ladder, or schooling (``workers.states.EducationLevel``).
GRADES = (*LEVELS[:5], "special_technician", "chief_technician", "secondary", "college", "bachelor")
LIMIT_NAMES = ("audit_limit", "publicity_days", "objection_limit", "payment_limit", "correction_limit")

_grade = "|".join(GRADES)
_level, _kind, _class = "|".join(LEVELS), "|".join(KINDS), "|".join(CLASSES)
CONDITIONS = re.compile(
    rf"requires\.({'|'.join(REQUIREMENTS)})|certificate\.({_kind})|level\.({_level})|group\.[a-z_]+"
    r"|filing_open|claim_window|age\.limit|count\.max|count\.per_year|paid\.min|hours\.min"
)
AMOUNTS = {
    "certificate": re.compile(
        rf"amount\.(({_class})\.)?({_level})|uplift\.({_class})|fee\.share|ceiling|ceiling\.({_level})"
    ),
    "hours": re.compile(r"per_hour|hours\.max|ceiling"),
    "living": re.compile(
        r"amount|per_day|per_hour|share|reference|days\.max|hours\.max|short_course\.(days|share)|ceiling"
    ),
    "award": re.compile(rf"(amount\.)?({_grade})|instalments|months_between|highest_only"),
}
LIMITS = re.compile("|".join(LIMIT_NAMES))


def is_condition(name: str) -> bool:
    """Whether a figure of this name asks something of the claimant."""
    return CONDITIONS.fullmatch(name) is not None


def is_read(name: str, rule: str) -> bool:
    """Whether the rule, or the legal clock, reads a figure of this name."""
    return any(pattern.fullmatch(name) for pattern in (CONDITIONS, AMOUNTS[rule], LIMITS))
