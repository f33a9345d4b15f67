"""The dated figures that attendance goes by, all of 《平台运行规则》."""

# Minutes after the beginning up to which somebody is on time.
LATE_AFTER = "attendance.late.after"
# Minutes before the beginning from which one can sign in.
OPEN_BEFORE = "attendance.open.before"
# Percent of a session's hours that whoever came late is credited.
LATE_SHARE = "attendance.late.share"
# Percent of the hours held that must be attended.
RATE_MIN = "attendance.rate.min"
