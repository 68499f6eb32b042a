"""`kefu people missed`: what people read who come in the morning, or late."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import fakeredis
import pytest
from typer.testing import CliRunner, Result

from bot.settings import Settings
from bot.types import Conversation, Missed
from bot.wiring import Stores
from tests.builders import some_settings
from workers.cli import app

CONFIG = '[redis]\nurl = "redis://127.0.0.1:1/0"\n[[tenants]]\nname = "shop"\n[[tenants]]\nname = "other"\n'
HOUR_S = 3600


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> fakeredis.FakeServer:
    server = fakeredis.FakeServer()

    def opened(_: Settings) -> Stores:
        return Stores.over(fakeredis.FakeAsyncRedis(server=server, version=(7,)), some_settings())

    monkeypatch.setattr(Stores, "open", opened)
    return server


async def missed(server: fakeredis.FakeServer, *calls: tuple[str, str, str]) -> None:
    store = Stores.over(fakeredis.FakeAsyncRedis(server=server, version=(7,)), some_settings())
    for number, (tenant, customer, text) in enumerate(calls):
        conversation = Conversation(tenant, "web", customer)
        await store.missed.note(Missed(conversation, time.time() + number, "asked", (text,)))
    await store.close()


def command(folder: Path, *options: str) -> Result:
    config = folder / "kefu.toml"
    config.write_text(CONFIG)
    return CliRunner().invoke(app, ["people", "missed", "--config", str(config), *options])


def test_each_customer_is_told_once_as_it_was_last(server: fakeredis.FakeServer, tmp_path: Path) -> None:
    calls = ("shop", "alice", "转人工"), ("other", "bob", "找真人"), ("shop", "alice", "有人吗\n转人工")
    asyncio.run(missed(server, *calls))

    told = command(tmp_path)

    assert told.exit_code == 0, told.output
    assert "找真人" in told.output
    assert "客户说：有人吗 转人工" in told.output
    assert told.output.count("shop:web:alice  ") == 1
    assert told.output.index("other:web:bob") < told.output.index("shop:web:alice")


def test_a_tenant_s_alone_can_be_asked_for(server: fakeredis.FakeServer, tmp_path: Path) -> None:
    asyncio.run(missed(server, ("shop", "alice", "转人工"), ("other", "bob", "找真人")))

    told = command(tmp_path, "--tenant", "other")

    assert ("other:web:bob" in told.stdout, "alice" in told.stdout) == (True, False)


def test_that_there_was_nobody_is_said_beside_the_list(server: fakeredis.FakeServer, tmp_path: Path) -> None:
    told = command(tmp_path)

    assert (told.exit_code, told.stdout) == (0, "")
    assert "nobody wanted a person and got none" in told.stderr
