from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PlannerConfig(AppConfig):
    name = "residency.planner"
    verbose_name = _("职业规划")

    def ready(self) -> None:
        """What a level would change for residency is the planner's own source; the upper floors add theirs."""
        from residency.planner.benefits import benefit_source_register
        from residency.planner.selectors.residency import residency_of_goals
        from residency.planner.selectors.talent import talent_of_goals

        benefit_source_register("residency", residency_of_goals)
        benefit_source_register("talent", talent_of_goals)
