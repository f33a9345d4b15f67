"""What an officer is shown before a draft is published: every problem with its place, every worked example run."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from foundation.policy.values import plain
from residency.routes.drafting import Node, Path, Plain, root, stepped, words_of
from residency.routes.rules.checking import example_differences, pack_problems
from residency.routes.rules.estimating import estimate
from residency.routes.rules.packs import OUTCOMES, Example, Pack, pack_read
from residency.routes.rules.shapes import PackError, Problem

STEP = re.compile(r"\[(\d+)\]|([^.\[\]]+)")


@dataclass(frozen=True, slots=True)
class Found:
    """A problem as an officer reads it: where in words, the address of the part to put right, what to do."""

    place: str
    address: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Worked:
    """A worked example that was run: what it says, what came out, and where the two differ."""

    number: int
    example: Example
    wanted: str
    got: str
    wanted_total: str
    got_total: str
    differences: tuple[str, ...]

    @property
    def is_right(self) -> bool:
        return not self.differences


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft that was checked. ``pack`` is None where it cannot even be read."""

    pack: Pack | None
    problems: tuple[Found, ...]
    examples: tuple[Worked, ...]

    @property
    def is_sound(self) -> bool:
        return not self.problems


def checked(content: Plain) -> Checked:
    """Every problem of a draft at once, and its worked examples run where it can be read."""
    try:
        pack = pack_read(content)
    except PackError as error:
        return Checked(None, tuple(found(content, one) for one in error.problems), ())
    problems = tuple(found(content, one) for one in pack_problems(pack))
    return Checked(pack, problems, examples_run(pack))


def examples_run(pack: Pack) -> tuple[Worked, ...]:
    """Each worked example of a pack that can be read, run by the engine."""
    made = []
    for number, example in enumerate(pack.examples):
        got = estimate(pack, example.route, example.facts, on=example.on, with_changes=False)
        made.append(
            Worked(
                number,
                example,
                str(OUTCOMES[example.outcome]),
                got.outcome_label,
                "" if example.total is None else plain(example.total),
                "" if example.total is None or got.total is None else plain(got.total),
                tuple(example_differences(pack, example)),
            )
        )
    return tuple(made)


def found(content: Plain, problem: Problem) -> Found:
    path, rest = located(content, problem.path)
    place = " › ".join([words_of(content, path), *rest]) if path or not rest else " › ".join(rest)
    return Found(place, "/".join(str(step) for step in shown_at(content, path)), problem.sentence)


def located(content: Plain, text: str) -> tuple[Path, list[str]]:
    """The place that a problem's path names, as far as it can be followed, and what is left of the path.

    Paths name rows by number (``routes[0].items[2]``) or by code (``skill.items.age``); codes and names of facts may
    hold dots themselves.
    """
    steps: list[str | int] = [int(number) if number else name for number, name in STEP.findall(text)]
    node = root(content)
    if steps and isinstance(steps[0], str) and not _steps_to(node, steps[0]):
        routes = stepped(node, "routes")
        if _steps_to(routes, steps[0]):
            node = routes
    while steps:
        for taken in range(len(steps), 0, -1):
            key: str | int = steps[0] if taken == 1 else ".".join(str(step) for step in steps[:taken])
            path = _steps_to(node, key)
            if path:
                for step in path:
                    node = stepped(node, step)
                del steps[:taken]
                break
        else:
            break
    return node.path, [str(step) for step in steps]


def _steps_to(node: Node, key: str | int) -> Path:
    """The steps from a part to the one below that a word names; empty where there is none."""
    try:
        stepped(node, key)
    except LookupError:
        rows = node.value if node.is_list and isinstance(node.value, list) else []
        for number, row in enumerate(rows):
            if isinstance(row, Mapping) and row.get("code") == key:
                return (number,)
        return ()
    return (key,)


def shown_at(content: Plain, path: Path) -> Path:
    """The nearest part around a place that has a page of its own."""
    node = root(content)
    shown: Path = ()
    for step in path:
        node = stepped(node, step)
        if (node.part is not None or node.is_list or isinstance(node.value, Mapping)) and node.value is not None:
            shown = node.path
    return shown
