"""The menu of the desktop: what each role finds there."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from certifications.certificates.level_states import LEVEL_DESK, PRIOR_READERS
from certifications.certificates.states import CERTIFICATE_DESK, CERTIFICATE_OFFICERS
from certifications.scoring.states import READERS as SCORE_READERS
from courses.schools.states import REGISTER_READERS
from foundation.accounts.states import OFFICERS, STAFF, Role
from foundation.imports.registry import kinds
from foundation.imports.selectors import READERS_OF_ALL
from portal.dashboards.states import READERS as DASHBOARD_READERS
from portal.staff.assessment_duties import ENTRIES as ASSESSMENT_ENTRIES
from portal.staff.subsidy_duties import ENTRIES as SUBSIDY_ENTRIES
from residency.evidence.states import EVIDENCE_READERS
from residency.routes.states import PACK_READERS
from workers.states import FILE_READERS

LISTS = OFFICERS | {Role.AUDITOR, Role.ADMINISTRATOR}
OVERSEERS = frozenset({Role.AUDITOR, Role.OFFICER_INSPECTION, Role.ADMINISTRATOR})
ATTENDANCE_DESK = frozenset(
    {Role.SCHOOL_STAFF, Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.OFFICER_INSPECTION, Role.AUDITOR}
)
KEEPERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})


def import_roles() -> frozenset[Role]:
    """Whoever brings a kind of file, and whoever reads all of them."""
    return READERS_OF_ALL.union(*(kind.roles for kind in kinds()))


# Under each heading: name of the address, label, icon, roles (a function where apps decide).
Entry = tuple[str, Any, str, Any]
FIRST: list[Entry] = [
    ("staff_home", _("待办"), "inbox", STAFF),
    ("dashboard", _("数据看板"), "chart-column", DASHBOARD_READERS),
    ("worker_list", _("从业人员档案"), "id-card", FILE_READERS),
]
TRAINING: list[Entry] = [
    ("school_home", _("本校登记"), "school", frozenset({Role.SCHOOL_STAFF})),
    ("school_list", _("培训机构登记"), "school", REGISTER_READERS),
    ("school_reviews", _("机构申请"), "file-check", REGISTER_READERS),
    ("class_runs", _("班次"), "calendar-clock", frozenset({Role.SCHOOL_STAFF})),
    ("filings", _("开班备案"), "calendar-clock", REGISTER_READERS),
    ("class_disowned", _("本人表示没有报名"), "triangle-alert", FILE_READERS),
    ("video_list", _("视频"), "video", frozenset({Role.SCHOOL_STAFF, Role.TEACHER})),
    ("bank_list", _("题库"), "list-checks", frozenset({Role.SCHOOL_STAFF, Role.TEACHER})),
    (
        "study_appeals",
        _("学习时间申诉"),
        "clock",
        frozenset({Role.OFFICER_INTAKE, Role.OFFICER_REVIEW, Role.SCHOOL_STAFF}),
    ),
    ("attendance_home", _("课次与签到"), "calendar-clock", frozenset({Role.SCHOOL_STAFF, Role.TEACHER})),
    ("attendance_reviews", _("考勤核查"), "shield-check", ATTENDANCE_DESK),
    ("completion_classes", _("结班与结业"), "graduation-cap", ATTENDANCE_DESK),
]
ASSESSMENT: list[Entry] = [
    ("body_home", _("本机构"), "building-2", frozenset({Role.BODY_STAFF})),
    ("body_list", _("评价机构"), "building-2", REGISTER_READERS),
    ("body_applications", _("认定申报"), "file-check", frozenset({Role.BODY_STAFF}) | LISTS),
    ("assessor_list", _("考评员"), "users", frozenset({Role.BODY_STAFF, Role.SCHOOL_STAFF})),
    *ASSESSMENT_ENTRIES,
    ("scoring_plans", _("成绩"), "list-checks", SCORE_READERS),
    ("scoring_appeals", _("成绩复核"), "search", SCORE_READERS),
    ("assess_home", _("考核评分"), "clipboard-list", frozenset({Role.ASSESSOR})),
]
CERTIFICATES: list[Entry] = [
    ("certificate_classes", _("发培训合格证书"), "award", frozenset({Role.SCHOOL_STAFF})),
    ("training_certificates", _("培训合格证书"), "award", CERTIFICATE_DESK),
    (
        "certificates_not_as_filed",
        _("证书信息与档案不一致"),
        "triangle-alert",
        CERTIFICATE_OFFICERS | {Role.SCHOOL_STAFF},
    ),
    ("certificate_revocations", _("撤销复核"), "shield-check", CERTIFICATE_OFFICERS),
    ("level_certificates", _("技能等级证书"), "award", LEVEL_DESK),
    ("prior_certificates", _("已有证书核验"), "file-check", PRIOR_READERS),
]
RESIDENCY: list[Entry] = [
    ("route_packs", _("落户办法"), "landmark", PACK_READERS),
    ("evidence_packs", _("证明材料"), "file-text", EVIDENCE_READERS),
]
KEEPING: list[Entry] = [
    ("staff_imports", _("批量导入"), "upload", import_roles),
    ("staff_organisations", _("机构"), "building-2", LISTS),
    ("staff_accounts", _("账户与角色"), "users", KEEPERS),
    ("staff_audit", _("操作记录"), "history", OVERSEERS),
    ("staff_accesses", _("个人信息查看记录"), "eye", OVERSEERS),
    ("staff_dead_letters", _("未送达的消息"), "triangle-alert", KEEPERS),
    ("staff_sms", _("短信"), "smartphone", KEEPERS),
    ("staff_jobs", _("自动任务"), "clock", KEEPERS),
    ("wagtailadmin_home", _("内容与政策管理"), "newspaper", OFFICERS | {Role.ADMINISTRATOR}),
    ("wagtailadmin_home", _("本校页面"), "newspaper", frozenset({Role.SCHOOL_STAFF})),
]
GROUPS: list[tuple[Any, list[Entry]]] = [
    ("", FIRST),
    (_("培训"), TRAINING),
    (_("考核"), ASSESSMENT),
    (_("证书"), CERTIFICATES),
    (_("补贴和奖励"), SUBSIDY_ENTRIES),
    (_("落户和证明"), RESIDENCY),
    (_("管理"), KEEPING),
]
# A shorter menu is seen at a glance.
GROUPED_FROM = 13


def navigation_for(roles: Collection[Role], path: str) -> list[dict[str, Any]]:
    """The entries of somebody's menu; the one with the longest matching address is current.

    Each names the ``group`` under whose heading it stands; in a short menu none does.
    """
    held = set(roles)
    entries = []
    for group, group_entries in GROUPS:
        for name, label, icon, allowed in group_entries:
            if not held & (allowed() if callable(allowed) else allowed):
                continue
            try:
                url = reverse(name)
            except NoReverseMatch:
                continue
            entries.append({"label": label, "url": url, "icon": icon, "current": False, "group": group})
    if len(entries) < GROUPED_FROM:
        entries = [entry | {"group": ""} for entry in entries]
    matching = [entry for entry in entries if path.startswith(entry["url"])]
    if matching:
        max(matching, key=lambda entry: len(entry["url"]))["current"] = True
    return entries


def staff_navigation(request: HttpRequest) -> dict[str, Any]:
    """The context of every page: ``staff_nav``, worked out only where a template shows it."""
    roles: Collection[Role] = getattr(request, "roles", frozenset())
    return {"staff_nav": SimpleLazyObject(lambda: navigation_for(roles, request.path))}
