"""人员类别 as the rules name them, with the rule. Words found only second-hand say so."""

from django.db import migrations
from django.db.backends.postgresql.psycopg_any import DateRange

FUNDS = "财社〔2023〕181号 就业补助资金管理办法 第五条"
PLAN = "厦府办规〔2022〕6号 第十条"
LOCAL = "厦门口径要求本市户籍，待核对现行文件。"
# code, name, source, provenance, note, other words people write
GROUPS = [
    ("rural_transfer", "农村转移就业劳动者", FUNDS, "official", LOCAL,
     ["农村转移就业劳动力", "农村劳动力", "农村转移劳动力", "农民工", "进城务工人员"]),
    ("registered_unemployed", "城镇登记失业人员", FUNDS, "official", LOCAL,
     ["登记失业人员", "失业人员", "下岗失业人员", "下岗职工"]),
    ("hard_to_employ", "就业困难人员", FUNDS, "official", LOCAL,
     ["就业困难群体", "4050人员", "低保人员"]),
    ("graduating_student", "毕业年度高校毕业生", FUNDS, "official", "厦门口径只认本市高校，待核对现行文件。",
     ["高校毕业生", "毕业学年学生", "应届大学生"]),
    ("school_leaver", "城乡未继续升学的应届初高中毕业生", FUNDS, "official", LOCAL,
     ["未继续升学初高中毕业生", "两后生", "应届初高中毕业生"]),
    ("poverty_monitored", "防止返贫监测对象", FUNDS, "official", "厦门市没有此类对象；外地人员须由认定地证明。",
     ["防返贫监测对象", "脱贫人口", "建档立卡贫困人口"]),
    ("enterprise_employee", "企业职工", FUNDS, "official", "须符合条件，见第五条。", ["在职职工", "企业在职职工", "转岗职工"]),
    ("disabled", "残疾人", PLAN, "official", "文件期限至 2025 年底，接续文件待核对。", ["残疾人员", "持证残疾人"]),
    ("veteran", "退役军人", "退役军人事务部门另有渠道", "unverified", "依据待核对。", ["退伍军人", "复员军人"]),
    ("zero_employment_family", "零就业家庭成员", "一般经就业困难人员认定", "unverified", "依据待核对。", ["零就业家庭"]),
]


def add(apps, schema_editor):
    group_model = apps.get_model("workers", "PersonGroup")
    alias_model = apps.get_model("workers", "PersonGroupAlias")
    for order, (code, name, source, provenance, note, aliases) in enumerate(GROUPS, start=1):
        group = group_model.objects.create(
            code=code, name=name, source=source, provenance=provenance, note=note, order=order * 10,
            effective=DateRange(None, None),
        )
        alias_model.objects.bulk_create(alias_model(group=group, name=alias) for alias in aliases)


def remove(apps, schema_editor):
    apps.get_model("workers", "PersonGroup").objects.filter(code__in=[row[0] for row in GROUPS]).delete()


class Migration(migrations.Migration):
    dependencies = [("workers", "0001_the_persons_file")]
    operations = [migrations.RunPython(add, remove)]
