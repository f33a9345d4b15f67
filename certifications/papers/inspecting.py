"""The process that opens one file from anywhere: ``python -m certifications.papers.inspecting``.

It gets the trusted certificates and the file on standard input and answers JSON. Before it looks at the file it gives
up its own means, so that the worst a file can do is to end it.
"""

import json
import resource
import sys
from io import BytesIO
from typing import Any

import pikepdf
from cryptography import x509
from django.conf import settings

from certifications.papers.contents import Held, contents_read
from certifications.papers.looks import looks_read
from certifications.papers.signatures import jws_is_valid, signature_read

MEMORY = 1536 * 1024 * 1024
CPU_SECONDS = 8


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def inspect(content: bytes, trusted: list[x509.Certificate]) -> dict[str, Any]:
    """Everything there is to say about a file, in the words of ``PaperRead``."""
    try:
        document = pikepdf.open(BytesIO(content))
    except pikepdf.PasswordError:
        return {"signature": "none", "problems": ["encrypted"]}
    except pikepdf.PdfError:
        return {"signature": "none", "problems": ["unreadable"]}
    with document:
        if document.is_encrypted:
            return {"signature": "none", "problems": ["encrypted"]}
        pages = len(document.pages)
        if pages != 1:
            return {"signature": "none", "problems": ["pages"]}
        held = contents_read(document)
    signature = signature_read(content, trusted)
    words: dict[str, Any] = {
        "signature": signature.state,
        "is_whole_file_covered": signature.covers_all,
        "changed_after_signing": signature.has_later_changes,
        "problems": held.problems,
    }
    return words | _data(held) | {"data_signature_valid": jws_is_valid(held, signature)} | looks_read(content, held)


def _data(held: Held) -> dict[str, Any]:
    words = held.words
    if words is None:
        return {}
    return {
        "data": words["data"],
        "printed": words["printed"],
        "template": words["template"],
        "number": words["number"],
    }


def main() -> int:
    limit()
    settings.configure(USE_I18N=False)
    given = sys.stdin.buffer.read()
    length = int.from_bytes(given[:4], "big")
    trusted = x509.load_pem_x509_certificates(given[4 : 4 + length]) if length else []
    sys.stdout.write(json.dumps(inspect(given[4 + length :], trusted)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
