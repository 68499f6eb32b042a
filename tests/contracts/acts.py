"""What workers and people do with a store, in a line each."""

from __future__ import annotations

from typing import Any

from bot import replies
from bot.store.redis import Client
from bot.types import Attended, Claim, Conversation, HandOver, Lease, Message, Reply, Said, Speaker, Work
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_message, a_reply
from tests.taking import lease_on_answering, next_turn

ASKED = HandOver("asked", seconds=60, tell=True)
AT_ONCE_OVER = HandOver("asked", seconds=0.001, tell=True)


async def taken(
    store: Stores, work: Work = Work.ANSWER, conversation: Conversation = A_CONVERSATION
) -> Lease:
    if work is Work.ANSWER:
        return await lease_on_answering(store, conversation)
    lease = await store.leases.take(conversation, work)
    assert lease is not None
    return lease


async def claimed(store: Stores, *messages: Message, limit: int = 10) -> tuple[Lease, Claim]:
    """They came in, and a worker is about to answer them."""
    for message in messages:
        await store.inbox.accept(message)
    turn = await next_turn(store, messages[0].conversation, limit=limit)
    assert turn.lease.conversation == messages[0].conversation
    return turn.lease, turn.claim


async def answered(store: Stores, message: Message, reply: Reply, hand_over: HandOver | None = None) -> None:
    """It came in, and the reply is on its way."""
    lease, claim = await claimed(store, message, limit=1)
    said = [Said(Speaker.CUSTOMER, message.text, 1.0), Said(Speaker.BOT, reply.text, 2.0)]
    await store.inbox.commit(lease, claim, reply, said, hand_over)


async def handed_over(
    store: Stores,
    hand_over: HandOver = ASKED,
    conversation: Conversation = A_CONVERSATION,
    message_id: str = "m1",
) -> Attended:
    """A customer asked for a person, and the bot said yes."""
    asked = a_message("转人工", id=message_id, conversation=conversation)
    await answered(store, asked, a_reply("好的", conversation=conversation), hand_over)
    attended = await store.people.get(conversation)
    assert attended
    return attended


async def passed_on(store: Stores, *messages: Message, tell: bool = True, own: bool = False) -> bool:
    """What a worker does with messages that are a person's."""
    lease, claim = await claimed(store, *messages)
    said = [Said(Speaker.CUSTOMER, message.text, 3.0) for message in claim.messages]
    answers = [replies.in_hands(message, now=3.0) for message in claim.messages] if own else []
    moved = await store.inbox.pass_on(lease, claim, said, answers, tell=tell)
    await store.leases.release(lease)
    return moved


def words(attended: Attended, text: str = "您好，我来帮您。") -> tuple[Attended, Reply, Said]:
    """A person's."""
    return attended, replies.from_person(attended, text, now=5.0), Said(Speaker.PERSON, text, 5.0)


async def entries(client: Client, stream: str) -> list[tuple[str, bytes]]:
    """What it holds: kind and data, oldest first."""
    found: Any = await client.xrange(stream)
    return [(fields[b"kind"].decode(), fields[b"data"]) for _, fields in found]
