"""Who claims for a class."""

from foundation.accounts.states import Role

CLASS_CLAIMANTS = frozenset({Role.SCHOOL_STAFF})
CLASS_CLAIM_READERS = CLASS_CLAIMANTS | {
    Role.OFFICER_INTAKE,
    Role.OFFICER_REVIEW,
    Role.OFFICER_INSPECTION,
    Role.AUDITOR,
}
# The consent under which a school claims for a worker.
RECEIVER = "school"
PURPOSE = "claim_for_me"
