"""不予核定的情形 from ``base/refusals.toml`` and figures from ``base/rules`` that come with the platform."""

import tomllib
from datetime import date
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from foundation.database import period
from foundation.policy.models import PolicyDocument
from foundation.policy.services import base_data_load
from subsidies.claims.errors import ClaimError
from subsidies.claims.models import RefusalReason

FILE = Path(__file__).parent / "base" / "refusals.toml"
FOLDER = Path(__file__).parent / "base" / "rules"


@transaction.atomic
def claims_base_load(*, on: date) -> None:
    """Add the reasons and figures that are missing; one that is there, or that an officer ended, stays as it is.

    Loading twice is safe. Raises ``ClaimError`` for a line that names a document nobody knows.
    """
    base_data_load(on=on, folder=FOLDER)
    rows = tomllib.loads(FILE.read_text(encoding="utf-8"))["reason"]
    documents = dict(PolicyDocument.objects.exclude(base_key="").values_list("base_key", "pk"))
    known = set(RefusalReason.objects.values_list("code", "effective__startswith"))
    for place, row in enumerate(rows, start=1):
        key = row.get("document", "")
        if key and key not in documents:
            raise ClaimError("document_unknown", _("不予核定的情形引用了没有的文件“%(key)s”。") % {"key": key})
        if (row["code"], row["since"]) in known:
            continue
        RefusalReason.objects.create(
            code=row["code"],
            title=row["title"],
            advice=row["advice"],
            effective=period(row["since"], row.get("until")),
            document_id=documents.get(key),
            article=row.get("article", ""),
            order=place * 10,
        )
