"""Whether the training happened: two places at one hour, attendance, head-counts, study that cannot be."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from subsidies.checks.rules.checks import Check
from subsidies.checks.states import Basis, Severity

PLATFORM = "平台运行规则"
SINCE = date(2026, 1, 1)

CHECKS = (
    Check(
        code="two_places",
        title=_("同一时间在两个班到课"),
        severity=Severity.BLOCK,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        sql="""
SELECT s.claim_id, jsonb_build_object('sessions', count(DISTINCT s.session_id),
           'first', min((s.starts_at AT TIME ZONE %(zone)s)::date),
           'classes', array_agg(DISTINCT r.number)) AS seen
  FROM checks_attended s
  JOIN classes_enrolment e ON e.worker_id = s.worker_id AND e.id <> s.enrolment_id
  JOIN attendance_attendance b ON b.enrolment_id = e.id AND b.state IN ('present', 'late')
  JOIN classes_session o ON o.id = b.session_id AND o.state <> 'cancelled'
   AND o.starts_at < s.ends_at AND o.ends_at > s.starts_at
  JOIN classes_classrun r ON r.id = e.class_run_id
 WHERE s.was_there
 GROUP BY s.claim_id
""",
        seen=_("有 %(sessions)s 次课，同一时间在别的班（%(classes)s）也登记为到课，最早一次在 %(first)s。"),
        compared=_("两个班的课次时间和考勤。"),
        why=_("一个人不能同时在两处上课，至少有一处考勤不真实。"),
        advice=_("请向两个班调取签到方式和教室人数，更正考勤后重新认定结业。"),
    ),
    Check(
        code="attendance_low",
        title=_("出勤率低于要求"),
        severity=Severity.BLOCK,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"rate_min": "attendance.rate.min"},
        sql="""
WITH made_up AS MATERIALIZED (
    SELECT DISTINCT claim_id, make_up_of_id AS session_id
      FROM checks_attended WHERE was_there AND make_up_of_id IS NOT NULL
), q AS (
    SELECT s.claim_id, sum(s.hours) AS held,
           coalesce(sum(s.hours) FILTER (WHERE s.was_there OR u.session_id IS NOT NULL), 0) AS attended
      FROM checks_attended s
      LEFT JOIN made_up u ON u.claim_id = s.claim_id AND u.session_id = s.session_id
     WHERE s.session = 'held' AND s.mode <> 'online' AND s.make_up_of_id IS NULL
     GROUP BY s.claim_id
)
SELECT claim_id, jsonb_build_object('held', held, 'attended', attended, 'limit', %(rate_min)s,
           'rate', round(attended * 100 / held, 1)) AS seen
  FROM q WHERE held > 0 AND attended * 100 < held * %(rate_min)s
""",
        seen=_("已上课 %(held)s 学时，到课 %(attended)s 学时，出勤率 %(rate)s%%。"),
        compared=_("最低出勤率 %(limit)s%%。"),
        why=_("结业以后考勤被更正，或者结业认定有误。"),
        advice=_("请查考勤更正记录，重新认定结业；不够的，不予核定。"),
    ),
    Check(
        code="over_seats",
        title=_("到课人数多于招生人数"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        sql="""
WITH runs AS (SELECT DISTINCT class_run_id, seats FROM checks_case WHERE class_run_id IS NOT NULL),
crowded AS MATERIALIZED (
    SELECT s.class_run_id, s.id, (s.starts_at AT TIME ZONE %(zone)s)::date AS day, r.seats,
           greatest((SELECT count(*) FROM attendance_attendance a
                      WHERE a.session_id = s.id AND a.state IN ('present', 'late')),
                    (SELECT h.people FROM attendance_headcount h WHERE h.session_id = s.id
                      ORDER BY h.at DESC, h.id DESC LIMIT 1)) AS people
      FROM runs r JOIN classes_session s ON s.class_run_id = r.class_run_id AND s.state = 'held'
)
SELECT k.claim_id, jsonb_build_object('people', max(c.people), 'limit', k.seats, 'first', min(c.day),
           'sessions', count(*)) AS seen
  FROM checks_case k JOIN crowded c ON c.class_run_id = k.class_run_id AND c.people > c.seats
 GROUP BY k.claim_id, k.seats
""",
        seen=_("有 %(sessions)s 次课人数超过招生人数，最多 %(people)s 人，最早在 %(first)s。"),
        compared=_("班次备案的招生人数 %(limit)s 人。"),
        why=_("多出来的人可能是别班的，或者名单是拼凑的。"),
        advice=_("请查当天的签到和教室人数。"),
    ),
    Check(
        code="head_count",
        title=_("教室人数少于签到人数"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"gap_max": "check.headcount.gap_max"},
        sql="""
WITH runs AS (SELECT DISTINCT class_run_id FROM checks_case WHERE class_run_id IS NOT NULL),
short AS MATERIALIZED (
    SELECT s.class_run_id, (s.starts_at AT TIME ZONE %(zone)s)::date AS day, h.people, h.registered
      FROM runs r
      JOIN classes_session s ON s.class_run_id = r.class_run_id
      JOIN LATERAL (SELECT people, registered FROM attendance_headcount x WHERE x.session_id = s.id
                     ORDER BY x.at DESC, x.id DESC LIMIT 1) h
           ON h.registered > 0 AND (h.registered - h.people) * 100 > h.registered * %(gap_max)s
)
SELECT k.claim_id, jsonb_build_object('sessions', count(*), 'first', min(c.day), 'limit', %(gap_max)s,
           'people', min(c.people), 'registered', max(c.registered)) AS seen
  FROM checks_case k JOIN short c ON c.class_run_id = k.class_run_id
 GROUP BY k.claim_id
""",
        seen=_(
            "有 %(sessions)s 次课清点少于签到，最早在 %(first)s：最少清点 %(people)s 人，最多签到 %(registered)s 人。"
        ),
        compared=_("允许相差签到人数的 %(limit)s%%。"),
        why=_("签到的人有的不在教室。"),
        advice=_("请核查是谁代签；更正考勤后重新认定结业。"),
    ),
    Check(
        code="study_day",
        title=_("一天计入的在线学习超过上限"),
        severity=Severity.BLOCK,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"hours_max": "study.day.max"},
        sql="""
SELECT k.claim_id, jsonb_build_object('days', count(*), 'first', min(d.day), 'limit', %(hours_max)s,
           'minutes', max(d.accepted_ms) / 60000) AS seen
  FROM checks_case k
  JOIN checks_studied d ON d.worker_id = k.worker_id AND d.accepted_ms > %(hours_max)s * 2700000
   AND d.day BETWEEN k.starts_on AND k.ends_on
 GROUP BY k.claim_id
""",
        seen=_("有 %(days)s 天计入的在线学习超过上限，最多一天 %(minutes)s 分钟，最早在 %(first)s。"),
        compared=_("每天最多 %(limit)s 学时（每学时 45 分钟）。"),
        why=_("平台不会计入这么多：记录可能被改动，或用工具刷课。"),
        advice=_("请技术人员查学习记录；不实的学时扣除后重新认定结业。"),
    ),
    Check(
        code="study_elsewhere",
        title=_("面授上课的时候在线学习"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"minutes_max": "check.study.elsewhere_max"},
        sql="""
SELECT k.claim_id, jsonb_build_object('minutes', sum(b.accepted_ms) / 60000, 'limit', %(minutes_max)s,
           'first', min((b.at AT TIME ZONE %(zone)s)::date)) AS seen
  FROM checks_case k
  JOIN checks_attended s ON s.claim_id = k.claim_id AND s.was_there
   AND s.mode IN ('classroom', 'practice', 'workplace', 'test')
  JOIN checks_studied d ON d.worker_id = k.worker_id AND d.day = (s.starts_at AT TIME ZONE %(zone)s)::date
  JOIN classes_enrolment e ON e.worker_id = k.worker_id
  JOIN study_studybeat b ON b.enrolment_id = e.id AND b.at > s.starts_at AND b.at <= s.ends_at AND b.accepted_ms > 0
   AND b.at >= (k.starts_on - 1)::timestamptz AND b.at < (k.ends_on + 2)::timestamptz
 GROUP BY k.claim_id
HAVING sum(b.accepted_ms) > %(minutes_max)s * 60000
""",
        seen=_("登记为到课的时间里，在线学习计入了 %(minutes)s 分钟，最早在 %(first)s。"),
        compared=_("允许 %(limit)s 分钟（早退、课间）。"),
        why=_("人在教室听课，不会同时在手机上看完一节课：可能请人代签，或开着手机刷课。"),
        advice=_("请核对签到方式和学习记录，只能算一处。"),
    ),
    Check(
        code="device",
        title=_("一部手机为几个人签到"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"people_max": "check.device.people_max"},
        sql="""
WITH runs AS (SELECT DISTINCT class_run_id FROM checks_case WHERE class_run_id IS NOT NULL),
shared AS MATERIALIZED (
    SELECT a.session_id, (s.starts_at AT TIME ZONE %(zone)s)::date AS day, count(*) AS people,
           array_agg(a.enrolment_id) AS enrolments
      FROM runs r
      JOIN classes_session s ON s.class_run_id = r.class_run_id
      JOIN attendance_attendance a ON a.session_id = s.id AND a.device <> '' AND a.state IN ('present', 'late')
     GROUP BY a.session_id, s.starts_at, a.device
    HAVING count(*) > %(people_max)s
), theirs AS (
    SELECT unnest(enrolments) AS enrolment_id, day, people FROM shared
)
SELECT k.claim_id, jsonb_build_object('people', max(x.people), 'limit', %(people_max)s, 'sessions', count(*),
           'first', min(x.day)) AS seen
  FROM checks_case k JOIN theirs x ON x.enrolment_id = k.enrolment_id
 GROUP BY k.claim_id
""",
        seen=_("有 %(sessions)s 次课，同一部手机为最多 %(people)s 人签到，最早在 %(first)s。"),
        compared=_("同一部手机最多为 %(limit)s 人签到。"),
        why=_("可能是一个人替几个人签到。"),
        advice=_("请看教室清点人数和教师说明；确有人没带手机、当面代签的，写明后核实。"),
    ),
    Check(
        code="group_dated_later",
        title=_("残疾证或人员类别的日期晚于开班"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="财社〔2023〕181号第五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        sql="""
SELECT k.claim_id, jsonb_build_object('group', k.group_code, 'from', min(lower(w.effective)),
           'class_from', k.starts_on) AS seen
  FROM checks_case k
  JOIN workers_persongroup g ON g.code = k.group_code
  JOIN workers_workergroup w ON w.worker_id = k.worker_id AND w.group_id = g.id AND w.withdrawn_at IS NULL
 GROUP BY k.claim_id, k.group_code, k.starts_on
HAVING NOT bool_or(w.effective @> k.starts_on) AND min(lower(w.effective)) > k.starts_on
""",
        seen=_("按“%(group)s”参训，而证明从 %(from)s 才开始，班在 %(class_from)s 已经开课。"),
        compared=_("参训时就应属于所申报的人员类别。"),
        why=_("证明可能是为了拿补贴补办的。"),
        advice=_("请核对证件的首次发证日期；开班时确不属于这一类的，按实际类别重新认定。"),
    ),
)
