"""The door to WeChat's customers: a callback wakes us, `sync_msg` brings the messages, `send_msg` answers."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import structlog

from adapters.outbound import Outbound
from adapters.plain import plain
from adapters.split import split
from adapters.wecom.crypto import envelope, opened
from adapters.wecom_kf import payload, replies
from adapters.wecom_kf.client import KfClient, State
from adapters.wecom_kf.errors import SEND_FAILURES
from adapters.wecom_kf.replies import MAX_TEXT_BYTES
from bot import wording
from bot.channel import Blob, HttpAnswer, Notice, Page, Part, RawRequest, Received, Taken, Undelivered
from bot.errors import Refused
from bot.ports import Clock, Tokens
from bot.replies import part_of
from bot.settings import TenantSettings, WeComKfSettings
from bot.types import Address, Conversation, Ignored, Media, Message, Rate, Receipt, Reply

log = structlog.get_logger()

MAX_PARTS: Final = 2
"""Of one reply: two of them, one for what was being answered and one for what came meanwhile, fit."""
FRESH_S: Final = 3600.0
"""With no cursor WeCom gives the last three days. What is older than this was not meant for us any more."""
WELCOME_S: Final = 20.0
"""How long the code of a welcome, or of a person's goodbye, works (WeCom doc 95122)."""
_WITH_PEOPLE: Final = (State.WAITING, State.PERSON)
_AT_ONCE: Final = 16
"""Questions to WeCom about who has a conversation."""


class WeComKfChannel:
    """The kf accounts of one app."""

    def __init__(
        self,
        settings: WeComKfSettings,
        tenant: TenantSettings,
        *,
        tokens: Tokens,
        outbound: Outbound,
        clock: Clock,
    ) -> None:
        self._name = settings.name
        self._tenant = tenant
        self._accounts = tuple(settings.accounts)
        self._servicer = settings.servicer
        self._envelope = envelope(settings)
        self._client = KfClient(settings, tokens=tokens, outbound=outbound, clock=clock)
        self._clock = clock
        self._rate = (
            Rate(f"wecom-kf:{settings.corp_id}", settings.sends_per_minute, 60)
            if settings.sends_per_minute
            else None
        )

    @property
    def name(self) -> str:
        """As in the configuration."""
        return self._name

    @property
    def rate(self) -> Rate | None:
        """That of any call, counted by corp and interface (WeCom doc 90454)."""
        return self._rate

    def rate_to(self, conversation: Conversation) -> None:
        """Its five messages are fewer than any rate: the outbox counts them."""

    @property
    def takes_interim(self) -> bool:
        """It is one of five messages, of which an answer needs two at most."""
        return True

    @property
    def accounts(self) -> Sequence[Conversation]:
        """Those of the configuration."""
        return [Conversation(self._tenant.name, self._name, account) for account in self._accounts]

    def receive(self, request: RawRequest) -> Received:
        """A callback carries no message, only the word that there is one. WeCom docs 90238, 94670.

        Raises BadSignature or BadRequest.
        """
        content = opened(request, self._envelope)
        if isinstance(content, HttpAnswer):
            return content
        return payload.wake(content, tenant=self._tenant.name, channel=self._name, accounts=self._accounts)

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """200 without a body: received, don't send it again."""
        return HttpAnswer()

    async def fetch(self, account: Conversation, *, cursor: str, token: str) -> Page:
        """A page, without the messages that are not ours to answer. Raises Unavailable or Refused."""
        answer = await self._client.sync(account.customer, cursor=cursor, token=token)
        page = payload.page(answer, account=account)
        oldest = self._clock() - (payload.SEND_WINDOW_S if cursor else FRESH_S)
        received = [_fresh(one, oldest) for one in page.received]
        people = await self._people({one.conversation for one in received if isinstance(one, Message)})
        return replace(page, received=tuple(_ours(received, people)))

    async def heed(self, notice: Notice) -> Undelivered | None:
        """Greet who came in, and who comes back from a person; tell of a reply that did not arrive.

        Raises Unavailable or Refused.
        """
        if notice.kind == payload.SEND_FAILED:
            reply, part = part_of(notice.data["key"])
            why = f"WeCom took it, and could not bring it: {_why(notice.data['reason'])}"
            return Undelivered(reply, part, why)
        if notice.kind == payload.ENTERED and self._clock() - notice.at < WELCOME_S:
            await self._welcome(notice)
        elif notice.kind == payload.PERSON_LEFT and self._clock() - notice.at < WELCOME_S:
            await self._on_event(notice.data["code"], wording.BOT_IS_BACK, ())
        return None

    def render(self, reply: Reply) -> list[Part]:
        """Plain text, as WeChat shows markdown raw, in two parts of 2048 bytes at most."""
        texts = split(plain(reply.text), MAX_TEXT_BYTES)
        if len(texts) > MAX_PARTS:
            room = MAX_TEXT_BYTES - len(wording.CUT_SHORT.encode())
            texts = [*texts[: MAX_PARTS - 1], split(texts[MAX_PARTS - 1], room)[0] + wording.CUT_SHORT]
        return _offering(texts, replies.choices(reply.suggestions))

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """Hand one part to WeCom, which takes a key once. Raises Unavailable or Refused."""
        account, customer = payload.account_of(address)
        msgid = await self._client.send(account, customer, part.text, part.suggestions, msgid=key)
        return Receipt(msgid, self._clock())

    async def fetch_media(self, media: Media, *, most: int) -> Blob:
        """From WeCom's own store (`bot.channel.Carrier`). Raises Unavailable or Refused."""
        return await self._client.fetch(payload.media_id(media), most=most)

    async def hand_over(self, address: Address) -> None:
        """To the configured servicer, or to the queue. Who has it already keeps it. WeCom doc 94669."""
        account, customer = payload.account_of(address)
        if await self._client.state(account, customer) not in _WITH_PEOPLE:
            wanted = State.PERSON if self._servicer else State.WAITING
            await self._client.move(account, customer, wanted, servicer=self._servicer)

    async def ping(self) -> None:
        """Raises Unavailable or Refused when we could not call 微信客服 now."""
        await self._client.accounts()

    async def close(self) -> None:
        """Nothing of our own: the connections belong to whoever made the `Outbound`."""

    async def _welcome(self, notice: Notice) -> None:
        """Not to who is a person's already: WeCom can be set up to give them everybody who comes in."""
        if await self._is_with_people(*payload.parties(notice.conversation)):
            return
        greeting = self._tenant.greeting
        suggestions = replies.choices(self._tenant.suggestions) if replies.has_room(greeting) else ()
        await self._on_event(notice.data["code"], greeting, suggestions)

    async def _is_with_people(self, account: str, customer: str) -> bool:
        try:
            return await self._client.state(account, customer) in _WITH_PEOPLE
        except Refused as error:
            log.warning("state_unknown", reason=str(error))
            return False

    async def _on_event(self, code: str, text: str, suggestions: Sequence[str]) -> None:
        await self._client.say_on_event(code, text, suggestions, msgid=_msgid(code))

    async def _people(self, conversations: Iterable[Conversation]) -> frozenset[Conversation]:
        """Those that a person has or had, or that wait for one. A new one becomes the bot's."""
        room = asyncio.Semaphore(_AT_ONCE)

        async def has_person(conversation: Conversation) -> bool:
            async with room:
                return await self._has_person(*payload.parties(conversation))

        conversations = list(conversations)
        answers = await asyncio.gather(*map(has_person, conversations))
        return frozenset(one for one, person in zip(conversations, answers, strict=True) if person)

    async def _has_person(self, account: str, customer: str) -> bool:
        """A refusal is about this one customer, and the others' messages must not wait for them."""
        try:
            state = await self._client.state(account, customer)
            if state is State.NEW:
                await self._client.move(account, customer, State.BOT)
        except Refused as error:
            log.warning("state_unknown", reason=str(error))
            return False
        # What a customer writes after the end opens a new session, so what was ended was written to a person.
        return state in (*_WITH_PEOPLE, State.ENDED)


def _fresh(received: Message | Ignored | Notice, oldest: float) -> Message | Ignored | Notice:
    if isinstance(received, Message) and received.sent_at < oldest:
        return Ignored("too old to be answered")
    return received


def _ours(
    received: Iterable[Message | Ignored | Notice], people: frozenset[Conversation]
) -> Iterable[Message | Ignored | Notice]:
    for one in received:
        if isinstance(one, Message) and one.conversation in people:
            yield Ignored("a person has the conversation")
        else:
            yield one


def _offering(texts: Sequence[str], suggestions: tuple[str, ...]) -> list[Part]:
    """Suggestions are a menu below the last text, or a part of their own; without room they are left out."""
    parts = [Part(text) for text in texts]
    if not (parts and suggestions):
        return parts
    if replies.has_room(texts[-1]):
        return [*parts[:-1], Part(texts[-1], suggestions)]
    return [*parts, Part(wording.SUGGESTED, suggestions)] if len(parts) < MAX_PARTS else parts


def _why(fail_type: str) -> str:
    return f"{SEND_FAILURES.get(fail_type, 'a reason that we do not know')} (fail_type {fail_type})"


def _msgid(code: str) -> str:
    """32 bytes of a kind that WeCom takes, the same for the same code."""
    return hashlib.sha256(code.encode()).hexdigest()[:32]
