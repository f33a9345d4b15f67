"""Presence questions: neutral, no knowledge asked for, never a face. Whoever looks at the screen can answer.

A question is kept by codes, so that it is shown in the reader's language.
"""

from datetime import date
from random import SystemRandom
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

CHOICES = 3
# Also asked for the moment of the next question: nobody can compute it from the ones before.
source = SystemRandom()

WEEKDAYS = {
    "monday": gettext_lazy("星期一"),
    "tuesday": gettext_lazy("星期二"),
    "wednesday": gettext_lazy("星期三"),
    "thursday": gettext_lazy("星期四"),
    "friday": gettext_lazy("星期五"),
    "saturday": gettext_lazy("星期六"),
    "sunday": gettext_lazy("星期日"),
}
FRUITS = {
    "apple": gettext_lazy("苹果"),
    "banana": gettext_lazy("香蕉"),
    "grape": gettext_lazy("葡萄"),
    "longan": gettext_lazy("龙眼"),
}
ANIMALS = {
    "cat": gettext_lazy("小猫"),
    "rabbit": gettext_lazy("兔子"),
    "fish": gettext_lazy("金鱼"),
    "horse": gettext_lazy("马"),
}
FURNITURE = {
    "table": gettext_lazy("桌子"),
    "chair": gettext_lazy("椅子"),
    "bed": gettext_lazy("床"),
    "cupboard": gettext_lazy("柜子"),
}
COLOURS = {
    "red": gettext_lazy("红色"),
    "green": gettext_lazy("绿色"),
    "blue": gettext_lazy("蓝色"),
    "white": gettext_lazy("白色"),
}
WORDS = WEEKDAYS | FRUITS | ANIMALS | FURNITURE | COLOURS

TEXTS = {
    "weekday": gettext_lazy("请选择今天是星期几："),
    "fruit": gettext_lazy("下面哪一个是水果？"),
    "animal": gettext_lazy("下面哪一个是动物？"),
    "furniture": gettext_lazy("下面哪一个是家具？"),
    "colour": gettext_lazy("下面哪一个是颜色？"),
}
KINDS = {"fruit": FRUITS, "animal": ANIMALS, "furniture": FURNITURE, "colour": COLOURS}


class Drawn(NamedTuple):
    """A question with its options in the order shown, and the right one."""

    code: str
    options: list[str]
    right: str


def question_draw(*, on: date, but_not: str = "") -> Drawn:
    """Any question of the bank other than the one named."""
    code = source.choice([code for code in TEXTS if code != but_not])
    if code == "weekday":
        right = list(WEEKDAYS)[on.weekday()]
        others = source.sample([day for day in WEEKDAYS if day != right], CHOICES - 1)
    else:
        right = source.choice(list(KINDS[code]))
        strange = [word for kind, words in KINDS.items() if kind != code for word in words]
        others = source.sample(strange, CHOICES - 1)
    options = [right, *others]
    source.shuffle(options)
    return Drawn(code, options, right)


def next_after(every_ms: int) -> int:
    """After how much accepted time the next question comes: anything from half to one and a half times the figure."""
    return source.randint(every_ms // 2, every_ms * 3 // 2)


def question_text(code: str) -> str:
    """The question in the reader's language."""
    return str(TEXTS.get(code) or _("您还在学习吗？请选择："))


def option_text(option: str) -> str:
    """The option in the reader's language."""
    return str(WORDS.get(option, option))
