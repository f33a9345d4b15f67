"""Structured logs: one event a line, with the request's id, and nobody's numbers in it."""

import logging.config
from collections.abc import Mapping
from typing import Any

import structlog
from django.http import HttpRequest
from structlog.typing import EventDict, Processor, WrappedLogger

from foundation.crypto.masking import mask_text


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask_text(value)
    if isinstance(value, HttpRequest):
        return f"{value.method} {value.path}"  # its own text would carry the query string
    if isinstance(value, Mapping):
        return {key: _masked(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(inner) for inner in value]
    if value is None or isinstance(value, (bool, int, float)):
        return mask_number(value)
    return mask_text(str(value))


def mask_number(value: Any) -> Any:
    """A whole number long enough to be a phone or identity number is masked like the text of it."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**10:
        return mask_text(str(value))
    return value


def mask_personal_data(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Mask whatever is shaped like an identity, phone or account number, in every value of the event."""
    return {key: value if key == "timestamp" else _masked(value) for key, value in event.items()}


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=False),
    structlog.processors.StackInfoRenderer(),
]


# Who speaks up only when something is wrong.
QUIET = {
    # django_structlog says the same, once, with the request's id and without the arguments.
    "celery.app.trace": {"level": "WARNING"},
    "celery.beat": {"level": "WARNING"},
    "celery.worker.strategy": {"level": "WARNING"},
    "django.server": {"level": "WARNING"},
    "django.utils.autoreload": {"level": "WARNING"},
    "django_tasks": {"level": "WARNING"},
    "fontTools": {"level": "WARNING"},
    "pikepdf": {"level": "WARNING"},
    "weasyprint": {"level": "WARNING"},
}


def configure(config: Mapping[str, Any]) -> None:
    """Set up logging as ``settings.LOGGING`` says: ``level``, and ``json`` for machines or plain lines for people."""
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if config["json"]
        else structlog.dev.ConsoleRenderer(colors=False, exception_formatter=structlog.dev.plain_traceback)
    )
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {
                "event": {
                    "()": structlog.stdlib.ProcessorFormatter,
                    "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder()],
                    "processors": [
                        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                        structlog.processors.format_exc_info,
                        mask_personal_data,
                        renderer,
                    ],
                },
            },
            "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "event"}},
            "root": {"handlers": ["console"], "level": config["level"]},
            "loggers": QUIET | {"django_structlog": {"level": config["level"]}},
        }
    )
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *SHARED,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
