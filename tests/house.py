"""Kefu as an operator runs it: real processes on a free port, to be killed and started again.

async with a_house(folder, wecom=simulator) as house:
    await house.start("valkey", "worker", "gateway")
    house.kill("worker")
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from bot.settings import Settings, load
from bot.wiring import Stores
from tests.command import Told, tell
from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.dingtalk_stream import DingTalkStreamSimulator
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import WeComKfSimulator
from workers import valkey

FAQ = """\
Q: 怎么退货
Q: 退货流程是什么
A: 签收后7天内，在“我的订单”里点“申请退货”，审核通过后按页面地址寄回即可。

Q: 多久发货
A: 付款后48小时内发货。

Q: 可以开发票吗
A: 可以，下单时勾选“电子发票”即可。
"""
RETURNS = "申请退货"
"""What the right answer to 怎么退货 holds."""

_READY_WITHIN_S = 60.0


class House:
    """The processes, the configuration they share, and the stores behind them."""

    def __init__(self, folder: Path, port: int, environment: dict[str, str]) -> None:
        self.folder = folder
        self.port = port
        self.config = folder / "kefu.toml"
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.counted = False
        """True: its processes' lines count for coverage, which makes them half as fast."""

    @property
    def url(self) -> str:
        """The gateway."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> Settings:
        """As its processes read them."""
        return load(self.config, self.environment)

    def callback(self, channel: str) -> str:
        """Where a platform calls."""
        return f"{self.url}/callbacks/{channel}"

    def command(self, *arguments: str) -> list[str]:
        """`kefu …` on this house."""
        return [sys.executable, "-m", "workers.cli", *arguments, "--config", str(self.config)]

    def run(self, *arguments: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        """A command that ends, as a process of its own."""
        return subprocess.run(
            self.command(*arguments),
            env=self._environ(),
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def tell(self, *arguments: str, piped: str = "") -> Told:
        """A command that ends, in this process."""
        own = (*arguments, "--config", str(self.config))
        return tell(*own, environment=self.environment, piped=piped)

    async def start(self, *names: str) -> None:
        """Start processes, and return when the gateway is ready, if it is one of them."""
        for name in names:
            if name == "valkey":
                await self._start_valkey()
            else:
                self.spawn(name, self.command(name))
        if "gateway" in names or "up" in names:
            await self.ready()

    async def _start_valkey(self) -> None:
        store = valkey.prepare(self.settings)
        self.spawn("valkey", store.command)
        await store.ready()

    def spawn(self, name: str, command: list[str], **environment: str) -> None:
        """Start a process under a name; `environment` is its own."""
        with (self.folder / f"{name}.log").open("ab") as log:
            self.running[name] = subprocess.Popen(
                command, env={**self._environ(), **environment}, stdout=log, stderr=log
            )

    async def ready(self, *, worker: bool = False) -> None:
        """Return once messages are taken in (and answered, with `worker`). Raises TimeoutError."""
        async with asyncio.timeout(_READY_WITHIN_S), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.url}/readyz") as response:
                        parts = (await response.json())["parts"]
                        if response.status == 200 and (parts["worker"] == "ok" or not worker):
                            return
                except aiohttp.ClientError:
                    pass  # it is not up yet
                await asyncio.sleep(0.05)

    def kill(self, name: str, signum: signal.Signals = signal.SIGKILL) -> int:
        """Send a signal, wait for the end; the exit code."""
        process = self.running.pop(name)
        process.send_signal(signum)
        return process.wait(60)

    def furnish(self, *tables: str) -> None:
        """Add to the configuration, before anything is started."""
        with self.config.open("a", encoding="utf-8") as config:
            config.write("\n".join(("", *tables, "")))

    def log(self, name: str) -> str:
        """What a process had to say."""
        return (self.folder / f"{name}.log").read_text(encoding="utf-8")

    def stop(self) -> None:
        """Stop what still runs: without ceremony, but for who has lines to hand in or children to stop."""
        ordered = self.counted or "up" in self.running
        store = self.running.pop("valkey", None)
        for process in self.running.values():
            process.send_signal(signal.SIGCONT)
            process.send_signal(signal.SIGTERM if ordered else signal.SIGKILL)
        for name in list(self.running):
            self.running.pop(name).wait(60)
        if store:
            store.kill()
            store.wait()

    @asynccontextmanager
    async def stores(self) -> AsyncIterator[Stores]:
        """A look behind the doors."""
        stores = Stores.open(self.settings)
        yield stores
        await stores.close()

    def _environ(self) -> dict[str, str]:
        left_out = ("KEFU_",) if self.counted else ("KEFU_", "COVERAGE_")
        own = {name: value for name, value in os.environ.items() if not name.startswith(left_out)}
        return {**own, **self.environment}


@asynccontextmanager
async def a_house(
    folder: Path,
    *,
    wecom: WeComSimulator | None = None,
    dingtalk: DingTalkSimulator | None = None,
    stream: DingTalkStreamSimulator | None = None,
    wecom_bot: WeComBotSimulator | None = None,
    kf: WeComKfSimulator | None = None,
    people: str | None = None,
    quiet_ms: int = 0,
    environment: dict[str, str] | None = None,
) -> AsyncIterator[House]:
    """A configured house, nothing started; whatever is at the end is stopped. All wait there.

    `people`: the lines of their table; None: there are none. `quiet_ms`: that customers are listened to.
    """
    house = House(folder, free_port(), environment or {})
    (folder / "faq.txt").write_text(FAQ, encoding="utf-8")
    house.config.write_text(
        _config(house.port, wecom, dingtalk, stream, wecom_bot, kf, people, quiet_ms), encoding="utf-8"
    )
    try:
        yield house
    finally:
        house.stop()


def free_port() -> int:
    """One that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _config(  # platforms and customers have no limits but those that a test gives them
    port: int,
    wecom: WeComSimulator | None,
    dingtalk: DingTalkSimulator | None,
    stream: DingTalkStreamSimulator | None,
    wecom_bot: WeComBotSimulator | None,
    kf: WeComKfSimulator | None,
    people: str | None,
    quiet_ms: int,
) -> str:
    tables = [
        f"[server]\nport = {port}",
        '[redis]\nappendfsync = "always"',
        "[worker]\nlease_s = 3\nstop_s = 5",
        '[[tenants]]\nname = "shop"\ntitle = "青禾服饰"\nknowledge = ["faq.txt"]',
        "[tenants.limits]\nanswer_cache_s = 0\nturns_per_minute = 0\nturns_per_hour = 0\nbusy_s = 0\noverload_s = 0\n"
        f"quiet_ms = {quiet_ms}",
        *([] if people is None else [f"[tenants.people]\n{people}"]),
        _channel("web", "webchat"),
    ]
    if wecom:
        tables.append(wecom_channel("wecom", wecom))
    if dingtalk:
        tables.append(_robot("ding", "dingtalk", dingtalk))
    if stream:
        tables.append(_robot("stream", "dingtalk-stream", stream))
    if kf:
        tables.append(
            _channel(
                "kf",
                "wecom-kf",
                api_base=kf.base_url,
                corp_id=kf.app.corp_id,
                secret=kf.app.secret,
                token=kf.app.token,
                encoding_aes_key=kf.app.encoding_aes_key,
            )
        )
    if wecom_bot:
        bot = wecom_bot.app
        tables.append(
            _channel(
                "bot",
                "wecom-bot",
                api_base=wecom_bot.base_url,
                token=bot.token,
                encoding_aes_key=bot.encoding_aes_key,
            )
        )
    return "\n\n".join(tables) + "\n"


def wecom_channel(name: str, wecom: WeComSimulator, **values: Any) -> str:
    """The table of a channel for the simulated app; `values` go before its own."""
    app = wecom.app
    own = {
        "api_base": wecom.base_url,
        "corp_id": app.corp_id,
        "agent_id": app.agent_id,
        "secret": app.secret,
        "token": app.token,
        "encoding_aes_key": app.encoding_aes_key,
        "sends_per_minute_to_one": 1000,
    }
    return _channel(name, "wecom", **own | values)


def _robot(name: str, kind: str, platform: DingTalkSimulator) -> str:
    robot = platform.app
    return _channel(
        name,
        kind,
        api_base=platform.base_url,
        client_id=robot.client_id,
        client_secret=robot.client_secret,
        robot_code=robot.robot_code,
        sends_per_second=1000,
        sends_per_minute_to_one=1000,
    )


def _channel(name: str, kind: str, **values: Any) -> str:
    values = {"name": name, "kind": kind, "tenant": "shop"} | values
    lines = [
        f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}"
        for key, value in values.items()
    ]
    return "\n".join(["[[channels]]", *lines])
