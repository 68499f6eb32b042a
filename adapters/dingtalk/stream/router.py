"""What we answer to each frame, and when: a message is acknowledged only once it is stored."""

from __future__ import annotations

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Final

import structlog

from adapters import metrics
from adapters.dingtalk.stream.frames import Frame, Kind, Topic, acknowledge
from bot.channel import Take
from bot.errors import BadRequest, TooMany, Unavailable
from bot.types import Ignored, Message

log = structlog.get_logger()

_NOTHING: Final = '{"response": null}'
_EVENT_TAKEN: Final = '{"status": "SUCCESS", "message": "ok"}'


class Router:
    """One channel's answers."""

    def __init__(self, channel: str, read: Callable[[bytes], Message | Ignored], take: Take) -> None:
        self._channel = channel
        self._read = read
        self._take = take

    async def answer(self, frame: Frame) -> str | None:
        """The acknowledgement; None to be silent, so that DingTalk delivers again. Raises nothing."""
        if frame.kind is Kind.SYSTEM:
            return acknowledge(frame, frame.data)  # a ping wants its `opaque` back; the SDK echoes them all
        if frame.kind is Kind.EVENT:
            return acknowledge(frame, _EVENT_TAKEN)  # we subscribe to none; this keeps it from coming again
        if frame.topic != Topic.MESSAGE:
            log.warning("dingtalk_stream_topic_unknown", channel=self._channel)
            return acknowledge(frame, _NOTHING, code=HTTPStatus.NOT_FOUND)
        started = time.perf_counter()
        answer = await self._answer_message(frame)
        metrics.ACKNOWLEDGED.labels(self._channel).observe(time.perf_counter() - started)
        return answer

    async def _answer_message(self, frame: Frame) -> str | None:
        try:
            received = self._read(frame.data.encode(errors="replace"))
        except BadRequest as error:
            log.warning("dingtalk_stream_message_unreadable", channel=self._channel, reason=str(error))
            return acknowledge(frame, _NOTHING, code=HTTPStatus.BAD_REQUEST)
        if isinstance(received, Ignored):
            metrics.RECEIVED.labels(self._channel, "ignored").inc()
            log.info("message_ignored", channel=self._channel, reason=received.reason)
        elif not await self._is_taken(received):
            return None
        return acknowledge(frame, _NOTHING)

    async def _is_taken(self, message: Message) -> bool:
        """What a code of 500 would bring about, DingTalk does not say; on silence it surely comes again."""
        try:
            await self._take(message)
        except (Unavailable, TooMany) as error:
            log.warning("dingtalk_stream_message_not_taken", channel=self._channel, reason=str(error))
            return False
        except Exception:  # a fault of ours with one message must not end the connection that all come by
            log.exception("dingtalk_stream_message_failed", channel=self._channel)
            return False
        return True
