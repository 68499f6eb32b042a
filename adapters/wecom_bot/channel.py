"""The door of WeCom's bot: callbacks in; the reply in the answer to a poll, or by `response_url`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import structlog

from adapters import metrics, template_card
from adapters.download import Hosts
from adapters.envelope import BrokenEnvelope
from adapters.outbound import Outbound
from adapters.plain import printable
from adapters.split import split
from adapters.suggestions import listed
from adapters.wecom_bot import payload, replies
from adapters.wecom_bot.client import ResponseClient
from adapters.wecom_bot.crypto import envelope
from bot.channel import Blob, Draft, Entered, Greet, HttpAnswer, Part, RawRequest, Received, Taken, Wake
from bot.errors import BadRequest, Refused, Unavailable
from bot.ports import Clock, Streams
from bot.replies import part_of, reply_id
from bot.settings import WeComBotSettings
from bot.types import Address, Ignored, Media, Message, Opinion, Receipt, Reply
from bot.wording import ANSWER_FOLLOWS, CUT_SHORT, LOOKING_IT_UP, SUGGESTED

log = structlog.get_logger()

MAX_CONTENT_BYTES: Final = 20480
"""Of UTF-8, in a stream and by `response_url` (WeCom docs 101031, 101138)."""
DRAFT_EVERY_S: Final = 0.5
"""WeCom polls about once a second: each poll finds something new."""
_MOST_PADDING: Final = 32
TAKEN_WITHIN_S: Final = 10.0
"""WeCom polls about once a second. If it does not for so long, its customer waits for something else."""


class WeComBotChannel:
    """An intelligent bot."""

    def __init__(
        self,
        settings: WeComBotSettings,
        *,
        greeting: str,
        suggestions: Sequence[str],
        streams: Streams,
        outbound: Outbound,
        clock: Clock,
        patience: float = TAKEN_WITHIN_S,
    ) -> None:
        """`patience`: seconds that a finished reply waits for a poll."""
        self._name = settings.name
        self._tenant = settings.tenant
        self._stream_s = settings.stream_s
        self._envelope = envelope(settings)
        self._client = ResponseClient(settings.api_base, outbound)
        self._downloads = outbound.downloads
        self._hosts = Hosts(settings.media_hosts, settings.api_base)
        self._greeting = greeting
        self._suggestions = template_card.choices(suggestions)
        self._streams = streams
        self._clock = clock
        self._patience = patience

    @property
    def name(self) -> str:
        """As in the configuration."""
        return self._name

    def receive(self, request: RawRequest) -> Received:
        """GET proves to WeCom that the address is ours; POST is a callback. WeCom docs 90238, 101033.

        Raises BadSignature or BadRequest.
        """
        if request.method == "GET":
            return HttpAnswer(body=self._open(request.query.get("echostr", ""), request.query))
        if request.method != "POST":
            raise BadRequest("WeCom calls with GET and POST")
        content = self._open(payload.encrypted(request.body), request.query)
        return payload.parse(content, tenant=self._tenant, channel=self._name, now=self._clock())

    async def acknowledge(self, received: Taken, request: RawRequest) -> HttpAnswer:
        """To a message: a stream for WeCom to poll; to a click: nothing. To a poll: the reply, once there."""
        if isinstance(received, Ignored | Wake | Greet | Opinion):
            return HttpAnswer()
        if isinstance(received, Entered):
            return self._passive(self._welcome(received), request)
        if isinstance(received, Message):
            id_ = payload.stream(received.address)
            if not id_:
                return HttpAnswer()
            try:
                await self._streams.open(id_, seconds=self._stream_s)
            except Unavailable as error:  # the message is kept: its reply goes to the `response_url`
                log.warning("stream_not_opened", channel=self._name, reason=str(error))
                return HttpAnswer()
            feedback = reply_id(received.conversation, (received.id,))  # a message has a reply of its own
            return self._passive(replies.stream(id_, LOOKING_IT_UP, finish=False, feedback=feedback), request)
        told = await self._streams.poll(received.about)
        text = told.text or (ANSWER_FOLLOWS if told.over else LOOKING_IT_UP)
        return self._passive(replies.stream(received.about, text, finish=told.over), request)

    def render(self, reply: Reply) -> list[Part]:
        """One part, as a stream is one message; markdown stays. What is beyond is cut, and said to be."""
        text = printable(reply.text).strip()
        if len(text.encode()) > MAX_CONTENT_BYTES:
            note = f"\n\n{CUT_SHORT}"
            text = split(text, MAX_CONTENT_BYTES - len(note.encode()))[0] + note
        return [Part(text, template_card.choices(reply.suggestions))] if text else []

    async def send(self, address: Address, part: Part, *, key: str) -> Receipt:
        """Wait for a poll to take it; else, with the stream closed, send it to the `response_url`.

        That address works once, which closes the window for a second copy: a try that ends unclear is
        refused when it is repeated.
        """
        stream, url = payload.stream(address), payload.response_url(address)
        if stream and await self._streams.offer(stream, part.text, patience=self._patience):
            await self._offer(url, part, key)
            return Receipt(stream, self._clock())
        if not url:
            raise Refused("WeCom: the stream is over, and the message named no response_url")
        text = split(listed(part.text, part.suggestions), MAX_CONTENT_BYTES)[0]
        reply, _ = part_of(key)
        await self._client.respond(url, replies.markdown(text, feedback=reply))
        return Receipt("", self._clock())

    @property
    def draft_every_s(self) -> float:
        """Seconds between two showings."""
        return DRAFT_EVERY_S

    async def show(self, draft: Draft) -> None:
        """What the next polls are told. Raises Unavailable, or Refused where there is no stream.

        Past the size of a stream nothing more is shown: where to cut it is the reply's to decide.
        """
        stream = payload.stream(draft.address)
        if not stream:
            raise Refused("WeCom: the message opened no stream")
        text = printable(draft.text).strip()
        if len(text.encode()) <= MAX_CONTENT_BYTES:
            await self._streams.show(stream, text)

    async def fetch_media(self, media: Media, *, most: int) -> Blob:
        """From the address in the message, and opened (`bot.channel.Carrier`).

        Raises Unavailable or Refused: five minutes after the message it is gone.
        """
        url = payload.media_url(media)
        sealed = await self._downloads.get(url, hosts=self._hosts, most=most + _MOST_PADDING)
        try:
            return Blob(self._envelope.open_file(sealed.data), sealed.content_type)
        except BrokenEnvelope as error:
            raise Refused(f"WeCom: what came was not sealed for us ({error.code})") from None

    async def ping(self) -> None:
        """Nothing to prove: it calls only addresses that WeCom sends along, and needs no token for them."""

    async def close(self) -> None:
        """Nothing of our own: the connections belong to whoever made the `Outbound`."""

    async def _offer(self, url: str, part: Part, key: str) -> None:
        """Suggestions, as a card behind a reply that is with the customer already: not worth a second try."""
        if not (part.suggestions and url):
            return
        card = template_card.menu(SUGGESTED, part.suggestions, task=key)
        try:
            await self._client.respond(url, replies.template_card(card))
        except (Unavailable, Refused) as error:
            metrics.NOT_OFFERED.labels(self._name).inc()
            log.warning("suggestions_not_offered", reason=str(error))

    def _welcome(self, entered: Entered) -> bytes:
        """A card where it can show the whole line. WeCom never says whether it took one."""
        if self._suggestions and template_card.is_title(self._greeting):
            task = hashlib.sha256(entered.id.encode()).hexdigest()
            return replies.welcome(template_card.menu(self._greeting, self._suggestions, task=task))
        return replies.text(listed(self._greeting, self._suggestions))

    def _open(self, encrypted: str, query: Mapping[str, str]) -> bytes:
        return self._envelope.open(
            encrypted,
            # The documented name, and two that WeCom's own plugin takes.
            signature=query.get("msg_signature") or query.get("msgsignature") or query.get("signature", ""),
            timestamp=query.get("timestamp", ""),
            nonce=query.get("nonce", ""),
        )

    def _passive(self, message: bytes, request: RawRequest) -> HttpAnswer:
        """Sealed, with the callback's own nonce (WeCom doc 101033)."""
        now, nonce = int(self._clock()), request.query.get("nonce", "")
        sealed = self._envelope.seal(message, timestamp=str(now), nonce=nonce)
        return HttpAnswer(body=replies.envelope(sealed, timestamp=now, nonce=nonce))
