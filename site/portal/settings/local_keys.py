"""Keys for development and tests: made once on this machine, kept under var/, never in the repository."""

import json
import os
import secrets
from base64 import urlsafe_b64encode
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class LocalKeys:
    secret: str
    encryption: str
    index: str


def local_keys(path: Path) -> LocalKeys:
    """The keys of this checkout; the first call writes them, readable by their owner only."""
    try:
        return LocalKeys(**json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        pass
    keys = LocalKeys(
        secret=secrets.token_urlsafe(50),
        encryption=urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        index=urlsafe_b64encode(secrets.token_bytes(32)).decode(),
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(keys)), "utf-8")
    try:
        os.link(draft, path)  # the first process wins; the others read what it wrote
    except FileExistsError:
        pass
    finally:
        draft.unlink()
    return LocalKeys(**json.loads(path.read_text("utf-8")))
