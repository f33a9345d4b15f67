"""What the policy services refuse, and what they cannot answer."""

from datetime import date

from django.utils.translation import gettext as _

from foundation.errors import DomainError


class PolicyError(DomainError):
    """A refusal of a policy service."""


class PolicyGapError(PolicyError):
    """No figure or rule is in force on a day. Whoever catches it says 政策待确认, and never takes an older figure."""

    def __init__(self, name: str, on: date, city: str = "") -> None:
        super().__init__(
            "policy_gap",
            _("政策待确认：“%(name)s”在 %(day)s 没有有效的政策规定。请等待政策管理人员核实发布，或向人社部门咨询。")
            % {"name": name, "day": on.isoformat()},
        )
        self.name = name
        self.on = on
        self.city = city

    def __reduce__(self) -> tuple[type, tuple[str, date, str]]:
        return type(self), (self.name, self.on, self.city)
