"""Who decides claims at the desk."""

from foundation.accounts.states import Role

REVIEWERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
