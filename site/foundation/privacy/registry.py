"""Who may see what in plain. Each app says so for its own models, in ``AppConfig.ready``.

    revealable("workers.worker", fields={"id_number", "phone"}, roles={Role.OFFICER_INTAKE})
    revealable("workers.worker", fields={"id_number"}, roles={Role.WORKER}, may_reveal=is_the_worker_herself)

What no rule names stays masked for everybody. Several rules for one model add up.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Model

from foundation.accounts.models import User
from foundation.accounts.states import Role

MayReveal = Callable[[User, Model, date], bool]


@dataclass(frozen=True)
class Rule:
    """The fields that holders of the roles may see, where ``may_reveal`` agrees for this viewer, object and day."""

    fields: frozenset[str]
    roles: frozenset[Role]
    may_reveal: MayReveal | None = None


_rules: dict[str, list[Rule]] = {}


def revealable(
    label: str, *, fields: Iterable[str], roles: Iterable[Role], may_reveal: MayReveal | None = None
) -> None:
    """Let holders of the roles see the fields of a model (``app.model``) in plain, for a purpose."""
    rule = Rule(frozenset(fields), frozenset(roles), may_reveal)
    rules = _rules.setdefault(label.lower(), [])
    if rule not in rules:
        rules.append(rule)


def may_see(viewer: User, roles: frozenset[Role], subject: Model, field: str, *, on: date) -> bool:
    """Whether a rule lets the viewer, who holds the roles on the day, see the field of this object."""
    return any(
        field in rule.fields
        and roles & rule.roles
        and (rule.may_reveal is None or rule.may_reveal(viewer, subject, on))
        for rule in _rules.get(subject._meta.label_lower, [])
    )


def roles_that_may_see(model: type[Model], field: str) -> frozenset[Role]:
    """The roles that some rule lets see the field of a model in plain, for some objects at least."""
    rules = _rules.get(model._meta.label_lower, [])
    return frozenset(role for rule in rules if field in rule.fields for role in rule.roles)
