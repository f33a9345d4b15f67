"""Where other systems call us. They have no account: a signature proves who they are."""

import json
import time
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from exchange.errors import ExchangeError
from exchange.evidence_results import RESULT as EVIDENCE_RESULT
from exchange.evidence_results import genuine_receivers, result_in
from exchange.services import SMS_RECEIPT, inbound_store
from exchange.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_genuine
from foundation.requests import number_in
from foundation.sms.services import REPORTED

LARGEST_BODY = 64 * 1024
LONGEST_ID = 100


def _refusal(status: int, code: str) -> JsonResponse:
    return JsonResponse({"error": code}, status=status)


@csrf_exempt
@require_POST
def sms_receipts(request: HttpRequest) -> JsonResponse:
    """Take one delivery report of the SMS gateway; the same report twice has the same answer and one effect."""
    length = number_in(request.headers.get("Content-Length") or "0")
    if length is None or length > LARGEST_BODY:
        return _refusal(413, "too_large")
    body = request.body
    if not is_genuine(
        settings.SMS_GATEWAY_KEY,
        timestamp=request.headers.get(TIMESTAMP_HEADER, ""),
        path=request.path,
        body=body,
        given=request.headers.get(SIGNATURE_HEADER, ""),
        now=time.time(),
    ):
        return _refusal(401, "not_genuine")
    report = _sms_report(body)
    if report is None:
        return _refusal(400, "malformed")
    try:
        inbound_store(source=SMS_RECEIPT, external_id=report["id"], body=body.decode(), at=timezone.now())
    except ExchangeError as error:
        return _refusal(409, error.code)
    return JsonResponse({"id": report["id"], "accepted": True})


@csrf_exempt
@require_POST
def evidence_results(request: HttpRequest) -> JsonResponse:
    """Take one answer about evidence; the same answer twice is answered the same and has one effect."""
    result = _evidence_result(request)
    if isinstance(result, JsonResponse):
        return result
    # Each office numbers its own answers.
    number = f"{result['receiver']}:{result['id']}"
    try:
        inbound_store(source=EVIDENCE_RESULT, external_id=number, body=request.body.decode(), at=timezone.now())
    except ExchangeError as error:
        return _refusal(409, error.code)
    return JsonResponse({"id": result["id"], "accepted": True})


def _evidence_result(request: HttpRequest) -> dict[str, Any] | JsonResponse:
    """The answer of an office that signed it with its own key, or why it is not taken."""
    length = number_in(request.headers.get("Content-Length") or "0")
    if length is None or length > LARGEST_BODY:
        return _refusal(413, "too_large")
    callers = genuine_receivers(
        timestamp=request.headers.get(TIMESTAMP_HEADER, ""),
        path=request.path,
        body=request.body,
        given=request.headers.get(SIGNATURE_HEADER, ""),
    )
    if not callers:
        return _refusal(401, "not_genuine")
    result = result_in(request.body)
    if result is None:
        return _refusal(400, "malformed")
    return result if result["receiver"] in callers else _refusal(401, "not_genuine")


def _sms_report(body: bytes) -> dict[str, str] | None:
    """``{"id", "gateway_id", "state", "code"?, "at"?}``, or None when it is anything else."""
    try:
        report = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    if not isinstance(report, dict) or not all(isinstance(value, str) for value in report.values()):
        return None
    if report.get("state") not in REPORTED or not report.get("code", "").isprintable():
        return None
    ids = (report.get("id", ""), report.get("gateway_id", ""))
    return report if all(0 < len(value) <= LONGEST_ID and value.isprintable() for value in ids) else None
