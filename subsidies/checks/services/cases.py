"""The cases of a run, laid out once for all checks in temporary tables that go with the transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from foundation.policy.selectors import parameters_on
from foundation.policy.values import ParameterValue
from subsidies.claims.states import LIVE
from workers.selectors import renamed_by_themselves

# One row for a claim: what it is for, who she is, and the class it comes from.
_CASES = """
CREATE TEMPORARY TABLE checks_case ON COMMIT DROP AS
SELECT c.id AS claim_id, c.number, c.state, c.scheme_id, s.code AS scheme_code, s.city_code, c.payee, c.lane, c.family,
       c.fund, c.occupation_code, c.work_type_name, c.level, c.certificate_number, c.issued_on,
       c.training_certificate_id, coalesce(c.level_certificate_id, f.level_certificate_id) AS level_certificate_id,
       coalesce(c.prior_certificate_id, f.prior_certificate_id) AS prior_certificate_id, c.account_index, c.channel,
       c.created_by_id, coalesce(c.submitted_on, %(on)s::date) AS claimed_on,
       w.id AS worker_id, w.user_id, w.id_number_index AS person, w.identity_state, w.verified_at,
       w.contact_phone_index, u.phone_index,
       e.id AS enrolment_id, e.group_code, e.confirmed_at, e.class_run_id,
       r.school_id AS class_school_id, so.organisation_id AS school_organisation_id, r.starts_on, r.ends_on, r.seats,
       b.organisation_id AS body_organisation_id
  FROM claims_claim c
  JOIN schemes_scheme s ON s.id = c.scheme_id
  JOIN workers_worker w ON w.id = c.worker_id
  LEFT JOIN accounts_user u ON u.id = w.user_id
  LEFT JOIN certificates_trainingcertificate t ON t.id = c.training_certificate_id
  LEFT JOIN awards_awardinstalment i ON i.id = c.award_instalment_id
  LEFT JOIN awards_awardfiling f ON f.id = i.filing_id
  LEFT JOIN certificates_levelcertificate l ON l.id = coalesce(c.level_certificate_id, f.level_certificate_id)
  LEFT JOIN bodies_assessmentbody b ON b.id = l.body_id
  LEFT JOIN classes_enrolment e ON e.id = coalesce(c.enrolment_id, t.enrolment_id)
  LEFT JOIN classes_classrun r ON r.id = e.class_run_id
  LEFT JOIN schools_school so ON so.id = r.school_id
 WHERE c.id = ANY(%(ids)s)
"""
# Her other claims that stand, in the same lane: several checks compare with them.
_OTHERS = """
CREATE TEMPORARY TABLE checks_other ON COMMIT DROP AS
SELECT k.claim_id, o.id, o.number, o.state, o.fund, o.occupation_code, o.work_type_name, o.level,
       o.certificate_number, o.submitted_on
  FROM checks_case k
  JOIN claims_claim o ON o.worker_id = k.worker_id AND o.lane = k.lane AND o.id <> k.claim_id
   AND o.state = ANY(%(live)s)
"""
# What the lists in use say of these people, whatever its kind.
_LISTED = """
CREATE TEMPORARY TABLE checks_listed ON COMMIT DROP AS
SELECT k.claim_id, g.kind, r.effective, r.detail
  FROM checks_case k
  JOIN registers_registerrow r ON r.person = k.person
  JOIN registers_register g ON g.id = r.register_id
 WHERE g.id = ANY(%(registers)s)
"""
# Every session of her class with what is recorded about her.
_ATTENDED = """
CREATE TEMPORARY TABLE checks_attended ON COMMIT DROP AS
SELECT k.claim_id, k.worker_id, k.enrolment_id, s.id AS session_id, s.starts_at, s.ends_at, s.mode, s.state AS session,
       s.make_up_of_id, s.theory_hours + s.practice_hours AS hours,
       coalesce(a.state IN ('present', 'late'), false) AS was_there
  FROM checks_case k
  JOIN classes_session s ON s.class_run_id = k.class_run_id AND s.state <> 'cancelled'
  LEFT JOIN attendance_attendance a ON a.session_id = s.id AND a.enrolment_id = k.enrolment_id
"""
_FIGURES = """
CREATE TEMPORARY TABLE checks_figure (
    scheme_id bigint, claimed_on date, count_max int, counted_since date, count_source text, count_per_year int,
    year_source text, claim_window int, window_source text
) ON COMMIT DROP
"""
_RENAMED = "CREATE TEMPORARY TABLE checks_renamed (worker_id bigint, at timestamptz) ON COMMIT DROP"
_FOUND = """
CREATE TEMPORARY TABLE checks_found (claim_id bigint, code text, severity text, basis text, source text, seen jsonb)
    ON COMMIT DROP
"""
# What was studied on each day by the people of the cases: only the months of their classes are read.
_STUDIED = """
CREATE TEMPORARY TABLE checks_studied ON COMMIT DROP AS
SELECT e.worker_id, (b.at AT TIME ZONE %(zone)s)::date AS day, sum(b.accepted_ms) AS accepted_ms
  FROM (SELECT DISTINCT worker_id FROM checks_case WHERE enrolment_id IS NOT NULL) k
  JOIN classes_enrolment e ON e.worker_id = k.worker_id
  JOIN study_studybeat b ON b.enrolment_id = e.id
 WHERE b.at >= %(first)s AND b.at < %(after)s AND b.accepted_ms > 0
 GROUP BY 1, 2
"""
# Twenty thousand claims are sorted and hashed in memory; compiling a statement takes longer than running it.
_SETTINGS = "SET LOCAL work_mem = '64MB'; SET LOCAL random_page_cost = 1.1; SET LOCAL jit = off"
_DROPPED = (
    "DROP TABLE IF EXISTS checks_case, checks_other, checks_listed, checks_attended, checks_figure, checks_renamed,"
    " checks_found, checks_studied"
)
FIGURES = ("count.max", "count.per_year", "claim_window")


def cases_lay_out(claim_ids: Sequence[int], *, registers: Sequence[int], on: date) -> int:
    """Make the tables the checks read, for claims that exist; gives how many cases there are."""
    with connection.cursor() as cursor:
        cursor.execute(_SETTINGS)
        cursor.execute(_DROPPED)
        cursor.execute(_CASES, {"ids": list(claim_ids), "on": on})
        cursor.execute("CREATE INDEX ON checks_case (worker_id)")
        cursor.execute("ANALYZE checks_case")
        cursor.execute(_OTHERS, {"live": sorted(LIVE)})
        cursor.execute(_LISTED, {"registers": list(registers)})
        cursor.execute(_ATTENDED)
        cursor.execute("ANALYZE checks_other, checks_listed, checks_attended")
        for statement in (_FIGURES, _RENAMED, _FOUND):
            cursor.execute(statement)
        cursor.execute("SELECT count(*) FROM checks_case")
        (count,) = cursor.fetchone()
        _study_lay_out(cursor)
    _figures_lay_out()
    _renamed_lay_out()
    return int(count)


def _study_lay_out(cursor: Any) -> None:
    cursor.execute(
        "SELECT min(starts_on)::timestamp AT TIME ZONE %(zone)s,"
        " (max(ends_on) + 1)::timestamp AT TIME ZONE %(zone)s FROM checks_case",
        {"zone": settings.TIME_ZONE},
    )
    first, after = cursor.fetchone()
    if first is None:
        cursor.execute("SELECT now(), now()")
        first, after = cursor.fetchone()
    cursor.execute(_STUDIED, {"first": first, "after": after, "zone": settings.TIME_ZONE})
    cursor.execute("ANALYZE checks_studied")


def _figures_lay_out() -> None:
    """The schemes' own figures as they were on the day each claim was sent."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT city_code, claimed_on, scheme_id, scheme_code FROM checks_case ORDER BY 1, 2")
        asked: dict[tuple[str, date], list[tuple[int, str]]] = {}
        for city, claimed_on, scheme_id, code in cursor.fetchall():
            asked.setdefault((city, claimed_on), []).append((scheme_id, code))
        rows = []
        for (city, claimed_on), schemes in asked.items():
            codes = [f"{code}.{name}" for _pk, code in schemes for name in FIGURES]
            known = parameters_on(codes, city=city, on=claimed_on)
            rows += [_figure_row(scheme_id, claimed_on, code, known) for scheme_id, code in schemes]
        cursor.executemany(f"INSERT INTO checks_figure VALUES ({', '.join(['%s'] * 9)})", rows)  # noqa: S608
        cursor.execute("ANALYZE checks_figure")


def _figure_row(scheme_id: int, claimed_on: date, code: str, known: Any) -> list[Any]:
    total, yearly, window = (known[name] if (name := f"{code}.{one}") in known else None for one in FIGURES)
    return [
        scheme_id,
        claimed_on,
        int(total.value) if total else None,
        total.effective.first if total else None,
        figure_source(total) if total else None,
        int(yearly.value) if yearly else None,
        figure_source(yearly) if yearly else None,
        int(window.value) if window else None,
        figure_source(window) if window else None,
    ]


def figure_source(figure: ParameterValue) -> str:
    """The paper and the article a figure stands on, as they are cited."""
    return f"{figure.doc_no or figure.document_title}{figure.article}"[:200]


def _renamed_lay_out() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT worker_id FROM checks_case")
        workers = [worker for (worker,) in cursor.fetchall()]
        renamed = renamed_by_themselves(workers)
        cursor.executemany("INSERT INTO checks_renamed VALUES (%s, %s)", list(renamed.items()))
