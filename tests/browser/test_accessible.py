"""The chat for those who see little, hear it read out, or have no mouse: by axe-core, and by keyboard."""

from __future__ import annotations

import asyncio
from typing import Final, Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import FilePayload, expect

from tests.browser.browser import DESKTOP, PHONE
from tests.browser.shop import Shop
from tests.browser.visit import SCRIPT, Visit, Visiting
from tests.pictures import PNG

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PICTURE: Final[FilePayload] = {"name": "a.png", "mimeType": "image/png", "buffer": PNG}
MARKED = "**七天内**可以退，提交 `退货申请`，详见[说明](https://shop.example/a)。"


async def findings(visit: Visit) -> list[str]:
    """What axe-core calls serious or critical, on the page and in the chat's shadow."""
    await visit.page.evaluate("document.getAnimations().forEach((animation) => animation.cancel())")
    await asyncio.sleep(0.4)  # what appears has appeared
    results = await Axe().run(visit.page)
    return [
        f"{found['id']}: {node['target']} {node['failureSummary']}"
        for found in results.response["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


async def say_all_there_is(visit: Visit) -> None:
    """Every kind of line at once: a formatted answer that was judged, a picture, a failure, chips, a draft."""
    await visit.ask("格式")
    await expect(visit.bubble("七天内")).to_be_visible()
    await visit.page.get_by_role("button", name="有帮助").click()
    await visit.page.get_by_text("参考资料 1 条").click()
    await visit.page.locator("input[type=file]").set_input_files(PICTURE)
    await expect(visit.bubble("您说：图片")).to_be_visible()
    await visit.page.route("**/messages", lambda route: route.fulfill(status=429, json={}))
    await visit.ask("太快了")
    await expect(visit.page.get_by_role("button", name="重试")).to_be_visible()
    await visit.shop.worker.say(visit.conversation, "还可以问：", suggestions=("运费谁出", "多久退款"))
    await expect(visit.page.get_by_role("button", name="运费谁出")).to_be_visible()
    await visit.shop.worker.draft(visit.conversation, "r9", "正在写的回答")
    await expect(visit.bubble("正在写的回答")).to_be_visible()


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        pytest.param(DESKTOP, "light", id="desktop-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param(DESKTOP, "dark", id="desktop-dark", marks=pytest.mark.long),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.long),
    ],
)
async def test_axe_finds_nothing_serious(
    visiting: Visiting, size: tuple[int, int], scheme: Literal["light", "dark"]
) -> None:
    async with visiting(Shop({"格式": MARKED}), size=size, scheme=scheme) as visit:
        if size == DESKTOP:
            await visit.page.keyboard.press("Escape")
        await expect(visit.panel).to_be_hidden()
        assert await findings(visit) == []

        await visit.page.locator(".launcher").click()
        await say_all_there_is(visit)
        assert await findings(visit) == []

        await visit.page.keyboard.press("Escape")
        await visit.shop.worker.say(visit.conversation, "补充一句")
        await expect(visit.page.locator(".unread")).to_be_visible()
        assert await findings(visit) == []


async def test_axe_looks_into_the_shadow(visiting: Visiting) -> None:
    """The check would find something, were there something to find."""
    async with visiting() as visit:
        await visit.page.evaluate(
            """document.querySelector("#kefu-chat").shadowRoot.querySelector(".close").removeAttribute("aria-label")"""
        )

        assert [finding.partition(":")[0] for finding in await findings(visit)] == ["button-name"]


async def test_all_can_be_done_with_the_keyboard(visiting: Visiting) -> None:
    async with visiting(Shop(SCRIPT)) as visit:
        await visit.field.focus()
        await visit.page.keyboard.type("怎么退货")
        await visit.page.keyboard.press("Enter")
        await expect(visit.bubble("七天内")).to_be_visible()

        reached = []
        for _ in range(12):
            await visit.page.keyboard.press("Shift+Tab")
            reached.append(
                await visit.page.evaluate(
                    """() => {
                        const at = document.querySelector("#kefu-chat").shadowRoot.activeElement;
                        return at?.getAttribute("aria-label") || at?.textContent.trim() || "";
                    }"""
                )
            )

        for label in ("发送图片", "没帮助", "有帮助", "参考资料 1 条", "怎么退货", "关闭聊天", "找人工"):
            assert label in reached
