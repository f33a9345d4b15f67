"""``bodies/`` is public, ``bodies/desk/`` the bureau's, ``body/`` a body's own, ``assessors/`` its or a school's."""

from typing import Any

from django.urls import URLPattern, path

from certifications.bodies import assessor_views, body_views, officer_views, views
from certifications.bodies.states import ASSESSOR_KEEPERS, KEEPERS, REGISTER_READERS, SUPERVISORS
from foundation.accounts.access import for_roles, public
from foundation.accounts.states import Role
from foundation.desk import listing

STAFF = frozenset({Role.BODY_STAFF})
staff: Any = for_roles(*STAFF)
reader: Any = for_roles(*REGISTER_READERS)
keeper: Any = for_roles(*KEEPERS)
supervisor: Any = for_roles(*SUPERVISORS)
ender: Any = for_roles(*KEEPERS, *SUPERVISORS)
own: Any = for_roles(*ASSESSOR_KEEPERS)
detail: Any = for_roles(*ASSESSOR_KEEPERS, *REGISTER_READERS)
desk = officer_views
people = assessor_views

urlpatterns: list[URLPattern] = [
    path("bodies/", public(views.bodies), name="bodies"),
    path("bodies/<int:pk>/", public(views.body), name="body_public"),
    *listing("bodies/desk/", desk.Bodies, REGISTER_READERS),
    path("bodies/desk/register/", keeper(desk.register), name="body_register"),
    *(
        path(f"bodies/desk/<int:pk>/{'' if tab == 'facts' else f'{tab}/'}", reader(desk.body_page), {"tab": tab}, name)
        for tab, (name, _label) in desk.TABS.items()
    ),
    path("bodies/desk/<int:pk>/change/", keeper(desk.change), name="body_change"),
    path("bodies/desk/<int:pk>/move/<slug:move>/", supervisor(desk.move), name="body_move"),
    path("bodies/desk/<int:pk>/scopes/add/", keeper(desk.scope_grant), name="body_scope_grant"),
    path("bodies/desk/scopes/<int:pk>/end/", ender(desk.scope_end), name="body_scope_end"),
    path("bodies/desk/<int:pk>/ranges/add/", keeper(desk.range_allot), name="body_range_allot"),
    path("bodies/desk/ranges/<int:pk>/withdraw/", keeper(desk.range_withdraw), name="body_range_withdraw"),
    path("body/", staff(body_views.home), name="body_home"),
    path("body/contact/", staff(body_views.contact_change), name="body_contact_change"),
    path("body/colleagues/", staff(body_views.colleagues), name="body_colleagues"),
    path("body/colleagues/open/", staff(body_views.colleague_open), name="body_colleague_open"),
    path("body/colleagues/end/", staff(body_views.colleague_end), name="body_colleague_end"),
    *listing("assessors/", people.Assessors, ASSESSOR_KEEPERS | REGISTER_READERS),
    path("assessors/add/", own(people.add), name="assessor_add"),
    path("assessors/import/", own(people.bring), name="assessor_import"),
    path("assessors/<int:pk>/", detail(people.assessor_page), name="assessor_detail"),
    path("assessors/<int:pk>/change/", own(people.change), name="assessor_change"),
    path("assessors/<int:pk>/end/", own(people.end), name="assessor_end"),
    path("assessors/<int:pk>/account/", own(people.account), name="assessor_account"),
    path("assessors/<int:pk>/link/", own(people.link), name="assessor_link"),
    path("assessors/<int:pk>/qualifications/", own(people.qualification_add), name="assessor_qualification_add"),
    path(
        "assessors/qualifications/<int:pk>/withdraw/",
        own(people.qualification_withdraw),
        name="assessor_qualification_withdraw",
    ),
]
