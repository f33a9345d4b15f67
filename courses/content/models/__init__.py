"""Courses, their versions and lessons; videos and question banks."""

from courses.content.models.courses import CoursePage, CourseVersion, Lesson

__all__ = ["CoursePage", "CourseVersion", "Lesson"]
