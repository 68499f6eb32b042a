"""What a DingTalk robot hears the same way in both modes: messages, and what was pressed on its cards."""

from __future__ import annotations

import structlog

from adapters import metrics
from adapters.body import Body, read
from adapters.dingtalk import card_callback, payload
from adapters.dingtalk.track import Tracks
from bot.ports import Clock
from bot.settings import DingTalkRobotSettings
from bot.types import Ignored, Message, Opinion

log = structlog.get_logger()


class Ear:
    """One robot's; how its messages reach us, and that they are DingTalk's, is for the channel to say."""

    def __init__(self, settings: DingTalkRobotSettings, clock: Clock) -> None:
        self._name = settings.name
        self._tenant = settings.tenant
        self._tracks = Tracks(settings.client_secret.get_secret_value())
        self._clock = clock

    def read(self, content: bytes) -> Message | Ignored:
        """What a body says. Raises BadRequest."""
        return self.parse(read(content))

    def parse(self, body: Body) -> Message | Ignored:
        """The same, of a body that was read. Raises BadRequest."""
        if payload.quota_is_used_up(body):
            metrics.KEPT_BACK.labels(self._name).inc()
            log.error(
                "dingtalk_quota_used_up", channel=self._name, mend="buy more, or wait for the month's end"
            )
            return Ignored("the month's quota is used up (20001)")
        return payload.parse(body, tenant=self._tenant, channel=self._name, now=self._clock())

    def read_press(self, content: bytes) -> Message | Opinion | Ignored:
        """What was pressed on a card. Raises BadRequest."""
        return card_callback.parse(
            content, self._tracks, tenant=self._tenant, channel=self._name, now=self._clock()
        )
