"""What a file shows and whether it is what was issued: nothing in it is believed that is not signed or seen."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.utils.translation import gettext as _

ROOT = Path(__file__).resolve().parents[2]
MOST_BYTES = 5 * 1024 * 1024
SECONDS = 15


class SignatureState(StrEnum):
    """What became of the file's signature. ``VALID`` covers what was signed; later additions are told apart."""

    VALID = "valid"
    INVALID = "invalid"
    UNTRUSTED = "untrusted"
    NONE = "none"


@dataclass(frozen=True)
class PaperRead:
    """What was found in a file.

    ``printed`` is what the data inside the file say each slot shows and ``visible`` what it really shows; ``differing``
    names the slots where the two differ, or where the page looks otherwise than a paper made from the data, and
    ``elsewhere`` when it does so outside of all slots. ``problems`` are codes for ``problem_text``.
    """

    signature: SignatureState = SignatureState.NONE
    is_whole_file_covered: bool = False
    changed_after_signing: bool = False
    data: Mapping[str, Any] | None = None
    data_signature_valid: bool = False
    printed: Mapping[str, str] = field(default_factory=dict)
    visible: Mapping[str, str] = field(default_factory=dict)
    differing: Sequence[str] = ()
    photo_matches: bool | None = None
    qr: str | None = None
    template: str | None = None
    number: str | None = None
    problems: Sequence[str] = ()

    @property
    def is_genuine(self) -> bool:
        """Whether the file is, to the last point of its page, one that was issued."""
        return (
            self.signature is SignatureState.VALID
            and self.is_whole_file_covered
            and not self.changed_after_signing
            and self.data_signature_valid
            and self.photo_matches is True
            and not self.differing
            and not self.problems
        )


def paper_read(pdf: bytes, *, trusted: Sequence[x509.Certificate]) -> PaperRead:
    """Read a file from anywhere; what cannot be read is told in ``problems``, and nothing is raised.

    It is opened in a process of its own that may use so much memory and time and no more, without our settings: a file
    made to hang or burst its reader ends that process only.
    """
    if len(pdf) > MOST_BYTES:
        return PaperRead(problems=("too_large",))
    if b"%PDF-" not in pdf[:1024]:
        return PaperRead(problems=("not_pdf",))
    certificates = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in trusted)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "certifications.papers.inspecting"],
            input=len(certificates).to_bytes(4, "big") + certificates + pdf,
            env={"PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'site'}", "LANG": "C.UTF-8", "PATH": os.defpath},
            cwd="/",
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        words = json.loads(done.stdout)
    except subprocess.TimeoutExpired:
        return PaperRead(problems=("too_slow",))
    except ValueError:
        return PaperRead(problems=("unreadable",))
    return paper_found(words)


def paper_found(words: Mapping[str, Any]) -> PaperRead:
    """What the inspecting process answered."""
    return PaperRead(**{**words, "signature": SignatureState(words["signature"])})


def problem_text(code: str) -> str:
    """A problem as a sentence: what it is, and what to do."""
    return {
        "too_large": _("文件超过 5 MB，不是本平台的证书文件。请上传学校发给您的原文件。"),
        "not_pdf": _("这不是 PDF 文件。请上传学校发给您的证书 PDF 原文件，不要上传照片或者截图。"),
        "too_slow": _("文件太复杂，没有读完。本平台的证书文件不会这样；请向证书持有人索要原文件。"),
        "unreadable": _("文件已损坏，打不开。请重新下载证书，再上传一次。"),
        "encrypted": _("文件加了密码。本平台的证书文件不加密码；请上传原文件。"),
        "pages": _("文件不是一页。本平台的证书只有一页；请上传原文件。"),
        "active_content": _("文件里有会自动运行的内容。本平台的证书文件没有这样的内容，请不要相信这个文件。"),
        "page_size": _("页面大小与本平台的证书不同。请上传原文件。"),
        "data_missing": _("文件里没有证书数据。它可能是打印、扫描或者另存的，不是原文件；请用证书编号查验。"),
        "data_broken": _("文件里的证书数据读不出来，可能被改动过。请用证书编号查验。"),
        "template_unknown": _("文件里写的证书模板不是本平台的。请用证书编号查验。"),
    }.get(code, code)
