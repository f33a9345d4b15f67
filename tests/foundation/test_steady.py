"""What is counted by the time that goes by goes on evenly when somebody sets the clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from foundation import steady
from foundation.steady import SteadyClock, steady_now

HOUR = 3600


class Watch:
    """Both clocks of a machine, moved by hand."""

    def __init__(self):
        self.wall, self.run = 1_000_000.0, 50.0

    def goes(self, seconds):
        self.wall += seconds
        self.run += seconds

    def time(self):
        return self.wall

    def monotonic(self):
        return self.run


@pytest.fixture
def watch(monkeypatch):
    made = Watch()
    monkeypatch.setattr(steady, "time", made)
    return made


def test_a_clock_that_is_left_alone_is_believed(watch):
    clock = SteadyClock()
    watch.goes(HOUR)
    assert clock.set_by() == 0


@pytest.mark.parametrize("seconds", [HOUR, -HOUR, 24 * HOUR])
def test_a_jump_is_known_at_once_and_stays_known(watch, seconds):
    clock = SteadyClock()
    watch.goes(10)
    watch.wall += seconds
    assert clock.set_by() == pytest.approx(seconds)
    watch.goes(HOUR)
    assert clock.set_by() == pytest.approx(seconds)
    watch.wall -= seconds
    assert clock.set_by() == pytest.approx(0)


def test_small_corrections_are_followed(watch):
    clock = SteadyClock()
    for _time in range(100):
        watch.goes(60)
        watch.wall += 0.05
        assert clock.set_by() == 0


def test_now_is_the_machines_now_less_what_it_was_set_by(settings, monkeypatch, watch):
    settings.STEADY_CLOCK = True
    monkeypatch.setattr(steady, "_clock", SteadyClock())
    watch.wall += HOUR
    apart = timezone.now() - steady_now()
    assert abs(apart - timedelta(hours=1)) < timedelta(seconds=5)
