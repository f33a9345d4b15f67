"""Signing in: workers by phone and SMS code, staff by user name, password and second factor."""

import environ

env = environ.Env()

LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
WAGTAILADMIN_LOGIN_URL = "staff_sign_in"
WAGTAIL_FRONTEND_LOGIN_URL = "/sign-in/"

ACCOUNT_ADAPTER = "portal.sign_in.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"phone", "username"}
ACCOUNT_SIGNUP_FIELDS = ["phone*", "username", "password1"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# A code itself is good for five minutes and five tries: foundation.accounts.phone_codes counts, not the session.
# The page stays longer, to say so and to send another one.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 15 * 60
ACCOUNT_LOGIN_BY_CODE_MAX_ATTEMPTS = 5
# How often a code may be sent again is limited per number, in the database.
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = 30
ACCOUNT_LOGIN_TIMEOUT = 15 * 60
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_FORMS = {
    "login": "portal.sign_in.forms.StaffSignInForm",
    "request_login_code": "portal.sign_in.forms.PhoneForm",
    "confirm_login_code": "portal.sign_in.forms.CodeForm",
    "verify_phone": "portal.sign_in.forms.CodeForm",
    "change_password": "portal.sign_in.forms.PasswordForm",
    "reauthenticate": "portal.sign_in.forms.PasswordAgainForm",
}
ACCOUNT_RATE_LIMITS = {
    # Codes asked for from one address. A school's training room shares one, so it is generous.
    "request_login_code": env.str("SIGN_IN_CODES_PER_ADDRESS", default="60/10m/ip,600/d/ip"),
    "login": "60/m/ip",
    "login_failed": "20/10m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)

# Codes in an hour, over all addresses, to numbers that nobody has proven yet: what texts can cost at worst.
SIGN_IN_CODES_TO_NEW_NUMBERS = env.int("SIGN_IN_CODES_TO_NEW_NUMBERS", default=2000)

# Codes of one number, counted in the database.
PHONE_CODE_GAP_SECONDS = 60
PHONE_CODES_PER_HOUR = 5
PHONE_CODES_PER_DAY = 10
PHONE_FAILURES_PER_HOUR = 15

MFA_ADAPTER = "portal.sign_in.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "巧手"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
MFA_FORMS = {
    "authenticate": "portal.sign_in.forms.SecondFactorForm",
    "reauthenticate": "portal.sign_in.forms.SecondFactorAgainForm",
    "activate_totp": "portal.sign_in.forms.AuthenticatorAppForm",
    "login_webauthn": "portal.sign_in.forms.PasskeySignInForm",
    "authenticate_webauthn": "portal.sign_in.forms.PasskeyFactorForm",
    "reauthenticate_webauthn": "portal.sign_in.forms.PasskeyAgainForm",
    "add_webauthn": "portal.sign_in.forms.PasskeyForm",
    "edit_webauthn": "portal.sign_in.forms.PasskeyNameForm",
}

# How long a session lasts: a worker's phone is remembered; a desk is not.
WORKER_SESSION_SECONDS = 30 * 24 * 3600
PASSING_SESSION_SECONDS = 3600  # on a phone that is not to be remembered
STAFF_SESSION_SECONDS = 8 * 3600
STAFF_SESSION_LONGEST_SECONDS = 12 * 3600
