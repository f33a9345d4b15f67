"""What must add up in a rehearsal: every equation in words, with its two sides."""

from collections.abc import Mapping

from portal.journey.state import Counts, Journey

# In words; the left side; the names whose sum is the right side. A number stands for itself.
Equation = tuple[str, str, tuple[str, ...]]

ROSTER: tuple[Equation, ...] = (
    ("名册行数 = 文件里的行数", "roster_rows", ("rows_in_file",)),
    ("名册行数 = 导入 + 退回 + 已有", "roster_rows", ("rows_applied", "rows_refused", "rows_known", "rows_waiting")),
    ("没有办完一半的行", "rows_waiting", ()),
    ("没有名额的行都带到了下一个班", "rows_moved", ("rows_brought_on",)),
    ("导入行数 = 学员人数", "rows_applied", ("enrolled",)),
    ("学员人数 = 不同的人数", "enrolled", ("people",)),
    ("学员人数 = 结业 + 未结业 + 中途离开", "enrolled", ("completed", "not_completed", "dropped", "unfinished")),
)
TRAINING: tuple[Equation, ...] = (
    ("没有没判定的学员", "unfinished", ()),
    ("结业认定数 = 结业 + 未结业", "judged", ("completed", "not_completed")),
    ("上报 = 计入 + 未计入（学习记录）", "reported_ms", ("accepted_ms", "refused_ms")),
    ("上报 = 计入 + 未计入（学习进度）", "progress_reported_ms", ("progress_accepted_ms", "progress_refused_ms")),
    ("学习记录 = 学习进度", "accepted_ms", ("progress_accepted_ms",)),
    ("手机上报 = 学习记录", "reported_by_phones_ms", ("reported_ms",)),
    ("考勤记录 = 课次 × 人数", "attendances", ("attendances_due",)),
    ("准考 = 结业", "candidates", ("completed",)),
    ("准考 = 合格 + 不合格", "candidates", ("passed", "failed")),
    ("合格 = 发证 + 因其他原因未发证", "passed", ("certificates", "certificates_refused")),
    ("证书编号没有空号", "certificates", ("numbers_span",)),
    ("每张证书都有文件", "certificates", ("certificate_files",)),
    ("每张证书都记入技能档案", "certificates", ("skill_entries",)),
)
MONEY: tuple[Equation, ...] = (
    ("证书数 = 受理的申领 + 当场没有受理", "certificates", ("claims_taken", "claims_declined")),
    ("当场没有受理的都有原因", "claims_declined", ("declined_told",)),
    ("申领 = 到账 + 不予补贴 + 未办结", "claims", ("paid", "claims_refused", "claims_open")),
    ("没有未办结的申领", "claims_open", ()),
    ("送盘笔数 = 成功 + 退回 + 未回盘", "payment_lines", ("lines_paid", "payments_failed", "lines_waiting")),
    ("没有未回盘的笔数", "lines_waiting", ()),
    ("到账的申领 = 银行成功的笔数", "paid", ("lines_paid",)),
    ("回盘文件成功笔数 = 到账的申领", "bank_lines_paid", ("paid",)),
    ("回盘文件失败笔数 = 银行退回", "bank_lines_failed", ("payments_failed",)),
    ("到账金额 = 拨付明细成功金额", "paid_fen", ("lines_paid_fen",)),
    ("到账金额 = 回盘文件成功金额", "paid_fen", ("bank_paid_fen",)),
    ("到账金额 = 台账已付", "paid_fen", ("ledger_paid_fen",)),
    ("台账每笔借贷相等", "ledger_sum_fen", ()),
    ("台账没有滞留资金", "ledger_open_fen", ()),
    ("申领、拨付明细、台账三本账没有差异", "books_differ", ()),
    ("银行退回的都已更正到账", "claims_bounced", ("payments_repaired",)),
)
EVIDENCE: tuple[Equation, ...] = (
    ("有证书的人 = 送出材料 + 没有送", "certificates", ("evidence_sent", "evidence_unsent")),
    ("送出的材料 = 对方采用 + 对方退回", "evidence_sent", ("evidence_accepted", "evidence_refused")),
    ("没有被退回的材料", "evidence_refused", ()),
    ("采用的材料 = 对方的采用答复", "evidence_accepted", ("evidence_answers",)),
    ("采用的材料里都有本次的证书", "evidence_accepted", ("evidence_with_certificate",)),
)


def balance_check(journey: Journey, totals: Counts) -> int:
    """Hold every equation against the totals; how many. What does not agree fails the rehearsal, in words."""
    known = totals | {
        "reported_by_phones_ms": journey.facts.get("reported_by_phones", 0),
        "declined_told": sum(journey.facts.get("claim_refusals", {}).values()),
    }
    equations = [*ROSTER, *([] if journey.ended else TRAINING), *MONEY, *EVIDENCE]
    for sentence, left, right in equations:
        journey.require(sentence, known[left], _sum(known, right))
    journey.facts["equations"] = [
        (sentence, left, known[left], _sum(known, right)) for sentence, left, right in equations
    ]
    return len(equations)


def _sum(known: Mapping[str, int], names: tuple[str, ...]) -> int:
    return sum(known[name] for name in names)
