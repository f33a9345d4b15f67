"""What somebody typed is text for everybody who sees it: in pages, and wherever markup is put together by hand."""

import re
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, models, transaction

from tests.security.walking import body_of, pages

SCRIPT = "<script>alert(1)</script>"
# Longer fields get the other ways out of a page, too.
LONG = SCRIPT + '"><img src=x onerror=alert(1)>{{7*7}}{% now "Y" %}\' onclick=alert(1) x=\''
RAW = (SCRIPT, "<img src=x", "' onclick=alert(1)", "49{% now")
ESCAPED = "&lt;script&gt;alert(1)"
OUR_FLOORS = ("workers", "courses", "certifications", "subsidies", "residency", "foundation", "exchange", "portal")
# Codes, keys, places of files: nobody types them, and pages look things up by them.
NOT_TYPED = {
    "code", "number", "state", "kind", "digest", "sha256", "data_digest", "username", "password", "path", "slug",
    "url_path", "key", "topic", "source", "target", "action", "city_code", "district_code", "credit_code",
    "session_key", "content_hash", "lane", "template", "fingerprint", "timezone", "language", "phone", "channel",
}  # fmt: skip
# Where text becomes markup without the templates' escaping, each looked at.
MARKUP = {
    "courses/attendance/pages.py", "site/foundation/policy/templatetags/policy.py", "site/portal/cms/figures.py",
    "site/portal/cms/templatetags/guide.py", "site/portal/dashboards/charts.py", "site/portal/design/frame.py",
    "site/portal/search/selectors.py", "templates/components/field_hints.html",
}  # fmt: skip
SIGNS = {".py": r"mark_safe\(|SafeString\(|SafeText\(", ".html": r"\|safe\b|autoescape off"}


def test_whoever_makes_markup_by_hand_is_named_here():
    root, found = Path(settings.ROOT), set()
    for floor in ("workers", "courses", "certifications", "subsidies", "residency", "site", "templates"):
        for path in (root / floor).rglob("*"):
            if path.suffix in SIGNS and re.search(SIGNS[path.suffix], path.read_text("utf-8")):
                found.add(str(path.relative_to(root)))
    assert sorted(found ^ MARKUP) == []


def typed_over() -> int:
    """Put script into every field of text that lets it, in every row there is; the number of fields."""
    done = 0
    for model in apps.get_models():
        if model.__module__.split(".")[0] not in OUR_FLOORS or not model._meta.managed:
            continue
        for field in model._meta.local_fields:
            is_text = type(field) in {models.CharField, models.TextField} and not field.choices
            room = field.max_length or 2000
            if not is_text or field.name in NOT_TYPED or field.unique or room < len(SCRIPT):
                continue
            text = LONG if room >= len(LONG) else SCRIPT
            try:
                with transaction.atomic():
                    done += bool(model._base_manager.exclude(**{field.name: ""}).update(**{field.name: text}))
            except DatabaseError:
                continue  # the database keeps it as it is
    return done


def test_what_somebody_typed_is_text_for_everybody_else(world, browsers):
    assert typed_over() > 60
    seen, wrong = 0, {}
    for place, page in pages(world, browsers):
        text = body_of(page.answer).decode()
        seen += ESCAPED in text
        found = [raw for raw in RAW if raw in text]
        if found:
            wrong[f"{place.path} by {place.who}"] = found
    assert wrong == {}
    assert seen > 100
