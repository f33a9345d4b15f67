"""The dated figures that attendance goes by, all of 《平台运行规则》."""

from decimal import Decimal

# Minutes after the beginning up to which somebody is on time.
LATE_AFTER = "attendance.late.after"
# Minutes before the beginning from which one can sign in.
OPEN_BEFORE = "attendance.open.before"
# Percent of a session's hours that whoever came late is credited.
LATE_SHARE = "attendance.late.share"
# Percent of the hours held that must be attended.
RATE_MIN = "attendance.rate.min"

# Where no rule is in force: a gap in the rules must not keep anybody out of the register.
USUAL = {LATE_AFTER: Decimal(15), OPEN_BEFORE: Decimal(30), LATE_SHARE: Decimal(100)}
