"""Who stands in the lists of other offices: drawing a pension, on the public payroll, a student, dead, in prison …"""

from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from subsidies.checks.rules.checks import Check
from subsidies.checks.states import Basis, Severity
from subsidies.registers.states import RegisterKind

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

FUJIAN = "福建省职业技能提升工程配套政策方案（2024-07-01）"
SINCE = date(2024, 7, 1)
# In the list on the day she claimed, or on a day of the class.
_STANDS = """
SELECT k.claim_id, jsonb_build_object('from', min(lower(r.effective)), 'to', max(upper(r.effective) - 1),
           'claimed_on', k.claimed_on, 'class_from', k.starts_on, 'class_to', k.ends_on, 'at_class',
           coalesce(bool_or(r.effective && daterange(k.starts_on, k.ends_on, '[]')), false),
           'at_claim', bool_or(r.effective @> k.claimed_on)) AS seen
  FROM checks_case k
  JOIN checks_listed r ON r.claim_id = k.claim_id AND r.kind = %(register)s
   AND (r.effective @> k.claimed_on OR r.effective && daterange(k.starts_on, k.ends_on, '[]'))
 GROUP BY k.claim_id, k.claimed_on, k.starts_on, k.ends_on
"""
_SEEN = _("在名册中的日期：%(from)s 至 %(to)s；班期 %(class_from)s 至 %(class_to)s，申领日 %(claimed_on)s。")


def _standing(code: str, kind: RegisterKind, title: "StrPromise", compared: "StrPromise", why: "StrPromise") -> Check:
    return Check(
        code=code,
        title=title,
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source=FUJIAN,
        since=SINCE,
        register=kind,
        sql=_STANDS,
        seen=_SEEN,
        compared=compared,
        why=why,
        advice=_("请与提供名册的单位核实是不是本人、日期对不对；属实的，不予核定。"),
    )


CHECKS = (
    _standing(
        "pension",
        RegisterKind.PENSION,
        _("已领取基本养老保险待遇"),
        _("已依法领取基本养老保险待遇的人员不在补贴范围内。"),
        _("退休人员充当学员，是审计中最常见的冒领。"),
    ),
    _standing(
        "payroll",
        RegisterKind.PAYROLL,
        _("机关事业单位在编人员"),
        _("机关事业单位在编（财政供养）人员不在补贴范围内。"),
        _("在编人员的培训另有经费，不能再领补贴。"),
    ),
    _standing(
        "student",
        RegisterKind.STUDENT,
        _("在校学生"),
        _("非毕业学年的在校学生不在补贴范围内。"),
        _("拿在校学生充当学员，是审计中常见的冒领；毕业学年的学生可以申领，要看清学籍。"),
    ),
    Check(
        code="insured_at_start",
        title=_("以失业人员参训，开班时在单位参保"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="财社〔2023〕181号第五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        register=RegisterKind.INSURED,
        sql="""
SELECT k.claim_id, jsonb_build_object('from', min(lower(r.effective)), 'to', max(upper(r.effective) - 1),
           'class_from', k.starts_on, 'group', k.group_code) AS seen
  FROM checks_case k
  JOIN checks_listed r ON r.claim_id = k.claim_id AND r.kind = %(register)s
   AND r.effective @> k.starts_on AND r.detail <> ''
 WHERE k.group_code IN ('registered_unemployed', 'hard_to_employ', 'zero_employment_family')
 GROUP BY k.claim_id, k.starts_on, k.group_code
""",
        seen=_("报名时申报为“%(group)s”，而 %(class_from)s 开班那天有单位为其参保（%(from)s 至 %(to)s）。"),
        compared=_("失业人员、就业困难人员应当没有在单位就业。"),
        why=_("在职的人冒充失业人员，可以拿到更高的补贴。"),
        advice=_("请查参保明细；当天确在单位就业的，按企业职工重新认定或不予核定。"),
    ),
    Check(
        code="insured_during",
        title=_("以失业人员参训，培训期间在单位参保"),
        severity=Severity.WARN,
        basis=Basis.RULE,
        source="财社〔2023〕181号第五条（2026-01-09 起修订，现行条款待核对）",
        since=date(2023, 12, 20),
        register=RegisterKind.INSURED,
        sql="""
SELECT k.claim_id, jsonb_build_object('from', min(lower(r.effective)), 'to', max(upper(r.effective) - 1),
           'class_from', k.starts_on, 'class_to', k.ends_on, 'group', k.group_code) AS seen
  FROM checks_case k
  JOIN checks_listed r ON r.claim_id = k.claim_id AND r.kind = %(register)s AND r.detail <> ''
   AND r.effective && daterange(k.starts_on, k.ends_on, '[]')
 WHERE k.group_code IN ('registered_unemployed', 'hard_to_employ', 'zero_employment_family')
 GROUP BY k.claim_id, k.starts_on, k.ends_on, k.group_code
HAVING NOT bool_or(r.effective @> k.starts_on)
""",
        seen=_("报名时申报为“%(group)s”，班期 %(class_from)s 至 %(class_to)s 之间有单位为其参保（%(from)s 起）。"),
        compared=_("上课的日子与参保的日子。"),
        why=_("也可能是培训中找到了工作；如果上课时间在上班，考勤就不真实。"),
        advice=_("请看就业日期以后的考勤；白天上班又白天到课的，进一步核查。"),
    ),
    Check(
        code="dead",
        title=_("死亡以后仍有上课、签字或申领"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source="《民法典》第十三条",
        since=date(2021, 1, 1),
        register=RegisterKind.DEATH,
        sql="""
SELECT k.claim_id, jsonb_build_object('died_on', lower(r.effective), 'last_attended', a.last,
           'confirmed_on', (k.confirmed_at AT TIME ZONE %(zone)s)::date, 'issued_on', k.issued_on,
           'claimed_on', k.claimed_on) AS seen
  FROM checks_case k
  JOIN checks_listed r ON r.claim_id = k.claim_id AND r.kind = %(register)s
  LEFT JOIN LATERAL (
       SELECT max((t.starts_at AT TIME ZONE %(zone)s)::date) AS last
         FROM checks_attended t WHERE t.claim_id = k.claim_id AND t.was_there) a ON true
 WHERE lower(r.effective) < greatest(a.last, (k.confirmed_at AT TIME ZONE %(zone)s)::date, k.issued_on,
                                     k.claimed_on)
""",
        seen=_(
            "死亡登记日期 %(died_on)s；最后一次到课 %(last_attended)s，报名确认 %(confirmed_on)s，申领 %(claimed_on)s。"
        ),
        compared=_("死亡以后不会再上课、签字或申领。"),
        why=_("有人用死者的身份。"),
        advice=_("请与民政部门核实；属实的，不予核定，并查这个班的全部学员。"),
    ),
    Check(
        code="custody",
        title=_("服刑期间上课、取证或申领"),
        severity=Severity.BLOCK,
        basis=Basis.RULE,
        source=FUJIAN,
        since=SINCE,
        register=RegisterKind.CUSTODY,
        sql="""
SELECT k.claim_id, jsonb_build_object('from', min(lower(r.effective)), 'to', max(upper(r.effective) - 1),
           'class_from', k.starts_on, 'class_to', k.ends_on, 'issued_on', k.issued_on,
           'claimed_on', k.claimed_on) AS seen
  FROM checks_case k
  JOIN checks_listed r ON r.claim_id = k.claim_id AND r.kind = %(register)s
   AND (r.effective && daterange(k.starts_on, k.ends_on, '[]') OR r.effective @> k.issued_on
        OR r.effective @> k.claimed_on)
 GROUP BY k.claim_id, k.starts_on, k.ends_on, k.issued_on, k.claimed_on
""",
        seen=_(
            "服刑 %(from)s 至 %(to)s；班期 %(class_from)s 至 %(class_to)s，发证 %(issued_on)s，申领 %(claimed_on)s。"
        ),
        compared=_("服刑的人不能在社会上的培训班上课、考核。"),
        why=_("到课和考核记录不会是真的。"),
        advice=_("请与司法行政部门核实；属实的，不予核定，并查这个班的考勤。"),
    ),
    Check(
        code="not_registered",
        title=_("没有就业失业实名登记"),
        severity=Severity.WARN,
        basis=Basis.RULE,
        source=FUJIAN,
        since=SINCE,
        register=RegisterKind.REGISTRATION,
        sql="""
SELECT k.claim_id, jsonb_build_object('claimed_on', k.claimed_on) AS seen
  FROM checks_case k
 WHERE NOT EXISTS (SELECT FROM checks_listed r WHERE r.claim_id = k.claim_id AND r.kind = %(register)s
        AND (r.effective @> k.claimed_on OR r.effective && daterange(k.starts_on, k.ends_on, '[]')))
""",
        seen=_("登记名册里没有这个人在培训期间或申领日（%(claimed_on)s）的记录。"),
        compared=_("城乡劳动者应有求职、失业、就业或培训实名登记。"),
        why=_("没有登记的，可能不属于补贴对象；也可能是名册旧了。"),
        advice=_("请看名册的数据日期，查最新的登记；没有的，请本人补办登记。"),
    ),
)
