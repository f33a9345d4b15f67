import pytest

from exchange import http
from tests.exchange.other_system import OtherSystem, running

GATEWAY_KEY = "gateway-test-key"


@pytest.fixture(autouse=True)
def _fresh_connections():
    http._client.cache_clear()
    yield
    http._client().close()
    http._client.cache_clear()


@pytest.fixture
def gateway(settings):
    system = OtherSystem(GATEWAY_KEY)
    with running(system) as address:
        settings.SMS_GATEWAY = "http"
        settings.SMS_GATEWAY_URL = f"{address}/messages"
        settings.SMS_GATEWAY_KEY = GATEWAY_KEY
        yield system
