"""What the desk needs to know, from its environment."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from cryptography import x509

HERE = Path(__file__).resolve().parent
DESKS = ("residency_desk", "talent_register", "credit_platform")


@dataclass(frozen=True)
class Config:
    """Where things lie, and whom the desk talks to."""

    data: Path
    keys_file: Path
    certificate_file: Path
    schemas: Path
    results_url: str

    @classmethod
    def from_environment(cls) -> Config:
        data = Path(os.environ["RECEIVER_DATA"])
        return cls(
            data=data,
            keys_file=Path(os.environ.get("RECEIVER_KEYS_FILE", data / "keys.json")),
            certificate_file=Path(os.environ["RECEIVER_CERTIFICATE_FILE"]),
            schemas=Path(os.environ.get("RECEIVER_SCHEMAS", HERE.parents[1] / "docs" / "reference" / "schemas")),
            results_url=os.environ.get("RECEIVER_RESULTS_URL", ""),
        )

    @cached_property
    def keys(self) -> dict[str, str]:
        """The key of each desk, shared with the sender."""
        found: dict[str, str] = json.loads(self.keys_file.read_text("utf-8"))
        return {desk: found[desk] for desk in DESKS if found.get(desk)}

    @cached_property
    def certificate(self) -> x509.Certificate:
        """Whose signature the desk trusts: given to it as a file, never over the line."""
        return x509.load_pem_x509_certificate(self.certificate_file.read_bytes())


@dataclass(frozen=True)
class Behaviour:
    """How the desk behaves; can be changed while it runs."""

    delay_seconds: int = 5
    is_down: bool = False
    level_at_least: int = 4
    insured_months: int = 0
    refused_name: str = "退"

    @classmethod
    def from_environment(cls) -> Behaviour:
        return cls().changed({name.removeprefix("RECEIVER_").lower(): value for name, value in os.environ.items()})

    def changed(self, given: dict[str, str]) -> Behaviour:
        """The behaviour with what is given put in; ``ValueError`` for what is no number or out of range."""
        return Behaviour(
            delay_seconds=_number(given, "delay_seconds", self.delay_seconds, 86_400),
            is_down=given.get("down", "1" if self.is_down else "0") in ("1", "true", "on"),
            level_at_least=_number(given, "level_at_least", self.level_at_least, 5),
            insured_months=_number(given, "insured_months", self.insured_months, 600),
            refused_name=given.get("refused_name", self.refused_name).strip()[:10],
        )


def _number(given: dict[str, str], name: str, before: int, most: int) -> int:
    number = int(given.get(name, before))
    if not 0 <= number <= most:
        raise ValueError(name)
    return number
