"""`kefu people list`: whom to take first."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import fakeredis
import pytest
from typer.testing import CliRunner

from bot.settings import Settings
from bot.store.codec import encode
from bot.store.keys import Keys
from bot.types import Address, Conversation
from bot.types.people import ASKED, COMPLAINT
from bot.wiring import Stores
from tests.builders import some_settings
from workers.cli import app

CONFIG = '[redis]\nurl = "redis://127.0.0.1:1/0"\n[[tenants]]\nname = "shop"\n[tenants.people]\n'


async def handed_over(server: fakeredis.FakeServer, **reasons: str) -> None:
    client = fakeredis.FakeAsyncRedis(server=server, version=(7,))
    now = int(time.time() * 1000)
    for customer, reason in reasons.items():
        keys = Keys(Conversation("shop", "web", customer))
        state: dict[Any, Any] = {"since": now, "until": now + 600_000, "said": now, "waits": now}
        state |= {"reason": reason, "address": encode(Address({})), "messages": 1, "told": 0}
        await client.hset(keys.person, mapping=state)
        await client.zadd(keys.people, {keys.name: now + 600_000})
    await client.aclose()


def test_it_tells_why_each_customer_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = fakeredis.FakeServer()

    def opened(_: Settings) -> Stores:
        return Stores.over(fakeredis.FakeAsyncRedis(server=server, version=(7,)), some_settings())

    monkeypatch.setattr(Stores, "open", opened)
    asyncio.run(handed_over(server, alice=ASKED, bob=COMPLAINT))
    config = tmp_path / "kefu.toml"
    config.write_text(CONFIG)

    told = CliRunner().invoke(app, ["people", "list", "--config", str(config)])

    assert told.exit_code == 0, told.output
    rows = {line.split()[0]: line for line in told.stdout.splitlines()}
    assert "原因：客户要求人工客服" in rows["shop:web:alice"]
    assert "原因：客户投诉或不满" in rows["shop:web:bob"]
