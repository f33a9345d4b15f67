from django.urls import path

from courses.classes import finder_views
from foundation.accounts.access import public

urlpatterns = [
    path("courses/", public(finder_views.finder), name="course_finder"),
]
