"""`make demo` as a newcomer sees it: the real thing in a real browser, and the pictures in the documents."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.browser import PHONE, a_page
from tests.house import free_port
from tests.learned import with_sample_shop

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.asyncio(loop_scope="session")]

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs"


@pytest.mark.timeout(400)  # the first to need the sample shop embeds it, minutes on a busy machine
async def test_the_demo_answers_at_every_door(
    browser: Browser, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    port = free_port()
    await with_sample_shop(tmp_path, tmp_path_factory.getbasetemp())
    uncounted = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    demo = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.simulators.demo"),
        cwd=ROOT,
        env={**uncounted, "KEFU_SERVER__PORT": str(port), "DEMO_FOLDER": str(tmp_path)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        told = await asyncio.wait_for(_until(demo, "网页聊天"), 300)
        assert told.count("客户: 怎么退货") == 4
        assert told.count("申请退货") == 4
        async with a_page(browser) as page:
            await page.goto(f"http://127.0.0.1:{port}/")
            await _ask(page, "怎么退货", "申请退货")
            await page.get_by_text("知识库应答").first.wait_for()
            await _photograph(page, "demo.png")
            dress = await page.locator(".scene").screenshot()
            await page.get_by_role("button", name="有帮助").click()
            await _ask(page, "亚麻怎么洗", "30")
            await _photograph(page, "widget-desktop.png")
            await _ask(page, "订单 20240910XYZ 到哪了", "后四位")
            await _ask(page, "1234", "已到达上海浦东营业点")
        async with a_page(browser, size=PHONE, scheme="dark") as page:
            await page.goto(f"http://127.0.0.1:{port}/")
            await page.locator(".launcher").click()
            await _ask(page, "多久发货", "48 小时")
            await page.locator("input[type=file]").set_input_files(
                {"name": "dress.png", "mimeType": "image/png", "buffer": dress}
            )
            await page.get_by_text("暂时还看不了图片").wait_for(timeout=20_000)
            await _photograph(page, "widget-phone.png")
    finally:
        demo.send_signal(signal.SIGINT)
        await asyncio.wait_for(demo.communicate(), 60)
    assert demo.returncode == 0


async def _ask(page: Page, question: str, answer: str) -> None:
    answers = page.get_by_role("log").locator(".line.bot")
    await answers.first.wait_for()  # the welcome, which is no answer
    before = await answers.count()
    await page.get_by_role("textbox").fill(question)
    await page.keyboard.press("Enter")
    await expect(answers).to_have_count(before + 1, timeout=20_000)
    await expect(answers.last).to_contain_text(answer)


async def _photograph(page: Page, name: str) -> None:
    """On purpose, not by every run: pictures would differ with each machine's fonts."""
    if os.environ.get("PICTURES"):
        await page.get_by_role("textbox").blur()
        await asyncio.sleep(1)  # the answer fades in
        await page.screenshot(path=str(PICTURES / name))


async def _until(demo: asyncio.subprocess.Process, words: str) -> str:
    """What it prints, up to a line with these words."""
    assert demo.stdout is not None
    told = ""
    async for line in demo.stdout:
        told += line.decode()
        if words in told:
            return told
    raise AssertionError(f"the demo ended: {told}")
