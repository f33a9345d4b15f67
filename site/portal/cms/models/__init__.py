from portal.cms.models.frame import GovernmentFooter
from portal.cms.models.guides import GuideIndexPage, GuidePage
from portal.cms.models.home import HomePage
from portal.cms.models.pages import (
    NewsIndexPage,
    NewsPage,
    NoticeIndexPage,
    NoticePage,
    SchoolIndexPage,
    SchoolPage,
)

__all__ = [
    "GovernmentFooter",
    "GuideIndexPage",
    "GuidePage",
    "HomePage",
    "NewsIndexPage",
    "NewsPage",
    "NoticeIndexPage",
    "NoticePage",
    "SchoolIndexPage",
    "SchoolPage",
]
