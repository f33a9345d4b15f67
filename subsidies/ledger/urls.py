"""Addresses of the ledger. Who only reads takes no file away."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from foundation.accounts.states import WRITERS
from subsidies.ledger import officer_views
from subsidies.ledger.states import BUDGET_KEEPERS, LEDGER_READERS

reader = for_roles(*LEDGER_READERS)
keeper = for_roles(*BUDGET_KEEPERS)
exporter = for_roles(*(LEDGER_READERS & WRITERS))

urlpatterns: list[URLPattern] = [
    path("subsidies/budgets/", reader(officer_views.budgets), name="ledger_budgets"),
    path("subsidies/budgets/allot/", keeper(officer_views.allot), name="ledger_allot"),
    path("subsidies/budgets/file/", exporter(officer_views.budgets_file), name="ledger_budgets_file"),
    path("subsidies/budgets/<int:pk>/", reader(officer_views.budget), name="ledger_budget"),
    path("subsidies/budgets/<int:pk>/file/", exporter(officer_views.budget_file), name="ledger_budget_file"),
    path("subsidies/budgets/claims/<int:pk>/", reader(officer_views.claim), name="ledger_claim"),
]
