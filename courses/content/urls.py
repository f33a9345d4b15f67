"""The addresses of course content: the school's desk, and the lessons' files."""

from django.urls import URLPattern, path

from courses.content import media_views, question_views, video_views
from courses.content.media_selectors import MEDIA_READERS, MEDIA_WRITERS
from foundation.accounts.access import for_roles, public
from foundation.desk import listing

reader = for_roles(*MEDIA_READERS)
writer = for_roles(*MEDIA_WRITERS)

urlpatterns: list[URLPattern] = [
    *listing("school/videos/", video_views.Videos, MEDIA_READERS),
    path("school/videos/upload/", writer(video_views.video_upload), name="video_upload"),
    path("school/videos/<int:pk>/", reader(video_views.video_detail), name="video_detail"),
    path("school/videos/<int:pk>/progress/", reader(video_views.video_progress), name="video_progress"),
    path("school/videos/<int:pk>/edit/", writer(video_views.video_edit), name="video_edit"),
    path("school/videos/<int:pk>/subtitles/", writer(video_views.video_subtitles), name="video_subtitles"),
    path(
        "school/videos/<int:pk>/subtitles/remove/",
        writer(video_views.video_subtitles_remove),
        name="video_subtitles_remove",
    ),
    path("school/videos/<int:pk>/offer/", writer(video_views.video_offer), name="video_offer"),
    path("school/videos/<int:pk>/retry/", writer(video_views.video_retry), name="video_retry"),
    *listing("school/questions/", question_views.Banks, MEDIA_READERS),
    path("school/questions/new/", writer(question_views.bank_new), name="bank_new"),
    path("school/questions/<int:pk>/", reader(question_views.bank_detail), name="bank_detail"),
    path("school/questions/<int:pk>/edit/", writer(question_views.bank_edit), name="bank_edit"),
    path("school/questions/<int:pk>/import/", writer(question_views.bank_import), name="bank_import"),
    path("school/questions/<int:pk>/add/<slug:kind>/", writer(question_views.question_new), name="question_new"),
    path("school/questions/items/<int:pk>/", writer(question_views.question_edit), name="question_edit"),
    path("school/questions/items/<int:pk>/retire/", writer(question_views.question_retire), name="question_retire"),
    # The link itself says who may look: signed, for one account or for everybody, and good for some hours.
    path("lesson-media/<str:token>/", public(media_views.lesson_media), name="lesson_media"),
]
