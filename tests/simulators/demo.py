"""`make demo`: a sample shop with all its doors, and simulated platforms that ask through two of them."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio.subprocess import Process
from pathlib import Path

import aiohttp
from filelock import FileLock, Timeout
from rich.console import Console

from tests.simulators.dingtalk import DingTalkSimulator
from tests.simulators.platform import Platform
from tests.simulators.wecom import WeComSimulator

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "data" / "demo"
SHOP = ROOT / "knowledge" / "sample_shop"
PORT = int(os.environ.get("KEFU_SERVER__PORT", "8080"))
URL = f"http://127.0.0.1:{PORT}"
QUESTION = "怎么退货"
_READY_WITHIN_S = 120.0

console = Console(highlight=False, soft_wrap=True)


def main() -> None:
    """Run until Ctrl-C; the exit code is that of `kefu up`."""
    sys.exit(asyncio.run(_demo()))


async def _demo() -> int:
    async with WeComSimulator() as wecom, DingTalkSimulator() as dingtalk:
        FOLDER.mkdir(parents=True, exist_ok=True)
        config = FOLDER / "kefu.toml"
        if _another_runs():
            console.print("[red]the demo runs already[/]; stop it first (Ctrl-C in its terminal)")
            return 1
        config.write_text(_configuration(wecom, dingtalk), encoding="utf-8")
        console.print(
            "· starting the store, the doors and a worker (the first start reads the sample knowledge)"
        )
        kefu = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "workers.cli", "up", "--config", str(config)),
            cwd=ROOT,
            env={"KEFU_LOG_LEVEL": "warning", **os.environ},
        )
        _pass_signals_to(kefu)
        showing = asyncio.create_task(_show(wecom, dingtalk))
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


async def _show(wecom: WeComSimulator, dingtalk: DingTalkSimulator) -> None:
    try:
        await _ready()
        await _ask("企业微信 WeCom ", wecom, "wecom")
        await _ask("钉钉 DingTalk  ", dingtalk, "dingtalk")
    except TimeoutError:
        console.print(f"[red]no answer within {_READY_WITHIN_S:.0f} s[/]; what went wrong is above")
        return
    console.print(f"\n网页聊天 Web chat: [bold]{URL}/[/]   (Ctrl-C stops everything)")


async def _ready() -> None:
    async with asyncio.timeout(_READY_WITHIN_S), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(f"{URL}/readyz") as response:
                    if (await response.json())["parts"]["worker"] == "ok":
                        return
            except aiohttp.ClientError:
                pass  # it is not listening yet
            await asyncio.sleep(0.1)


async def _ask(label: str, platform: Platform, channel: str) -> None:
    """A customer of the simulated platform asks; the answer comes back over the platform's own API."""
    await platform.say(f"{URL}/callbacks/{channel}", user="demo-customer", text=QUESTION)
    (answer,) = await platform.wait_for_replies("demo-customer", timeout=30)
    console.print(f"\n[bold]{label}[/]  客户: {QUESTION}")
    console.print(f"                  客服: {answer}", markup=False)


def _configuration(wecom: WeComSimulator, dingtalk: DingTalkSimulator) -> str:
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
suggestions = ["怎么退货", "多久发货", "运费怎么算", "可以开发票吗"]
knowledge = ["{SHOP}"]

[[channels]]
name = "web"
kind = "webchat"
tenant = "qinghe"

[[channels]]
name = "wecom"
kind = "wecom"
tenant = "qinghe"
api_base = "{wecom.base_url}"
corp_id = "{wecom.app.corp_id}"
agent_id = {wecom.app.agent_id}
secret = "{wecom.app.secret}"
token = "{wecom.app.token}"
encoding_aes_key = "{wecom.app.encoding_aes_key}"

[[channels]]
name = "dingtalk"
kind = "dingtalk"
tenant = "qinghe"
api_base = "{dingtalk.base_url}"
client_id = "{dingtalk.app.client_id}"
client_secret = "{dingtalk.app.client_secret}"
robot_code = "{dingtalk.app.robot_code}"
"""


if __name__ == "__main__":
    main()
