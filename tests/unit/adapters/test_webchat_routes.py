"""The web chat's routes, as a browser meets them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channel import Blob
from bot.errors import Unavailable
from tests.browser.shop import Shop
from tests.builders import a_message
from tests.pictures import PNG

Client = TestClient[web.Request, web.Application]


@asynccontextmanager
async def visiting(shop: Shop, **options: float | int) -> AsyncIterator[Client]:
    async with TestClient(TestServer(shop.application(**options))) as client:  # type: ignore[arg-type]
        yield client


async def enter(client: Client) -> dict[str, str]:
    response = await client.post("/webchat/web/sessions")
    assert response.status == 200
    return {"Authorization": f"Bearer {(await response.json())['token']}"}


async def test_a_message_is_stored_and_acknowledged() -> None:
    shop = Shop()
    async with visiting(shop) as client:
        visitor = await enter(client)

        response = await client.post(
            "/webchat/web/messages", headers=visitor, json={"id": "m1", "text": "怎么退货"}
        )

        assert response.status == 202
        assert await response.json() == {"id": "m1"}
        assert response.headers["Cache-Control"] == "no-store"
    assert [message.text for message in shop.inbox.messages] == ["怎么退货"]


async def test_a_message_sent_twice_is_stored_once() -> None:
    shop = Shop()
    async with visiting(shop) as client:
        visitor = await enter(client)

        for _ in range(2):
            message = {"id": "m1", "text": "怎么退货"}
            assert (await client.post("/webchat/web/messages", headers=visitor, json=message)).status == 202

    assert len(shop.inbox.messages) == 1


async def test_an_opinion_is_kept_and_a_change_of_mind_too() -> None:
    shop = Shop()
    async with visiting(shop) as client:
        visitor = await enter(client)
        for good in (True, False):
            opinion = {"reply": "r1", "good": good, "words": "没说运费"}
            response = await client.post("/webchat/web/opinions", headers=visitor, json=opinion)

            assert (response.status, await response.json()) == (202, {"reply": "r1"})

    assert [(opinion.reply, opinion.good) for opinion in shop.opinions.kept] == [("r1", True), ("r1", False)]
    assert shop.opinions.kept[0].conversation.channel == "web"


async def test_opinions_are_counted() -> None:
    async with visiting(Shop()) as client:
        visitor = await enter(client)
        opinion = {"reply": "r1", "good": True}
        statuses = [
            (await client.post("/webchat/web/opinions", headers=visitor, json=opinion)).status
            for _ in range(61)
        ]

        assert statuses == [202] * 60 + [429]


async def test_all_that_one_address_asks_is_counted_together() -> None:
    async with visiting(Shop(requests_per_minute=5)) as client:
        visitor = await enter(client)
        for path in ("messages", "opinions", "media"):
            assert (await client.post(f"/webchat/web/{path}", headers=visitor, data=b"")).status in (400, 415)
        assert (await client.get("/webchat/web/events")).status == 401

        for path in ("sessions", "messages", "opinions", "media"):
            assert (await client.post(f"/webchat/web/{path}", headers=visitor)).status == 429
        assert (await client.get("/webchat/web/events", headers=visitor)).status == 429
        elsewhere = {"X-Forwarded-For": "203.0.114.9"}
        assert (await client.post("/webchat/web/sessions", headers=elsewhere)).status == 200


KNOWN = "the shop's own key, thirty-two letters or more"


def signed(user: str) -> dict[str, object]:
    expires = int(time.time()) + 60
    signature = hmac.new(KNOWN.encode(), f"{user}.{expires}".encode(), hashlib.sha256).hexdigest()
    return {"user": user, "expires": expires, "signature": signature}


async def test_a_customer_whom_the_shop_knows_has_one_conversation() -> None:
    shop = Shop(identity_key=KNOWN)
    async with visiting(shop) as client:
        for number in (1, 2):
            response = await client.post("/webchat/web/sessions", json=signed("u1"))
            session = await response.json()
            assert session["session"] == "user:u1"
            visitor = {"Authorization": f"Bearer {session['token']}"}
            message = {"id": f"m{number}", "text": "在吗"}
            assert (await client.post("/webchat/web/messages", headers=visitor, json=message)).status == 202

    assert {message.conversation.customer for message in shop.inbox.messages} == {"user:u1"}
    (events,) = shop.feed.events.values()
    assert [(event.kind, json.loads(event.data)["id"]) for event in events] == [
        ("said", "m1"),
        ("said", "m2"),
    ]


async def test_a_message_that_is_kept_is_taken_though_other_devices_can_not_be_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Shop(identity_key=KNOWN)

    async def away(*_: object, **__: object) -> str:
        raise Unavailable("the store is away")

    monkeypatch.setattr(shop.feed, "publish", away)
    async with visiting(shop) as client:
        session = await (await client.post("/webchat/web/sessions", json=signed("u1"))).json()
        visitor = {"Authorization": f"Bearer {session['token']}"}
        message = {"id": "m1", "text": "在吗"}
        assert (await client.post("/webchat/web/messages", headers=visitor, json=message)).status == 202

    assert len(shop.inbox.messages) == 1


async def test_words_that_were_stored_and_not_told_on_are_told_when_the_widget_sends_them_again() -> None:
    shop = Shop(identity_key=KNOWN)
    async with visiting(shop) as client:
        session = await (await client.post("/webchat/web/sessions", json=signed("u1"))).json()
        visitor = {"Authorization": f"Bearer {session['token']}"}
        message = {"id": "m1", "text": "在吗"}
        stored = a_message("在吗", id="m1", conversation=shop.channel.visitor(session["token"]))
        await shop.inbox.accept(stored)  # and with this the gateway died

        for _ in range(2):
            assert (await client.post("/webchat/web/messages", headers=visitor, json=message)).status == 202

    assert len(shop.inbox.messages) == 1
    (events,) = shop.feed.events.values()
    assert [(event.kind, json.loads(event.data)["id"]) for event in events] == [("said", "m1")]


async def test_what_a_stranger_writes_is_told_to_nobody_else() -> None:
    shop = Shop(identity_key=KNOWN)
    async with visiting(shop) as client:
        message = {"id": "m1", "text": "在吗"}
        await client.post("/webchat/web/messages", headers=await enter(client), json=message)

    assert len(shop.inbox.messages) == 1
    assert shop.feed.events == {}


@pytest.mark.parametrize(
    ("claim", "status"),
    [
        ({**signed("u1"), "user": "u2"}, 401),
        ({**signed("u1"), "expires": 1}, 401),
        ({"user": "u1"}, 400),
        ({}, 400),
        ([], 400),
    ],
    ids=["another", "expired", "half", "nothing", "no-object"],
)
async def test_a_claim_that_does_not_hold_opens_no_session(claim: object, status: int) -> None:
    async with visiting(Shop(identity_key=KNOWN)) as client:
        assert (await client.post("/webchat/web/sessions", json=claim)).status == status


async def test_old_pictures_go_as_soon_as_the_gateway_is_up() -> None:
    shop = Shop()
    name = await shop.uploads.put("v1", Blob(PNG, "image/png"))
    (file,) = shop.folder.iterdir()
    os.utime(file, (0, 0))

    async with visiting(shop):
        async with asyncio.timeout(2):
            while await shop.uploads.has("v1", name):
                await asyncio.sleep(0.01)


Change = Callable[[Shop], None]


def _fill(shop: Shop) -> None:
    shop.inbox.full = True


def _break(shop: Shop) -> None:
    shop.inbox.down = True


def _nothing(_: Shop) -> None:
    pass


@pytest.mark.parametrize(
    ("change", "path", "headers", "body", "status", "error"),
    [
        (_nothing, "/webchat/web/messages", {"Authorization": "Bearer forged"}, b"{}", 401, "bad_signature"),
        (_nothing, "/webchat/web/messages", {"Authorization": ""}, b"{}", 401, "bad_signature"),
        (_nothing, "/webchat/web/messages", {}, b"{", 400, "bad_request"),
        (_nothing, "/webchat/web/messages", {}, b'{"id": "m", "text": ""}', 400, "bad_request"),
        (_nothing, "/webchat/other/messages", {}, b"{}", 404, "not_found"),
        (_nothing, "/webchat/other/sessions", {}, b"", 404, "not_found"),
        (_nothing, "/webchat/web/messages", {}, b"x" * 5000, 413, "too_large"),
        (_fill, "/webchat/web/messages", {}, b'{"id": "m", "text": "hi"}', 429, "too_many"),
        (_break, "/webchat/web/messages", {}, b'{"id": "m", "text": "hi"}', 503, "unavailable"),
    ],
)
async def test_each_fault_has_its_answer(
    change: Change, path: str, headers: dict[str, str], body: bytes, status: int, error: str
) -> None:
    shop = Shop()
    change(shop)
    async with visiting(shop, max_body_bytes=4096) as client:
        visitor = await enter(client)

        response = await client.post(path, headers={**visitor, **headers}, data=body)

        assert response.status == status
        assert (await response.json())["error"] == error


async def test_a_visitor_who_types_too_fast_is_told_when_to_go_on() -> None:
    async with visiting(Shop(messages_per_minute=2)) as client:
        visitor = await enter(client)
        posts = [
            await client.post("/webchat/web/messages", headers=visitor, json={"id": f"m{n}", "text": "hi"})
            for n in range(3)
        ]

        assert [post.status for post in posts] == [202, 202, 429]
        assert 0 < int(posts[2].headers["Retry-After"]) <= 60
        other = await enter(client)
        message = {"id": "m", "text": "hi"}
        assert (await client.post("/webchat/web/messages", headers=other, json=message)).status == 202


async def test_sessions_are_counted_by_the_address_behind_our_proxy() -> None:
    async with visiting(Shop(sessions_per_minute=1)) as client:
        first, second = ({"X-Forwarded-For": f"8.8.4.4, 203.0.114.{n}"} for n in (1, 2))

        statuses = [
            (await client.post("/webchat/web/sessions", headers=headers)).status
            for headers in (first, first, second)
        ]

        assert statuses == [200, 429, 200]


async def test_any_site_may_embed_a_chat_that_lists_none() -> None:
    async with visiting(Shop()) as client:
        response = await client.post("/webchat/web/sessions", headers={"Origin": "https://any.example"})

        assert response.headers["Access-Control-Allow-Origin"] == "*"


async def test_a_listed_site_may_ask_and_read_errors_too() -> None:
    async with visiting(Shop(origins=["https://shop.example/"])) as client:
        headers = {"Origin": "https://shop.example"}

        preflight = await client.options("/webchat/web/messages", headers=headers)
        unsigned = await client.post("/webchat/web/messages", headers=headers, data=b"{}")

        assert preflight.status == 204
        assert "Authorization" in preflight.headers["Access-Control-Allow-Headers"]
        assert unsigned.status == 401
        for response in (preflight, unsigned):
            assert response.headers["Access-Control-Allow-Origin"] == "https://shop.example"
            assert response.headers["Vary"] == "Origin"


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "null", "https://shop.example.evil.example", "://["]
)
async def test_a_site_that_is_not_listed_is_refused(origin: str) -> None:
    async with visiting(Shop(origins=["https://shop.example"])) as client:
        headers = {"Origin": origin}
        for response in (
            await client.options("/webchat/web/messages", headers=headers),
            await client.post("/webchat/web/sessions", headers=headers),
            await client.get("/webchat/web/events", headers=headers),
        ):
            assert response.status == 403
            assert (await response.json())["error"] == "origin_not_allowed"
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_our_own_page_needs_no_listing() -> None:
    async with visiting(Shop(origins=["https://shop.example"])) as client:
        own = str(client.make_url("/")).rstrip("/")

        assert (await client.post("/webchat/web/sessions", headers={"Origin": own})).status == 200
