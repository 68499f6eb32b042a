"""A member who talks to a WeCom intelligent bot: the replies are fetched by polls."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from bot.settings import WeComBotSettings
from tests.simulators.record import Posting, Seen
from tests.simulators.terminal.door import Door, NotHere, Suggestion, Visit
from tests.simulators.terminal.wecom import buttons, number, verify
from tests.simulators.wecom_bot import RESPONSE_PATH, Busy, WeComBotApp, WeComBotSimulator

SAMPLE = {name: value for name, value in asdict(WeComBotApp()).items() if name != "bot_id"}


class WeComBotDoor(Door):
    """The chat with the bot."""

    sends = (RESPONSE_PATH,)
    failing = " to response_url (WeCom fetches the other replies)"

    def __init__(self, settings: WeComBotSettings, visit: Visit) -> None:
        bot = WeComBotApp(
            token=settings.token.get_secret_value(),
            encoding_aes_key=settings.encoding_aes_key.get_secret_value(),
        )
        self.simulator = WeComBotSimulator(bot, host=visit.host, port=visit.port)
        super().__init__(self.simulator, visit)

    @property
    def receiver(self) -> str:
        """Userids are case-insensitive."""
        return self.visit.customer.lower()

    async def arrive(self, tell: Callable[[str], None]) -> None:
        """The address is verified, as the console would."""
        await verify(lambda: self.simulator.verify(self.visit.callback), self.visit)

    async def say(self, text: str) -> Posting:
        """A text."""
        return await self._post({"msgtype": "text", "text": {"content": text}})

    async def show(self, picture: bytes) -> Posting:
        """At an address of its own, sealed (doc 100719)."""
        return await self._post({"msgtype": "image", "image": {"url": self.simulator.keep(picture)}})

    async def speak(self, words: str) -> Posting:
        """WeCom sends the words alone (doc 100719)."""
        return await self._post({"msgtype": "voice", "voice": {"content": words}})

    async def enter(self) -> Posting:
        """Event enter_chat (WeCom doc 101027)."""
        return await self.simulator.enter(self.visit.callback, user=self.visit.customer)

    def suggestions(self, seen: Seen) -> list[Suggestion]:
        """A card's buttons."""
        return buttons(seen)

    async def click(self, suggestion: Suggestion) -> Posting:
        """Event template_card_event (WeCom doc 101027)."""
        return await self.simulator.click(
            self.visit.callback, user=self.visit.customer, button=suggestion.text
        )

    def fail(self, code: str, times: int) -> None:
        """By `errcode`, for what comes after six minutes."""
        for path in self.sends:
            self._trouble(path, {"errcode": number(code), "errmsg": "on order"}, times)

    def revoke_token(self) -> None:
        """The bot calls nothing that asks for one."""
        raise NotHere("an intelligent bot has no access token")

    async def _post(self, fields: dict[str, Any]) -> Posting:
        msg_id = uuid.uuid4().hex

        async def deed() -> Posting:
            try:
                return await self.simulator.post(
                    self.visit.callback, fields, user=self.visit.customer, msg_id=msg_id
                )
            except Busy as error:
                raise NotHere(f"WeCom takes no more for now: {error}") from error

        return await self._do(deed)
