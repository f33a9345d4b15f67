"""Numbers of training certificates: given inside the transaction that issues, under the lock of the school's year."""

from django.db import connection, transaction
from django.db.models import Max

from certifications.certificates.models import SchoolSeries, SeriesYear
from certifications.certificates.numbers import training_number
from courses.schools.models import School

# Of this app, for the one lock under which schools get their serial numbers.
_LOCK = "SELECT pg_advisory_xact_lock(1667592820, 1)"


def series_of(school: School) -> SchoolSeries:
    """The part of a school in its certificates' numbers, given at its first certificate and kept for good."""
    found = SchoolSeries.objects.filter(school=school).first()
    if found is not None:
        return found
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
    found = SchoolSeries.objects.filter(school=school).first()
    if found is not None:
        return found
    used = SchoolSeries.objects.filter(district_code=school.district_code).aggregate(last=Max("serial"))["last"] or 0
    return SchoolSeries.objects.create(school=school, district_code=school.district_code, serial=used + 1)


def numbers_take(school: School, *, year: int, count: int) -> list[tuple[SeriesYear, int, str]]:
    """The next numbers of a school's year. They are given when the transaction commits, and else never were.

    Whoever asks next waits until then: take them last, with everything else at hand.
    """
    assert transaction.get_connection().in_atomic_block
    series = series_of(school)
    SeriesYear.objects.get_or_create(series=series, year=year)
    held = SeriesYear.objects.select_for_update().get(series=series, year=year)
    first = held.last + 1
    held.last += count
    held.save(update_fields=["last"])
    serials = range(first, first + count)
    return [(held, serial, training_number(series.district_code, series.serial, year, serial)) for serial in serials]
