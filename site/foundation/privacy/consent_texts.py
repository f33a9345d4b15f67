"""The wordings every city starts from. Running it again changes nothing."""

import tomllib
from pathlib import Path

from django.db import transaction

from foundation.audit.services import audit_record
from foundation.database import period
from foundation.privacy.models import ConsentText

FILE = Path(__file__).parent / "base" / "consents.toml"


@transaction.atomic
def consent_texts_load(*, file: Path = FILE) -> int:
    """Bring in the wordings that are missing; returns how many. Rows already there stay as they are."""
    added = 0
    for row in tomllib.loads(file.read_text(encoding="utf-8"))["consent"]:
        text, is_new = ConsentText.objects.get_or_create(
            receiver=row["receiver"],
            purpose=row["purpose"],
            version=row["version"],
            defaults={
                "receiver_name": row["receiver_name"],
                "purpose_name": row["purpose_name"],
                "text": row["text"].strip(),
                "effective": period(row["from"], row.get("until")),
            },
        )
        if is_new:
            added += 1
            data = {"receiver": text.receiver, "purpose": text.purpose, "version": text.version}
            audit_record("privacy.consent_text.loaded", text, actor=None, data=data)
    return added
