"""The certificate behind a claim: whether it stands, whose it is, when it was issued, how many were issued with it."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from subsidies.checks.rules.checks import Check
from subsidies.checks.states import Basis, Severity

PLATFORM = "平台运行规则"
SINCE = date(2026, 1, 1)

# The certificate of the claim's training as it stands now: one that was corrected or reissued has a follower, and a
# claim for the training itself names none.
OF_TRAINING = (
    "t.enrolment_id = k.enrolment_id AND t.state <> 'replaced'"
    " AND k.level_certificate_id IS NULL AND k.prior_certificate_id IS NULL"
)

CHECKS = (
    Check(
        code="certificate_state",
        title=_("证书暂停使用、已撤销或没有核实"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="财社〔2023〕181号第五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        sql="""
SELECT k.claim_id, jsonb_build_object('certificate', coalesce(t.state, l.state, p.state)) AS seen
  FROM checks_case k
  LEFT JOIN certificates_trainingcertificate t ON """
        + OF_TRAINING
        + """
  LEFT JOIN certificates_levelcertificate l ON l.id = k.level_certificate_id
  LEFT JOIN certificates_priorcertificate p ON p.id = k.prior_certificate_id
 WHERE t.state IN ('suspended', 'revoked') OR l.state IN ('suspended', 'revoked') OR p.state <> 'confirmed'
""",
        seen=_("证书现在是“%(certificate)s”。"),
        compared=_("补贴要有有效的证书。"),
        why=_("没有有效的证书就没有取证的结果。"),
        advice=_("请等证书的处理有了结论；撤销的，不予核定。"),
    ),
    Check(
        code="certificate_in_doubt",
        title=_("证书正在办理撤销"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="财社〔2023〕181号第五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        sql="""
SELECT k.claim_id, jsonb_build_object('asked_on', (v.asked_at AT TIME ZONE %(zone)s)::date) AS seen
  FROM checks_case k
  JOIN certificates_trainingcertificate t ON """
        + OF_TRAINING
        + """
  JOIN certificates_revocation v ON v.certificate_id = t.id AND v.state = 'waiting'
""",
        seen=_("%(asked_on)s 有人提出撤销这本证书，等待复核。"),
        compared=_("撤销证书的办理记录。"),
        why=_("证书可能无效，钱发出去就难收回。"),
        advice=_("请等撤销有了结论再办。"),
    ),
    Check(
        code="certificate_other_holder",
        title=_("证书是别人的，或已被别人申领"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="财社〔2023〕181号第五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        sql="""
SELECT q.claim_id, jsonb_build_object('is_own', bool_and(q.is_own),
           'claims', coalesce((array_agg(q.number ORDER BY q.number) FILTER (WHERE q.number <> ''))[1:5], '{}')) AS seen
  FROM (
    SELECT k.claim_id, false AS is_own, '' AS number
      FROM checks_case k
      LEFT JOIN certificates_trainingcertificate t ON t.id = k.training_certificate_id
      LEFT JOIN certificates_levelcertificate l ON l.id = k.level_certificate_id
      LEFT JOIN certificates_priorcertificate p ON p.id = k.prior_certificate_id
     WHERE coalesce(t.worker_id, l.worker_id, p.worker_id) <> k.worker_id
    UNION ALL
    SELECT k.claim_id, true, o.number
      FROM checks_case k
      JOIN claims_claim o ON o.certificate_number = k.certificate_number AND o.worker_id <> k.worker_id
       AND o.state = ANY(%(live)s)
     WHERE k.certificate_number <> ''
  ) q
 GROUP BY q.claim_id
""",
        seen=_("同一证书编号已由别人申领（%(claims)s），或证书登记在别人名下。"),
        compared=_("证书的持有人，和其他申领的证书编号。"),
        why=_("一本证书只属于一个人。"),
        advice=_("请查证书原始记录和两个人的身份；冒用的，不予核定。"),
    ),
    Check(
        code="certificate_again",
        title=_("同一证书编号已经申领"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="福建省职业技能提升工程配套政策方案（2024-07-01）",
        since=date(2024, 7, 1),
        sql="""
SELECT k.claim_id, jsonb_build_object('claims', (array_agg(o.number ORDER BY o.id))[1:5]) AS seen
  FROM checks_case k
  JOIN checks_other o ON o.claim_id = k.claim_id AND o.certificate_number = k.certificate_number
 WHERE k.certificate_number <> '' AND k.lane <> 'award'
 GROUP BY k.claim_id
""",
        seen=_("这个人已用同一证书编号申领过同类补贴：%(claims)s。"),
        compared=_("一本证书同类补贴只领一次。"),
        why=_("同一本证书会领到两次钱。"),
        advice=_("请核对两份申领，只保留一份。"),
    ),
    Check(
        code="certificate_changed",
        title=_("证书在申领以后被更正"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        version=2,
        # What was decided again after the last correction was decided by the certificate as it is. Once it is reviewed,
        # nobody looks before the money goes: then it must be dealt with, unless somebody has cleared the same thing.
        sql="""
SELECT d.claim_id, d.seen || CASE
           WHEN d.of_level
            AND d.state IN ('reviewed', 'published', 'disputed', 'approved', 'in_batch', 'payment_failed')
            AND NOT EXISTS (SELECT FROM checks_finding f WHERE f.claim_id = d.claim_id AND f.state = 'cleared'
                               AND f.check_code = %(check_code)s AND f.seen = d.seen)
           THEN jsonb_build_object('severity', 'block', 'after_review', true) ELSE '{}' END AS seen
  FROM (
    SELECT k.claim_id, k.state, l.id IS NOT NULL AS of_level,
           jsonb_build_object('issued_on', k.issued_on, 'now_issued_on', coalesce(l.issued_on, t.issued_on),
               'level', k.level, 'now_level', coalesce(l.level, k.level),
               'trade', trim(k.occupation_code || ' ' || k.work_type_name),
               'now_trade', trim(coalesce(o.code, k.occupation_code) || ' '
                                 || CASE WHEN l.id IS NULL THEN k.work_type_name ELSE coalesce(w.name, '') END)) AS seen
      FROM checks_case k
      LEFT JOIN certificates_levelcertificate l ON l.id = k.level_certificate_id
      LEFT JOIN catalogue_occupation o ON o.id = l.occupation_id
      LEFT JOIN catalogue_worktype w ON w.id = l.work_type_id
      LEFT JOIN certificates_trainingcertificate t ON t.id = k.training_certificate_id
     WHERE t.state = 'replaced'
        OR (l.id IS NOT NULL
            AND (l.level, l.issued_on, o.code, coalesce(w.name, ''))
                IS DISTINCT FROM (k.level, k.issued_on, k.occupation_code, k.work_type_name)
            AND NOT EXISTS (SELECT FROM claims_claimdecision x
                             WHERE x.claim_id = k.claim_id
                               AND x.at > (SELECT max(e.at) FROM certificates_certificateevent e
                                            WHERE e.level_id = l.id AND e.action = 'corrected')))
  ) d
""",
        seen=_(
            "申领时：%(trade)s，%(level)s，%(issued_on)s 发证；"
            "现在登记：%(now_trade)s，%(now_level)s，%(now_issued_on)s 发证，或已换发新证。"
        ),
        compared=_("申领时的证书内容与现在登记的内容。"),
        why=_("职业、工种、等级和日期关系到金额和期限。"),
        advice=_("请按现在的证书重新核定；不一致的，退回补正。"),
    ),
    Check(
        code="too_late",
        title=_("超过申领期限"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="",
        since=date(2017, 1, 1),
        scheme_figures=("claim_window",),
        sql="""
SELECT k.claim_id, jsonb_build_object('issued_on', k.issued_on, 'claimed_on', k.claimed_on, 'limit', f.claim_window,
           'last_day', (k.issued_on + make_interval(months => f.claim_window))::date, 'basis', f.window_source) AS seen
  FROM checks_case k
  JOIN checks_figure f ON f.scheme_id = k.scheme_id AND f.claimed_on = k.claimed_on AND f.claim_window IS NOT NULL
 WHERE k.claimed_on > (k.issued_on + make_interval(months => f.claim_window))::date
""",
        seen=_("%(issued_on)s 发证，%(claimed_on)s 才申领。"),
        compared=_("发证以后 %(limit)s 个月以内申领，最后一天是 %(last_day)s。"),
        why=_("过了期限不能再发。"),
        advice=_("请核对发证日期和提交日期；属实的，不予核定。"),
    ),
    Check(
        code="issuer_burst",
        title=_("发证机构短时间大量发证"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"day_max": "check.issue.day_max", "month_max": "check.issue.month_max"},
        sql="""
WITH issued AS (
    SELECT k.claim_id, 'body' AS what, l.body_id AS by_whom, l.issued_on
      FROM checks_case k JOIN certificates_levelcertificate l ON l.id = k.level_certificate_id
    UNION ALL
    SELECT k.claim_id, 'school', t.school_id, t.issued_on
      FROM checks_case k JOIN certificates_trainingcertificate t ON t.id = k.training_certificate_id
), days AS MATERIALIZED (
    SELECT what, by_whom, issued_on, CASE what
           WHEN 'body' THEN (SELECT count(*) FROM certificates_levelcertificate x
                              WHERE x.body_id = d.by_whom AND x.issued_on = d.issued_on)
           ELSE (SELECT count(*) FROM certificates_trainingcertificate x
                  WHERE x.school_id = d.by_whom AND x.issued_on = d.issued_on) END AS people
      FROM (SELECT DISTINCT what, by_whom, issued_on FROM issued) d
), months AS MATERIALIZED (
    SELECT what, by_whom, month, CASE what
           WHEN 'body' THEN (SELECT count(*) FROM certificates_levelcertificate x WHERE x.body_id = d.by_whom
                                AND x.issued_on >= d.month AND x.issued_on < (d.month + interval '1 month')::date)
           ELSE (SELECT count(*) FROM certificates_trainingcertificate x WHERE x.school_id = d.by_whom
                    AND x.issued_on >= d.month AND x.issued_on < (d.month + interval '1 month')::date) END AS people
      FROM (SELECT DISTINCT what, by_whom, date_trunc('month', issued_on::timestamp)::date AS month FROM issued) d
)
SELECT i.claim_id, jsonb_build_object('issued_on', i.issued_on, 'day', d.people, 'day_limit', %(day_max)s,
           'month', m.people, 'month_limit', %(month_max)s) AS seen
  FROM issued i
  JOIN days d USING (what, by_whom, issued_on)
  JOIN months m ON m.what = i.what AND m.by_whom = i.by_whom
   AND m.month = date_trunc('month', i.issued_on::timestamp)::date
 WHERE d.people > %(day_max)s OR m.people > %(month_max)s
""",
        seen=_("%(issued_on)s 这家机构发证 %(day)s 本，当月发证 %(month)s 本。"),
        compared=_("一天超过 %(day_limit)s 本、一月超过 %(month_limit)s 本的要看一看。"),
        why=_("审计发现过两个月发证两千多本的，考核走了过场。"),
        advice=_("请抽查当天的考核监控和评分记录。"),
    ),
    Check(
        code="assessor_burst",
        title=_("一名考评员短时间评了太多人"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"day_max": "check.assessor.day_max", "month_max": "check.assessor.month_max"},
        sql="""
WITH judged AS (
    SELECT k.claim_id, j.assessor, (p.starts_at AT TIME ZONE %(zone)s)::date AS day
      FROM checks_case k
      LEFT JOIN certificates_trainingcertificate t ON t.id = k.training_certificate_id
      LEFT JOIN certificates_levelcertificate l ON l.id = k.level_certificate_id
      JOIN scoring_result r ON r.id = coalesce(t.result_id, l.result_id)
      JOIN LATERAL (
        SELECT a.id_number_index AS assessor, x.part_id FROM scoring_partscore x
          JOIN bodies_assessor a ON a.id = x.assessor_id WHERE x.candidate_id = r.candidate_id
        UNION
        SELECT a.id_number_index, x.part_id FROM scoring_rating x
          JOIN bodies_assessor a ON a.id = x.assessor_id WHERE x.candidate_id = r.candidate_id
      ) j ON true
      JOIN plans_planpart p ON p.id = j.part_id
), work AS MATERIALIZED (
    SELECT d.assessor, (p.starts_at AT TIME ZONE %(zone)s)::date AS day, x.candidate_id
      FROM (SELECT DISTINCT assessor FROM judged) d
      JOIN bodies_assessor a ON a.id_number_index = d.assessor
      JOIN (SELECT assessor_id, candidate_id, part_id FROM scoring_partscore WHERE assessor_id IS NOT NULL
            UNION SELECT assessor_id, candidate_id, part_id FROM scoring_rating) x ON x.assessor_id = a.id
      JOIN plans_planpart p ON p.id = x.part_id
), days AS MATERIALIZED (
    SELECT assessor, day, count(DISTINCT candidate_id) AS people FROM work GROUP BY 1, 2
), months AS MATERIALIZED (
    SELECT assessor, date_trunc('month', day::timestamp)::date AS month, count(DISTINCT candidate_id) AS people
      FROM work GROUP BY 1, 2
)
SELECT j.claim_id, jsonb_build_object('day', max(d.people), 'day_limit', %(day_max)s, 'month', max(m.people),
           'month_limit', %(month_max)s, 'judged_on', min(j.day)) AS seen
  FROM judged j
  JOIN days d ON d.assessor = j.assessor AND d.day = j.day
  JOIN months m ON m.assessor = j.assessor AND m.month = date_trunc('month', j.day::timestamp)::date
 WHERE d.people > %(day_max)s OR m.people > %(month_max)s
 GROUP BY j.claim_id
""",
        seen=_("考评员在 %(judged_on)s 一天评了 %(day)s 人，当月评了 %(month)s 人。"),
        compared=_("一天超过 %(day_limit)s 人、一月超过 %(month_limit)s 人的要看一看。"),
        why=_("评得太多太快，多半没有认真考核。"),
        advice=_("请抽查评分表和考场监控，请另一名考评员复评。"),
    ),
)
