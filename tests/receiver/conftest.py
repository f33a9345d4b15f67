import json

import pytest
from receiver.app import Desk
from receiver.config import HERE, Config

from tests.receiver.builders import KEY, Signer


@pytest.fixture(scope="session")
def signer():
    return Signer()


@pytest.fixture
def desk(tmp_path, signer):
    """The desk as an application in this process, without the thread that answers."""
    (tmp_path / "keys.json").write_text(json.dumps({"residency_desk": KEY, "talent_register": "another-key"}))
    (tmp_path / "signer.pem").write_bytes(signer.pem)
    return Desk(
        Config(
            data=tmp_path / "data",
            keys_file=tmp_path / "keys.json",
            certificate_file=tmp_path / "signer.pem",
            schemas=HERE.parents[1] / "docs" / "reference" / "schemas",
            results_url="",
        )
    )
