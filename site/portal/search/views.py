"""The public search page."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from wagtail.models import Page

from portal.search.backend import MOST_RANKED
from portal.search.selectors import LONGEST_QUERY, finding, pages_found

PER_PAGE = 10


def search(request: HttpRequest) -> HttpResponse:
    """``/search/?q=…``: pages that hold the words, ten at a time, with the words marked."""
    text = request.GET.get("q", "").strip()[:LONGEST_QUERY]
    context = {"query": text, "longest": LONGEST_QUERY}
    if text:
        results, words = pages_found(text)
        page = Paginator(results, PER_PAGE).get_page(request.GET.get("page"))
        ids = [found.pk for found in page.object_list]
        specific = {found.pk: found for found in Page.objects.filter(pk__in=ids).specific()}
        context |= {
            "page_obj": page,
            "is_capped": page.paginator.count >= MOST_RANKED,
            "findings": [finding(specific[key], words, request) for key in ids],
        }
    return render(request, "search/search.html", context)
