"""Pictures on their way in, and the messages that name them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from hypothesis import given
from hypothesis import strategies as st

from adapters.webchat.pictures import read_picture
from adapters.webchat.uploads import type_of
from bot.channel import Blob, Carrier
from bot.errors import BadRequest, Refused
from bot.types import Media
from tests.browser.shop import Shop
from tests.pictures import GIF, JPEG_HEAD, PNG, WEBP_HEAD
from tests.unit.adapters.test_webchat_routes import Client, enter, visiting

MEDIA = "/webchat/web/media"
MESSAGES = "/webchat/web/messages"


async def upload(client: Client, visitor: dict[str, str], data: bytes = PNG) -> str:
    response = await client.post(MEDIA, headers=visitor, data=data)
    assert response.status == 201
    return str((await response.json())["media"])


async def test_a_picture_is_kept_and_a_message_names_it() -> None:
    shop = Shop()
    async with visiting(shop) as client:
        visitor = await enter(client)
        name = await upload(client, visitor)

        response = await client.post(MESSAGES, headers=visitor, json={"id": "m1", "media": name})

        assert response.status == 202
    (message,) = shop.inbox.messages
    assert message.kind == "image"
    assert isinstance(shop.channel, Carrier)
    assert await shop.channel.fetch_media(message.media[0], most=1000) == Blob(PNG, "image/png")


async def test_a_picture_of_another_visitor_can_not_be_named() -> None:
    shop = Shop()
    async with visiting(shop) as client:
        name = await upload(client, await enter(client))

        response = await client.post(MESSAGES, headers=await enter(client), json={"id": "m1", "media": name})

        assert response.status == 400
    assert shop.inbox.messages == []


async def test_a_picture_that_is_gone_is_refused_to_whoever_fetches_it() -> None:
    with pytest.raises(Refused):
        await Shop().channel.fetch_media(
            Media("image", {"owner": "v1", "name": "0" * 32 + ".png"}), most=1000
        )


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (PNG, "image/png"),
        (GIF, "image/gif"),
        (JPEG_HEAD, "image/jpeg"),
        (WEBP_HEAD, "image/webp"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"<!doctype html><script>", ""),
        (b"%PDF-1.7 and more of it", ""),
        (b"RIFF\x1a\x00\x00\x00WAVEfmt ", ""),
        (b"BM" + bytes(30), ""),
        (b"", ""),
        (b"\x89PNG", ""),
    ],
)
def test_a_picture_is_known_by_its_first_bytes(data: bytes, content_type: str) -> None:
    known = type_of(data)
    assert (known.content_type if known else "") == content_type


@given(st.binary(max_size=40))
def test_no_noise_is_taken_for_more_than_it_is(noise: bytes) -> None:
    assert type_of(b"x" + noise) is None


@pytest.mark.parametrize(
    ("data", "status", "error"),
    [
        (b"", 415, "unsupported_type"),
        (b"<svg/>", 415, "unsupported_type"),
        (b"MZ" + bytes(5000), 413, "too_large"),
        (PNG + bytes(5000), 413, "too_large"),
    ],
)
async def test_what_is_no_picture_or_too_big_is_refused(data: bytes, status: int, error: str) -> None:
    async with visiting(Shop(picture_bytes=4096)) as client:
        response = await client.post(
            MEDIA, headers={**await enter(client), "Content-Type": "image/png"}, data=data
        )

        assert response.status == status
        assert (await response.json())["error"] == error


async def test_a_picture_may_be_bigger_than_other_bodies_and_of_unsaid_length() -> None:
    async def in_pieces() -> AsyncIterator[bytes]:
        yield PNG
        for _ in range(20):
            yield bytes(1000)

    async with visiting(Shop(picture_bytes=30_000), max_body_bytes=4096) as client:
        visitor = await enter(client)

        assert (await client.post(MEDIA, headers=visitor, data=in_pieces())).status == 201
        assert (await client.post(MEDIA, headers=visitor, data=PNG + bytes(31_000))).status == 413


async def test_a_stranger_sends_no_picture() -> None:
    async with visiting(Shop()) as client:
        for headers in ({}, {"Authorization": "Bearer forged"}):
            assert (await client.post(MEDIA, headers=headers, data=PNG)).status == 401


async def test_pictures_have_a_limit_of_their_own() -> None:
    async with visiting(Shop(pictures_per_minute=1)) as client:
        visitor = await enter(client)
        await upload(client, visitor)

        refused = await client.post(MEDIA, headers=visitor, data=GIF)

        assert refused.status == 429
        assert int(refused.headers["Retry-After"]) > 0
        assert (await client.post(MESSAGES, headers=visitor, json={"id": "m", "text": "hi"})).status == 202


async def test_a_full_store_of_pictures_asks_to_try_later() -> None:
    async with visiting(Shop(pictures_total_bytes=1024 * 1024, picture_bytes=2_000_000)) as client:
        visitor = await enter(client)
        await upload(client, visitor, PNG + bytes(1_000_000))

        response = await client.post(MEDIA, headers=visitor, data=GIF + bytes(100_000))

        assert response.status == 503


async def test_a_picture_that_never_ends_does_not_wait_for_ever() -> None:
    told: list[str] = []

    async def take(request: web.Request) -> web.Response:
        try:
            await read_picture(request, most=1000, patience=0.1)
        except BadRequest as error:
            told.append(str(error))
        return web.Response()

    async def slowly() -> AsyncIterator[bytes]:
        yield PNG
        await asyncio.sleep(2)

    app = web.Application()
    app.router.add_post("/", take)
    async with TestClient(TestServer(app)) as client:
        await client.post("/", data=slowly())

    assert told == ["the picture did not arrive in time"]


async def test_one_address_sends_so_many_pictures_at_once() -> None:
    going = asyncio.Event()

    async def held() -> AsyncIterator[bytes]:
        yield PNG
        await going.wait()

    async with visiting(Shop()) as client:
        visitor = await enter(client)
        slow = [asyncio.create_task(client.post(MEDIA, headers=visitor, data=held())) for _ in range(4)]
        async with asyncio.timeout(5):
            while (await client.post(MEDIA, headers=await enter(client), data=GIF)).status != 429:
                await asyncio.sleep(0.01)

        going.set()

        assert [(await task).status for task in slow] == [201] * 4
        await upload(client, await enter(client))
