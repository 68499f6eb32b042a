"""The demo page and the widget's one script."""

from __future__ import annotations

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.webchat.pages import described
from adapters.webchat.routes import WebChatRoutes
from bot.channel import Kept
from tests.browser.shop import Shop
from tests.builders import a_tenant
from tests.fakes import FreeRates


async def test_the_page_shows_the_chat_under_a_strict_policy() -> None:
    async with TestClient(TestServer(Shop().application())) as client:
        page = await client.get("/")
        text = await page.text()

    assert page.content_type == "text/html"
    assert 'data-channel="web"' in text
    assert "{{" not in text
    policy = page.headers["Content-Security-Policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert "Referrer-Policy" in page.headers


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("我的小店", "我的小店"),
        ("<b>Tom's & Co", "&lt;b&gt;Tom&#x27;s &amp; Co"),
        ("{{channel}}", "{{channel}}"),
        ("", "示例店铺"),
    ],
)
async def test_the_page_bears_the_shops_own_name(title: str, shown: str) -> None:
    shop = Shop()
    shop.status["title"] = title
    async with TestClient(TestServer(shop.application())) as client:
        text = await (await client.get("/")).text()

    assert f"<title>{shown} · 在线客服</title>" in text
    assert f"<span>{shown}<small>" in text
    assert "青禾服饰" not in text


@pytest.mark.parametrize(
    ("path", "content_type"),
    [
        ("/widget.js", "text/javascript"),
        ("/static/page.css", "text/css"),
        ("/static/icon.svg", "image/svg+xml"),
    ],
)
async def test_a_file_is_sent_once_and_then_known(path: str, content_type: str) -> None:
    async with TestClient(TestServer(Shop().application())) as client:
        first = await client.get(path)
        again = await client.get(path, headers={"If-None-Match": first.headers["ETag"]})

        assert (first.status, first.content_type) == (200, content_type)
        assert "max-age" in first.headers["Cache-Control"]
        assert (again.status, await again.read()) == (304, b"")


async def test_the_widget_is_one_small_script() -> None:
    async with TestClient(TestServer(Shop().application())) as client:
        script = await (await client.get("/widget.js")).text()

    assert len(script.encode()) < 31_000
    assert "import " not in script
    assert "export " not in script
    assert "innerHTML" not in script


@pytest.mark.parametrize("path", ["/?channel=other", "/static/none.css", "/static/..%2Froutes.py"])
async def test_what_is_not_there_is_not_found(path: str) -> None:
    async with TestClient(TestServer(Shop().application())) as client:
        assert (await client.get(path)).status == 404


def test_a_page_is_told_whether_the_shop_has_people() -> None:
    without, some = described(a_tenant(), "faq"), described(a_tenant(people={}), "faq")

    assert (without["people"], some["people"]) == (False, True)
    assert {**without, "people": True} == some
    assert some.keys() == Shop().status.keys()


async def test_without_a_web_chat_the_page_says_so() -> None:
    shop = Shop()
    app = web.Application()

    async def keep(_: Kept) -> None:
        raise AssertionError("nothing comes in")

    WebChatRoutes({}, keep, shop.feed, FreeRates(), shop.describe).add_to(app)

    async with TestClient(TestServer(app)) as client:
        page = await client.get("/")

        assert page.status == 200
        assert "尚未配置网页聊天" in await page.text()
