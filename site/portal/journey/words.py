"""What a rehearsal's steps and counts are called, and its verdict."""

from portal.journey.state import Journey

# Every account has these, also one that was broken off at its first step.
TOTALS = (
    "roster_rows", "rows_refused", "rows_repaired", "enrolled", "completed", "certificates", "claims",
    "claims_refused", "paid", "paid_fen", "payments_failed", "payments_repaired", "evidence_accepted",
)  # fmt: skip


def verdict(journey: Journey) -> str:
    """Whether it adds up, in a sentence."""
    if not journey.is_balanced:
        return "没有走完，或有合计对不上，见“对不上”的各行。"
    return f"没有走到最后（{journey.ended}）；已经办的，合计全部相符。" if journey.ended else "全部合计相符。"


def shown(name: str, count: int) -> str:
    """A count with its unit."""
    if name.endswith("_fen"):
        return f"{count // 100:,}.{count % 100:02d} 元"
    return f"{count / 60000:.1f} 分钟" if name.endswith("_ms") else str(count)


WORDS = {
    "version": "课程版次", "lessons": "课时", "sessions": "课次", "seats": "招生人数", "roster_rows": "名册行数",
    "rows_applied": "导入", "rows_refused": "退回", "rows_known": "已有", "rows_repaired": "自动更正",
    "asked_by_sms": "短信询问", "confirmed_by_link": "短信链接确认", "confirmed_on_paper": "纸质确认",
    "accounts_opened": "新开账户",
    "accounts_kept": "原有账户", "without_account": "没有账户", "events": "办理记录", "learners": "在线学员",
    "requests": "上报次数", "presence_answers": "在场确认", "quizzes_passed": "测验通过", "signed_in": "扫码签到",
    "on_paper": "纸质签到", "reviews_settled": "核查办结", "completed": "结业", "not_completed": "未结业",
    "rows_in_file": "单独读文件的行数", "rows_waiting": "没办完的行", "rows_moved": "转到下一个班的行",
    "rows_brought_on": "下一个班收到的行", "classes": "班次", "people": "不同的人", "unfinished": "没有判定",
    "attendances_due": "应有考勤记录", "certificates_refused": "因其他原因未发证",
    "claims_taken": "受理", "claims_declined": "当场没有受理", "not_granted": "不予核定",
    "lines_paid": "送盘笔数：成功", "lines_waiting": "送盘笔数：未回盘", "bank_lines_paid": "回盘文件成功笔数",
    "bank_lines_failed": "回盘文件失败笔数", "bank_paid_fen": "回盘文件成功金额",
    "claims_bounced": "曾被银行退回的申领", "books_differ": "三本账的差异",
    "bounced_fen": "银行退回金额",
    "evidence_unsent": "没有送材料的人", "evidence_with_certificate": "含本次证书的材料",
    "files": "文件", "checked": "核对项", "enrolled": "学员人数", "dropped": "中途离开", "judged": "认定数",
    "reported_ms": "上报", "accepted_ms": "计入", "refused_ms": "未计入", "progress_reported_ms": "进度：上报",
    "progress_accepted_ms": "进度：计入", "progress_refused_ms": "进度：未计入", "attendances": "考勤记录",
    "photos_taken": "照片", "cards_entered": "收款账户",
    "verified_at_the_counter": "窗口核验", "admitted": "准考", "seats_given": "座位",
    "assessors": "考评和监考人员", "score_rows": "成绩行数", "scores_applied": "成绩导入", "scores_refused": "成绩退回",
    "parts_voided": "作废部分", "passed": "考核合格", "failed": "考核不合格", "certificates": "培训合格证书",
    "not_issued": "未发证", "largest_file_kib": "最大文件（KiB）", "looked_up": "扫码查验", "files_read": "文件查验",
    "skill_entries": "技能档案",
    "candidates": "准考人数", "numbers_span": "编号跨度", "certificate_files": "证书文件",
    "registers": "名册", "register_rows": "名册记录", "claims": "申领人数", "claims_at_the_counter": "窗口代办",
    "claims_refused": "不予补贴", "passed_intake": "初审通过", "passed_review": "复核通过", "published": "公示",
    "approved": "公示无异议", "budgets": "预算", "payment_lines": "送盘笔数", "sent_fen": "送盘金额", "paid": "到账",
    "paid_fen": "到账金额", "lines_paid_fen": "银行成功金额",
    "ledger_paid_fen": "台账已付", "ledger_open_fen": "台账未办结", "ledger_sum_fen": "台账借贷差",
    "skill_records": "完整的技能档案", "record_lines": "档案记录", "evidence_sent": "送出的证明材料",
    "evidence_accepted": "对方采用", "evidence_refused": "对方退回", "evidence_answers": "采用答复",
    "claims_open": "未办结的申领", "payments_failed": "银行退回", "payments_repaired": "更正后到账",
    "present": "到课", "late": "迟到", "leave": "请假", "absent": "缺课",
}  # fmt: skip
