"""One id for every line of a request and for its response; addresses are logged without what follows the `?`."""

import re
from typing import Any

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_structlog.middlewares import RequestMiddleware

HEADER = "X-Request-ID"
# The check code of a certificate.
SECRET_PART = re.compile(r"^(/v/[^/]+/)[^/]+")


class RequestLogMiddleware(RequestMiddleware):
    """Binds the id, the account and the network address to the log, and hands the id to the caller."""

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        request_id = structlog.contextvars.get_contextvars().get("request_id")
        if request_id:
            response.headers[HEADER] = str(request_id)
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        """A query string may hold what somebody typed into a search box, and the address in a QR code opens a photo."""
        path = SECRET_PART.sub(r"\1…", request.path)
        return f"{request.method} {path}"

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        structlog.contextvars.bind_contextvars(ip=client_address(request.META))


def client_address(meta: dict[str, Any]) -> str:
    """Who called, past the proxies that are ours; whatever a caller writes into the header himself is not believed."""
    passed = [part.strip() for part in meta.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
    proxies = int(settings.TRUSTED_PROXY_COUNT)
    if proxies and len(passed) >= proxies:
        return str(passed[-proxies])
    return str(meta.get("REMOTE_ADDR", ""))
