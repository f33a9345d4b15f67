"""What an employer files for one of its workers: filled in, sent, taken back, ended."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from certifications.certificates.models import LevelCertificate, PriorCertificate
from certifications.certificates.states import CertificateState, PriorState
from foundation.accounts.models import Organisation, User
from foundation.accounts.states import OrganisationKind
from foundation.audit.services import audit_record
from foundation.crypto.cipher import blind_indexes
from subsidies.awards.errors import AwardError
from subsidies.awards.models import AwardFiling
from subsidies.awards.selectors.programmes import (
    GRADE_OF_EDUCATION,
    GRADE_OF_LEVEL,
    Programme,
    programme_of,
    total_of,
)
from subsidies.awards.services.common import (
    employer_staff_required,
    event_add,
    filing_lock,
    filing_move,
    office_required,
    worker_hold,
)
from subsidies.awards.services.instalments import instalments_lose
from subsidies.awards.services.mandates import is_mandated
from subsidies.awards.states import LIVE_FILINGS, AwardKind, EndKind, FilingState, Party
from subsidies.awards.texts import FILING_ENDED, filing_tell
from subsidies.schemes.models import Scheme
from subsidies.schemes.selectors import own_schemes
from subsidies.schemes.states import SchemeRule
from workers.models import Education, Worker
from workers.states import Standing


@dataclass(frozen=True)
class FilingEntry:
    """A filing as the employer tells it. The certificate is compared when it is sent."""

    scheme_id: int
    grade: str
    post: str
    started_on: date
    certificate_number: str = ""


@transaction.atomic
def filing_draft(
    *, employer_id: int, name: str, id_number: str, entry: FilingEntry, actor: User, at: datetime
) -> AwardFiling:
    """A draft for somebody whose name and number the employer knows; the same again gives the one that is there.

    Nothing of her file is told but that name and number fit. ``AwardError`` where the programme cannot be filed for.
    """
    employer = Organisation.objects.get(pk=employer_id)
    employer_staff_required(actor, employer, at=at)
    if employer.kind != OrganisationKind.EMPLOYER:
        raise PermissionDenied(_("只有用人单位可以申报奖励。"))
    on = timezone.localdate(at)
    programme = programme_open(entry.scheme_id, on=on)
    _check(programme, entry, on)
    worker = _worker(name, id_number, actor)
    worker_hold(worker.pk)
    there = AwardFiling.objects.filter(worker=worker, grade=entry.grade, state__in=sorted(LIVE_FILINGS))
    known = there.filter(scheme__code=programme.scheme.code).select_related("employer").first()
    if known is not None:
        return _known(known, employer)
    filing = AwardFiling.objects.create(
        number=_number(at),
        scheme=programme.scheme,
        employer=employer,
        worker=worker,
        kind=programme.kind,
        created_by=actor,
        created_at=at,
        **_told(entry),
    )
    event_add(filing, "draft", "", FilingState.DRAFT, party=Party.EMPLOYER, actor=actor, at=at)
    audit_record("awards.filing.drafted", filing, actor=actor)
    return filing


@transaction.atomic
def filing_change(*, filing_id: int, entry: FilingEntry, actor: User, at: datetime) -> AwardFiling:
    """Put a draft or a returned filing right. For whom it is does not change, nor the programme it was sent for."""
    filing = filing_lock(filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    if filing.state not in {FilingState.DRAFT, FilingState.RETURNED}:
        raise AwardError("wrong_state", _("已经提交的不能再改。要改的，请先撤回，或者等退回补正。"))
    on = timezone.localdate(at)
    programme = programme_open(filing.scheme_id, on=filing.filed_on or on)
    _check(programme, entry, on)
    for field, value in _told(entry).items():
        setattr(filing, field, value)
    filing.kind = programme.kind
    filing.save()
    event_add(filing, "change", filing.state, filing.state, party=Party.EMPLOYER, actor=actor, at=at)
    audit_record("awards.filing.changed", filing, actor=actor)
    return filing


@transaction.atomic
def filing_send(*, filing_id: int, actor: User, at: datetime) -> AwardFiling:
    """提交: she agreed, the paper is hers and stands, and the days of filing are open. Sent twice is sent once.

    What was returned is sent again by the policy of the day it was first sent.
    """
    filing = filing_lock(filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    if filing.worker.user_id == actor.pk:
        raise AwardError("own_filing", _("不能替自己申报，请由单位的另一位工作人员办理。"))
    if filing.state == FilingState.FILED:
        return filing
    on = timezone.localdate(at)
    if not is_mandated(filing):
        raise AwardError("mandate_missing", _("本人还没有同意。请先发短信征求同意，或者上传她签字的委托书，再提交。"))
    programme = programme_open(filing.scheme_id, on=filing.filed_on or on)
    if total_of(programme, filing.grade) is None:
        raise AwardError("grade_unknown", _("这个项目没有所选的等级或学历。请重新选择。"))
    _paper_find(filing)
    filing.filed_by = actor
    filing.filed_on = filing.filed_on or on
    return filing_move(filing, "send", party=Party.EMPLOYER, actor=actor, at=at)


@transaction.atomic
def filing_withdraw(*, filing_id: int, actor: User, at: datetime, reason: str = "") -> AwardFiling:
    """The employer takes back what nobody has accepted; taken back already, it stays so."""
    filing = filing_lock(filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    if filing.state == FilingState.WITHDRAWN:
        return filing
    return filing_move(filing, "withdraw", party=Party.EMPLOYER, actor=actor, at=at, reason=reason)


@transaction.atomic
def filing_left(*, filing_id: int, left_on: date, actor: User, at: datetime) -> AwardFiling:
    """离职: from her last day on nothing more is earned; what was full by then still comes. She is told."""
    filing = filing_lock(filing_id)
    employer_staff_required(actor, filing.employer, at=at)
    on = timezone.localdate(at)
    if left_on > on:
        raise AwardError("left_in_future", _("离职日期在今天之后。请等她离职以后再填。"))
    if left_on < filing.started_on:
        raise AwardError("left_before_start", _("离职日期早于合同开始日期。请检查。"))
    filing.left_on, filing.end_kind, filing.ended_on = left_on, EndKind.LEFT, on
    reason = _("%(day)s 离职") % {"day": left_on.isoformat()}
    filing_move(filing, "end", party=Party.EMPLOYER, actor=actor, at=at, reason=reason)
    instalments_lose(filing, actor=actor, at=at)
    filing_tell(filing, FILING_ENDED)
    return filing


@transaction.atomic
def filing_cancel(*, filing_id: int, reason: str, actor: User, at: datetime) -> AwardFiling:
    """An officer ends a filing that should not have been accepted: what is not claimed does not come."""
    filing = filing_lock(filing_id)
    office_required(actor, filing, at=at)
    filing.end_kind, filing.ended_on = EndKind.MISTAKE, timezone.localdate(at)
    filing_move(filing, "end", party=Party.OFFICE, actor=actor, at=at, reason=reason)
    instalments_lose(filing, actor=actor, at=at)
    filing_tell(filing, FILING_ENDED)
    return filing


def programme_open(scheme_id: int, *, on: date) -> Programme:
    """The programme, when it can be filed for here on the day; else ``AwardError`` with why not."""
    scheme = Scheme.objects.filter(pk=scheme_id, rule=SchemeRule.AWARD).first()
    if scheme is not None and scheme.paid_by:
        raise AwardError(
            "paid_elsewhere",
            _("“%(scheme)s”由%(body)s受理和发放，本平台不能申报。请向%(body)s申报。")
            % {"scheme": scheme.name, "body": scheme.paid_by},
        )
    if scheme is None or not own_schemes().filter(pk=scheme_id).exists():
        raise AwardError("not_found", _("没有这个奖励项目，或不是本市的。请重新选择。"))
    programme = programme_of(scheme, on=on)
    if programme.state == "closed":
        raise AwardError("window_closed", _("“%(scheme)s”不在申报期内，现在不能申报。") % {"scheme": scheme.name})
    if not programme.is_open:
        raise AwardError(
            "policy_gap",
            _("政策待确认：“%(scheme)s”现在没有有效的政策规定，不能申报。请等政策发布后再来。")
            % {"scheme": scheme.name},
        )
    return programme


def _check(programme: Programme, entry: FilingEntry, on: date) -> None:
    if total_of(programme, entry.grade) is None:
        raise AwardError("grade_unknown", _("这个项目没有所选的等级或学历。请重新选择。"))
    if entry.started_on > on:
        raise AwardError("starts_in_future", _("合同开始日期在今天之后。请等她上岗以后再申报。"))
    if programme.kind == AwardKind.LEVEL and not entry.certificate_number.strip():
        raise AwardError("certificate_missing", _("请填写证书编号。"))
    if not entry.post.strip():
        raise AwardError("post_missing", _("请填写岗位。"))


def _told(entry: FilingEntry) -> dict[str, object]:
    return {
        "grade": entry.grade,
        "post": entry.post.strip(),
        "started_on": entry.started_on,
        "certificate_number": entry.certificate_number.strip().upper(),
    }


def _worker(name: str, id_number: str, actor: User) -> Worker:
    """Her file, when name and number are both right; which of them is wrong is not told."""
    tidy = "".join(id_number.split()).upper()
    worker = Worker.objects.select_related("user").filter(id_number_index__in=blind_indexes("id_number", tidy)).first()
    if worker is None or worker.name != name.strip():
        raise AwardError(
            "worker_unknown",
            _(
                "没有找到姓名和身份证号码都一致的档案。请对照身份证核对；没有写错的，请她先登录平台实名，或到服务窗口建档。"
            ),
        )
    if worker.user_id == actor.pk:
        raise AwardError("own_filing", _("不能替自己申报，请由单位的另一位工作人员办理。"))
    return worker


def _known(filing: AwardFiling, employer: Organisation) -> AwardFiling:
    """The employer's own; another's is only told to be there, not whose it is."""
    if filing.employer_id == employer.pk:
        return filing
    raise AwardError("filed_before", _("她的这个等级已经由别的单位申报过，或者正在办。请向她本人问清。"))


def _number(at: datetime) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('awards_filing_serial')")
        (serial,) = cursor.fetchone()
    return f"J{timezone.localdate(at).year}{serial:06d}"


def _paper_find(filing: AwardFiling) -> None:
    """The certificate or schooling the filing stands on, hers and guaranteed; ``AwardError`` when there is none.

    She has agreed by now; still nothing is told but whether what the employer wrote is right.
    """
    filing.level_certificate = filing.prior_certificate = filing.education = None
    if filing.kind != AwardKind.LEVEL:
        filing.education = _education(filing)
        return
    number = filing.certificate_number
    level = LevelCertificate.objects.filter(worker=filing.worker_id, number=number, state=CertificateState.VALID)
    prior = PriorCertificate.objects.filter(
        worker=filing.worker_id,
        number_index__in=blind_indexes("certificate_number", number),
        state=PriorState.CONFIRMED,
    )
    found = level.first()
    earlier = prior.first() if found is None else None
    at_level = found.level if found else earlier.level if earlier else None
    if at_level is None or GRADE_OF_LEVEL.get(at_level) != filing.grade:
        raise AwardError(
            "certificate_unknown",
            _(
                "没有查到她名下这个编号、这个等级的有效证书。请核对编号和等级；以前考的证书，请她先登录平台添加，核实以后再申报。"
            ),
        )
    filing.level_certificate, filing.prior_certificate = found, earlier


def _education(filing: AwardFiling) -> Education:
    rows = Education.objects.filter(
        worker=filing.worker_id, standing=Standing.GUARANTEED, withdrawn_at__isnull=True
    ).order_by("-effective", "-pk")
    found = next((one for one in rows if GRADE_OF_EDUCATION.get(one.level) == filing.grade), None)
    if found is None:
        raise AwardError(
            "education_unknown", _("她的档案里没有核实过的这个学历。请她登录平台填写学历，并到服务窗口核实以后再申报。")
        )
    return found
