"""Fetched page by page; the cursor moves behind the messages; whatever fails is tried again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from structlog.testing import capture_logs

from adapters.storing import Storing
from bot.channel import Notice, Page, Undelivered
from bot.errors import LeaseLost, Refused, Unavailable
from bot.types import Address, Conversation, Ignored, Work
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply
from tests.fakes import RecordingChannel
from tests.taking import next_turn, taken_off
from tests.unit.workers.conftest import Shop
from workers.pull import Puller

ACCOUNT = a_conversation("account-1")


class Held(RecordingChannel):
    """`Source` that holds pages; a fault in their place is raised once."""

    def __init__(self, *pages: Page | Exception) -> None:
        super().__init__()
        self.pages = list(pages)
        self.asked: list[tuple[str, str]] = []
        self.heeded: list[str] = []
        self.accounts = [ACCOUNT]

    async def fetch(self, account: Conversation, *, cursor: str, token: str) -> Page:
        self.asked.append((cursor, token))
        number = int(cursor or 0)
        page = self.pages[number]
        if isinstance(page, Exception):
            self.pages.pop(number)
            raise page
        return page

    async def heed(self, notice: Notice) -> Undelivered | None:
        self.heeded.append(notice.kind)
        if notice.kind == "not brought":
            return Undelivered("r1", 1, "the customer refuses")
        if notice.kind == "odd":
            raise Refused("nobody knows this")
        if notice.kind == "a bug's":
            raise KeyError("external_userid")
        return None


def page(number: int, *received: Any, last: bool = False) -> Page:
    return Page(received, str(number + 1), not last)


def puller(shop: Shop, source: RecordingChannel) -> Puller:
    storing = Storing(
        shop.stores.inbox, shop.stores.greetings, shop.stores.opinions, shop.stores.pulls, shop.nudges
    )
    stores = shop.stores
    return Puller(
        {"door": source},
        stores.pulls,
        stores.rates,
        stores.letters,
        partial(storing.keep, promised=True),
        shop.keeper,
        shop.clock,
    )


async def waiting(shop: Shop) -> list[str]:
    taken = await shop.stores.line.take(A_CONVERSATION, limit=100, lines=0)
    if taken is None:
        return []
    await shop.stores.leases.release(taken.lease)
    return [message.id for message in taken.claim.messages]


async def cursor(shop: Shop) -> str:
    await shop.stores.pulls.wake(ACCOUNT, "")
    lease = await shop.stores.leases.take(ACCOUNT, Work.PULL)
    assert lease
    found = (await shop.stores.pulls.claim(lease)).cursor
    await shop.stores.leases.release(lease)
    return found


async def test_all_pages_are_stored_and_a_worker_is_nudged(shop: Shop) -> None:
    source = Held(page(0, a_message(id="m1")), page(1, Ignored("x"), a_message(id="m2"), last=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, source).pull(ACCOUNT)

    assert source.asked == [("", "token"), ("1", "token")]
    assert await waiting(shop) == ["m1", "m2"]
    assert shop.nudges.of(Work.ANSWER) == [A_CONVERSATION, A_CONVERSATION]
    assert await cursor(shop) == "2"


async def test_a_page_that_comes_again_is_stored_once(shop: Shop) -> None:
    source = Held(page(0, a_message(id="m1")), Unavailable("away"), page(1, a_message(id="m2"), last=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")
    await puller(shop, source).pull(ACCOUNT)
    assert await waiting(shop) == ["m1"]

    await shop.stores.client.delete(*[key async for key in shop.stores.client.scan_iter("*hold:pull*")])
    await shop.stores.client.delete(*[key async for key in shop.stores.client.scan_iter("*cursor*")])
    await puller(shop, source).pull(ACCOUNT)

    assert await waiting(shop) == ["m1", "m2"]


@pytest.mark.parametrize("fault", [Unavailable("away", retry_after=30), Refused("no"), KeyError("a bug")])
async def test_a_fetch_that_fails_is_tried_again_later(shop: Shop, fault: Exception) -> None:
    source = Held(fault, page(0, a_message(), last=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, source).pull(ACCOUNT)
    await puller(shop, source).pull(ACCOUNT)

    assert len(source.asked) == 1, "not before its time"
    assert await shop.stores.schedule.waiting() == {Work.ANSWER: 0, Work.DELIVER: 0, Work.PULL: 1}


async def test_a_page_that_is_stored_begins_the_count_of_failures_anew(shop: Shop) -> None:
    source = Held(Unavailable("away"), page(0, a_message()), Unavailable("away"), page(1, last=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")
    attempts = []

    for _ in range(2):
        await puller(shop, source).pull(ACCOUNT)
        await shop.stores.client.delete(*[key async for key in shop.stores.client.scan_iter("*hold:pull*")])
        lease = await shop.stores.leases.take(ACCOUNT, Work.PULL)
        assert lease
        attempts.append((await shop.stores.pulls.claim(lease)).attempts)
        await shop.stores.leases.release(lease)

    assert len(source.asked) == 3
    assert attempts == [1, 1]


async def test_a_platform_that_turns_in_circles_is_left_for_later(shop: Shop) -> None:
    source = Held(Page((a_message(),), "", more=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, source).pull(ACCOUNT)

    assert len(source.asked) == 1
    assert await waiting(shop) == ["m1"], "what it brought is stored"


async def test_notices_are_heeded_once_and_stop_nothing(shop: Shop) -> None:
    kinds = ["odd", "a bug's", "entered"]
    notices = [Notice(kind, A_CONVERSATION, 1.0) for kind in kinds]
    source = Held(page(0, *notices, a_message(), last=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, source).pull(ACCOUNT)

    assert source.heeded == kinds
    assert await waiting(shop) == ["m1"]


async def test_a_reply_that_the_platform_took_and_did_not_bring_is_given_up_once(shop: Shop) -> None:
    address = Address({}, most=5)
    stores = shop.stores
    await stores.inbox.accept(a_message(address=address))
    taken = await next_turn(stores)
    await stores.inbox.commit(taken.lease, taken.claim, replace(a_reply(), address=address), [])
    await taken_off(stores)
    notice = Notice("not brought", A_CONVERSATION, 1.0)
    source = Held(page(0, notice, notice, last=True))
    await stores.pulls.wake(ACCOUNT, "token")

    with capture_logs() as logs:
        await puller(shop, source).pull(ACCOUNT)

    (letter,) = await stores.letters.all()
    assert (letter.state, letter.reason, letter.next_part) == ("failed", "the customer refuses", 1)
    assert letter.reply.text == a_reply().text
    assert letter.id != "r1", "else the platform would take it for the same once more"
    told = [line for line in logs if line["event"] == "reply_not_delivered"]
    assert [line["reply"] for line in told] == ["r1", "r1"]


async def test_a_long_history_is_fetched_in_several_leases(shop: Shop) -> None:
    source = Held(*(page(n, last=n == 29) for n in range(30)))
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, source).pull(ACCOUNT)
    assert len(source.asked) == 20
    assert shop.nudges.of(Work.PULL) == [ACCOUNT], "the rest is announced"
    await puller(shop, source).pull(ACCOUNT)

    assert len(source.asked) == 30


async def test_however_many_wait_all_that_is_fetched_is_stored_in_its_order(shop: Shop) -> None:
    many = [a_message(id=f"m{n}") for n in range(230)]
    source = Held(page(0, *many, last=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, source).pull(ACCOUNT)

    taken = await shop.stores.line.take(A_CONVERSATION, limit=300, lines=0)
    assert taken
    assert [message.id for message in taken.claim.messages] == [message.id for message in many]
    assert await cursor(shop) == "1"


async def test_a_message_that_no_store_takes_leaves_the_others_their_way(shop: Shop) -> None:
    source = Held(page(0, a_message("\ud83d", id="half"), a_message(id="m1"), last=True))
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, source).pull(ACCOUNT)

    assert await waiting(shop) == ["m1"]
    assert await cursor(shop) == "1"


async def test_an_account_whose_channel_is_gone_is_let_go(shop: Shop) -> None:
    await shop.stores.pulls.wake(ACCOUNT, "token")

    await puller(shop, RecordingChannel()).pull(ACCOUNT)

    assert (await shop.stores.schedule.waiting())[Work.PULL] == 0


async def test_who_loses_the_account_meanwhile_moves_nothing(shop: Shop) -> None:
    class Overtaken(Held):
        async def fetch(self, account: Conversation, *, cursor: str, token: str) -> Page:
            raise LeaseLost("another worker")

    await shop.stores.pulls.wake(ACCOUNT, "token")
    await puller(shop, Overtaken()).pull(ACCOUNT)

    assert await cursor(shop) == ""


async def test_all_workers_together_look_at_an_account_as_often_as_one(shop: Shop) -> None:
    source = Held(page(0, last=True))
    workers = [puller(shop, source) for _ in range(3)]
    for worker in workers:
        await worker.look()
        await worker.pull(ACCOUNT)

    assert source.asked == [("", "")]
