"""`make demo` as a newcomer sees it: the real thing in a real browser, and the picture in the README."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from tests.browser.browser import chromium
from tests.house import free_port

pytestmark = [pytest.mark.browser, pytest.mark.processes]

ROOT = Path(__file__).parents[2]
PICTURE = ROOT / "docs" / "demo.png"


async def test_the_demo_answers_at_every_door() -> None:
    port = free_port()
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.simulators.demo"),
        cwd=ROOT,
        env={**os.environ, "KEFU_SERVER__PORT": str(port)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told = await asyncio.wait_for(_until(demo, "网页聊天"), 90)
        assert told.count("客户: 怎么退货") == 4
        assert told.count("申请退货") == 4
        async with chromium() as page:
            await page.goto(f"http://127.0.0.1:{port}/")
            await page.get_by_role("textbox").fill("怎么退货")
            await page.keyboard.press("Enter")
            await page.get_by_text("申请退货").first.wait_for(timeout=20_000)
            await page.get_by_text("知识库应答").first.wait_for()
            if os.environ.get("PICTURES"):  # renewed on purpose, not by every run
                PICTURE.parent.mkdir(exist_ok=True)
                await asyncio.sleep(1)  # the answer fades in
                await page.screenshot(path=str(PICTURE))
    finally:
        demo.send_signal(signal.SIGINT)
        await asyncio.wait_for(demo.communicate(), 60)
    assert demo.returncode == 0


async def _until(demo: asyncio.subprocess.Process, words: str) -> str:
    """What it prints, up to a line with these words."""
    assert demo.stdout is not None
    told = ""
    async for line in demo.stdout:
        told += line.decode()
        if words in told:
            return told
    raise AssertionError(f"the demo ended: {told}")
