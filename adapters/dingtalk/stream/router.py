"""What we answer to each frame, and when: a message is acknowledged only once it is stored."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import structlog

from adapters import metrics
from adapters.dingtalk.stream.frames import Frame, Kind, acknowledge
from bot.channel import Heard, Take
from bot.errors import BadRequest, TooMany, Unavailable
from bot.types import Ignored

log = structlog.get_logger()

_NOTHING: Final = '{"response": null}'
_EVENT_TAKEN: Final = '{"status": "SUCCESS", "message": "ok"}'


@dataclass(frozen=True, slots=True)
class Handling:
    """What is done about a topic."""

    read: Callable[[bytes], Heard | Ignored]
    """Raises BadRequest."""
    respond: Callable[[Heard | Ignored], Mapping[str, Any] | None]
    """What is said besides that it was taken."""


class Router:
    """One channel's answers."""

    def __init__(self, channel: str, topics: Mapping[str, Handling], take: Take) -> None:
        self._channel = channel
        self._topics = topics
        self._take = take

    async def answer(self, frame: Frame) -> str | None:
        """The acknowledgement; None to be silent, so that DingTalk delivers again. Raises nothing."""
        if frame.kind is Kind.SYSTEM:
            return acknowledge(frame, frame.data)  # a ping wants its `opaque` back; the SDK echoes them all
        if frame.kind is Kind.EVENT:
            return acknowledge(frame, _EVENT_TAKEN)  # we subscribe to none; this keeps it from coming again
        handling = self._topics.get(frame.topic)
        if handling is None:
            log.warning("dingtalk_stream_topic_unknown", channel=self._channel)
            return acknowledge(frame, _NOTHING, code=HTTPStatus.NOT_FOUND)
        started = time.perf_counter()
        answer = await self._answer(frame, handling)
        metrics.ACKNOWLEDGED.labels(self._channel).observe(time.perf_counter() - started)
        return answer

    async def _answer(self, frame: Frame, handling: Handling) -> str | None:
        try:
            received = handling.read(frame.data.encode(errors="replace"))
        except BadRequest as error:
            log.warning("dingtalk_stream_message_unreadable", channel=self._channel, reason=str(error))
            return acknowledge(frame, _NOTHING, code=HTTPStatus.BAD_REQUEST)
        if isinstance(received, Ignored):
            metrics.received(self._channel, "ignored")
            log.info("message_ignored", channel=self._channel, reason=received.reason)
        elif not await self._is_taken(received):
            return None
        return acknowledge(frame, json.dumps({"response": handling.respond(received)}))

    async def _is_taken(self, heard: Heard) -> bool:
        """What a code of 500 would bring about, DingTalk does not say; on silence it surely comes again."""
        try:
            await self._take(heard)
        except (Unavailable, TooMany) as error:
            log.warning("dingtalk_stream_message_not_taken", channel=self._channel, reason=str(error))
            return False
        except Exception:  # a fault of ours with one message must not end the connection that all come by
            log.exception("dingtalk_stream_message_failed", channel=self._channel)
            return False
        return True
