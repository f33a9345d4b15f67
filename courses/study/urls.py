"""The addresses of studying: the learner's pages, the player's calls, and the appeals on the desk."""

from django.urls import URLPattern, path

from courses.study import api, hours_views, officer_views, quiz_views, worker_views
from courses.study.selectors.appeals import APPEAL_OFFICERS
from foundation.accounts.access import for_roles, public
from foundation.accounts.states import Role
from foundation.desk import listing

hers = for_roles(Role.WORKER)
APPEAL_READERS = APPEAL_OFFICERS | {Role.SCHOOL_STAFF}
answers = for_roles(*APPEAL_READERS)

urlpatterns: list[URLPattern] = [
    path("my/classes/<int:pk>/", hers(worker_views.course_page), name="study_course"),
    path("my/classes/<int:pk>/lessons/<int:lesson>/", hers(worker_views.lesson_page), name="study_lesson"),
    path("my/classes/<int:pk>/lessons/<int:lesson>/open/", hers(worker_views.lesson_open), name="study_lesson_open"),
    path("my/classes/<int:pk>/lessons/<int:lesson>/quiz/", hers(quiz_views.quiz), name="study_quiz"),
    path("my/papers/<int:pk>/", hers(quiz_views.paper), name="study_paper"),
    path("my/presence/<int:pk>/", hers(worker_views.presence), name="study_presence"),
    path("my/heard/", hers(worker_views.heard), name="study_heard"),
    path("my/hours/", hers(hours_views.my_hours), name="my_hours"),
    path("my/hours/<int:pk>/", hers(hours_views.class_hours), name="my_class_hours"),
    path("my/hours/<int:pk>/appeal/", hers(hours_views.appeal), name="my_appeal"),
    # The token in the body says who sends it. In front of a city's server the fast way (``gate``) answers this address.
    path("study/beats/", public(api.beats), name="study_beats"),
    *listing("staff/study/appeals/", officer_views.Appeals, APPEAL_READERS),
    path("staff/study/appeals/<int:pk>/", answers(officer_views.appeal), name="study_appeal"),
]
