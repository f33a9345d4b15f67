"""The pages, groups and approval workflow every city starts from. Running it again changes nothing."""

import tomllib
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from wagtail.models import GroupApprovalTask, GroupPagePermission, Page, Site, Workflow, WorkflowPage, WorkflowTask

from courses.content.models import ParentClassIndexPage
from foundation.accounts.models import Organisation
from foundation.accounts.services import group_name
from foundation.accounts.states import STAFF, Role
from portal.cms.models import (
    GuideIndexPage,
    GuidePage,
    HomePage,
    NewsIndexPage,
    NoticeIndexPage,
    SchoolIndexPage,
    SchoolPage,
)
from portal.search.models import Synonym

CONTENT = Path(__file__).parent / "content"
SECTIONS: list[tuple[type[Page], str, str, str]] = [
    (GuideIndexPage, "guides", "办事指南", "能办什么、要什么材料、多少天办好，一页说清。"),
    (SchoolIndexPage, "schools", "培训机构", "在本市备案的培训机构。"),
    (ParentClassIndexPage, "parents", "父母课堂", "免费的育儿和照护公开课，不用登录就能看。"),
    (NewsIndexPage, "news", "新闻动态", "政策解读和工作动态。"),
    (NoticeIndexPage, "notices", "通知公告", "公示名单和各类公告。"),
]
# Who may do what with pages: group of the role → section (None: the whole site) → page permissions.
PAGE_PERMISSIONS: dict[Role, dict[str | None, tuple[str, ...]]] = {
    Role.OFFICER_POLICY: {None: ("add_page", "change_page", "publish_page", "lock_page", "unlock_page")},
    Role.OFFICER_INTAKE: {
        "schools": ("change_page", "publish_page"),
        "parents": ("add_page", "change_page", "publish_page"),
        "notices": ("add_page", "change_page"),
    },
    Role.ADMINISTRATOR: {
        None: ("add_page", "change_page", "publish_page", "bulk_delete_page", "lock_page", "unlock_page")
    },
}
ADMIN_ROLES = STAFF - {Role.ASSESSOR, Role.TEACHER, Role.BODY_STAFF, Role.EMPLOYER_STAFF}
BUREAU_TASK = "人社局审核"


@transaction.atomic
def site_base_load() -> None:
    """Make what is missing: home, sections, guides, groups with their page permissions, synonyms."""
    home = _home()
    for model, slug, title, intro in SECTIONS:
        if not model.objects.child_of(home).exists():
            home.add_child(instance=model(title=title, slug=slug, intro=intro, show_in_menus=True))
    _groups(home)
    _parents_workflow()
    for row in _content("synonyms")["synonym"]:
        Synonym.objects.get_or_create(word=row["word"], meaning=row["meaning"])
    guides = GuideIndexPage.objects.get()
    for row in guides_of(settings.CITY_CODE):
        if not GuidePage.objects.child_of(guides).filter(slug=row["slug"]).exists():
            guides.add_child(instance=GuidePage(**guide_fields(row), live=False)).save_revision().publish()


def guides_of(city: str) -> list[dict[str, Any]]:
    """The service guides that a city's pack brings, whose figures only that city has; none while it brings none."""
    return _content(f"guides/{city}")["guide"] if (CONTENT / "guides" / f"{city}.toml").exists() else []


def _content(name: str) -> dict[str, Any]:
    return tomllib.loads((CONTENT / f"{name}.toml").read_text("utf-8"))


def guide_fields(row: dict[str, Any]) -> dict[str, Any]:
    """A guide's fields from its description in a content file: lists become streams of items."""
    return {
        name: [("item", item) for item in value] if isinstance(value, list) else value for name, value in row.items()
    }


def _home() -> HomePage:
    home = HomePage.objects.first()
    if home:
        return home
    root = Page.get_first_root_node()
    site = Site.objects.get(is_default_site=True)
    welcome = site.root_page
    home = HomePage(
        title="巧手",
        slug="qiaoshou",
        lead="学手艺，拿证书，领补贴",
        intro="家政、育婴、养老护理的姐妹们，在这里找课、学习、考证、申领补贴。少跑路，看得懂，办得成。",
    )
    root.add_child(instance=home)
    site.root_page = home
    site.site_name = "巧手"
    site.save()
    welcome.refresh_from_db()
    if not welcome.is_root() and welcome.pk != home.pk:
        welcome.delete()
    return home


def _groups(home: HomePage) -> None:
    access = Permission.objects.get(content_type__app_label="wagtailadmin", codename="access_admin")
    for role in sorted(ADMIN_ROLES):
        role_group(role).permissions.add(access)
    for role, sections in PAGE_PERMISSIONS.items():
        for slug, codenames in sections.items():
            page = home if slug is None else home.get_children().get(slug=slug)
            grant(role_group(role), page, codenames)
    footer = Permission.objects.get(content_type__app_label="cms", codename="change_governmentfooter")
    synonyms = Permission.objects.filter(content_type__app_label="portal_search")
    media = Permission.objects.filter(
        content_type__app_label__in=["wagtailimages", "wagtaildocs"], codename__regex="^(add|change|choose)_"
    )
    role_group(Role.ADMINISTRATOR).permissions.add(footer, *synonyms, *media)
    role_group(Role.OFFICER_POLICY).permissions.add(*synonyms, *media)


def _bureau_task() -> GroupApprovalTask:
    """The step every page goes through that is not the bureau's news."""
    bureau, made = GroupApprovalTask.objects.get_or_create(name=BUREAU_TASK)
    if made:
        bureau.groups.add(role_group(Role.OFFICER_INTAKE), role_group(Role.OFFICER_POLICY))
    return bureau


def _parents_workflow() -> None:
    """Open parent classes written in the section itself: one step, the bureau's."""
    section = ParentClassIndexPage.objects.get()
    if not WorkflowPage.objects.filter(page=section).exists():
        workflow = Workflow.objects.create(name="父母课堂 → 人社局")
        WorkflowTask.objects.create(workflow=workflow, task=_bureau_task(), sort_order=0)
        WorkflowPage.objects.create(workflow=workflow, page=section)


def role_group(role: Role, organisation: Organisation | None = None) -> Group:
    """The group to which the accounts services add everyone with the role, everywhere or for one organisation."""
    return Group.objects.get_or_create(name=group_name(role, organisation))[0]


def grant(group: Group, page: Page, codenames: tuple[str, ...]) -> None:
    """Give a group page permissions on a page and everything under it."""
    for codename in codenames:
        permission = Permission.objects.get(content_type__app_label="wagtailcore", codename=codename)
        GroupPagePermission.objects.get_or_create(group=group, page=page, permission=permission)


@transaction.atomic
def school_page_open(*, organisation: Organisation) -> SchoolPage:
    """The school's own page, empty and unpublished, which its staff edit and the bureau approves.

    The workflow has two steps: somebody of the school approves, then the bureau. Only the bureau may publish.
    """
    existing = SchoolPage.objects.filter(organisation=organisation).first()
    if existing:
        return existing
    page = SchoolPage(title=organisation.name, slug=f"school-{organisation.pk}", organisation=organisation, live=False)
    SchoolIndexPage.objects.get().add_child(instance=page)
    school = role_group(Role.SCHOOL_STAFF, organisation)
    grant(school, page, ("add_page", "change_page"))
    workflow = Workflow.objects.create(name=f"{organisation.name} → 人社局")
    own = GroupApprovalTask.objects.create(name=f"{organisation.name}校内审核")
    own.groups.add(school)
    WorkflowTask.objects.create(workflow=workflow, task=own, sort_order=0)
    WorkflowTask.objects.create(workflow=workflow, task=_bureau_task(), sort_order=1)
    WorkflowPage.objects.create(workflow=workflow, page=page)
    return page
