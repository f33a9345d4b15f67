"""A file from anywhere, held against what was signed and against what is on record."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from certifications.certificates.numbers import tidied
from certifications.certificates.printing import check_address
from certifications.certificates.selectors import check_code_matches
from certifications.certificates.states import CertificateState
from certifications.papers.reading import PaperRead, SignatureState, problem_text
from certifications.verification.printed import LABELS, NO_VALUE, in_words, masked
from certifications.verification.selectors import Recorded, training_certificate
from certifications.verification.states import VERDICTS, Kind, Verdict

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FAMILY = "training-certificate/"
MOST_SHOWN = 300
"""Characters of a place: a forged file may hold a book in one."""


@dataclass(frozen=True)
class Line:
    """One place of the paper: what the file shows, what was signed, what is on record; empty where nobody can say."""

    label: "StrPromise | str"
    in_file: str
    signed: str
    recorded: str
    differs: bool
    note: str = ""


@dataclass(frozen=True)
class Comparison:
    """What a file turned out to be, with the places that differ first."""

    verdict: Verdict
    sentence: str
    lines: tuple[Line, ...] = ()
    recorded: Recorded | None = None

    @property
    def tone(self) -> str:
        return VERDICTS[self.verdict][0]

    @property
    def icon(self) -> str:
        return VERDICTS[self.verdict][1]

    @property
    def differing(self) -> list[Line]:
        return [line for line in self.lines if line.differs]

    @property
    def agreeing(self) -> list[Line]:
        return [line for line in self.lines if not line.differs]


def compared(read: PaperRead) -> Comparison:
    """The verdict on a file. What is on record is looked up only for files whose data we signed ourselves: a number
    that somebody merely wrote into a file must not tell him anything."""
    if not _is_ours(read):
        return Comparison(Verdict.FOREIGN, _foreign(read))
    recorded = training_certificate(tidied(str(read.number)))
    lines = tuple(_lines(read, recorded))
    verdict, sentence = _verdict(read, recorded, lines)
    return Comparison(verdict, sentence, lines, recorded)


def _is_ours(read: PaperRead) -> bool:
    """Signed by us, and with the code of its own number inside: that nobody makes who has not seen the certificate."""
    if not (read.data_signature_valid and read.data and read.number):
        return False
    is_certificate = (read.template or "").startswith(FAMILY)
    return is_certificate and check_code_matches(read.number, str(read.data.get("check_code", "")))


def _verdict(read: PaperRead, recorded: Recorded | None, lines: tuple[Line, ...]) -> tuple[Verdict, str]:
    is_of_another = read.qr is not None and not _is_own_code(read)
    others = [line for line in lines if line.differs]
    if is_of_another and len(others) <= 1:
        return Verdict.OTHER_CODE, _(
            "文件上的二维码是另一张证书的，扫出来的不是这个人。这个文件不能用，请向发证机构要原件。"
        )
    if others or not read.is_genuine:
        return Verdict.CHANGED, _changed(read, others)
    if recorded is None:
        return Verdict.UNRECORDED, _("文件的签名是真的，但登记里没有这张证书。请先不要使用，打电话问发证机构。")
    if recorded.state != CertificateState.VALID:
        sentence = _("文件没有被改过，但这张证书现在的状态是“%(state)s”，不能当作有效证书。")
        return Verdict.NOT_IN_FORCE, sentence % {"state": CertificateState(recorded.state).label}
    return Verdict.ORIGINAL, _("文件和签发的时候一模一样，证书现在有效。")


def _foreign(read: PaperRead) -> str:
    if read.is_genuine and not (read.template or "").startswith(FAMILY):
        return _("这是本平台签发的别的文件，不是培训合格证书，不能当作证书使用。")
    if read.problems:
        return problem_text(read.problems[0])
    if read.signature is SignatureState.NONE:
        return _(
            "文件里没有本平台的签名，说明不了真假：可能是打印后重新扫描的、另存过的，或者根本不是这里发的。请用证书编号查。"
        )
    return _("文件里的签名不是本平台的，或者签名的内容已经损坏，说明不了真假。请用证书编号查，或向发证机构要原件。")


def _changed(read: PaperRead, others: list[Line]) -> str:
    if read.problems and not others:
        return problem_text(read.problems[0])
    if others:
        names = "、".join(str(line.label) for line in others)
        return _("文件被改过：%(places)s和签发的时候不一样。这个文件不能用，请以登记的内容为准。") % {"places": names}
    if read.changed_after_signing or not read.is_whole_file_covered:
        return _("文件被改过：签发以后又往文件里加过内容。看得见的内容没有不同，但它已不是原件，请向发证机构要原件。")
    return _("文件被改过：签名和文件对不上。看得见的内容没有不同，但它已不是原件，请向发证机构要原件。")


def _lines(read: PaperRead, recorded: Recorded | None) -> list[Line]:
    """Every place, those that differ first. What is only behind the paper is masked where it is personal."""
    labels = LABELS[Kind.TRAINING]
    on_record = {"number": recorded.number} | recorded.values if recorded else {}
    lines = []
    for place, label in labels.items():
        signed, shown, kept = (values.get(place, "") for values in (read.printed, read.visible, on_record))
        if not (signed or shown or kept):
            continue
        differs = place in read.differing or _differ(shown, signed) or (recorded is not None and _differ(signed, kept))
        in_file = in_words(shown) if differs else masked(place, shown)
        lines.append(Line(label, _short(in_file), _short(masked(place, signed)), _short(masked(place, kept)), differs))
    lines += _pictures(read)
    return sorted(lines, key=lambda line: not line.differs)


def _pictures(read: PaperRead) -> list[Line]:
    """Photo, code and the rest of the page: told in words."""
    same, other = _("与签发时相同"), _("与签发时不同")
    lines = []
    if read.photo_matches is not None:
        words = same if read.photo_matches else _("不是签发时的那张照片")
        lines.append(Line(_("照片"), words, "", "", not read.photo_matches))
    if read.qr is not None:
        is_own = _is_own_code(read)
        lines.append(Line(_("二维码"), same if is_own else _("是另一张证书的，或不是本平台的"), "", "", not is_own))
    elif "qr" in read.differing:
        lines.append(Line(_("二维码"), _("没有，或者认不出来"), "", "", differs=True))
    if "address" in read.differing:
        lines.append(Line(_("查验网址和查验码"), other, "", "", differs=True))
    if "elsewhere" in read.differing:
        lines.append(Line(_("页面其他地方"), _("加过、盖过或删过东西"), "", "", differs=True))
    return lines


def _is_own_code(read: PaperRead) -> bool:
    """The address that was signed, or today's: the site may have moved since, and its keys changed."""
    signed = read.data.get("qr") if read.data else None
    return read.qr in {signed, check_address(str(read.number))}


def _differ(one: str, other: str) -> bool:
    """Blanks and line ends are the printer's, and two dashes stand for nothing."""
    return _plain(one) != _plain(other)


def _plain(text: str) -> str:
    return "".join(text.split()).replace(NO_VALUE, "")


def _short(text: str) -> str:
    return text if len(text) <= MOST_SHOWN else text[:MOST_SHOWN] + "…"
