"""What `make run` prepares for the receiver: keys of this machine, a port of loopback, both sides of the line."""

import json
import socket
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import environ
import pytest
from receiver.config import DESKS, Config

from tests.test_structure import ROOT


@pytest.fixture(scope="module")
def receiving():
    spec = spec_from_file_location("receiving", ROOT / "deploy/local/receiving.py")
    module = module_from_spec(spec)
    sys.modules["receiving"] = module
    spec.loader.exec_module(module)
    return module


def test_keys_are_made_once_and_only_their_owner_reads_them(receiving, tmp_path):
    certificate = Path("certificate.pem")
    first = receiving.receiver(8000, certificate, tmp_path / "receiver")
    keys = json.loads((tmp_path / "receiver/keys.json").read_text())
    receiving.receiver(8000, certificate, tmp_path / "receiver")
    assert json.loads((tmp_path / "receiver/keys.json").read_text()) == keys
    assert sorted(keys) == sorted(DESKS)
    assert len(set(keys.values())) == 3
    for name in ("keys.json", "connection.env"):
        assert (tmp_path / "receiver" / name).stat().st_mode & 0o777 == 0o600
    assert "--host 127.0.0.1" in " ".join(first.words)


def test_both_sides_read_the_same(receiving, tmp_path, monkeypatch):
    desk = receiving.receiver(8000, Path("certificate.pem"), tmp_path)
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    config = Config.from_environment()
    env = environ.Env()
    for line in (tmp_path / "connection.env").read_text().splitlines():
        name, value = line.split("=", 1)
        monkeypatch.setenv(name, value)
    assert env.str("EVIDENCE_RESIDENCY_DESK_KEY") == config.keys["residency_desk"]
    assert env.str("EVIDENCE_RESIDENCY_DESK_URL") == f"http://127.0.0.1:{desk.port}/residency_desk/messages"
    assert config.results_url == "http://127.0.0.1:8000/exchange/evidence/results/"


def test_a_port_that_is_taken_is_left_alone(receiving):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        assert receiving.free_port(taken) != taken
    assert receiving.free_port(70_000) <= 65_535
