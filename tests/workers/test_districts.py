"""The districts of a city: data, and said when they are missing."""

import pytest
from django.core.checks import run_checks

from workers.districts import DISTRICTS, OUTSIDE, district_choices, district_name, districts_are_known


@pytest.mark.parametrize(("city", "some"), [("350200", ("思明区", 6)), ("350500", ("鲤城区", 12))])
def test_a_city_offers_its_own_districts_and_living_elsewhere(settings, city, some):
    settings.CITY_CODE = city
    offered = [(code, str(name)) for code, name in district_choices()]
    assert (offered[0][1], len(offered)) == (some[0], some[1] + 1)
    assert offered[-1] == (OUTSIDE, "不住在本市")


def test_every_district_has_a_code_of_its_city_and_a_name():
    for city, districts in DISTRICTS.items():
        codes = [code for code, _name in districts]
        assert len(set(codes)) == len(codes)
        for code in codes:
            assert code[:4] == city[:4]
            assert district_name(code) != code


def test_a_city_whose_districts_are_not_loaded_is_named_when_the_platform_starts(settings):
    assert [one for one in run_checks() if one.id == "workers.E001"] == []
    settings.CITY_CODE = "350100"
    (told,) = districts_are_known()
    assert told in run_checks()
    assert "350100" in told.msg
