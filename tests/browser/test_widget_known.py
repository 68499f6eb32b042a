"""A customer whom the shop's page knows, on each of their devices."""

from __future__ import annotations

import hashlib
import hmac
import html
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import expect

from tests.browser.shop import Shop
from tests.browser.visit import SCRIPT, Visit, Visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

KEY = "the shop's own key, thirty-two letters or more"


class Site:
    """The shop's own pages, which know who is logged in."""

    def __init__(self) -> None:
        self.user = ""
        self.key = KEY
        self.widget = ""

    async def page(self, _: web.Request) -> web.Response:
        expires = int(time.time()) + 3600
        signature = hmac.new(self.key.encode(), f"{self.user}.{expires}".encode(), hashlib.sha256).hexdigest()
        known = f'data-user="{html.escape(self.user)}" data-user-expires="{expires}" data-user-signature="{signature}"'
        tag = f'<script src="{self.widget}" data-open {known if self.user else ""}></script>'
        return web.Response(text=f"<!doctype html>{tag}", content_type="text/html")


@asynccontextmanager
async def shopping(visiting: Visiting, shop: Shop, *users: str) -> AsyncIterator[tuple[Site, list[Visit]]]:
    """A browser for each of these, with that user logged in."""
    site = Site()
    app = web.Application()
    app.router.add_get("/", site.page)
    async with TestServer(app) as pages:
        devices = [visiting(shop) for _ in users]
        visits = [await device.__aenter__() for device in devices]
        try:
            for visit, site.user in zip(visits, users, strict=True):
                site.widget = str(visit.server.make_url("/widget.js"))
                await visit.page.goto(f"http://localhost:{pages.port}")
            yield site, visits
        finally:
            for device in devices:
                await device.__aexit__(None, None, None)


async def test_a_known_customer_has_one_conversation_on_each_device(visiting: Visiting) -> None:
    shop = Shop(SCRIPT, identity_key=KEY)
    async with shopping(visiting, shop, "王小明/7", "王小明/7") as (_, (desk, phone)):
        await desk.ask("怎么退货")
        await expect(desk.bubble("七天内")).to_be_visible()

        await expect(phone.page.locator(".line.me")).to_contain_text("怎么退货")
        await expect(phone.bubble("七天内")).to_be_visible()
        await phone.ask("多久到账")

        await expect(desk.bubble("您说：多久到账")).to_be_visible()
        await expect(desk.page.locator(".line.me")).to_contain_text(["怎么退货", "多久到账"])
        await expect(desk.page.locator(".line.me")).to_have_count(2)
    assert {message.conversation.customer for message in shop.inbox.messages} == {"user:王小明/7"}


async def test_a_known_customer_goes_on_where_they_were_when_the_session_ran_out(visiting: Visiting) -> None:
    shop = Shop(SCRIPT, identity_key=KEY)
    async with shopping(visiting, shop, "u1") as (_, (visit,)):
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()
        await visit.page.evaluate("""() => {
            const name = Object.keys(localStorage)[0];
            const state = JSON.parse(localStorage[name]);
            state.session.token = "expired";
            localStorage[name] = JSON.stringify(state);
        }""")

        await visit.ask("还在吗")

        await expect(visit.bubble("您说：还在吗")).to_be_visible()
        await expect(visit.bubble("七天内")).to_have_count(1)
        assert len({message.conversation for message in shop.inbox.messages}) == 1


async def test_who_logs_in_on_the_same_device_does_not_see_what_another_wrote(visiting: Visiting) -> None:
    shop = Shop(SCRIPT, identity_key=KEY)
    async with shopping(visiting, shop, "u1") as (site, (visit,)):
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()

        site.user = "u2"
        await visit.page.reload()
        await visit.ask("在吗")

        await expect(visit.bubble("您说：在吗")).to_be_visible()
        await expect(visit.bubble("七天内")).to_have_count(0)
    assert {message.conversation.customer for message in shop.inbox.messages} == {"user:u1", "user:u2"}


async def test_a_page_with_a_forged_signature_gets_no_session(visiting: Visiting) -> None:
    shop = Shop(SCRIPT, identity_key="another key of thirty-two letters or more")
    async with shopping(visiting, shop, "u1") as (_, (visit,)):
        await visit.ask("怎么退货")

        await expect(visit.page.get_by_text("发送失败")).to_be_visible()
    assert shop.inbox.messages == []
