"""`make demo`: a sample shop with its doors, and simulated platforms that ask through each and then make room."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import aiohttp
from filelock import FileLock, Timeout
from rich.cells import set_cell_size
from rich.console import Console

from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.platform import Platform
from tests.simulators.shop import ShopServer
from tests.simulators.terminal import sample
from tests.simulators.wecom import WeComSimulator
from tests.simulators.wecom_bot import WeComBotSimulator
from tests.simulators.wecom_kf import WeComKfSimulator

ROOT = Path(__file__).parents[2]
FOLDER = Path(os.environ.get("DEMO_FOLDER", ROOT / "data" / "demo"))
CONFIG = FOLDER / "kefu.toml"
SHOP = ROOT / "knowledge" / "sample_shop"
PORT = int(os.environ.get("KEFU_SERVER__PORT", "8080"))
URL = f"http://127.0.0.1:{PORT}"
QUESTION = "怎么退货"
ORDER: Final = "订单 20240910XYZ 到哪了（收货手机尾号 1234）"
LABELS: Final = {
    "wecom": "企业微信 WeCom",
    "wecom-kf": "微信客服 WeChat",
    "wecom-bot": "智能机器人 AI bot",
    "dingtalk": "钉钉 DingTalk",
}
_READY_WITHIN_S = 300.0
_TOLD_EVERY_S = 10.0
_INDENT = 18

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Run until Ctrl-C; the exit code is that of `kefu up`."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sys.exit(asyncio.run(_demo()))


async def _demo() -> int:
    async with ShopServer() as shop, AsyncExitStack() as stay:
        platforms: dict[str, Platform] = {
            "wecom": await stay.enter_async_context(WeComSimulator()),
            "wecom-kf": await stay.enter_async_context(WeComKfSimulator()),
            "wecom-bot": await stay.enter_async_context(WeComBotSimulator()),
            "dingtalk": await stay.enter_async_context(DingTalkSimulator()),
        }
        if _another_runs():
            console.print("[red]the demo runs already[/]; stop it first (Ctrl-C in its terminal)")
            return 1
        CONFIG.write_text(_configuration(platforms, shop), encoding="utf-8")
        console.print(
            "· starting the store, the doors and a worker (the first start reads the sample knowledge, half a minute)"
        )
        kefu = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "workers.cli", "up", "--config", str(CONFIG)),
            cwd=ROOT,
            env={"KEFU_LOG_LEVEL": "warning", **os.environ},
        )
        _pass_signals_to(kefu)
        showing = asyncio.create_task(_show(platforms, stay))
        code = await kefu.wait()
        showing.cancel()
        console.print("stopped")
        return code


def _another_runs() -> bool:
    """Its configuration must not be written over."""
    lock = FileLock(FOLDER / "run" / "up.lock")
    if not Path(lock.lock_file).parent.exists():
        return False
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    lock.release()
    return False


def _pass_signals_to(kefu: Process) -> None:
    """The supervisor stops everything in order; we end when it has."""
    loop = asyncio.get_running_loop()
    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, _end, kefu)


def _end(kefu: Process) -> None:
    if kefu.returncode is None:
        kefu.terminate()


async def _show(platforms: Mapping[str, Platform], stay: AsyncExitStack) -> None:
    try:
        await _ready()
        for kind, platform in platforms.items():
            await _ask(kind, platform)
    except TimeoutError:
        console.print(f"[red]no answer within {_READY_WITHIN_S:.0f} s[/]; what went wrong is above")
        return
    await stay.aclose()  # `kefu simulate` listens where they did
    kefu = _shown(Path(sys.executable).with_name("kefu"))
    console.print("\n终端聊天 Terminal chat, as a customer of wecom, wecom-kf, wecom-bot or dingtalk:")
    console.print(f"    {kefu} simulate wecom --config {_shown(CONFIG)}")
    console.print(f"\n订单查询 An order: {ORDER}")
    console.print(
        "\n人工客服 A person: write 转人工 in a chat, and be the one who answers (list, say, close):"
    )
    console.print(f"    {kefu} people list --config {_shown(CONFIG)}")
    console.print(f"\n网页聊天 Web chat: [bold]{URL}/[/]   (Ctrl-C stops everything)")


def _shown(path: Path) -> Path:
    """As it is typed: from here, where it is below."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


async def _ready() -> None:
    started = told = asyncio.get_running_loop().time()
    async with asyncio.timeout(_READY_WITHIN_S), aiohttp.ClientSession() as session:
        while True:
            now = asyncio.get_running_loop().time()
            if now - told >= _TOLD_EVERY_S:
                told = now
                console.print(f"· not ready yet, after {now - started:.0f} s")
            try:
                async with session.get(f"{URL}/readyz") as response:
                    if (await response.json())["parts"]["worker"] == "ok":
                        return
            except aiohttp.ClientError:
                pass  # it is not listening yet
            await asyncio.sleep(0.1)


async def _ask(kind: str, platform: Platform) -> None:
    """A customer of the simulated platform asks; the answer comes back over the platform's own API."""
    await platform.say(f"{URL}/callbacks/{kind}", user="demo-customer", text=QUESTION)
    (answer,) = await platform.wait_for_replies("demo-customer", timeout=30)
    console.print(f"\n[bold]{set_cell_size(LABELS[kind], _INDENT)}[/]客户: {QUESTION}")
    console.print(f"{'':{_INDENT}}客服: {answer}", markup=False)


def _configuration(platforms: Mapping[str, Platform], shop: ShopServer) -> str:
    doors = "\n\n".join(
        sample(kind, name=kind, tenant="qinghe", api_base=platform.base_url)
        for kind, platform in platforms.items()
    )
    return f"""\
# Written by `make demo` each time it starts. Yours goes into a kefu.toml of its own: see README.md.
data_dir = "."

[server]
port = {PORT}

[[tenants]]
name = "qinghe"
title = "青禾服饰"
persona = "你是青禾服饰的在线客服小禾，亲切、耐心、说话简洁。"
greeting = "您好，我是青禾服饰的客服小禾，尺码、发货、退换货都可以问我。"
suggestions = ["怎么退货", "多久发货", "运费怎么算", "可以开发票吗", "订单查询"]
knowledge = ["{SHOP}"]

[tenants.limits]
quiet_ms = 300            # whoever tries things out writes one question at a time

[tenants.people]          # who writes 转人工 waits for them: `kefu people list`
timeout_minutes = 5       # without a word of theirs; then the bot is back

# A simulated shop's server, which runs as long as the demo does: docs/tools.md.
{shop.tools()}
[[channels]]
name = "web"
kind = "webchat"
tenant = "qinghe"

{doors}
"""


if __name__ == "__main__":
    main()
