from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MyConfig(AppConfig):
    name = "portal.my"
    verbose_name = _("我的")

    def ready(self) -> None:
        """Tell the planner what a level would bring in money."""
        from portal.planning import awards_of_goals, subsidies_of_goals
        from residency.planner.benefits import benefit_source_register

        benefit_source_register("subsidies", subsidies_of_goals)
        benefit_source_register("awards", awards_of_goals)
