"""Claims that repeat other claims: counts, the same level twice, a lower level after a higher one, two funds."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from subsidies.checks.rules.checks import Check
from subsidies.checks.states import Basis, Severity

NATION = "财社〔2023〕181号"
FUJIAN = "福建省职业技能提升工程配套政策方案（2024-07-01）"

CHECKS = (
    Check(
        code="count_total",
        title=_("累计次数超过上限"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source=f"{NATION}第五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        scheme_figures=("count_max",),
        sql="""
SELECT k.claim_id, jsonb_build_object('found', count(*), 'limit', f.count_max, 'since', f.counted_since,
           'claims', (array_agg(o.number ORDER BY o.id))[1:5], 'basis', f.count_source) AS seen
  FROM checks_case k
  JOIN checks_figure f ON f.scheme_id = k.scheme_id AND f.claimed_on = k.claimed_on AND f.count_max IS NOT NULL
  JOIN checks_other o ON o.claim_id = k.claim_id AND o.submitted_on >= f.counted_since
   AND (o.state = ANY(%(moved)s) OR (o.submitted_on, o.id) < (k.claimed_on, k.claim_id))
 GROUP BY k.claim_id, f.count_max, f.counted_since, f.count_source
HAVING count(*) >= f.count_max
""",
        seen=_("%(since)s 以来，这个人已有 %(found)s 份同类申领在办或已到账：%(claims)s。"),
        compared=_("每人累计最多 %(limit)s 次。"),
        why=_("再发这一份就超过了规定的次数。"),
        advice=_("请核对这些申领；确已用完次数的，不予核定。"),
    ),
    Check(
        code="count_year",
        title=_("当年次数超过上限"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="",
        since=date(2017, 1, 1),
        scheme_figures=("count_per_year",),
        sql="""
SELECT k.claim_id, jsonb_build_object('found', count(*), 'limit', f.count_per_year,
           'year', extract(year FROM k.claimed_on)::int, 'claims', (array_agg(o.number ORDER BY o.id))[1:5],
           'basis', f.year_source) AS seen
  FROM checks_case k
  JOIN checks_figure f ON f.scheme_id = k.scheme_id AND f.claimed_on = k.claimed_on AND f.count_per_year IS NOT NULL
  JOIN checks_other o ON o.claim_id = k.claim_id AND extract(year FROM o.submitted_on) = extract(year FROM k.claimed_on)
   AND (o.state = ANY(%(moved)s) OR (o.submitted_on, o.id) < (k.claimed_on, k.claim_id))
 GROUP BY k.claim_id, k.claimed_on, f.count_per_year, f.year_source
HAVING count(*) >= f.count_per_year
""",
        seen=_("%(year)s 年这个人已有 %(found)s 份同类申领在办或已到账：%(claims)s。"),
        compared=_("每人每年最多 %(limit)s 次。"),
        why=_("再发这一份就超过了当年的次数。"),
        advice=_("请核对这些申领；当年次数已用完的，不予核定。"),
    ),
    Check(
        code="same_level",
        title=_("同一职业同一等级已经申领"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source=FUJIAN,
        since=date(2024, 7, 1),
        sql="""
SELECT k.claim_id, jsonb_build_object('level', k.level, 'occupation', k.occupation_code,
           'claims', (array_agg(o.number ORDER BY o.id))[1:5]) AS seen
  FROM checks_case k
  JOIN checks_other o ON o.claim_id = k.claim_id AND o.occupation_code = k.occupation_code AND o.level = k.level
   AND (o.work_type_name = k.work_type_name OR o.work_type_name = '' OR k.work_type_name = '')
 WHERE k.lane NOT IN ('living', 'award') AND k.occupation_code <> ''
 GROUP BY k.claim_id, k.level, k.occupation_code
""",
        seen=_("这个人的同一职业（%(occupation)s）%(level)s已有申领在办或已到账：%(claims)s。"),
        compared=_("同一职业（工种）同一等级只补贴一次。"),
        why=_("同一等级会领到两次钱。"),
        advice=_("请对照两份申领的证书；确为同一职业（工种）同一等级的，不予核定。"),
    ),
    Check(
        code="lower_level",
        title=_("已领过更高等级的补贴"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="补贴项目的“已领更高等级的不再领低等级”规定（见项目依据，待核实）",
        since=date(2023, 12, 20),
        sql="""
SELECT k.claim_id, jsonb_build_object('level', k.level, 'occupation', k.occupation_code,
           'higher', (array_agg(o.level ORDER BY o.id))[1],
           'claims', (array_agg(o.number ORDER BY o.id))[1:5]) AS seen
  FROM checks_case k
  JOIN checks_other o ON o.claim_id = k.claim_id AND o.occupation_code = k.occupation_code
   AND (ARRAY[5, 4, 3, 2, 1, 0, 6, 7])[o.level] > (ARRAY[5, 4, 3, 2, 1, 0, 6, 7])[k.level]
   AND (o.work_type_name = k.work_type_name OR o.work_type_name = '' OR k.work_type_name = '')
 WHERE k.lane NOT IN ('living', 'award') AND k.occupation_code <> ''
 GROUP BY k.claim_id, k.level, k.occupation_code
""",
        seen=_("这次申领%(level)s，而同一职业（%(occupation)s）的%(higher)s已在办或已到账：%(claims)s。"),
        compared=_("同一职业已领高等级补贴的，不再补贴低等级。"),
        why=_("先高后低，不合取证的顺序，也不合规定。"),
        advice=_("请核对两本证书的等级和发证日期；属实的，不予核定。"),
    ),
    Check(
        code="two_funds",
        title=_("同一证书从两个资金申领"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source=f"{NATION}第四条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        sql="""
SELECT k.claim_id, jsonb_build_object('fund', k.fund, 'other_fund', min(o.fund),
           'claims', (array_agg(o.number ORDER BY o.id))[1:5]) AS seen
  FROM checks_case k
  JOIN checks_other o ON o.claim_id = k.claim_id AND o.fund <> k.fund
   AND ((o.certificate_number = k.certificate_number AND k.certificate_number <> '')
        OR (o.occupation_code = k.occupation_code AND o.level = k.level AND o.work_type_name = k.work_type_name))
 GROUP BY k.claim_id, k.fund
""",
        seen=_("同一证书或同一等级，已从%(other_fund)s申领：%(claims)s；这一份从%(fund)s申领。"),
        compared=_("同一事项不得同时从就业补助资金和失业保险基金支付。"),
        why=_("一件事会领到两笔钱。"),
        advice=_("请核对两份申领，只保留一份。"),
    ),
)
