"""Courses, their versions and lessons; videos and question banks."""

from courses.content.models.courses import CoursePage, CourseVersion, Lesson
from courses.content.models.media import Video, VideoEvent
from courses.content.models.questions import Question, QuestionBank

__all__ = ["CoursePage", "CourseVersion", "Lesson", "Question", "QuestionBank", "Video", "VideoEvent"]
