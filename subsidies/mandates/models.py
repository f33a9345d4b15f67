"""A mandate and its steps, as every app that keeps a kind of them has them; who holds it is the app's own column."""

from django.conf import settings
from django.core.files.storage import Storage, storages
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from foundation.privacy.models import ConsentText
from subsidies.mandates.states import MandateParty, MandateState, MandateThrough


def private_files() -> Storage:
    """Where signed papers lie: encrypted, and no web address reaches them."""
    return storages["private"]


class BaseMandate(models.Model):
    """What a worker says to one holder. The wording she agreed to is a version of ``foundation.privacy``."""

    state = models.CharField(_("状态"), max_length=10, choices=MandateState.choices)
    through = models.CharField(_("同意方式"), max_length=6, choices=MandateThrough.choices, blank=True)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("委托书版本")
    )
    paper = models.FileField(_("书面委托"), storage=private_files, max_length=120, blank=True)
    asked_at = models.DateTimeField(_("最近短信时间"), null=True, blank=True)
    asked_count = models.PositiveSmallIntegerField(_("短信次数"), default=0)
    answered_at = models.DateTimeField(_("答复时间"), null=True, blank=True)

    class Meta:
        abstract = True

    @property
    def is_given(self) -> bool:
        return self.state == MandateState.GIVEN


class BaseMandateEvent(models.Model):
    """One step of a mandate. Rows are only added."""

    action = models.CharField(_("动作"), max_length=20)
    source = models.CharField(_("原状态"), max_length=10, choices=MandateState.choices, blank=True)
    target = models.CharField(_("新状态"), max_length=10, choices=MandateState.choices)
    party = models.CharField(_("以谁的名义"), max_length=8, choices=MandateParty.choices)
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("委托书版本")
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("经办人")
    )
    at = models.DateTimeField(_("时间"))

    class Meta:
        abstract = True


def mandate_constraints(name: str) -> list[models.BaseConstraint]:
    """What the database holds of a mandate: known words, and that one given says how and to what."""
    return [
        models.CheckConstraint(condition=Q(state__in=MandateState.values), name=f"{name}_state_is_known"),
        models.CheckConstraint(condition=Q(through__in=["", *MandateThrough.values]), name=f"{name}_through_is_known"),
        models.CheckConstraint(
            condition=~Q(state=MandateState.GIVEN)
            | (Q(text__isnull=False, answered_at__isnull=False) & ~Q(through="")),
            name=f"{name}_given_says_how_and_to_what",
        ),
        models.CheckConstraint(
            condition=~Q(through=MandateThrough.PAPER) | ~Q(paper=""), name=f"{name}_on_paper_has_the_paper"
        ),
    ]


def event_constraints(name: str, holder: MandateParty) -> list[models.BaseConstraint]:
    """A step is hers or the holder's."""
    return [
        models.CheckConstraint(
            condition=Q(party__in=[MandateParty.WORKER, holder]), name=f"{name}_event_party_is_known"
        )
    ]
