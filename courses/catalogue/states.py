"""The words of the catalogue of occupations."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class SkillLevel(IntegerChoices):
    """The ladder of skill levels (新八级工): the smaller the number of 5 to 1, the higher the skill.

    Source: 人社部发〔2022〕14号 for the three rungs outside 5 to 1.
    """

    APPRENTICE = 6, _("学徒工")
    FIVE = 5, _("五级/初级工")
    FOUR = 4, _("四级/中级工")
    THREE = 3, _("三级/高级工")
    TWO = 2, _("二级/技师")
    ONE = 1, _("一级/高级技师")
    SPECIAL_TECHNICIAN = 7, _("特级技师")
    CHIEF_TECHNICIAN = 8, _("首席技师")


class TrainingKind(TextChoices):
    """What a training leads to. One class leads to one kind of certificate."""

    LEVEL = "level", _("职业技能等级培训")
    SPECIAL = "special", _("专项职业能力培训")
    QUALIFIED = "qualified", _("培训合格证书培训")


class SkillNature(TextChoices):
    """Whether an occupation is learnt from books or by hand; practical ones are never trained online alone."""

    KNOWLEDGE = "knowledge", _("知识技能型")
    PRACTICAL = "practical", _("实操技能型")


class PackageStatus(TextChoices):
    DRAFT = "draft", _("编制中")
    PUBLISHED = "published", _("已发布")
    RETIRED = "retired", _("已停用")
