"""The doors: a worker's number and code, the staff's password, the way out."""

from typing import Any

from allauth.account import views as account_views
from allauth.account.internal.flows.logout import logout
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from foundation.accounts.errors import AccountsError
from foundation.accounts.phone_codes import seconds_until_next_code
from foundation.accounts.selectors import phone_code_of
from foundation.accounts.services import worker_account_open
from foundation.crypto.masking import mask_phone
from portal.sign_in import sessions
from portal.sign_in.forms import TOO_MANY_FROM_ADDRESS, address_may_ask
from portal.sign_in.records import sign_in_refused


class PhoneView(account_views.RequestLoginCodeView):
    """Her number. A code is sent to whatever number it is; the account is hers once the code comes back."""

    template_name = "sign_in/phone.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Whoever comes back to this page wants to correct the number."""

    def form_valid(self, form: Any) -> HttpResponse:
        phone = form.cleaned_data["phone"]
        try:
            with transaction.atomic():
                form._user = worker_account_open(phone=phone, at=timezone.now())
                response: HttpResponse = super().form_valid(form)
        except AccountsError as refusal:
            sign_in_refused(phone=phone, reason=refusal.code)
            form.add_error("phone", refusal.message)
            response = self.form_invalid(form)
        return response


class CodeView(account_views.ConfirmLoginCodeView):
    """The code from the SMS, and another one when it does not come."""

    template_name = "sign_in/code.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        if getattr(response, "url", "") == reverse("account_request_login_code"):
            messages.info(request, _("请填写手机号码，重新获取验证码。"))
        return response

    def form_invalid(self, form: Any) -> HttpResponse:
        """The database has counted the try; the page stays, with the sentence and the way to a new code."""
        response: HttpResponse = self.render_to_response(self.get_context_data(form=form))
        return response

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        try:
            response: HttpResponse = super()._verify_form_valid(form)
        except AccountsError as refusal:
            form.add_error(None, refusal.message)
            return self.form_invalid(form)
        if self.request.user.is_authenticated and not form.cleaned_data["remember"]:
            sessions.shorten(self.request)
        return response

    def _resend_form_valid(self, form: Any) -> HttpResponse:
        back = HttpResponseRedirect(self.passthrough_next_url(reverse("account_confirm_login_code")))
        reference, phone = self._process.state["code"], self._process.state["phone"]
        if not address_may_ask(self.request, phone):
            messages.error(self.request, TOO_MANY_FROM_ADDRESS)
            return back
        try:
            self._process.resend()
        except AccountsError as refusal:
            self._process.state["code"] = reference  # the code she has stays good
            sign_in_refused(phone=phone, reason=refusal.code)
            messages.error(self.request, refusal.message)
        else:
            messages.success(self.request, _("新的验证码已发出。请用最新一条短信里的数字。"))
        return back

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        phone = self._process.state["phone"]
        sent = phone_code_of(self._process.code)
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "masked_phone": mask_phone(phone),
            "good_until": sent.expires_at if sent else None,
            "seconds_until_next": seconds_until_next_code(phone=phone, at=timezone.now()),
        }


class StaffView(account_views.LoginView):
    """User name and password, or a passkey."""

    template_name = "sign_in/staff.html"

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> None:
        """Whoever comes back to this page begins anew."""


class PasswordView(account_views.PasswordChangeView):
    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.has_usable_password():  # type: ignore[union-attr]
            raise PermissionDenied(_("您的账户不用密码登录。"))
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """Sign out; also gives up a sign-in that is half done."""
    logout(request)
    return redirect("/")
