"""Papers that need neither speed nor a signature, such as admission tickets."""

from collections.abc import Mapping
from typing import Any


def simple_paper(template_name: str, context: Mapping[str, Any]) -> bytes:
    """The PDF of a template that links ``papers:simple.css``; pictures go into it as ``data:`` addresses.

    Nothing is fetched from anywhere else. A character that no bundled typeface has is refused by name.
    """
    # WeasyPrint takes over a second to load: only a process that draws a paper pays for it, not every start.
    from certifications.papers.drawing import paper_drawn

    return paper_drawn(template_name, context)
