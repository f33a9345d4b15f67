"""The cache in Redis, which may be away: what it holds may be lost, so nobody has to wait or fail for it."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import ConnectionError as AwayError
from redis.exceptions import TimeoutError as SlowError

log = structlog.get_logger(__name__)
Answer = TypeVar("Answer")
# After a failure nobody asks again for so long: a host that swallows packets would hold up every page.
REST_SECONDS = 2.0


class ForgivingRedisCache(RedisCache):
    """Answers as an empty cache while Redis does not answer.

    Limits that are counted here let people through meanwhile; what guards a number of a person is counted in the
    database (``foundation.accounts.phone_codes``).
    """

    _rests_until = 0.0

    def _or(self, instead: Answer, ask: Callable[[], Answer]) -> Answer:
        if time.monotonic() < ForgivingRedisCache._rests_until:
            return instead
        try:
            return ask()
        except (AwayError, SlowError) as error:
            ForgivingRedisCache._rests_until = time.monotonic() + REST_SECONDS
            log.warning("cache.away", error=type(error).__name__)
            return instead

    def add(self, *args: Any, **fields: Any) -> bool:
        return self._or(True, lambda: bool(super(ForgivingRedisCache, self).add(*args, **fields)))  # noqa: FBT003

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._or(default, lambda: super(ForgivingRedisCache, self).get(key, default, version))

    def set(self, *args: Any, **fields: Any) -> None:
        self._or(None, lambda: super(ForgivingRedisCache, self).set(*args, **fields))

    def touch(self, *args: Any, **fields: Any) -> bool:
        return self._or(False, lambda: bool(super(ForgivingRedisCache, self).touch(*args, **fields)))  # noqa: FBT003

    def delete(self, *args: Any, **fields: Any) -> bool:
        return self._or(False, lambda: bool(super(ForgivingRedisCache, self).delete(*args, **fields)))  # noqa: FBT003

    def get_many(self, *args: Any, **fields: Any) -> dict[Any, Any]:
        return self._or({}, lambda: super(ForgivingRedisCache, self).get_many(*args, **fields))

    def has_key(self, *args: Any, **fields: Any) -> bool:
        return self._or(False, lambda: bool(super(ForgivingRedisCache, self).has_key(*args, **fields)))  # noqa: FBT003

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._or(delta, lambda: int(super(ForgivingRedisCache, self).incr(key, delta, version)))

    def set_many(self, *args: Any, **fields: Any) -> list[Any]:
        return self._or([], lambda: list(super(ForgivingRedisCache, self).set_many(*args, **fields)))

    def delete_many(self, *args: Any, **fields: Any) -> None:
        self._or(None, lambda: super(ForgivingRedisCache, self).delete_many(*args, **fields))

    def clear(self) -> None:
        self._or(None, lambda: super(ForgivingRedisCache, self).clear())
