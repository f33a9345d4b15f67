"""The development inbox: text messages nobody received, and how to sign in as the demo accounts. DEBUG only."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from foundation.sms.selectors import inbox_messages
from portal.sign_in.demo import DemoAccount, demo_accounts_read

PERIOD = 30


@never_cache
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest text messages, and how to sign in as each of the demo accounts."""
    if not settings.DEBUG:
        raise Http404
    accounts = [{"account": account, "code": code_now(account)} for account in demo_accounts_read()]
    context = {"texts": inbox_messages(20), "accounts": accounts, "seconds_left": PERIOD - int(time.time()) % PERIOD}
    return render(request, "development/inbox.html", context)


def code_now(account: DemoAccount) -> str:
    """The one-time code a demo account needs at this moment; nothing for one without an authenticator app."""
    enrolled = Authenticator.objects.filter(user__username=account.user_name, type=Authenticator.Type.TOTP).first()
    if enrolled is None:
        return ""
    return str(format_hotp_value(hotp_value(decrypt(enrolled.data["secret"]), int(time.time()) // PERIOD)))
