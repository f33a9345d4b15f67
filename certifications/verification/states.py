"""The words of checking a certificate."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from certifications.certificates.states import CertificateState

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise


class Kind(TextChoices):
    """What sort of certificate a number belongs to; its length tells."""

    TRAINING = "training", _("培训合格证书")
    LEVEL = "level", _("职业技能等级证书")


@dataclass(frozen=True)
class Standing:
    """How a state is shown: never by colour alone."""

    tone: str
    icon: str
    sentence: "StrPromise"


STANDINGS: dict[str, Standing] = {
    CertificateState.VALID: Standing(
        "success", "circle-check", _("这张证书现在有效。请看下面的内容，和手里的证书是不是一样。")
    ),
    CertificateState.SUSPENDED: Standing(
        "warning", "circle-pause", _("这张证书现在暂停使用。恢复以前，不能当作有效证书。")
    ),
    CertificateState.REVOKED: Standing("error", "circle-x", _("这张证书已被撤销，不再有效。")),
    CertificateState.REPLACED: Standing("stopped", "history", _("这张证书已换发新证，请以新证为准，旧证不再使用。")),
}

ABOUT: dict[str, "StrPromise"] = {
    Kind.TRAINING: _(
        "这是培训机构发的证书，说明她在这里学完课程、考核合格。它不是职业技能等级证书，也不是国家职业资格证书。"
    ),
    Kind.LEVEL: _("这是评价机构发的证书，说明她的技能达到这个等级。证书由评价机构出具，本平台登记。"),
}


class Verdict(TextChoices):
    """What a file turned out to be."""

    ORIGINAL = "original", _("原件未改动")
    NOT_IN_FORCE = "not_in_force", _("文件是真的，但证书现在不能用")
    OTHER_CODE = "other_code", _("二维码是另一张证书的")
    CHANGED = "changed", _("文件被改过")
    UNRECORDED = "unrecorded", _("签名是真的，但没有登记")
    FOREIGN = "foreign", _("不是本平台的文件")


VERDICTS: dict[str, tuple[str, str]] = {
    Verdict.ORIGINAL: ("success", "circle-check"),
    Verdict.NOT_IN_FORCE: ("error", "circle-x"),
    Verdict.OTHER_CODE: ("error", "triangle-alert"),
    Verdict.CHANGED: ("error", "triangle-alert"),
    Verdict.UNRECORDED: ("warning", "circle-alert"),
    Verdict.FOREIGN: ("warning", "circle-alert"),
}
