"""Nobody checks her own work. The database holds the same; here it is said in words."""

from django.db.models import Q
from django.utils.translation import gettext as _

from certifications.scoring.errors import ScoringError
from certifications.scoring.models import PanelRuling, PartScore, Rating
from foundation.accounts.models import User


def has_judged(user: User, score: PartScore) -> bool:
    """Whether somebody entered this mark, or judged its candidate in its part in any way."""
    if score.entered_by_id == user.pk:
        return True
    place = {"candidate": score.candidate_id, "part": score.part_id}
    hers = Q(entered_by=user) | Q(assessor__user=user)
    return (
        Rating.objects.filter(hers, **place).exists()
        or PanelRuling.objects.filter(hers, **place).exists()
        or PartScore.objects.filter(hers, **place).exists()
    )


def changed_by_another(score: PartScore, actor: User) -> None:
    """Refuse whoever gave the mark."""
    if has_judged(actor, score):
        raise ScoringError("own_mark", _("这个成绩是您录入或评的，不能由您自己改。请交给没有经手过的同事办理。"))


def answered_by_another(score: PartScore, actor: User) -> None:
    """Refuse an answer of whoever gave the mark."""
    if has_judged(actor, score):
        raise ScoringError("own_mark", _("这个成绩是您录入或评的，不能由您自己答复复核。请交给没有经手过的同事办理。"))
