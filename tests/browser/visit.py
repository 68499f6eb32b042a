"""A visitor on a shop's page: the shop, its server and a browser."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Final, Literal

from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page

from bot.types import Conversation, Opinion
from tests.browser.browser import DESKTOP, a_page
from tests.browser.shop import Shop

SCRIPT: Final = {"怎么退货": "七天内、吊牌完整就可以退。\n详见 https://shop.example/returns 。"}


class Visit:
    """A shop, its server and a browser on its page."""

    def __init__(self, shop: Shop, server: TestServer, page: Page) -> None:
        self.shop = shop
        self.server = server
        self.port = server.port
        self.page = page
        self.panel = page.get_by_role("dialog")
        self.field = page.get_by_label("输入您的问题")

    async def ask(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def gateway_restarts(self, meanwhile: str = "") -> None:
        """Stop the gateway, have a reply published if there is one, start it again on the same port."""
        await self.server.close()
        if meanwhile:
            await self.shop.worker.say(self.conversation, meanwhile)
        self.server = TestServer(self.shop.application(), port=self.port)
        await self.server.start_server()

    async def opinions(self, count: int) -> list[Opinion]:
        """What arrived, once there are so many."""
        async with asyncio.timeout(5):
            while len(self.shop.opinions.kept) < count:
                await asyncio.sleep(0.02)
        return self.shop.opinions.kept

    @property
    def conversation(self) -> Conversation:
        return self.shop.inbox.messages[-1].conversation

    def bubble(self, text: str) -> Locator:
        return self.page.locator(".bubble", has_text=text)


Visiting = Callable[..., AbstractAsyncContextManager[Visit]]
"""`a_visit`, with a browser to spare."""


@asynccontextmanager
async def a_visit(
    browser: Browser,
    shop: Shop | None = None,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    locale: str = "zh-CN",
) -> AsyncIterator[Visit]:
    shop = shop or Shop(SCRIPT)
    server = TestServer(shop.application())
    await server.start_server()
    async with a_page(browser, size=size, scheme=scheme, locale=locale) as page:
        visit = Visit(shop, server, page)
        try:
            await page.goto(str(server.make_url("/")))
            yield visit
        finally:
            await visit.server.close()
