"""What a plan needs around it: the base rules, classes of an occupation, and files that hold what matters."""

from collections.abc import Callable
from typing import Any

from courses.catalogue.states import SkillLevel
from courses.classes.models import ClassRun
from foundation.policy.services import base_data_load
from residency.planner.selectors import Plan, Step, plan_for
from residency.routes.base_loading import routes_base_load
from subsidies.schemes.base_loading import schemes_base_load, schemes_demo_load
from tests.certifications.applications.builders import (
    ELDERLY_CARE,
    HOME_SERVICE,
    INFANT_CARE,
    NURSERY,
    a_certificate,
    a_job,
    an_occupation,
    base_loaded,
    somebody,
)
from tests.courses.builders import a_class_run, a_course_version, a_package_version, a_school
from tests.workers.builders import TODAY
from workers.models import Worker

Fill = Callable[[Worker], object]
HULI, SIMING = "350206", "350203"
NAMES = {HOME_SERVICE: "家政服务员", INFANT_CARE: "育婴员", ELDERLY_CARE: "养老护理员", NURSERY: "保育师"}


def rules_loaded(*, with_demonstration: bool = False) -> None:
    """Catalogue, conditions, the figures, the packs of the cities and the schemes of Xiamen."""
    base_loaded()
    base_data_load(on=TODAY)
    routes_base_load(on=TODAY)
    schemes_base_load(on=TODAY)
    if with_demonstration:
        schemes_demo_load(on=TODAY)


def a_class(code: str, level: int, district: str = HULI, *, fee_fen: int = 120_000, **fields: Any) -> ClassRun:
    """A class of the occupation that takes enrolments, in a district; without one it is online."""
    package = a_package_version(occupation=an_occupation(code), work_type="", level=SkillLevel(level))
    course = a_course_version(package_version=package, school=a_school(district_code=district or SIMING),
                              fee_fen=fee_fen)  # fmt: skip
    return a_class_run(course, district_code=district, **fields)


def cert(level: int, issued: str, code: str = HOME_SERVICE, **more: Any) -> Fill:
    return lambda worker: a_certificate(worker, level, issued, code=code, **({"name": NAMES.get(code, "")} | more))


def job(*days: str, **more: Any) -> Fill:
    return lambda worker: a_job(worker, *days, **({"post": "月嫂"} | more))


def a_person(*fills: Fill, district: str = HULI) -> Worker:
    """Somebody of a district with these things in her file."""
    worker = somebody()
    worker.district_code = district
    worker.save(update_fields=["district_code"])
    for fill in fills:
        fill(worker)
    return worker


def step_of(plan: Plan, code: str, level: int) -> Step:
    return next(step for step in plan.steps if step.goal == (code, level))


def planned(*fills: Fill, district: str = HULI, on: Any = TODAY) -> Plan:
    return plan_for(a_person(*fills, district=district), on=on)
