"""`kefu opinions`: how many answers were good, and which entries were liked least."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import fakeredis
import pytest
from typer.testing import CliRunner, Result

from bot.settings import Settings
from bot.types import Basis, Ground, Opinion, Outcome
from bot.wiring import Stores
from tests.builders import a_conversation, some_settings
from workers.cli import app

CONFIG = '[redis]\nurl = "redis://127.0.0.1:1/0"\n[[tenants]]\nname = "shop"\n'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> fakeredis.FakeServer:
    server = fakeredis.FakeServer()

    def opened(_: Settings) -> Stores:
        return over(server)

    monkeypatch.setattr(Stores, "open", opened)
    return server


def over(server: fakeredis.FakeServer) -> Stores:
    return Stores.over(fakeredis.FakeAsyncRedis(server=server, version=(7,)), some_settings())


async def judged(server: fakeredis.FakeServer, customer: str, source: str, *, good: bool) -> None:
    store, conversation = over(server), a_conversation(customer)
    grounds = (Ground(source, source, 0.8),)
    basis = Basis("r1", "怎么退货", "七天内可以退货。", Outcome.ANSWERED, "qwen", grounds)
    await store.bases.note(conversation, basis)
    words = "" if good else "没说运费"
    await store.opinions.record(Opinion(conversation, "r1", good, time.time(), words))
    await store.close()


def kefu(folder: Path, *words: str) -> Result:
    (folder / "kefu.toml").write_text(CONFIG, encoding="utf-8")
    return CliRunner().invoke(app, ["opinions", *words, "--config", str(folder / "kefu.toml")])


@pytest.mark.usefixtures("server")
def test_where_nobody_judged_there_is_nothing_to_see(tmp_path: Path) -> None:
    result = kefu(tmp_path)

    assert (result.exit_code, "nothing" in result.stdout) == (0, True)


def test_the_entries_that_were_liked_least_come_first_with_what_was_said(
    tmp_path: Path, server: fakeredis.FakeServer
) -> None:
    async def some() -> None:
        await judged(server, "a", "faq.txt:1", good=True)
        await judged(server, "b", "faq.txt:9", good=False)
        await judged(server, "c", "faq.txt:9", good=False)
        await judged(server, "d", "faq.txt:1", good=False)

    asyncio.run(some())

    result = kefu(tmp_path)

    rows = [line.split() for line in result.stdout.splitlines()]
    assert ["answered", "qwen", "1", "3"] in rows
    assert rows.index(["faq.txt:9", "0", "2"]) < rows.index(["faq.txt:1", "1", "1"])
    assert ["怎么退货", "七天内可以退货。", "faq.txt:9", "没说运费"] in rows
