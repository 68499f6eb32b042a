"""A visitor shows a picture: picked, pasted or dropped."""

from __future__ import annotations

import pytest
from playwright.async_api import FilePayload, Locator, expect

from bot.channel import Blob
from tests.browser.shop import Shop
from tests.browser.visit import Visit, Visiting
from tests.pictures import GIF, PNG, png

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


def file(data: bytes, name: str = "dress.png", kind: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": data}


async def pick(visit: Visit, *files: FilePayload) -> None:
    async with visit.page.expect_file_chooser() as chooser:
        await visit.page.get_by_role("button", name="发送图片").click()
    await (await chooser.value).set_files(list(files))


def shown(visit: Visit) -> Locator:
    return visit.page.get_by_role("img", name="图片")


async def arrived(visit: Visit, number: int = 0) -> Blob:
    """The picture as the worker would fetch it."""
    (media,) = visit.shop.inbox.messages[number].media
    return await visit.shop.channel.fetch_media(media, most=10_000_000)


async def test_a_picture_is_shown_sent_and_answered(visiting: Visiting) -> None:
    async with visiting() as visit:
        await pick(visit, file(PNG))

        await expect(visit.bubble("您说：图片")).to_be_visible()
        await expect(shown(visit)).to_be_visible()
        assert await shown(visit).evaluate("image => image.naturalWidth") == 2
        assert [message.kind for message in visit.shop.inbox.messages] == ["image"]
        assert await arrived(visit) == Blob(PNG, "image/png")


async def test_a_big_picture_is_made_smaller_first(visiting: Visiting) -> None:
    async with visiting() as visit:
        await pick(visit, file(png(3200, 40)))

        await expect(visit.bubble("您说：图片")).to_be_visible()
        assert await shown(visit).evaluate("image => [image.naturalWidth, image.naturalHeight]") == [1600, 20]
        assert (await arrived(visit)).content_type == "image/jpeg"


async def test_a_moving_picture_goes_on_moving(visiting: Visiting) -> None:
    async with visiting() as visit:
        await pick(visit, file(GIF, "smile.gif", "image/gif"))

        await expect(visit.bubble("您说：图片")).to_be_visible()
        assert await arrived(visit) == Blob(GIF, "image/gif")


PASTE = """([bytes, kind, words]) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "a.png", { type: "image/png" }));
    if (words) data.setData("text/plain", words);
    const field = document.querySelector("#kefu-chat").shadowRoot.querySelector("textarea");
    const options = { bubbles: true, cancelable: true, composed: true };
    const event = kind === "paste"
        ? new ClipboardEvent("paste", { ...options, clipboardData: data })
        : new DragEvent("drop", { ...options, dataTransfer: data });
    return field.dispatchEvent(event);
}"""


@pytest.mark.parametrize("way", ["paste", "drop"])
async def test_a_picture_can_be_pasted_and_dropped(visiting: Visiting, way: str) -> None:
    async with visiting() as visit:
        went_on = await visit.page.evaluate(PASTE, [list(PNG), way, ""])

        await expect(shown(visit)).to_be_visible()
        await expect(visit.bubble("您说：图片")).to_be_visible()
        assert not went_on


async def test_words_that_come_with_a_picture_of_them_are_words(visiting: Visiting) -> None:
    async with visiting() as visit:
        assert await visit.page.evaluate(PASTE, [list(PNG), "paste", "尺码表"])

        await visit.ask("在吗")
        await expect(visit.bubble("您说：在吗")).to_be_visible()
        await expect(shown(visit)).to_have_count(0)


async def test_what_is_no_picture_says_so_and_is_not_sent(visiting: Visiting) -> None:
    async with visiting() as visit:
        await pick(visit, file(b"<svg onload='window.hit=1'/>", "a.svg", "image/svg+xml"))

        await expect(visit.page.get_by_text("只能发送 PNG、JPEG、GIF、WebP 图片")).to_be_visible()
        await expect(visit.page.get_by_role("button", name="重试")).to_have_count(0)
        assert visit.shop.inbox.messages == []
        assert await visit.page.evaluate("window.hit") is None


async def test_a_picture_that_is_too_big_all_the_same_says_so(visiting: Visiting) -> None:
    async with visiting(Shop(picture_bytes=1024)) as visit:
        await pick(visit, file(GIF + bytes(2000), "big.gif", "image/gif"))

        await expect(visit.page.get_by_text("内容太大，无法发送")).to_be_visible()


async def test_a_picture_that_failed_can_be_sent_again_until_the_page_is_left(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.page.route("**/media", lambda route: route.fulfill(status=429, json={}))
        await pick(visit, file(PNG))
        await expect(visit.page.get_by_text("发送太快，请稍后重试")).to_be_visible()
        await pick(visit, file(PNG))
        await expect(visit.page.get_by_text("发送太快，请稍后重试")).to_have_count(2)

        await visit.page.unroute("**/media")
        await visit.page.get_by_role("button", name="重试").last.click()
        await expect(visit.bubble("您说：图片")).to_be_visible()
        await visit.page.reload()

        await expect(visit.page.locator(".line.me")).to_contain_text(["[图片]", "[图片]"])
        await visit.page.get_by_role("button", name="重试").click()
        await expect(visit.page.get_by_text("图片已失效，请重新选择")).to_be_visible()
        assert len(visit.shop.inbox.messages) == 1


async def test_words_and_pictures_arrive_in_the_order_they_were_sent(visiting: Visiting) -> None:
    async with visiting() as visit:
        await pick(visit, file(png(400, 400)), file(GIF, "smile.gif", "image/gif"))
        await expect(shown(visit)).to_have_count(2)
        await visit.ask("就是这件")

        await expect(visit.bubble("您说：就是这件")).to_be_visible()
        assert [message.text for message in visit.shop.inbox.messages] == ["", "", "就是这件"]
