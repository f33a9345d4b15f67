"""The rehearsal from its first step to its last."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from courses.classes.models import ClassRun
from courses.classes.states import BINDING, ClassState
from foundation.calendar.working_days import is_working_day
from foundation.errors import DomainError
from foundation.policy.errors import PolicyGapError
from portal.journey.account import account_write, folder_cleared
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
from portal.journey.state import Counts, Journey, JourneyError, JourneyOver, Plan, Step
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
    return working_day_from(max(usual, last + timedelta(days=1)) if last else usual)


def working_day_from(day: date) -> date:
    """The day itself when it is a working day, else the next one that is."""
    while not is_working_day(day).working:
        day += timedelta(days=1)
    return day


def journey_run(plan: Plan) -> Journey:
    """Take every step in simulated time; what does not add up, or breaks it off, is in ``failures``.

    When nothing is left to go on with, or no rule is in force, the steps between are left out and the totals taken.
    """
    begins = timezone.make_aware(datetime.combine(plan.opens_on, time_of_day(8))) - timedelta(days=31)
    folder_cleared(plan.out)
    with _without_waiting(), simulated_clock(begins) as clock:
        journey = Journey(plan, clock)
        for name, title, step in STEPS:
            is_last = step is totals_take
            if (journey.ended or journey.is_broken) and not is_last:
                continue
            row = Step(name, title)
            journey.steps.append(row)
            _taken(journey, row, step)
    account_write(journey)
    return journey


@contextmanager
def _without_waiting() -> Iterator[None]:
    """Commits do not wait for the disk: what a rehearsal loses in a power cut is rehearsed again. The rules, locks and
    the order of things are the same.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET synchronous_commit")


def _taken(journey: Journey, row: Step, step: Callable[[Journey], Counts]) -> None:
    """One step with its time and counts, or why it could not be taken."""
    started = time.perf_counter()
    try:
        row.counts = step(journey)
    except (JourneyOver, PolicyGapError) as over:
        journey.ended = f"{row.title}：{over}"
        journey.note(f"到这一步为止。{over}")
    except (DomainError, JourneyError, PermissionDenied) as refusal:
        journey.is_broken = True
        journey.failures.append(_("%(step)s没有走完：%(why)s") % {"step": row.title, "why": refusal})
    finally:
        row.seconds = round(time.perf_counter() - started, 2)
