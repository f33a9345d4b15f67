"""Addresses of lists of other offices."""

from django.urls import URLPattern, path

from foundation.accounts.access import for_roles
from subsidies.registers import officer_views
from subsidies.registers.states import REGISTER_KEEPERS, REGISTER_READERS

reader = for_roles(*REGISTER_READERS)
keeper = for_roles(*REGISTER_KEEPERS)

urlpatterns: list[URLPattern] = [
    path("subsidies/registers/", reader(officer_views.registers), name="registers"),
    path("subsidies/registers/new/", keeper(officer_views.new), name="register_new"),
    path("subsidies/registers/<int:pk>/", reader(officer_views.register), name="register"),
    path("subsidies/registers/<int:pk>/file/", keeper(officer_views.bring), name="register_bring"),
    path("subsidies/registers/<int:pk>/use/", keeper(officer_views.use), name="register_use"),
    path("subsidies/registers/<int:pk>/withdraw/", keeper(officer_views.withdraw), name="register_withdraw"),
]
