"""What can be done with notices and objections."""

from subsidies.notices.services.answering import objection_answer, objection_take_out
from subsidies.notices.services.closing import notice_close, notice_prolong
from subsidies.notices.services.objecting import objection_make
from subsidies.notices.services.publishing import MOST_LINES, Published, notice_publish

__all__ = [
    "MOST_LINES",
    "Published",
    "notice_close",
    "notice_prolong",
    "notice_publish",
    "objection_answer",
    "objection_make",
    "objection_take_out",
]
