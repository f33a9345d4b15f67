"""What a training certificate says: the content that is frozen when it is issued, and the sheet made of it."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from certifications.certificates.codes import check_code, check_code_grouped
from certifications.certificates.errors import CertificateError
from certifications.certificates.models import TrainingCertificate
from certifications.certificates.numbers import TRAINING_LENGTH, TRAINING_PREFIX
from certifications.papers.errors import PaperError
from certifications.papers.keys import SigningKey
from certifications.papers.making import draft, printed_values, signed
from certifications.papers.photos import photo_make
from certifications.papers.setting import lines_of
from certifications.papers.sheets import Photo, Sheet
from certifications.papers.templates import template, templates_known
from certifications.papers.typefaces import missing_characters
from certifications.scoring.models import Result
from courses.classes.models import ClassRun
from courses.completion.models import Completion
from courses.completion.words import number as hours_text
from foundation.crypto.masking import mask_id_number, mask_name
from workers.models import Worker

FAMILY = "training-certificate"
FORMAT = 1
NOTHING = "--"
# As long as a number and shaped like one: for trying whether everything fits before a number is given.
SAMPLE_NUMBER = TRAINING_PREFIX + "0" * (TRAINING_LENGTH - len(TRAINING_PREFIX))
Content = dict[str, Any]


@dataclass(frozen=True)
class Holder:
    """Whose certificate it is, as printed, with her portrait made ready for print."""

    name: str
    id_number: str
    photo: Photo


def template_now() -> str:
    """The newest version of the template."""
    found = [name for name in templates_known() if name.startswith(f"{FAMILY}/")]
    if not found:
        raise CertificateError("template_missing", _("没有可用的证书版式，不能发证。请联系平台管理员。"))
    return found[-1]


def check_address(number: str) -> str:
    """Where anybody checks the certificate: the address in its QR code."""
    return f"{settings.PUBLIC_BASE_URL}{reverse('certificate_check', args=[number, check_code(number)])}"


def holder_of(worker: Worker, photo: bytes, *, printed: Callable[[bytes], Photo] = photo_make) -> Holder:
    """The person as her file has her today; ``CertificateError`` when the photo cannot be used."""
    try:
        return Holder(worker.name, worker.id_number, printed(photo))
    except PaperError as refusal:
        raise CertificateError(refusal.code, refusal.message) from refusal


def unprintable(name: str) -> str:
    """The characters of a name that no bundled typeface has."""
    return "".join(dict.fromkeys(missing_characters(name)))


def content_of(
    *, run: ClassRun, completion: Completion, result: Result, holder: Holder, number: str, issued_on: date
) -> Content:
    """Everything that is printed and everything behind it in codes, always in Chinese."""
    package = run.course_version.package_version.package
    school = run.school.organisation
    with override("zh-hans"):
        values = {
            "name": holder.name,
            "document_type": _("居民身份证"),
            "document_number": holder.id_number,
            "school": school.name,
            "occupation": package.occupation.name,
            "work_type": package.work_type.name if package.work_type else NOTHING,
            "level": str(package.get_level_display()) if package.level else package.title,
            "class_number": run.number,
            "training_dates": _("%(first)s至%(last)s") % {"first": day(run.starts_on), "last": day(run.ends_on)},
            "hours_theory": _hours(completion.criterion["theory"]),
            "hours_practice": _hours(completion.criterion["practice"]),
            "result_theory": _mark(result, "theory"),
            "result_practice": _mark(result, "practical"),
            "issuer": school.name,
        }
        codes = {
            "occupation": package.occupation.code,
            "level": package.level,
            "class_name": run.name,
            "issuer": school.credit_code,
            "starts_on": run.starts_on.isoformat(),
            "ends_on": run.ends_on.isoformat(),
        }
        content = {"format": FORMAT, "kind": "training_certificate", "values": values, "codes": codes}
        return numbered(content, holder=holder, number=number, issued_on=issued_on)


def numbered(content: Content, *, holder: Holder, number: str, issued_on: date, note: str = "") -> Content:
    """The content under a number, for a holder, with a day: for a first certificate and for one that follows it."""
    with override("zh-hans"):
        values = content["values"] | {
            "number": number,
            "name": holder.name,
            "document_number": holder.id_number,
            "issued_on": day(issued_on),
            "address": _address(number),
            "note": note,
        }
    codes = content["codes"] | {"issued_on": issued_on.isoformat()}
    return content | {
        "number": number,
        "check_code": check_code(number),
        "qr": check_address(number),
        "photo": holder.photo.digest,
        "values": values,
        "codes": codes,
    }


def _address(number: str) -> str:
    facts = {"address": f"{settings.PUBLIC_BASE_URL}/verify/", "code": check_code_grouped(number)}
    return _("%(address)s　查验码 %(code)s") % facts


def _hours(hours: str) -> str:
    return _("%(n)s 学时") % {"n": hours_text(Decimal(hours))} if Decimal(hours) else NOTHING


def _mark(result: Result, part: str) -> str:
    mark = result.marks.get(part)
    return _("合格（%(mark)s 分）") % {"mark": hours_text(Decimal(mark))} if mark else NOTHING


def day(value: date) -> str:
    """A day as certificates print it: 2026年11月23日."""
    return _("%(year)d年%(month)d月%(day)d日") % {"year": value.year, "month": value.month, "day": value.day}


def frozen(content: Mapping[str, Any]) -> str:
    """The content as it is kept and digested: the same text for the same content."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(kept: str) -> str:
    return sha256(kept.encode()).hexdigest()


def content_read(certificate: TrainingCertificate) -> Content:
    """What a certificate says, as it was frozen."""
    content: Content = json.loads(certificate.data)
    return content


def sheet_of(content: Content, *, template_name: str, issued_at: Any) -> Sheet:
    """The sheet of a content: the slots the template has, and all of the content as signed data."""
    known = set(template(template_name).slots)
    return Sheet(
        template=template_name,
        number=content["number"],
        values={name: text for name, text in content["values"].items() if name in known},
        qr=content["qr"],
        data=content,
        issued_at=issued_at,
    )


def fits(sheet: Sheet) -> None:
    """Try whether a sheet can be printed; ``CertificateError`` says what is missing or will not fit."""
    try:
        chosen = template(sheet.template)
        for name, text in printed_values(chosen, sheet).items():
            lines_of(chosen.slots[name], text)
    except PaperError as refusal:
        raise CertificateError(refusal.code, refusal.message) from refusal


def file_made(sheet: Sheet, photo: Photo, *, signer: SigningKey) -> bytes:
    """The signed file, with the portrait as it was made ready when the certificate was issued."""
    return signed(draft(sheet, photo=photo, signer=signer), signer)


def printed_rows(certificate: TrainingCertificate) -> list[tuple[str, str]]:
    """What is printed, label by label, with name and number masked."""
    values = content_read(certificate)["values"]
    values |= {"name": mask_name(values["name"]), "document_number": mask_id_number(values["document_number"])}
    slots = template(certificate.template).slots.values()
    return [(slot.label, values[slot.name]) for slot in slots if not slot.is_picture and values.get(slot.name)]
