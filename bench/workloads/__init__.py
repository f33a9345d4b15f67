"""The workloads by name: G1 and G2 are the portal's own pages."""

from collections.abc import Callable

from bench.measure import Result
from bench.workloads.portal_pages import guide_page, page_search

WORKLOADS: dict[str, Callable[[], Result]] = {
    "G1": guide_page,
    "G2": page_search,
}
