"""The moves of a level certificate, and who takes them."""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from certifications.certificates.states import CertificateState, PriorState
from foundation.accounts.states import Role

_C = CertificateState
_P = PriorState


@dataclass(frozen=True)
class LevelMove:
    """One step: where it may start, where it ends, what it asks for."""

    sources: frozenset[CertificateState]
    target: CertificateState
    past: str
    needs_decision: bool = False


# A level certificate keeps its number for life: it is corrected and reissued in place, so nothing is "replaced".
# Who issues answers for it (人社鉴函〔2019〕20号 谁发证、谁负责): the body takes every step, the bureau those that stop
# a certificate and let it stand again.
LEVEL_MOVES: dict[str, LevelMove] = {
    "suspend": LevelMove(frozenset({_C.VALID}), _C.SUSPENDED, "suspended"),
    "resume": LevelMove(frozenset({_C.SUSPENDED}), _C.VALID, "resumed"),
    "revoke": LevelMove(frozenset({_C.VALID, _C.SUSPENDED}), _C.REVOKED, "revoked", needs_decision=True),
}
# What may still be put right on the paper or printed again.
CHANGEABLE = frozenset({_C.VALID})

# Who reads every body's certificates.
LEVEL_READERS = frozenset(
    {
        Role.OFFICER_INTAKE,
        Role.OFFICER_REVIEW,
        Role.OFFICER_FINANCE,
        Role.OFFICER_INSPECTION,
        Role.AUDITOR,
    }
)
LEVEL_DESK = LEVEL_READERS | {Role.BODY_STAFF}
# Who in the bureau may stop a certificate or let it stand again.
LEVEL_SUPERVISORS = frozenset({Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION})
LEVEL_STEPS = LEVEL_SUPERVISORS | {Role.BODY_STAFF}
# Who looks a declared certificate up.
PRIOR_CHECKERS = frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW})
PRIOR_READERS = LEVEL_READERS

# What was found may be found otherwise later: a paper that was not in the look-up yet, or one confirmed by mistake.
PRIOR_MOVES: dict[PriorState, frozenset[PriorState]] = {
    _P.DECLARED: frozenset({_P.CONFIRMED, _P.NOT_MATCHED, _P.NOT_FOUND, _P.WITHDRAWN}),
    _P.NOT_FOUND: frozenset({_P.CONFIRMED, _P.NOT_MATCHED, _P.NOT_FOUND, _P.WITHDRAWN}),
    _P.CONFIRMED: frozenset({_P.NOT_MATCHED, _P.WITHDRAWN}),
    _P.NOT_MATCHED: frozenset(),
    _P.WITHDRAWN: frozenset(),
}
PRIOR_OPEN = frozenset({_P.DECLARED, _P.NOT_FOUND})
PRIOR_TONES = {
    _P.DECLARED: "waiting",
    _P.CONFIRMED: "success",
    _P.NOT_MATCHED: "error",
    _P.NOT_FOUND: "warning",
    _P.WITHDRAWN: "stopped",
}

LEVEL_WORDS_OF_EVENTS = {
    "recorded": _("登记"),
    "suspended": _("暂停使用"),
    "resumed": _("恢复使用"),
    "revoked": _("撤销"),
    "corrected": _("更正"),
    "reissued": _("补发"),
}
PRIOR_WORDS_OF_EVENTS = {
    "declared": _("本人填报"),
    "confirmed": _("核验相符"),
    "not_matched": _("核验不符"),
    "not_found": _("没有查到"),
    "withdrawn": _("撤回"),
    "superseded": _("评价机构已登记"),
}
