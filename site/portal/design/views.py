"""The preferences page, and the page of components."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from portal.design.examples import component_sections, example_context
from portal.design.forms import PreferencesForm
from portal.design.preferences import COOKIE_AGE, COOKIE_NAME, TEXT_SIZES, Display


def preferences(request: HttpRequest) -> HttpResponse:
    """Text size, elder mode and contrast. An answer sets the cookie and goes back to the page before.

    An answer that is none of the choices (nobody can tap one) shows the choices again.
    """
    now = Display.from_cookie(request.COOKIES.get(COOKIE_NAME, ""))
    if request.method == "POST":
        answers = PreferencesForm(request.POST).only(set(request.POST))
        if answers.is_valid():
            return _with_cookie(HttpResponseRedirect(_page_before(request)), request, now.changed(answers.cleaned_data))
    form = PreferencesForm(
        initial={"elder": str(int(now.elder)), "size": now.text_size, "contrast": str(int(now.contrast))}
    )
    return render(request, "design/preferences.html", {"form": form, "next": _page_before(request)})


def _with_cookie(response: HttpResponse, request: HttpRequest, display: Display) -> HttpResponse:
    response.set_cookie(
        COOKIE_NAME,
        display.to_cookie(),
        max_age=COOKIE_AGE,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


def _page_before(request: HttpRequest) -> str:
    wanted = request.POST.get("next") or request.GET.get("next") or "/"
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else "/"


def components(request: HttpRequest) -> HttpResponse:
    """Every component with its source; ``?mode=elder&size=24&contrast=1`` tries a look without changing the cookie."""
    context = example_context() | {"sections": component_sections()}
    size = request.GET.get("size", "")
    if {"mode", "size", "contrast"} & set(request.GET):
        context["display"] = Display(
            elder=request.GET.get("mode") == "elder",
            size=int(size) if size in {str(known) for known in TEXT_SIZES} else 0,
            contrast=request.GET.get("contrast") == "1",
        )
    if request.GET.get("shell") == "staff":
        return render(request, "design/staff.html", context | {"staff_nav": context["sample_nav"]})
    return render(request, "design/components.html", context)
