"""Taking somebody's turn, for tests that know who is in line."""

from __future__ import annotations

import itertools

from bot.store.keys import partition
from bot.types import Conversation, Delivery, DeliveryState, Lease, Taken
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, SHOP, a_conversation


async def next_turn(
    stores: Stores, ticket: Conversation = A_CONVERSATION, *, limit: int = 20, lines: int = 10
) -> Taken:
    """Somebody is ready in that line."""
    taken = await stores.line.take(ticket, limit=limit, lines=lines)
    assert taken is not None
    return taken


async def lease_on_answering(stores: Stores, conversation: Conversation = A_CONVERSATION) -> Lease:
    """Nobody else is ready in its line."""
    taken = await next_turn(stores, conversation)
    assert taken.lease.conversation == conversation
    return taken.lease


def neighbours(count: int, tenant: str = SHOP, near: Conversation = A_CONVERSATION) -> list[Conversation]:
    """Customers of a tenant who stand in one line."""
    customers = (a_conversation(f"customer-{number}", tenant=tenant) for number in itertools.count())
    return list(itertools.islice((one for one in customers if partition(one) == partition(near)), count))


async def taken_off(
    stores: Stores, conversation: Conversation = A_CONVERSATION, state: DeliveryState = DeliveryState.SENT
) -> list[Delivery]:
    """What waited for delivery, and ended in this state."""
    out = await stores.outbox.take(conversation)
    delivery, found = out and out.delivery, []
    while out and delivery:
        found.append(delivery)
        left = await stores.outbox.finish(
            out.lease, delivery, state, "" if state is DeliveryState.SENT else "no"
        )
        delivery = await stores.outbox.head(out.lease) if left else None
    return found
