"""Courses, their versions and lessons; videos and question banks; open parent classes."""

from courses.content.models.media import Video, VideoEvent
from courses.content.models.questions import Question, QuestionBank

# The blocks of the pages below offer what stands above.
# isort: split
from courses.content.models.courses import CoursePage, CourseVersion, Lesson
from courses.content.models.parents import ParentClassIndexPage, ParentClassPage

__all__ = [
    "CoursePage",
    "CourseVersion",
    "Lesson",
    "ParentClassIndexPage",
    "ParentClassPage",
    "Question",
    "QuestionBank",
    "Video",
    "VideoEvent",
]
