"""The contract of what all processes share: tokens, presence."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.errors import Unavailable
from bot.ports import Token
from bot.store import keys
from bot.store.codec import encode
from bot.store.marks import RedisMarks
from bot.store.presence import Presence, Process, shared_secret
from bot.store.redis import Client, connect
from bot.store.schedule import RedisSchedule
from bot.store.tokens import RedisTokens


class Platform:
    """Hands out tokens, slowly, and counts them."""

    def __init__(self, life: float = 7200) -> None:
        self.fetched = 0
        self.life = life

    async def fetch(self) -> Token:
        await asyncio.sleep(0.05)
        self.fetched += 1
        return Token(f"token-{self.fetched}", self.life)


async def test_a_crowd_costs_one_fetch(client: Client) -> None:
    platform, tokens = Platform(), RedisTokens(client)

    got = await asyncio.gather(*(tokens.get("app", platform.fetch) for _ in range(30)))

    assert set(got) == {"token-1"}
    assert platform.fetched == 1


async def test_a_burst_of_refusals_costs_one_fetch(client: Client) -> None:
    platform, tokens = Platform(), RedisTokens(client)
    old = await tokens.get("app", platform.fetch)

    new = await asyncio.gather(*(tokens.get("app", platform.fetch, refused=old) for _ in range(30)))

    assert set(new) == {"token-2"}
    assert platform.fetched == 2


async def test_apps_have_tokens_of_their_own(client: Client) -> None:
    platform, tokens = Platform(), RedisTokens(client)

    assert await tokens.get("a", platform.fetch) != await tokens.get("b", platform.fetch)


async def test_a_token_is_fetched_anew_before_it_expires(client: Client) -> None:
    platform, tokens = Platform(life=0.2), RedisTokens(client)
    await tokens.get("app", platform.fetch)
    await asyncio.sleep(0.15)

    assert await tokens.get("app", platform.fetch) == "token-2"


async def test_a_fetch_that_fails_leaves_the_way_free(client: Client) -> None:
    tokens = RedisTokens(client)

    async def fail() -> Token:
        raise Unavailable("the platform is away")

    with pytest.raises(Unavailable):
        await tokens.get("app", fail)
    assert await tokens.get("app", Platform().fetch) == "token-1"


async def test_whose_answer_got_lost_is_no_stranger_to_themselves(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_ = client.set

    async def again(*arguments: Any, **options: Any) -> Any:
        """As a client does that lost the answer."""
        if options.get("nx"):
            await set_(*arguments, **options)
        return await set_(*arguments, **options)

    monkeypatch.setattr(client, "set", again)

    async with asyncio.timeout(2):
        assert await RedisTokens(client).get("app", Platform().fetch) == "token-1"
    assert await client.exists(keys.token_lock("app")) == 0


async def test_who_is_called_away_while_asking_leaves_the_way_free(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_, given = client.set, asyncio.Event()

    async def without_answer(*arguments: Any, **options: Any) -> Any:
        await set_(*arguments, **options)
        given.set()
        await asyncio.sleep(60)

    with monkeypatch.context() as patch:
        patch.setattr(client, "set", without_answer)
        asking = asyncio.create_task(RedisTokens(client).get("app", Platform().fetch))
        await given.wait()
        asking.cancel()
        await asyncio.wait([asking])

    async with asyncio.timeout(2):
        assert await RedisTokens(client).get("app", Platform().fetch) == "token-1"


async def test_a_process_that_is_not_heard_of_is_gone(client: Client) -> None:
    workers, key = Presence(client, "worker"), keys.presence("worker")
    assert await workers.mode() == ""

    await workers.report("faq")
    assert [process.mode for process in await workers.alive()] == ["faq"]
    listed: Any = await client.zrange(key, 0, -1)
    await client.zadd(key, {listed[0]: time.time() - 20})
    assert await workers.alive() == []

    await Presence(client, "worker").report("model")
    assert await workers.mode() == "model"
    assert await client.zcard(key) == 1, "who is gone is forgotten"
    assert 0 < await client.pttl(key) <= 15_000


async def test_a_process_that_goes_says_so(client: Client) -> None:
    workers = Presence(client, "worker")
    await workers.report("model")

    await workers.leave()

    assert await workers.mode() == ""


async def test_a_part_is_as_the_worker_sees_it_that_is_worst_off(client: Client) -> None:
    here = Presence(client, "worker")
    await here.report("model", {"model.a": "ok", "model.b": "ok"})
    await here.report("model", {"model.a": "away", "model.b": "ok"})

    assert [process.parts["model.a"] for process in await here.alive()] == ["away"], "one entry a process"
    assert await Presence(client, "worker").parts() == {"model.a": "away", "model.b": "ok"}
    elsewhere = encode(Process("another-host", 7, "model", {"model.a": "ok", "model.b": "away"}))
    await client.zadd(keys.presence("worker"), {elsewhere: time.time()})
    assert await here.parts() == {"model.a": "away", "model.b": "away"}


async def test_processes_that_start_at_once_agree_on_a_key(client: Client) -> None:
    found = await asyncio.gather(*(shared_secret(client, "webchat") for _ in range(10)))

    assert len(set(found)) == 1
    assert len(found[0]) >= 32


async def test_a_store_that_is_away_is_unavailable() -> None:
    client = connect("redis://127.0.0.1:9/0")

    with pytest.raises(Unavailable, match="the store is away"):
        await RedisSchedule(client).ping()
    await client.aclose()


async def test_a_mark_is_seen_by_all_and_none_was_left_before(client: Client) -> None:
    ours, theirs = RedisMarks(client), RedisMarks(client)
    assert not await theirs.has("card:1")

    await ours.leave("card:1", seconds=60)
    await ours.leave("card:1", seconds=60)

    assert await theirs.has("card:1")
    assert not await theirs.has("card:2")


async def test_a_mark_fades(client: Client) -> None:
    marks = RedisMarks(client)
    await marks.leave("card:1", seconds=0.05)
    async with asyncio.timeout(5):
        while await marks.has("card:1"):
            await asyncio.sleep(0.01)


async def test_without_the_store_a_mark_is_neither_left_nor_seen() -> None:
    marks = RedisMarks(connect("redis://127.0.0.1:1/0"))

    with pytest.raises(Unavailable):
        await marks.leave("card:1", seconds=60)
    with pytest.raises(Unavailable):
        await marks.has("card:1")
