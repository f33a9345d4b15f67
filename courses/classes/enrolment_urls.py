"""Addresses of places in classes: the worker's pages, the link of a text message, the school's rosters."""

from django.urls import URLPattern, path

from courses.classes import roster_views, worker_views
from foundation.accounts.access import for_roles, public
from foundation.accounts.states import Role
from foundation.desk import listing
from workers.states import FILE_READERS

hers = for_roles(Role.WORKER)
school = for_roles(Role.SCHOOL_STAFF)

urlpatterns: list[URLPattern] = [
    path("courses/runs/<int:pk>/", public(worker_views.run_page), name="class_run_public"),
    path("courses/runs/<int:pk>/join/", hers(worker_views.join), name="class_join"),
    path("my/classes/", hers(worker_views.my_classes), name="my_classes"),
    path("my/classes/<int:pk>/place/", hers(worker_views.place), name="my_place"),
    path("my/classes/<int:pk>/answer/", hers(worker_views.place_answer), name="my_place_answer"),
    path("my/classes/<int:pk>/leave/", hers(worker_views.place_leave), name="my_place_leave"),
    path("my/classes/<int:pk>/move/", hers(worker_views.place_move), name="my_place_move"),
    # The signature in the address is the key; it opens one question about one place.
    path("c/<str:token>/", public(worker_views.by_link), name="class_link"),
    path("school/classes/<int:pk>/people/", school(roster_views.roster), name="class_roster"),
    path("school/classes/<int:pk>/people/upload/", school(roster_views.upload), name="class_roster_upload"),
    path("school/classes/<int:pk>/people/add/", school(roster_views.add), name="class_roster_add"),
    path("school/classes/people/<int:pk>/", school(roster_views.person), name="class_person"),
    path("school/classes/people/<int:pk>/remind/", school(roster_views.remind), name="class_person_remind"),
    path("school/classes/people/<int:pk>/step/<slug:action>/", school(roster_views.step), name="class_person_step"),
    *listing("classes/not-hers/", roster_views.Disowned, FILE_READERS),
]
