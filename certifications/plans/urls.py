"""Addresses of plans: ``plans/`` the desk's, ``duty/`` an assessor's, ``my/exams/`` a worker's."""

from typing import Any

from django.urls import URLPattern, path

from certifications.plans import assessor_views, body_views, views, worker_views
from certifications.plans.states import CANCELLERS, PLANNERS, READERS
from foundation.accounts.access import for_roles
from foundation.accounts.states import Role
from foundation.desk import listing

reader: Any = for_roles(*READERS)
planner: Any = for_roles(*PLANNERS)
mover: Any = for_roles(*PLANNERS, *CANCELLERS)
school: Any = for_roles(Role.SCHOOL_STAFF)
body: Any = for_roles(Role.BODY_STAFF)
assessor: Any = for_roles(Role.ASSESSOR)
worker: Any = for_roles(Role.WORKER)
forms = body_views

urlpatterns: list[URLPattern] = [
    *listing("plans/", views.Plans, READERS),
    path("plans/new/test/", school(forms.new_test), name="plan_new_test"),
    path("plans/new/level/", body(forms.new_level), name="plan_new_level"),
    path("plans/<int:pk>/", reader(views.plan_page), name="plan"),
    path("plans/<int:pk>/details/", planner(forms.details), name="plan_details"),
    path("plans/<int:pk>/layout/", reader(forms.layout), name="plan_layout"),
    path("plans/<int:pk>/parts/<slug:kind>/", planner(forms.part), name="plan_part"),
    path("plans/<int:pk>/parts/<slug:kind>/remove/", planner(forms.part_out), name="plan_part_remove"),
    path("plans/<int:pk>/parts/<slug:kind>/rooms/", planner(forms.room_new), name="plan_room_add"),
    path("plans/<int:pk>/candidates/", reader(forms.candidates), name="plan_candidates"),
    path("plans/<int:pk>/candidates/add/", planner(forms.candidates_add), name="plan_candidates_add"),
    path("plans/<int:pk>/arrange/", planner(views.arrange), name="plan_arrange"),
    path("plans/<int:pk>/clear/", planner(views.clear), name="plan_clear"),
    path("plans/<int:pk>/move/<slug:action>/", planner(views.move), name="plan_move"),
    path("plans/<int:pk>/reason/<slug:action>/", mover(views.move_with_reason), name="plan_move_reason"),
    path("plans/<int:pk>/tickets/", planner(views.tickets), name="plan_tickets"),
    path("plans/rooms/<int:pk>/", planner(forms.room_edit), name="plan_room"),
    path("plans/rooms/<int:pk>/remove/", planner(forms.room_out), name="plan_room_remove"),
    path("plans/rooms/<int:pk>/duty/", planner(forms.duty_new), name="plan_duty_add"),
    path("plans/rooms/<int:pk>/tickets/", planner(views.room_tickets), name="plan_room_tickets"),
    path("plans/rooms/<int:pk>/door/<slug:kind>/", planner(views.door), name="plan_door"),
    path("plans/duties/<int:pk>/end/", planner(forms.duty_out), name="plan_duty_end"),
    path("plans/candidates/<int:pk>/end/", planner(forms.candidate_out), name="plan_candidate_end"),
    path("duty/rooms/", assessor(assessor_views.rooms), name="duty_rooms"),
    path("duty/rooms/<int:pk>/", assessor(assessor_views.room), name="duty_room"),
    path("my/exams/", worker(worker_views.exams), name="my_exams"),
    path("my/exams/<int:pk>/", worker(worker_views.exam), name="my_exam"),
    path("my/exams/<int:pk>/ticket/", worker(worker_views.ticket_file), name="my_exam_ticket"),
]
