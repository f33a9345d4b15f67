"""Who decides claims at the desk, and at which step."""

from collections.abc import Mapping
from types import MappingProxyType

from foundation.accounts.states import Role
from subsidies.claims.states import CLAIM_READERS, ClaimState, Party

REVIEWERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
READERS = CLAIM_READERS
# Who of them may go on to the files, certificates and classes behind a claim.
FILE_OPENERS = REVIEWERS | {Role.OFFICER_INSPECTION, Role.AUDITOR}
# Who opens the paper on which she let a school claim for her.
MANDATE_OPENERS = REVIEWERS | {Role.OFFICER_INSPECTION}
# What waits for a decision, and in whose role it is decided.
WAITING: Mapping[str, Role] = MappingProxyType(
    {ClaimState.SUBMITTED: Role.OFFICER_INTAKE, ClaimState.INTAKE_PASSED: Role.OFFICER_REVIEW}
)
PARTIES: Mapping[str, Party] = MappingProxyType(
    {ClaimState.SUBMITTED: Party.INTAKE, ClaimState.INTAKE_PASSED: Party.REVIEW}
)
PASSES: Mapping[str, str] = MappingProxyType(
    {ClaimState.SUBMITTED: "pass_intake", ClaimState.INTAKE_PASSED: "pass_review"}
)
# From where something found later brings a claim back to the reviewer's table.
HELD_FROM = frozenset({ClaimState.REVIEWED, ClaimState.PUBLISHED, ClaimState.APPROVED})
# A risk of so much and more shows red, yellow, or only a word: the weights of one block, one warning, one note.
RED, YELLOW = 100, 10
# So many are passed in one transaction, and so many at most by one press of the button.
CHUNK, MOST = 100, 1000
