"""Workers with something on record, her consent, and a receiver that is connected."""

from datetime import date, datetime, timedelta
from itertools import count

from foundation.accounts.models import User
from foundation.database import period
from foundation.privacy.consent_texts import consent_texts_load
from foundation.privacy.models import Consent
from residency.evidence.models import EvidencePack
from residency.evidence.selectors.packs import preview_of
from residency.evidence.services import pack_send, result_record
from residency.evidence.states import PURPOSES, Receiver
from tests.workers.builders import NOW, TODAY, a_worker
from workers.models import Employment, InsuredMonth, Worker
from workers.services import SkillEntry, skill_record_write
from workers.states import SkillKind, Standing

DESK = Receiver.RESIDENCY_DESK
KEY = "receiver-test-key"
_numbers = count(1)


def connected(address: str = "http://127.0.0.1:9") -> dict[str, dict[str, str]]:
    """Settings under which every receiver stands at one address."""
    return {one.value: {"url": f"{address}/{one.value}/messages", "key": KEY} for one in Receiver}


def a_known_worker(*, name: str = "李梅", level: int | None = 4, months: int = 14, user: User | None = None) -> Worker:
    """Verified, with a level certificate, insured months and a job."""
    consent_texts_load()
    worker = a_worker(name=name, verified=True, user=user)
    if level is not None:
        a_certificate(worker, level=level)
    for n in range(months):
        index = 2026 * 12 + 10 - n
        InsuredMonth.objects.create(
            worker=worker,
            month=date((index - 1) // 12, (index - 1) % 12 + 1, 1),
            kind="pension",
            employer_credit_code="913502000000000059",
            source="社保系统",
            recorded_at=NOW,
        )
    Employment.objects.create(
        worker=worker,
        employer_name="厦门示例家政有限公司",
        employer_credit_code="913502000000000059",
        post="母婴护理员",
        contract_kind="labour",
        effective=period(date(2025, 3, 1), None),
        standing=Standing.DECLARED,
        source="本人填报",
        entered_at=NOW,
    )
    return worker


def a_certificate(worker: Worker, *, level: int = 4, kind: SkillKind = SkillKind.LEVEL_CERTIFICATE, n: int = 0):
    names = {5: "五级/初级工", 4: "四级/中级工", 3: "三级/高级工"}
    number = n or next(_numbers)
    return skill_record_write(
        worker=worker,
        reference=f"test:{number}",
        entry=SkillEntry(
            kind=kind,
            title=f"家政服务员 {names[level]}",
            issued_on=date(2026, 6, 1) + timedelta(days=5 - level),
            issuer_name="示例评价机构",
            source="发证单位记入",
            occupation_code="4-10-01-06",
            occupation_name="家政服务员",
            level=level,
            level_name=names[level],
            number=f"S000035990001265{number:06d}",
            confirmed_at=NOW,
        ),
        actor=None,
        at=NOW,
    )


def sent(worker: Worker, receiver: Receiver = DESK, *, at: datetime = NOW, actor: User | None = None) -> EvidencePack:
    """She looks at what would go out and sends it, agreeing to the wording where she has not."""
    preview = preview_of(worker, receiver, on=TODAY)
    return pack_send(
        worker=worker,
        receiver=receiver,
        facts_sha256=preview.facts_sha256,
        wording_id=preview.wording.pk,
        actor=actor or worker.user,
        at=at,
    )


def consent_for(worker: Worker, receiver: Receiver = DESK) -> Consent:
    return Consent.objects.get(
        subject=worker.user, receiver=receiver, purpose=PURPOSES[receiver], withdrawn_at__isnull=True
    )


def an_answer(pack: EvidencePack, outcome: str, *, number: int = 1, **changes):
    reasons = [{"code": "level_missing", "text": "没有已核实的等级证书"}] if outcome == "refused" else []
    return {
        "schema": "evidence-result/1",
        "id": f"{pack.reference}-{number}",
        "receiver": pack.file.receiver,
        "about": "pack",
        "reference": str(pack.reference),
        "sequence": pack.sequence,
        "number": number,
        "outcome": outcome,
        "reasons": reasons,
        "case_number": "落户2026-0001",
        "at": NOW.isoformat(),
    } | changes


def answered(pack: EvidencePack, outcome: str, *, number: int = 1, **changes):
    result = result_record(body=an_answer(pack, outcome, number=number, **changes), at=NOW, now=NOW)
    pack.refresh_from_db()
    return result
