"""How replies are made, and what they are known by."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from bot import wording
from bot.settings import TenantSettings
from bot.types import Address, Answer, Attended, Conversation, LongWait, Message, Passage, Reply

_NEWS_S: Final = 30.0
"""So long it is true how many were before somebody, roughly."""


_SOON_S: Final = 600.0
"""Beyond that the answer itself is nearer than a word that it will come."""


_NAMED_CHARS: Final = 40
"""Of a question, so that it is known again."""


def reply_id(conversation: Conversation, messages: Sequence[str]) -> str:
    """The same for the same messages, however often their turn is run: 24 letters and digits.

    Short and plain enough to serve as a platform's idempotency key with a part number behind it
    (WeCom kf takes 32 bytes of [0-9a-zA-Z_-], doc 94677).
    """
    text = "\n".join((str(conversation), *messages))
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def part_key(reply: str, number: int) -> str:
    """What a part is known by each time it is tried: the reply's id, and which of its parts, from 0."""
    return f"{reply}-{number}"


def part_of(key: str) -> tuple[str, int]:
    """Whose part bears this key; what is no key of a part is a reply's id."""
    reply, _, number = key.rpartition("-")
    return (reply, int(number)) if reply and re.fullmatch("[0-9]{1,3}", number) else (key, 0)


def titles(answer: Answer, passages: Sequence[Passage]) -> tuple[str, ...]:
    """Of what an answer rests on, each once. Which files a shop keeps it in is not for its customers.

    What is untitled has none here. Nor has a source that is none of the passages': what was answered before
    may rest on one.
    """
    known = {one.source: one.title for one in passages if not one.is_untitled}
    return tuple(dict.fromkeys(known[source] for source in answer.sources if source in known))


def welcome(conversation: Conversation, address: Address, tenant: TenantSettings, *, now: float) -> Reply:
    """What somebody who came in is told."""
    return Reply(
        id=reply_id(conversation, ("welcome", str(now))),
        conversation=conversation,
        address=address,
        text=tenant.greeting,
        outcome=None,
        answers=(),
        created_at=now,
        suggestions=tuple(tenant.suggestions),
    )


def from_person(attended: Attended, text: str, *, now: float) -> Reply:
    """What a person says, and that it is one."""
    words = wording.PERSON_SAYS.format(text=text)
    return replace(_unasked(attended, words, uuid.uuid4().hex, now), person=True)


def back_again(attended: Attended, *, now: float, closed: bool = False, rate: bool = False) -> Reply:
    """That the bot answers again: after a person's closing, or because their time is over.

    `rate`: with a question how it was.
    """
    unheard = attended.waits_since is not None and not closed
    text = wording.NO_PERSON_CAME if unheard else wording.BOT_IS_BACK
    text = f"{text}\n\n{wording.RATE_US}" if rate else text
    return replace(_unasked(attended, text, f"back {uuid.uuid4().hex}", now), rate=rate)


def in_hands(message: Message, *, now: float) -> Reply:
    """That a person has it, where each message shows as open until it has a reply of its own."""
    return Reply(
        id=reply_id(message.conversation, (message.id,)),
        conversation=message.conversation,
        address=message.address,
        text=wording.PERSON_HAS_IT,
        outcome=None,
        answers=(message.id,),
        created_at=now,
    )


def busy(wait: LongWait, ahead: int, *, now: float) -> Reply:
    """That it takes a while. The same id for the same wait, however often somebody means to say so."""
    return Reply(
        id=reply_id(wait.conversation, ("busy", wait.since)),
        conversation=wait.conversation,
        address=wait.address,
        text=wording.BUSY.format(count=ahead) if ahead else wording.BUSY_AND_NEXT,
        outcome=None,
        answers=(),
        created_at=now,
        until=now + _NEWS_S,
    )


def parked(messages: Sequence[Message], *, about: Message, now: float) -> Reply:
    """That it will be answered later. The same id for the same question, however often it has to wait."""
    newest = messages[-1]
    return Reply(
        id=reply_id(newest.conversation, ("parked", about.id)),
        conversation=newest.conversation,
        address=newest.address,
        text=wording.PARKED,
        outcome=None,
        answers=(),
        created_at=now,
        until=now + _SOON_S,
    )


def named(messages: Sequence[Message], text: str) -> str:
    """With what it is an answer to, for who asked and was told something else meanwhile."""
    words = " ".join(" ".join(message.text for message in messages).split())
    if not words:
        return wording.ABOUT_WHAT_WAITED_WORDLESS.format(text=text)
    question = words if len(words) <= _NAMED_CHARS else f"{words[:_NAMED_CHARS]}…"
    return wording.ABOUT_WHAT_WAITED.format(question=question, text=text)


def _unasked(attended: Attended, text: str, about: str, now: float) -> Reply:
    return Reply(
        id=reply_id(attended.conversation, (about,)),
        conversation=attended.conversation,
        address=attended.address,
        text=text,
        outcome=None,
        answers=(),
        created_at=now,
    )
