"""The contract of what the knowledge lacks."""

from __future__ import annotations

import pytest

from bot.store import bounds, keys
from bot.store.gaps import RedisGaps
from bot.store.redis import Client
from bot.types import Gap, Outcome

DAY_S = 24 * 3600


async def now_of(client: Client) -> float:
    seconds, _ = await client.time()
    return float(seconds)


def a_gap(question: str, at: float) -> Gap:
    return Gap(question, at, Outcome.REFUSED, "怎么退货", 0.3)


async def test_what_was_noted_is_found_oldest_first(client: Client) -> None:
    gaps, now = RedisGaps(client), await now_of(client)
    for question in ("有实体店吗", "能货到付款吗"):
        await gaps.note("shop", a_gap(question, now), days=7)

    assert [gap.question for gap in await gaps.since("shop", now - 60)] == ["有实体店吗", "能货到付款吗"]
    assert await gaps.since("shop", now + 3600) == []
    assert await gaps.since("other", 0) == []


async def test_nothing_is_kept_longer_than_the_shop_wants(client: Client) -> None:
    gaps, now = RedisGaps(client), await now_of(client)
    await gaps.note("shop", a_gap("有实体店吗", now), days=2)
    assert 0 < await client.ttl(keys.gaps("shop")) <= 2 * DAY_S

    later = now + 3 * DAY_S  # a note of that day takes along what is too old by then
    await client.xtrim(keys.gaps("shop"), minid=f"{int((later - 2 * DAY_S) * 1000)}-0", approximate=False)

    assert await gaps.since("shop", 0) == []


async def test_the_newest_are_kept_of_too_many(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "GAPS_LEN", 100)
    gaps, now = RedisGaps(client), await now_of(client)
    for number in range(500):
        await gaps.note("shop", a_gap(f"问题{number}", now), days=7)

    kept = await gaps.since("shop", 0)

    assert 100 <= len(kept) < 300, "trimmed by whole blocks of a hundred"
    assert kept[-1].question == "问题499"


async def test_an_entry_that_cant_be_read_hides_no_other(client: Client) -> None:
    gaps, now = RedisGaps(client), await now_of(client)
    await client.xadd(keys.gaps("shop"), {b"gap": b"{"})
    await gaps.note("shop", a_gap("有实体店吗", now), days=7)

    assert [gap.question for gap in await gaps.since("shop", 0)] == ["有实体店吗"]
