"""Logging: constant event names, searchable fields, no secrets and no customers' words.

KEFU_LOG_LEVEL (info), KEFU_LOG_FORMAT (console or json). Texts show only with KEFU_LOG_TEXTS=1 and the level
at debug, under the field name `text`.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

from bot.safety.personal import masked

_PRIVATE: Final = ("text", "question", "answer", "token", "secret", "body")
_OURS: Final = ("event", "level", "timestamp", "process", "reply", "channel", "tenant")
"""Fields that hold nothing of a customer's: an id of digits is no phone."""
_QUIET: Final = ("celery", "kombu", "aiohttp.access", "httpx", "httpcore", "openai", "qdrant_client")


def set_up(process: str, environ: Mapping[str, str]) -> None:
    """Send our events and the libraries' warnings to standard error."""
    level = logging.getLevelNamesMapping().get(environ.get("KEFU_LOG_LEVEL", "info").upper(), logging.INFO)
    texts = level <= logging.DEBUG and environ.get("KEFU_LOG_TEXTS") == "1"
    json = environ.get("KEFU_LOG_FORMAT", "console") == "json"
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        _named(process),
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso" if json else "%H:%M:%S", utc=json),
        _keep_private(texts),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.format_exc_info, _mask_personal, *_renderer(json)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Masking(f"%(asctime)s [{process}] %(name)s: %(message)s"))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.getLogger("aiohttp.server").addFilter(without_request)


def without_request(record: logging.LogRecord) -> bool:
    """aiohttp shows the line of a request that it can't read, and a token may stand in it."""
    kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else "unknown"
    record.msg, record.args, record.exc_info, record.exc_text = f"unreadable request: {kind}", (), None, None
    return True


def _renderer(json: bool) -> list[structlog.types.Processor]:
    if json:
        return [structlog.processors.JSONRenderer(ensure_ascii=False)]
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), pad_event_to=24, sort_keys=False)]


def _named(process: str) -> structlog.types.Processor:
    """Not a context variable: those are a thread's own, and a worker has many threads."""

    def add(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.setdefault("process", process)
        return event

    return add


class Masking(logging.Formatter):
    """For what libraries log, their tracebacks too."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without anybody's numbers."""
        return masked(super().format(record))


def _mask_personal(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Also where texts were asked for, and in what an error says."""
    for name, value in event.items():
        if isinstance(value, str) and name not in _OURS:
            event[name] = masked(value)
    return event


def _keep_private(shown: bool) -> structlog.types.Processor:
    """A last net: fields that could hold a customer's words or a secret never get out by accident."""

    def process(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        for name in _PRIVATE:
            if name in event and not (shown and name == "text"):
                event[name] = "***"
        return event

    return process
