"""The chat as a visitor lives it, in a real browser."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Route, expect

from tests.browser.browser import PHONE
from tests.browser.shop import Shop
from tests.browser.visit import SCRIPT, Visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def test_a_question_gets_its_answer_with_its_source(visiting: Visiting) -> None:
    async with visiting() as visit:
        await expect(visit.panel).to_contain_text("知识库应答")
        await expect(visit.panel).to_contain_text("您好，我是青禾服饰的在线客服小禾")

        await visit.ask("怎么退货")

        await expect(visit.bubble("七天内")).to_be_visible()
        link = visit.page.get_by_role("link", name="https://shop.example/returns", exact=True)
        await expect(link).to_have_attribute("href", "https://shop.example/returns")
        await visit.page.get_by_text("参考资料 1 条").click()
        await expect(visit.page.get_by_text("退货期限")).to_be_visible()
        await expect(visit.panel).not_to_contain_text("退换货.md")


async def test_a_suggestion_is_asked_with_one_click_and_shows_that_we_are_at_it(visiting: Visiting) -> None:
    async with visiting() as visit:
        visit.shop.worker.silent = True
        await visit.page.get_by_role("button", name="多久发货").click()
        await expect(visit.page.get_by_text("正在输入")).to_be_visible()
        await expect(visit.page.get_by_text("已送达")).to_be_visible()

        await visit.shop.worker.answer(visit.shop.inbox.messages[-1])

        await expect(visit.bubble("您说：多久发货")).to_be_visible()
        await expect(visit.page.get_by_text("正在输入")).to_be_hidden()


HOSTILE = [
    "<img src=x onerror=\"window.hit='img'\">",
    "<script>window.hit='script'</script>",
    "<svg/onload=\"window.hit='svg'\">",
    '"><b onmouseover=alert(1)>bold</b>',
    "javascript:window.hit='link'",
    "https://x.example/\"onmouseover=\"window.hit='attribute'",
    "{{constructor.constructor('window.hit=1')()}}",
    "&lt;b&gt;",
]


async def test_hostile_words_stay_words(visiting: Visiting) -> None:
    async with visiting() as visit:
        for text in HOSTILE:
            await visit.ask(text)
        await expect(visit.bubble("您说：")).to_have_count(len(HOSTILE))

        for text in HOSTILE:
            await expect(visit.page.get_by_text(f"您说：{text}", exact=True)).to_be_visible()
        assert await visit.page.evaluate("window.hit") is None
        assert await visit.page.locator(".bubble :is(img, script, svg, b)").count() == 0
        assert await visit.page.locator(".bubble a").evaluate_all("links => links.map(a => a.href)") == [
            "https://x.example/"
        ]


async def test_a_cut_connection_resumes_without_loss_or_doubles(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()

        await visit.gateway_restarts(meanwhile="这是断线时的回复")
        await expect(visit.bubble("这是断线时的回复")).to_be_visible()
        visit.shop.feed.forgetful = True
        await visit.gateway_restarts(meanwhile="这是又一条")

        await expect(visit.bubble("这是又一条")).to_be_visible()
        for text in ("七天内", "这是断线时的回复", "这是又一条"):
            await expect(visit.bubble(text)).to_have_count(1)


async def test_a_reload_keeps_the_conversation_and_brings_what_was_missed(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()
        await visit.page.goto("about:blank")
        await visit.shop.worker.say(visit.conversation, "离开时的回复")

        await visit.page.goto(str(visit.server.make_url("/")))

        await expect(visit.bubble("离开时的回复")).to_be_visible()
        await expect(visit.bubble("七天内")).to_have_count(1)
        await expect(visit.page.locator(".line.me")).to_have_count(1)


async def test_an_expired_session_is_renewed_unnoticed(visiting: Visiting) -> None:
    async with visiting() as visit:
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
        assert len({message.conversation for message in visit.shop.inbox.messages}) == 2


async def test_a_message_that_failed_says_so_and_can_be_sent_again(visiting: Visiting) -> None:
    async with visiting(Shop(messages_per_minute=1)) as visit:
        await visit.ask("第一条")
        await expect(visit.bubble("您说：第一条")).to_be_visible()
        await visit.ask("第二条")
        await expect(visit.page.get_by_text("发送太快，请稍后重试")).to_be_visible()

        await visit.page.route("**/messages", lambda route: route.fulfill(status=202, json={"id": "x"}))
        await visit.page.get_by_role("button", name="重试").click()

        await expect(visit.page.get_by_text("已送达")).to_be_visible()


async def test_what_is_said_while_the_gateway_is_started_anew_arrives_by_itself(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("第一条")
        await expect(visit.bubble("您说：第一条")).to_be_visible()
        await visit.page.clock.install()
        tried: list[str] = []

        async def fails(route: Route) -> None:
            tried.append(route.request.method)
            await (route.abort() if len(tried) < 5 else route.continue_())

        await visit.page.route("**/messages", fails)
        await visit.ask("第二条")
        async with asyncio.timeout(20):
            while len(tried) < 5:
                await visit.page.clock.run_for(500)

        await expect(visit.bubble("您说：第二条")).to_be_visible()


async def test_enter_that_ends_a_chinese_word_does_not_send(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.field.focus()
        keyboard = await visit.page.context.new_cdp_session(visit.page)
        await keyboard.send(
            "Input.imeSetComposition", {"text": "tui huo", "selectionStart": 7, "selectionEnd": 7}
        )
        await visit.page.keyboard.press("Enter")
        await keyboard.send("Input.insertText", {"text": "退货"})
        await visit.page.keyboard.press("Shift+Enter")
        await visit.page.keyboard.type("ok")
        await asyncio.sleep(0.2)
        assert visit.shop.inbox.messages == []

        await visit.page.keyboard.press("Enter")

        await expect(visit.bubble("您说：")).to_be_visible()
        assert visit.shop.inbox.messages[0].text.endswith("退货\nok")


async def test_on_a_phone_the_page_comes_first_and_the_chat_fills_the_screen(visiting: Visiting) -> None:
    async with visiting(size=PHONE) as visit:
        await expect(visit.panel).to_be_hidden()
        assert await visit.page.evaluate("document.documentElement.scrollWidth") == PHONE[0]

        await visit.page.get_by_role("button", name="打开在线客服").last.click()

        await expect(visit.field).to_be_focused()
        await asyncio.sleep(0.3)  # the panel rises
        assert await visit.panel.bounding_box() == {"x": 0, "y": 0, "width": PHONE[0], "height": PHONE[1]}
        await visit.page.get_by_role("button", name="关闭聊天").click()
        await expect(visit.panel).to_be_hidden()


async def test_escape_closes_and_a_reply_meanwhile_is_counted_on_the_launcher(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()

        await visit.page.keyboard.press("Escape")

        await expect(visit.panel).to_be_hidden()
        launcher = visit.page.locator(".launcher")
        await expect(launcher).to_be_focused()
        await visit.shop.worker.say(visit.conversation, "补充一句")
        await expect(launcher).to_have_accessible_name("打开在线客服，1 条新消息")
        await launcher.click()
        await expect(visit.bubble("补充一句")).to_be_visible()
        await expect(launcher).to_have_accessible_name("打开在线客服")


async def test_a_lost_connection_is_said_and_unsaid(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()
        notice = visit.page.get_by_text("连接已断开，正在重新连接…")

        await visit.server.close()
        await expect(notice).to_be_visible()
        await visit.gateway_restarts(meanwhile="回来了")

        await expect(visit.bubble("回来了")).to_be_visible()
        await expect(notice).to_be_hidden()


async def test_a_shop_on_another_site_embeds_it_with_one_line(visiting: Visiting) -> None:
    page = web.Response(content_type="text/html")

    async def home(_: web.Request) -> web.Response:
        return page

    app = web.Application()
    app.router.add_get("/", home)
    async with TestServer(app) as site:
        origin = f"http://localhost:{site.port}"
        async with visiting(Shop(SCRIPT, origins=[origin])) as visit:
            script = visit.server.make_url("/widget.js")
            page.text = f'<!doctype html><script src="{script}" data-channel="web" data-open></script>'

            await visit.page.goto(origin)
            await visit.ask("怎么退货")

            await expect(visit.bubble("七天内")).to_be_visible()


async def test_a_new_mode_shows_without_a_reload(visiting: Visiting) -> None:
    shop = Shop()
    shop.status["mode"] = "starting"
    async with visiting(shop) as visit:
        await expect(visit.panel).to_contain_text("模型启动中")

        shop.status["mode"] = "model"

        await expect(visit.panel).to_contain_text("智能应答")
