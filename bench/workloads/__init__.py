"""The workloads by name: G1 and G2 are the portal's own pages."""

from collections.abc import Callable

from bench.measure import Result
from bench.workloads.certificates import certificates
from bench.workloads.claim_list import claim_list, claim_list_growth
from bench.workloads.completion_report import completion_report
from bench.workloads.course_page import course_page, course_page_growth
from bench.workloads.decisions import decisions, decisions_with_text
from bench.workloads.payment_checks import payment_checks
from bench.workloads.portal_pages import guide_page, page_search
from bench.workloads.roster_import import roster_import
from bench.workloads.study_beats import heartbeats
from bench.workloads.verify_page import verify_page, verify_page_growth

WORKLOADS: dict[str, Callable[[], Result]] = {
    "B1": heartbeats,
    "B2": course_page,
    "B3": roster_import,
    "B6": payment_checks,
    "B8": verify_page,
    "B4": certificates,
    "B5": decisions,
    "B5-text": decisions_with_text,
    "B9": claim_list,
    "B10": completion_report,
    "G1": guide_page,
    "G2": page_search,
    "B2-growth": course_page_growth,
    "B8-growth": verify_page_growth,
    "B9-growth": claim_list_growth,
}
