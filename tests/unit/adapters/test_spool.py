"""While the store is away, doors keep what comes in on the disk, and lose and change nothing of it."""

from __future__ import annotations

import asyncio
import os
import shutil
import stat
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from adapters.health import Health
from adapters.quick import in_time
from adapters.spool import attempt as attempt_module
from adapters.spool import spool as spool_module
from adapters.spool import spooling as spooling_module
from adapters.spool.spool import Spool
from adapters.spool.spooling import Spooling
from bot.breaker import Breaker
from bot.channel import Greet, Kept, Wake
from bot.errors import BadRequest, KefuError, NoRoom, TooMany, Unavailable
from bot.store.redis import Client
from bot.types import Attended, Message, Opinion
from bot.wiring import Stores
from tests.builders import A_CONVERSATION, a_conversation, a_message, a_reply, some_settings
from tests.conftest import SettableClock

MB = 1024**2


class Store:
    """Where things go in the end; `trouble` is what it says meanwhile, and `answers` cleared keeps all waiting."""

    def __init__(self) -> None:
        self.kept: list[Kept] = []
        self.asked = 0
        self.trouble: KefuError | None = None
        self.answers = asyncio.Event()
        self.answers.set()

    async def keep(self, item: Kept, *, promised: bool = False, within: float | None = None) -> None:
        self.asked += 1
        await in_time(self.answers.wait, within)
        if self.trouble:
            raise self.trouble
        if isinstance(item, Message) and item.text == "不收":
            raise BadRequest("nobody takes this")
        if isinstance(item, Message) and item.text == "从不":
            raise Unavailable("the store refuses (ERR)")
        self.kept.append(item)

    @property
    def ids(self) -> list[str]:
        return [item.id for item in self.kept if isinstance(item, Message)]

    async def has(self, count: int) -> None:
        async with asyncio.timeout(5):
            while len(self.kept) < count:
                await asyncio.sleep(0.005)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spooling_module, "PATIENCE_S", 0.1)
    monkeypatch.setattr(spooling_module, "_AGAIN_S", 0.02)


@asynccontextmanager
async def a_gateway(
    folder: Path, store: Store, clock: SettableClock, most_bytes: int = MB
) -> AsyncIterator[tuple[Spooling, Spool]]:
    spool = Spool(folder, most_bytes=most_bytes, clock=clock)
    breaker = Breaker("the store", Unavailable, failures=1, first_s=0.05, longest_s=0.05)
    spooling = Spooling(store, spool, breaker, clock)
    async with spooling.replaying():
        yield spooling, spool


def away(store: Store) -> None:
    store.trouble = Unavailable("the store is away")


def back(store: Store) -> None:
    store.trouble = None


def files(folder: Path, pattern: str = "*") -> list[str]:
    return sorted(path.name for path in folder.glob(pattern))


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def halve(folder: Path, pattern: str) -> None:
    (file,) = folder.glob(pattern)
    os.truncate(file, file.stat().st_size // 2)


async def some_are_kept(spooling: Spooling, count: int, first: int = 0) -> list[str]:
    ids = [f"m{number:03}" for number in range(first, first + count)]
    for id_ in ids:
        await spooling.keep(a_message(id=id_))
    return ids


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(5):
        while not condition():
            await asyncio.sleep(0.005)


async def test_with_the_store_well_nothing_touches_the_disk(tmp_path: Path, clock: SettableClock) -> None:
    store = Store()
    async with a_gateway(tmp_path / "spool", store, clock) as (spooling, spool):
        await spooling.keep(a_message())

        assert (store.ids, spool.depth) == (["m1"], 0)
    assert files(tmp_path / "spool") == []


async def test_what_came_in_meanwhile_is_stored_in_order_and_the_disk_is_clean_again(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        ids = await some_are_kept(spooling, 120)
        assert (spool.depth, store.ids) == (120, [])

        back(store)
        ids += await some_are_kept(spooling, 30, first=120)
        await store.has(150)
        assert store.ids == ids
        await until(lambda: not spool.holds)
        await spooling.keep(a_message(id="direct"))

        assert store.ids[-1] == "direct"
        assert files(tmp_path) == []


async def test_everything_that_a_door_keeps_comes_back_as_it_was(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    items: list[Kept] = [
        a_message("在吗 😀"),
        Wake(A_CONVERSATION, "token"),
        Opinion(A_CONVERSATION, "r1", good=True, at=1.0),
        Greet(a_reply("您好！", outcome=None, answers=())),
    ]
    async with a_gateway(tmp_path, store, clock) as (spooling, _):
        for item in items:
            await spooling.keep(item)
        back(store)
        await store.has(4)

    assert store.kept == items


async def test_a_store_that_says_nothing_is_waited_for_once_and_not_by_everybody(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    store.answers.clear()
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        loop = asyncio.get_running_loop()
        begun = loop.time()
        await spooling.keep(a_message(id="first"))
        first = loop.time() - begun
        await some_are_kept(spooling, 20)

        assert first >= 0.1
        assert store.asked <= 1 + 21, "one by a door, the others by the replay"
        assert spool.depth == 21
        store.answers.set()
        await store.has(21)
        assert store.ids[:2] == ["first", "m000"]


async def test_what_is_written_while_the_last_words_are_on_their_way_stays_behind_them(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    store.answers.clear()
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        other = asyncio.create_task(spooling.keep(a_message(id="other", conversation=a_conversation("c2"))))
        await asyncio.sleep(0.05)
        first = asyncio.create_task(spooling.keep(a_message(id="first")))
        await until(lambda: spool.holds)
        assert not first.done(), "it came later, and is waited for a moment longer"
        await asyncio.gather(other, first, spooling.keep(a_message(id="second")))
        store.answers.set()
        await store.has(3)

    assert store.ids[-2:] == ["first", "second"]


async def test_who_gives_up_waiting_lets_nobody_past_who_came_before(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    store.answers.clear()
    async with a_gateway(tmp_path, store, clock) as (spooling, _):
        first, second, third = [
            asyncio.create_task(spooling.keep(a_message(id=id_))) for id_ in ("m1", "m2", "m3")
        ]
        await until(lambda: store.asked == 1)
        second.cancel()
        await asyncio.wait([second])
        await asyncio.sleep(0)
        assert store.asked == 1, "the third waits for the first all the same"
        store.answers.set()
        await asyncio.gather(first, third)

    assert store.ids == ["m1", "m3"]


async def test_a_full_store_is_no_reason_to_fill_the_disk(tmp_path: Path, clock: SettableClock) -> None:
    store = Store()
    store.trouble = NoRoom("the store is nearly full")
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        for _ in range(3):
            with pytest.raises(NoRoom):
                await spooling.keep(a_message())
        assert spool.depth == 0

        away(store)
        await spooling.keep(a_message(id="kept"))
        store.trouble = NoRoom("the store is nearly full")
        await until(lambda: spooling._no_room is not None)
        with pytest.raises(NoRoom):
            await spooling.keep(a_message(id="turned away"))
        back(store)
        await store.has(1)

    assert store.ids == ["kept"]


async def test_nobody_else_may_read_what_customers_wrote(tmp_path: Path, clock: SettableClock) -> None:
    store = Store()
    away(store)
    folder = tmp_path / "spool"
    async with a_gateway(folder, store, clock) as (spooling, _):
        await spooling.keep(a_message())

        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
        assert files(folder, "*.db-wal")


async def test_what_a_gateway_left_is_stored_before_anything_new(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, _):
        ids = await some_are_kept(spooling, 5)
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        assert spool.depth == 5
        ids += await some_are_kept(spooling, 3, first=5)
        back(store)
        await store.has(8)
        await until(lambda: not spool.holds)

    assert store.ids == ids
    assert files(tmp_path) == []


async def test_what_a_killed_gateway_left_is_stored(tmp_path: Path, clock: SettableClock) -> None:
    store, after = Store(), tmp_path / "after"
    away(store)
    async with a_gateway(tmp_path / "spool", store, clock) as (spooling, _):
        ids = await some_are_kept(spooling, 40)
        shutil.copytree(tmp_path / "spool", after)  # as the disk is when it dies now
    back(store)
    with capture_logs() as logs:
        async with a_gateway(after, store, clock):
            await store.has(40)

    assert store.ids == ids
    assert "spool_was_cut" not in {line["event"] for line in logs}


async def test_a_living_gateways_spool_is_its_own(tmp_path: Path, clock: SettableClock) -> None:
    mine, others = Store(), Store()
    away(mine)
    async with a_gateway(tmp_path, mine, clock) as (spooling, _):
        await some_are_kept(spooling, 2)
        async with a_gateway(tmp_path, others, clock) as (_, spool):
            assert await spool.adopt() == 0
        back(mine)
        await mine.has(2)

    assert others.kept == []


async def test_a_gateway_that_dies_later_is_stood_in_for(
    tmp_path: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spooling_module, "_ADOPT_EVERY_S", 0.05)
    dead, alive = Store(), Store()
    away(dead)
    async with a_gateway(tmp_path, alive, clock):
        async with a_gateway(tmp_path, dead, clock) as (spooling, _):
            ids = await some_are_kept(spooling, 3)
        await alive.has(3)

    assert alive.ids == ids


async def test_a_gateway_that_dies_while_others_replay_loses_nothing_either(
    tmp_path: Path, clock: SettableClock
) -> None:
    dead, alive = Store(), Store()
    away(dead)
    away(alive)
    async with a_gateway(tmp_path, alive, clock) as (spooling, spool):
        mine = await some_are_kept(spooling, 5)
        async with a_gateway(tmp_path, dead, clock) as (others, _):
            theirs = await some_are_kept(others, 3, first=5)
        alive.answers.clear()
        back(alive)
        asked = alive.asked
        await until(lambda: alive.asked > asked)
        assert await spool.adopt() == 3, "in the middle of a replay of its own"
        alive.answers.set()
        await alive.has(8)
        await until(lambda: not spool.holds)

    assert alive.ids == mine + theirs
    assert files(tmp_path) == []


@pytest.mark.parametrize("first", [True, False])
async def test_one_file_that_nobody_may_open_stops_none_of_the_others(
    first: bool, tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, _):
        ids = await some_are_kept(spooling, 3)
    shut = tmp_path / ("0-shut.db" if first else "9-shut.db")
    shut.touch()
    shut.with_suffix(".lock").mkdir()  # as good as one of another user's
    back(store)
    with capture_logs() as logs:
        async with a_gateway(tmp_path, store, clock) as (_, spool):
            await store.has(3)
            await spool.adopt()
            assert spool.trouble == "", "its own file is well"

    assert store.ids == ids
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["spool_not_opened"]
    assert shut.exists()


async def test_a_disk_in_trouble_makes_no_file_a_damaged_one(tmp_path: Path, clock: SettableClock) -> None:
    (tmp_path / "1-shut.db").mkdir()  # SQLite: unable to open database file
    with capture_logs() as logs:
        async with a_gateway(tmp_path, Store(), clock):
            pass

    assert "1-shut.db" in files(tmp_path)
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["spool_not_opened"]


async def test_of_a_file_cut_in_the_middle_what_is_whole_is_stored_and_the_rest_told(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, _):
        ids = await some_are_kept(spooling, 200)
    halve(tmp_path, "*.db")
    back(store)
    with capture_logs() as logs:
        async with a_gateway(tmp_path, store, clock) as (_, spool):
            await until(lambda: not spool.holds)

    (told,) = [line for line in logs if line["event"] == "spool_damaged"]
    assert 0 < len(store.ids) < 200
    assert store.ids == sorted(set(store.ids) & set(ids))
    torn = [line for line in logs if line["event"] == "spooled_not_stored"]
    assert told["messages_lost"] + len(torn) == 200 - len(store.ids)
    assert files(tmp_path, "*.damaged"), "for a person to look at"


async def test_a_write_that_a_power_loss_cut_short_is_told(tmp_path: Path, clock: SettableClock) -> None:
    store, after = Store(), tmp_path / "after"
    away(store)
    async with a_gateway(tmp_path / "spool", store, clock) as (spooling, _):
        ids = await some_are_kept(spooling, 40)
        shutil.copytree(tmp_path / "spool", after)
    halve(after, "*.db-wal")
    back(store)
    with capture_logs() as logs:
        async with a_gateway(after, store, clock) as (_, spool):
            await until(lambda: not spool.holds)

    assert 0 < len(store.ids) < 40
    assert store.ids == ids[: len(store.ids)]
    assert "spool_was_cut" in {line["event"] for line in logs}


async def test_a_file_that_is_none_of_ours_is_set_aside_and_stops_nobody(
    tmp_path: Path, clock: SettableClock
) -> None:
    (tmp_path / "1-strange.db").write_bytes(b"not a database" * 1000)
    store = Store()
    with capture_logs() as logs:
        async with a_gateway(tmp_path, store, clock) as (spooling, _):
            await spooling.keep(a_message())

    assert store.ids == ["m1"]
    assert files(tmp_path, "*.damaged") == ["1-strange.damaged"]
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["spool_damaged"]


async def test_a_full_spool_says_so_and_keeps_what_it_has(tmp_path: Path, clock: SettableClock) -> None:
    store = Store()
    away(store)
    long = "长" * 3000
    async with a_gateway(tmp_path, store, clock, most_bytes=128 * 1024) as (spooling, spool):
        ids = [f"m{number:03}" for number in range(100)]
        kept = []
        with capture_logs() as logs:
            for id_ in ids:
                with suppress(Unavailable):
                    await spooling.keep(a_message(long, id=id_))
                    kept.append(id_)
        assert spool.trouble == "the spool is full"
        assert [line["event"] for line in logs].count("spool_takes_no_more") == 1
        assert 0 < len(kept) < 20
        assert size(tmp_path) <= 128 * 1024, "its log counts too"

        back(store)
        await store.has(len(kept))
        await until(lambda: not spool.holds)
        assert spool.trouble == ""
    assert store.ids == kept


async def test_all_that_lies_in_the_folder_counts_whoever_wrote_it(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock, most_bytes=MB) as (spooling, _):
        await spooling.keep(a_message("长" * 120_000, id="m1"))
    async with (
        a_gateway(tmp_path, store, clock, most_bytes=MB) as (_, adopted),
        a_gateway(tmp_path, store, clock, most_bytes=MB) as (spooling, spool),
    ):
        assert adopted.depth == 1
        with pytest.raises(NoRoom, match="full"):
            await spooling.keep(a_message("长" * 120_000, id="m2"))
        assert spool.trouble == "the spool is full"
        await spooling.keep(a_message("短", id="m3"))
        assert spool.trouble == "", "what is small still finds room"


async def test_a_limit_below_a_page_is_one_too(tmp_path: Path, clock: SettableClock) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock, most_bytes=4000) as (spooling, spool):
        with pytest.raises(NoRoom, match="full"):
            await spooling.keep(a_message())
        assert not spool.holds


async def test_a_disk_that_takes_nothing_is_told_and_promised_to_nobody(
    tmp_path: Path, clock: SettableClock
) -> None:
    folder = tmp_path / "spool"
    folder.write_text("a file where the folder should be", encoding="utf-8")
    store = Store()
    away(store)
    with capture_logs() as logs:
        async with a_gateway(folder, store, clock) as (spooling, spool):
            for _ in range(3):
                with pytest.raises(Unavailable, match="can't be written"):
                    await spooling.keep(a_message())
            assert store.asked < 3, "it is left alone for a while"
            back(store)
            await asyncio.sleep(0.06)
            await spooling.keep(a_message())

    assert store.ids == ["m1"]
    assert not spool.holds
    (told,) = [line for line in logs if line["event"] == "spool_takes_no_more"]
    assert "spool_bytes" in told["mend"]


async def test_one_customer_does_not_fill_the_disk_for_all(
    tmp_path: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool_module, "_MOST_OF_ONE", 5)
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, _):
        await some_are_kept(spooling, 5)
        with pytest.raises(TooMany):
            await spooling.keep(a_message(id="one more"))
        await spooling.keep(a_message(id="another", conversation=a_conversation("customer-2")))


async def test_who_came_in_long_ago_is_not_welcomed_any_more(tmp_path: Path, clock: SettableClock) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        await spooling.keep(Greet(a_reply("您好！", outcome=None, answers=())))
        await spooling.keep(a_message())
        clock.now += 61
        back(store)
        await until(lambda: not spool.holds)

    assert store.ids == ["m1"]
    assert len(store.kept) == 1


async def test_what_the_store_will_never_take_is_put_by_for_a_person(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    with capture_logs() as logs:
        async with a_gateway(tmp_path, store, clock) as (spooling, spool):
            await spooling.keep(a_message("不收", id="bad"))
            await spooling.keep(a_message(id="good"))
            back(store)
            await until(lambda: not spool.holds)

    (told,) = [line for line in logs if line["event"] == "spooled_not_stored"]
    assert store.ids == ["good"]
    refused = tmp_path / "refused.jsonl"
    assert told["file"] == str(refused)
    assert refused.read_bytes().count(b"\n") == 1
    assert stat.S_IMODE(refused.stat().st_mode) == 0o600
    assert "不收" not in str(logs)


async def test_what_the_store_fails_on_again_and_again_stops_nobody_behind_it(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    with capture_logs() as logs:
        async with a_gateway(tmp_path, store, clock) as (spooling, spool):
            await spooling.keep(a_message("从不", id="bad", conversation=a_conversation("c2")))
            await spooling.keep(a_message(id="behind", conversation=a_conversation("c2")))
            ids = await some_are_kept(spooling, 60)
            back(store)
            await until(lambda: not spool.holds)
            await spooling.keep(a_message(id="direct"))

    (told,) = [line for line in logs if line["event"] == "spooled_not_stored"]
    stored = list(dict.fromkeys(store.ids))
    assert [id_ for id_ in stored if id_ != "behind"] == [*ids, "direct"], "others are stored, in order"
    assert stored.index("behind") > stored.index("m040"), "of its own conversation nobody overtakes it"
    assert "the store refuses (ERR)" in told["reason"]
    assert (tmp_path / "refused.jsonl").read_bytes().count(b"\n") == 1
    assert "从不" not in str(logs)


async def test_what_fails_alone_is_waited_for_as_long_as_nobody_stands_behind_it(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        await spooling.keep(Greet(a_reply("您好！", outcome=None, answers=())))
        clock.now += 61  # too late for a welcome: that it is passed over says nothing of the store
        await spooling.keep(a_message(id="m1"))
        asked = store.asked
        await until(lambda: store.asked >= asked + 2 * attempt_module._TRIES)
        assert not (tmp_path / "refused.jsonl").exists(), "the store is away for all"
        back(store)
        await until(lambda: not spool.holds)

    assert store.ids == ["m1"]


async def test_what_stands_in_a_failing_script_with_others_is_found_out_alone(
    tmp_path: Path, clock: SettableClock
) -> None:
    class InBatches(Store):
        """What is stored in one moment is one script: it fails for all."""

        def __init__(self) -> None:
            super().__init__()
            self.batch: list[Kept] = []

        async def keep(self, item: Kept, *, promised: bool = False, within: float | None = None) -> None:
            self.batch.append(item)
            await asyncio.sleep(0)
            batch, texts = self.batch, [one.text for one in self.batch if isinstance(one, Message)]
            await asyncio.sleep(0)
            self.batch = []
            if "从不" in texts and len(batch) > 1:
                raise Unavailable("the store refuses (ERR)")
            await super().keep(item)

    store = InBatches()
    away(store)
    with capture_logs() as logs:
        async with a_gateway(tmp_path, store, clock) as (spooling, spool):
            for id_, text in (("before", "在吗"), ("bad", "从不"), ("worse", "从不"), ("behind", "在吗")):
                await spooling.keep(a_message(text, id=id_, conversation=a_conversation(id_)))
            back(store)
            await until(lambda: not spool.holds)

    assert list(dict.fromkeys(store.ids)) == ["before", "behind"]
    assert [line["event"] for line in logs].count("spooled_not_stored") == 2


async def test_what_is_refused_is_put_by_once_however_long_the_store_is_away(
    tmp_path: Path, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, _):
        await spooling.keep(a_message(id="m1"))
        await spooling.keep(Wake(A_CONVERSATION, "a word"))
    monkeypatch.delitem(spool_module._KINDS, "Wake")  # an older version reads what a newer one wrote
    asked = store.asked
    async with a_gateway(tmp_path, store, clock) as (_, spool):
        await until(lambda: store.asked >= asked + 3)
        assert not (tmp_path / "refused.jsonl").exists(), "what stands before it has to go first"
        back(store)
        await until(lambda: not spool.holds)

    assert store.ids == ["m1"]
    assert len((tmp_path / "refused.jsonl").read_bytes().splitlines()) == 1


async def test_what_can_not_be_written_down_is_the_callers_fault(
    tmp_path: Path, clock: SettableClock
) -> None:
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        with pytest.raises(BadRequest):
            await spooling.keep(a_message("half a pair \ud83d"))
        assert not spool.holds


async def test_entering_and_leaving_are_told_once_each(tmp_path: Path, clock: SettableClock) -> None:
    store = Store()
    away(store)
    with capture_logs() as logs:
        async with a_gateway(tmp_path, store, clock) as (spooling, spool):
            await some_are_kept(spooling, 10)
            back(store)
            await until(lambda: not spool.holds)

    told = [line for line in logs if line["event"].startswith("spool_") and line["log_level"] != "debug"]
    assert [line["event"] for line in told] == ["spool_in_use", "spool_emptied"]
    assert told[0]["reason"] == "the store is away"
    assert told[1]["stored"] == 10


async def test_health_and_metrics_tell_of_it(
    tmp_path: Path, clock: SettableClock, fake_redis: Client
) -> None:
    stores = Stores.over(fake_redis, some_settings())
    store = Store()
    away(store)
    async with a_gateway(tmp_path, store, clock) as (spooling, spool):
        health = Health(
            stores.schedule,
            stores.workers,
            parked=stores.parking.count,
            people=nobody,
            given_up=stores.letters.counts,
            spool=spool,
            clock=clock,
        )
        await some_are_kept(spooling, 3)
        clock.now += 9
        await health.measure()

        assert REGISTRY.get_sample_value("kefu_spool_messages") == 3
        assert REGISTRY.get_sample_value("kefu_spool_oldest_seconds") == 9
        assert (REGISTRY.get_sample_value("kefu_spool_bytes") or 0) > 0

        back(store)
        await until(lambda: not spool.holds)
        await health.measure()
        assert REGISTRY.get_sample_value("kefu_spool_messages") == 0
        assert REGISTRY.get_sample_value("kefu_spool_oldest_seconds") == 0


async def nobody() -> list[Attended]:
    raise Unavailable("not asked")
