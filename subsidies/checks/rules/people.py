"""Who claims: identity, insiders, and what people share that they should not: accounts and phones."""

from datetime import date

from django.utils.translation import gettext_lazy as _

from subsidies.checks.rules.checks import Check
from subsidies.checks.states import Basis, Severity

PLATFORM = "平台运行规则"
SINCE = date(2026, 1, 1)

CHECKS = (
    Check(
        code="paper_mandate",
        title=_("纸质委托，请看原件照片"),
        severity=Severity.NOTE,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        # Mandates are kept one floor above: only the statement knows them.
        sql="""
SELECT k.claim_id, jsonb_build_object('mandate', m.id,
           'recorded_on', (max(e.at) AT TIME ZONE %(zone)s)::date) AS seen
  FROM checks_case k
  JOIN claims_claim c ON c.id = k.claim_id
  JOIN school_claims_mandate m ON m.worker_id = k.worker_id AND m.school_id = c.school_id AND m.through = 'paper'
  LEFT JOIN school_claims_mandateevent e ON e.mandate_id = m.id AND e.action = 'record'
 WHERE k.channel = 'school' AND k.payee = 'worker'
 GROUP BY k.claim_id, m.id
""",
        seen=_("培训机构代为申领，凭的是 %(recorded_on)s 登记的纸质委托，本人没有登录同意。"),
        compared=_("本人登录同意的，不用看纸。"),
        why=_("签字可能不是本人的。"),
        advice=_("请打开委托书照片，看签字、日期和机构；有疑问的，打电话问本人。"),
    ),
    Check(
        code="not_verified",
        title=_("没有通过实名核验"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="财社〔2023〕181号第二十三条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        sql="""
SELECT k.claim_id, jsonb_build_object('identity', k.identity_state) AS seen
  FROM checks_case k WHERE k.identity_state <> 'verified'
""",
        seen=_("实名状态是“%(identity)s”。"),
        compared=_("补贴只发给实名核验一致的人。"),
        why=_("不能确定申领的就是证书上的人。"),
        advice=_("请核验身份；核验一致以后，这一条会自动消除。"),
    ),
    Check(
        code="renamed",
        title=_("本人自己改过姓名或身份证号码"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        sql="""
SELECT k.claim_id, jsonb_build_object('changed_on', (r.at AT TIME ZONE %(zone)s)::date) AS seen
  FROM checks_case k JOIN checks_renamed r ON r.worker_id = k.worker_id
""",
        seen=_("%(changed_on)s 在自己的账户里改过姓名或号码，以后没有工作人员核验过。"),
        compared=_("改过以后，应由工作人员再核验一次。"),
        why=_("核验一致只说明有这样一个人，不说明上课的是这个人。"),
        advice=_("请对照上课时的照片和证件，由窗口重新核验身份。"),
    ),
    Check(
        code="same_account",
        title=_("几个人用同一个收款账户"),
        severity=Severity.BLOCK,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"people_max": "check.account.people_max"},
        sql="""
SELECT k.claim_id, jsonb_build_object('people', count(DISTINCT o.worker_id) + 1, 'limit', %(people_max)s,
           'claims', (array_agg(DISTINCT o.number))[1:5]) AS seen
  FROM checks_case k
  JOIN claims_claim o ON o.account_index = k.account_index AND o.worker_id <> k.worker_id
   AND (o.state = ANY(%(live)s) OR o.id IN (SELECT claim_id FROM checks_case)) AND o.payee = 'worker'
 WHERE k.payee = 'worker'
 GROUP BY k.claim_id
HAVING count(DISTINCT o.worker_id) + 1 > %(people_max)s
""",
        seen=_("%(people)s 个人的申领填的是同一个收款账户，例如 %(claims)s。"),
        compared=_("同一账户最多 %(limit)s 人使用。"),
        why=_("补贴要发到本人的社保卡；几个人的钱进一个账户，多半有人代领。"),
        advice=_("请请银行核对户名；不是本人账户的，退回更正账户。"),
    ),
    Check(
        code="same_phone",
        title=_("几个人用同一个电话号码"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        figures={"people_max": "check.phone.people_max"},
        sql="""
WITH phones AS (
    SELECT claim_id, worker_id, phone_index AS phone FROM checks_case WHERE phone_index IS NOT NULL
    UNION SELECT claim_id, worker_id, contact_phone_index FROM checks_case WHERE contact_phone_index IS NOT NULL
), others AS (
    SELECT p.claim_id, w.id AS other FROM phones p JOIN workers_worker w ON w.contact_phone_index = p.phone
     WHERE w.id <> p.worker_id
    UNION
    SELECT p.claim_id, w.id FROM phones p JOIN accounts_user u ON u.phone_index = p.phone
      JOIN workers_worker w ON w.user_id = u.id WHERE w.id <> p.worker_id
)
SELECT claim_id, jsonb_build_object('people', count(*) + 1, 'limit', %(people_max)s) AS seen
  FROM others GROUP BY claim_id HAVING count(*) + 1 > %(people_max)s
""",
        seen=_("%(people)s 个人登记的是同一个电话号码。"),
        compared=_("同一号码最多 %(limit)s 人使用（家人可以共用）。"),
        why=_("一个电话代表许多学员，可能是有人冒名报名。"),
        advice=_("请打电话逐人回访，请本人登记自己的号码。"),
    ),
    Check(
        code="school_staff",
        title=_("申领人是培训机构或评价机构的人"),
        severity=Severity.WARN,
        basis=Basis.PLATFORM,
        source=PLATFORM,
        since=SINCE,
        sql="""
SELECT k.claim_id, jsonb_build_object('as', array_agg(DISTINCT q.as_what)) AS seen
  FROM checks_case k
  JOIN LATERAL (
    SELECT m.role AS as_what FROM accounts_membership m
     WHERE m.user_id = k.user_id AND m.organisation_id IN (k.school_organisation_id, k.body_organisation_id)
       AND (m.effective @> k.claimed_on OR m.effective && daterange(k.starts_on, k.ends_on, '[]'))
    UNION ALL
    SELECT 'teacher' FROM schools_teacher t WHERE t.id_number_index = k.person AND t.school_id = k.class_school_id
       AND t.employed && daterange(k.starts_on, k.ends_on, '[]')
    UNION ALL
    SELECT 'assessor' FROM bodies_assessor a WHERE a.id_number_index = k.person
       AND a.organisation_id IN (k.school_organisation_id, k.body_organisation_id) AND a.engaged @> k.issued_on
  ) q ON true
 GROUP BY k.claim_id
""",
        seen=_("在办班的学校或发证的机构担任：%(as)s。"),
        compared=_("机构的工作人员、教师、考评员名单。"),
        why=_("自己人给自己人发证，容易走过场。"),
        advice=_("请核对考勤和考核是否由别人经办；需要时另行考核。"),
    ),
    Check(
        code="bureau_staff",
        title=_("申领人是人社部门的工作人员"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="财社〔2023〕181号第十六条、第二十五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        sql="""
SELECT k.claim_id, jsonb_build_object('as', array_agg(DISTINCT m.role)) AS seen
  FROM checks_case k
  JOIN accounts_membership m ON m.user_id = k.user_id AND m.effective @> k.claimed_on
   AND m.role IN ('officer_intake', 'officer_review', 'officer_finance', 'officer_policy', 'officer_inspection',
                  'administrator', 'auditor')
 GROUP BY k.claim_id
""",
        seen=_("申领当天在人社部门或审计部门担任：%(as)s。"),
        compared=_("经办补贴的人员名单；在编人员不在补贴范围内。"),
        why=_("经办补贴的人给自己申领。"),
        advice=_("请查是否在编；不属于补贴范围的，不予核定。不在编的，由无关的人员办理并写明。"),
    ),
)
