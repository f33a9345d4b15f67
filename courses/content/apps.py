from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContentConfig(AppConfig):
    name = "courses.content"
    verbose_name = _("课程内容")

    def ready(self) -> None:
        from courses.content import editor, gates  # noqa: F401 - the gates connect themselves
        from courses.content.question_imports import QuestionsKind
        from foundation.imports.registry import register

        editor.attach()
        register(QuestionsKind)
