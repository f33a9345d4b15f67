"""The rehearsal from its first step to its last, and its account."""

import json
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import ClassRun
from courses.classes.states import BINDING, ClassState
from foundation.errors import DomainError
from portal.journey.assessment_steps import exam_arrange, results_settle, scores_import
from portal.journey.certificate_steps import certificates_issue, certificates_verify, papers_complete
from portal.journey.claim_steps import claims_decide, claims_send, notice_hold, registers_import
from portal.journey.class_steps import class_file, class_prepare, course_publish, roster_import
from portal.journey.clock import simulated_clock
from portal.journey.closing_steps import class_finish, files_export, sessions_hold
from portal.journey.learner_steps import accounts_open, learners_confirm, lessons_study
from portal.journey.payment_steps import bank_answer, books_compare, budget_enter, payment_send, payments_repair
from portal.journey.people import SCHOOL
from portal.journey.record_steps import evidence_hand_over, records_read
from portal.journey.state import Counts, Journey, JourneyError, Plan, Step
from portal.journey.totals import totals_take

# Room for several rehearsals before today: one takes about four weeks.
DAYS_BACK = 120

# name, what it is called, what it does. Later stages of the chain are added here.
STEPS: tuple[tuple[str, str, Callable[[Journey], Counts]], ...] = (
    ("course", "课程发布（两人审核）", course_publish),
    ("plan", "建班、排课", class_prepare),
    ("roster", "名册导入", roster_import),
    ("confirm", "学员本人确认", learners_confirm),
    ("accounts", "账户和实名", accounts_open),
    ("papers", "照片、账户和窗口核验", papers_complete),
    ("filing", "开班备案、开班", class_file),
    ("study", "线上学习", lessons_study),
    ("attendance", "到课签到", sessions_hold),
    ("close", "结班认定", class_finish),
    ("export", "导出", files_export),
    ("test", "结业考核编排", exam_arrange),
    ("scores", "成绩导入", scores_import),
    ("results", "成绩公布和确定", results_settle),
    ("certificates", "发证", certificates_issue),
    ("verification", "查验", certificates_verify),
    ("registers", "比对名册导入", registers_import),
    ("claims", "补贴申领", claims_send),
    ("budget", "登记预算", budget_enter),
    ("decide", "初审、复核（两人）", claims_decide),
    ("notice", "公示", notice_hold),
    ("payment", "拨付、送盘", payment_send),
    ("bank", "银行回盘", bank_answer),
    ("repair", "更正账户、重新拨付", payments_repair),
    ("books", "对账", books_compare),
    ("records", "技能档案", records_read),
    ("evidence", "证明材料送达并采用", evidence_hand_over),
    ("totals", "核对合计", totals_take),
)


def day_to_open(*, today: date) -> date:
    """Far enough back that all of it is past; after the last rehearsal, whose teacher and people are taken."""
    held = ClassRun.objects.filter(school__organisation__name=SCHOOL[0], state__in=BINDING | {ClassState.CLOSED})
    last = held.aggregate(last=Max("ends_on"))["last"]
    usual = today - timedelta(days=DAYS_BACK)
    return max(usual, last + timedelta(days=1)) if last else usual


def journey_run(plan: Plan) -> Journey:
    """Take every step in simulated time; what does not add up, or breaks it off, is in ``failures``."""
    begins = timezone.make_aware(datetime.combine(plan.opens_on, time_of_day(8)))
    with simulated_clock(begins) as clock:
        journey = Journey(plan, clock)
        for name, title, step in STEPS:
            started = time.perf_counter()
            row = Step(name, title)
            journey.steps.append(row)
            try:
                row.counts = step(journey)
            except (DomainError, JourneyError) as refusal:
                journey.failures.append(_("%(step)s没有走完：%(why)s") % {"step": title, "why": refusal})
                break
            finally:
                row.seconds = round(time.perf_counter() - started, 2)
    if plan.out is not None:
        _write(journey, plan.out)
    return journey


def _write(journey: Journey, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    (out / "account.txt").write_text(account_text(journey), "utf-8")
    (out / "account.json").write_text(json.dumps(account_data(journey), ensure_ascii=False, indent=1), "utf-8")


def account_data(journey: Journey) -> dict[str, Any]:
    """The account for machines. It holds counts, row numbers and reasons, and nobody's data."""
    return {
        "class_run": journey.run.number if journey.has_class else "",
        "opens_on": journey.plan.opens_on.isoformat(),
        "ends_on": journey.run.ends_on.isoformat() if journey.has_class else "",
        "steps": [
            {"name": step.name, "seconds": step.seconds, "counts": step.counts, "notes": step.notes}
            for step in journey.steps
        ],
        "totals": journey.totals,
        "refusals": journey.facts.get("refusals", {}),
        "reasons": journey.facts.get("reasons", {}),
        "failures": journey.failures,
        "balanced": journey.is_balanced,
    }


def account_text(journey: Journey) -> str:
    """The account for people."""
    lines = []
    for number, step in enumerate(journey.steps, start=1):
        counts = "，".join(f"{WORDS.get(name, name)} {_shown(name, count)}" for name, count in step.counts.items())
        lines.append(f"{number:2}. {step.title}（{step.seconds:.1f} 秒）：{counts}")
        lines += [f"      {note}" for note in step.notes]
    lines += ["", "合计"]
    lines += [f"  {WORDS.get(name, name)}：{_shown(name, count)}" for name, count in journey.totals.items()]
    lines += [""] + [f"对不上：{failure}" for failure in journey.failures]
    lines.append("全部合计相符。" if journey.is_balanced else "没有走完，或有合计对不上，见上面。")
    return "\n".join(lines) + "\n"


def _shown(name: str, count: int) -> str:
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
    "registers": "名册", "register_rows": "名册记录", "claims": "申领", "claims_at_the_counter": "窗口代办",
    "claims_refused": "未能申领", "passed_intake": "初审通过", "passed_review": "复核通过", "published": "公示",
    "approved": "公示无异议", "budgets": "预算", "payment_lines": "送盘笔数", "sent_fen": "送盘金额", "paid": "到账",
    "paid_fen": "到账金额", "lines_paid_fen": "银行成功金额",
    "ledger_paid_fen": "台账已付", "ledger_open_fen": "台账未办结", "ledger_sum_fen": "台账借贷差",
    "skill_records": "完整的技能档案", "record_lines": "档案记录", "evidence_sent": "送出的证明材料",
    "evidence_accepted": "对方采用", "evidence_refused": "对方退回", "evidence_answers": "采用答复",
    "claims_open": "未办结的申领", "payments_failed": "银行退回", "payments_repaired": "更正后到账",
    "present": "到课", "late": "迟到", "leave": "请假", "absent": "缺课",
}  # fmt: skip
