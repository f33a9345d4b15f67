"""The real-name registers: the real one over a socket, and the one for rehearsals."""

import time

import pytest

from exchange.identity import HttpIdentityCheck, RehearsalIdentityCheck, identity_check
from foundation.outbox.errors import RefusedError, TransientDeliveryError
from tests.exchange.other_system import OtherSystem, Trouble, running

KEY = "identity-test-key"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(sequence, area="350201"):
    digits = f"{area}19880506{sequence}"
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, WEIGHTS, strict=True)) % 11]


@pytest.fixture
def register(settings):
    system = OtherSystem(KEY, answer=lambda body, number: {"outcome": "match", "reference": f"ref-{number}"})
    with running(system) as address:
        settings.IDENTITY_CHECK = "http"
        settings.IDENTITY_CHECK_URL = f"{address}/check"
        settings.IDENTITY_CHECK_KEY = KEY
        yield system


@pytest.mark.parametrize(
    ("number", "outcome"),
    [
        (id_number("002"), "match"),
        (id_number("002")[:17] + ("0" if id_number("002")[17] != "0" else "1"), "mismatch"),
        (id_number("998"), "mismatch"),
        (id_number("996"), "unknown"),
        (id_number("002", area="350212"), "unknown"),
        ("35020119880506", "mismatch"),
        ("", "mismatch"),
        ("35020119880506００２X", "mismatch"),
    ],
)
def test_the_rehearsal_register_knows_invented_people(number, outcome):
    first, again = (RehearsalIdentityCheck(delay_seconds=0).check("李梅", number, "r-1") for _ in range(2))
    assert first.outcome == outcome
    assert (again.outcome, again.reference) == (first.outcome, first.reference)


def test_the_rehearsal_register_is_out_for_two_attempts_of_each_request():
    register, number = RehearsalIdentityCheck(delay_seconds=0), id_number("997")
    for _ in range(2):
        with pytest.raises(TransientDeliveryError):
            register.check("李梅", number, "r-1")
    assert register.check("李梅", number, "r-1").outcome == "match"
    with pytest.raises(TransientDeliveryError):
        register.check("李梅", number, "r-2")


def test_the_rehearsal_register_takes_its_time(settings):
    settings.IDENTITY_REHEARSAL_DELAY = 0.05
    started = time.monotonic()
    RehearsalIdentityCheck().check("李梅", id_number("002"), "r-1")
    assert time.monotonic() - started >= 0.05


def test_settings_choose_the_register(settings):
    settings.IDENTITY_CHECK = "rehearsal"
    assert isinstance(identity_check(), RehearsalIdentityCheck)
    settings.IDENTITY_CHECK = "http"
    assert isinstance(identity_check(), HttpIdentityCheck)


def test_the_citys_register_is_asked_signed_and_answers(register):
    answer = identity_check().check("李梅", id_number("002"), "r-1")
    assert (answer.outcome, answer.reference) == ("match", "ref-1")
    assert register.calls == [{"path": "/check", "key": "r-1", "genuine": True}]
    assert register.taken == {"r-1": {"reference": "r-1", "name": "李梅", "id_number": id_number("002")}}


@pytest.mark.parametrize(
    ("trouble", "error", "code"),
    [
        (Trouble(status=502), TransientDeliveryError, "http_502"),
        (Trouble(status=400), RefusedError, "http_400"),
        (Trouble(hang_up=True), TransientDeliveryError, "unreachable"),
        (Trouble(raw=b'{"outcome": "perhaps", "reference": "1"}'), TransientDeliveryError, "bad_answer"),
        (Trouble(raw=b'{"outcome": "match"}'), TransientDeliveryError, "bad_answer"),
    ],
)
def test_a_register_in_trouble_is_no_answer(register, trouble, error, code):
    register.troubles = [trouble]
    with pytest.raises(error) as failure:
        identity_check().check("李梅", id_number("002"), "r-1")
    assert failure.value.code == code
    assert "李梅" not in str(failure.value)
    assert identity_check().check("李梅", id_number("002"), "r-1").outcome == "match"
