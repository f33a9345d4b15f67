"""Forms of routes: the parts of a pack for officers, the questions that no file answers for workers."""

from residency.routes.forms.answers import AnswerForm, Asking, asking_of
from residency.routes.forms.files import UploadForm
from residency.routes.forms.parts import PartForm

__all__ = ["AnswerForm", "Asking", "PartForm", "UploadForm", "asking_of"]
