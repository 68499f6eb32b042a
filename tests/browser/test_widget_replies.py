"""What a visitor does with an answer: sees it grow, judges it, asks on, asks for a person."""

from __future__ import annotations

import asyncio
import time

import pytest
from playwright.async_api import expect

from bot import wording
from bot.ports import FeedEvent
from bot.types import Opinion, Outcome
from tests.browser.browser import PHONE
from tests.browser.shop import Shop
from tests.browser.visit import SCRIPT, Visit, Visiting

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]


async def asked_in_silence(visit: Visit) -> None:
    """A question is stored, and nobody answers yet."""
    visit.shop.worker.silent = True
    await visit.ask("怎么退货")
    await expect(visit.page.get_by_text("已送达")).to_be_visible()


async def test_an_answer_grows_in_one_bubble_and_becomes_the_reply(visiting: Visiting) -> None:
    async with visiting() as visit:
        await asked_in_silence(visit)
        worker = visit.shop.worker
        draft = visit.page.locator("[aria-busy=true]")
        typing = visit.page.get_by_text("正在输入")

        await expect(typing).to_be_visible()
        await worker.draft(visit.conversation, "r1", "七天")
        await expect(draft).to_have_text("七天")
        await worker.draft(visit.conversation, "r1", "七天内、吊牌完整")
        await expect(draft).to_have_text("七天内、吊牌完整")
        await expect(typing).to_be_hidden()
        await expect(visit.page.get_by_role("log")).not_to_contain_text("七天")
        (message,) = visit.shop.inbox.messages
        await worker.say(visit.conversation, "七天内都可以退。", reply="r1", answers=(message.id,))

        await expect(visit.page.get_by_role("log")).to_contain_text("七天内都可以退。")
        await expect(draft).to_be_hidden()
        await expect(visit.bubble("七天")).to_have_count(1)


async def test_a_worker_that_shows_its_drafts_is_read_to_the_end(visiting: Visiting) -> None:
    shop = Shop(SCRIPT)
    shop.worker.drafts = 5
    async with visiting(shop) as visit:
        await visit.ask("怎么退货")

        await expect(visit.page.locator("[aria-busy=true]")).to_be_visible()
        await expect(visit.page.get_by_role("log")).to_contain_text("shop.example/returns")
        await expect(visit.bubble("七天")).to_have_count(1)


async def test_a_draft_without_its_reply_goes_when_another_reply_comes(visiting: Visiting) -> None:
    async with visiting() as visit:
        await asked_in_silence(visit)
        await visit.shop.worker.draft(visit.conversation, "r1", "这段话断了")
        await expect(visit.bubble("这段话断了")).to_be_visible()

        await visit.shop.worker.say(visit.conversation, "另一条回复")

        await expect(visit.bubble("另一条回复")).to_be_visible()
        await expect(visit.bubble("这段话断了")).to_have_count(0)


async def test_a_draft_without_its_reply_goes_when_the_connection_comes_back(visiting: Visiting) -> None:
    async with visiting() as visit:
        await asked_in_silence(visit)
        await visit.shop.worker.draft(visit.conversation, "r1", "这段话断了")
        await expect(visit.bubble("这段话断了")).to_be_visible()

        visit.shop.feed.drafts.clear()  # the store keeps it for a short while only
        await visit.gateway_restarts()

        await expect(visit.bubble("这段话断了")).to_have_count(0)
        await expect(visit.page.get_by_text("正在输入")).to_be_visible()


async def test_a_draft_that_comes_after_its_reply_is_not_shown(visiting: Visiting) -> None:
    async with visiting() as visit:
        await asked_in_silence(visit)
        await visit.shop.worker.say(visit.conversation, "七天内都可以退。", reply="r1")
        await expect(visit.bubble("七天")).to_be_visible()
        late = FeedEvent("", "partial", '{"reply": "r1", "text": "七天内"}')
        visit.shop.feed.drafts[visit.conversation] = ("r1", late)  # it overtook nothing but was overtaken
        await asyncio.sleep(0.2)
        await visit.shop.worker.draft(visit.conversation, "r2", "下一条")

        await expect(visit.bubble("下一条")).to_be_visible()
        await expect(visit.bubble("七天")).to_have_count(1)


async def test_a_visitor_judges_an_answer_and_thinks_again(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        good = visit.page.get_by_role("button", name="有帮助")
        bad = visit.page.get_by_role("button", name="没帮助")
        await expect(good).to_have_attribute("aria-pressed", "false")

        await good.click()
        await expect(good).to_have_attribute("aria-pressed", "true")
        await bad.focus()
        await visit.page.keyboard.press("Space")

        await expect(bad).to_have_attribute("aria-pressed", "true")
        await expect(good).to_have_attribute("aria-pressed", "false")
        first, second = await visit.opinions(2)
        assert (first.good, second.good) == (True, False)
        assert first.reply == second.reply == f"r-{visit.shop.inbox.messages[0].id}"
        assert first.conversation == visit.conversation


async def test_an_opinion_is_remembered_over_a_reload_and_not_sent_again(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        good = visit.page.get_by_role("button", name="有帮助")
        await good.click()
        await visit.opinions(1)

        await visit.page.reload()
        await expect(good).to_have_attribute("aria-pressed", "true")
        await good.click()
        await visit.page.get_by_role("button", name="没帮助").click()

        assert [opinion.good for opinion in await visit.opinions(2)] == [True, False]


async def test_an_opinion_that_could_not_be_sent_is_taken_back(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        good = visit.page.get_by_role("button", name="有帮助")
        await expect(good).to_be_visible()
        await visit.page.route("**/opinions", lambda route: route.fulfill(status=503, json={}))

        await good.click()

        await expect(good).to_have_attribute("aria-pressed", "false")


async def test_the_greeting_is_not_there_to_be_judged(visiting: Visiting) -> None:
    async with visiting() as visit:
        await expect(visit.panel).to_contain_text("您好")

        await expect(visit.page.get_by_role("button", name="有帮助")).to_have_count(0)


async def test_questions_behind_a_reply_are_asked_with_one_click_and_go_with_the_next_message(
    visiting: Visiting,
) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()
        await visit.shop.worker.say(visit.conversation, "还可以问：", suggestions=("运费谁出", "多久退款"))
        await expect(visit.page.get_by_role("button", name="运费谁出")).to_be_visible()

        await visit.page.get_by_role("button", name="多久退款").click()

        await expect(visit.bubble("您说：多久退款")).to_be_visible()
        await expect(visit.page.get_by_role("button", name="运费谁出")).to_have_count(0)


async def test_questions_behind_the_last_reply_are_still_there_after_a_reload(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()
        await visit.shop.worker.say(visit.conversation, "还可以问：", suggestions=("运费谁出",))
        await expect(visit.page.get_by_role("button", name="运费谁出")).to_be_visible()

        await visit.page.reload()

        await expect(visit.page.get_by_role("button", name="运费谁出")).to_be_visible()


@pytest.mark.parametrize(("locale", "label"), [("zh-CN", "找人工"), ("en-GB", "Talk to a person")])
async def test_a_visitor_asks_for_a_person_with_one_click(
    visiting: Visiting, locale: str, label: str
) -> None:
    async with visiting(locale=locale) as visit:
        await visit.page.get_by_role("button", name=label).click()

        await expect(visit.page.locator(".line.me")).to_contain_text("转人工")
        await expect(visit.bubble("您说：转人工")).to_be_visible()
    assert [message.text for message in visit.shop.inbox.messages] == ["转人工"]


async def says(visit: Visit, text: str) -> None:
    """It is stored, and nobody answers yet."""
    await visit.ask(text)
    mine = visit.page.locator(".line.me", has_text=text)
    await expect(mine).to_have_attribute("data-state", "sent")


async def is_handed_over(visit: Visit) -> None:
    """The visitor asks for a person, who is promised; the bot says no more."""
    visit.shop.worker.silent = True
    await says(visit, "转人工")
    (message,) = visit.shop.inbox.messages
    await visit.shop.worker.say(
        visit.conversation, wording.HANDED_OFF, answers=(message.id,), outcome=Outcome.HANDED_OFF
    )


@pytest.mark.parametrize(
    ("locale", "waits", "types"),
    [("zh-CN", "正在等待人工客服", "正在输入"), ("en-US", "Waiting for a person", "Typing")],
)
async def test_who_waits_for_a_person_is_told_so_and_sees_nobody_type(
    visiting: Visiting, locale: str, waits: str, types: str
) -> None:
    async with visiting(locale=locale) as visit:
        visit.field = visit.page.get_by_role("textbox")
        await is_handed_over(visit)
        await expect(visit.page.get_by_text(waits)).to_be_visible()

        await says(visit, "我的裙子破了")

        await expect(visit.page.get_by_text(waits)).to_be_visible()
        await expect(visit.page.get_by_text(types, exact=True)).to_be_hidden()


async def test_while_a_person_is_there_nobody_of_ours_types(visiting: Visiting) -> None:
    async with visiting() as visit:
        await is_handed_over(visit)
        await visit.shop.worker.say(visit.conversation, "【人工客服】哪一条？", outcome=None, person=True)
        await expect(visit.bubble("哪一条")).to_be_visible()

        await says(visit, "红色那条")

        await expect(visit.page.get_by_text("正在输入")).to_be_hidden()
        await expect(visit.page.get_by_text("正在等待人工客服")).to_be_hidden()


async def test_when_the_bot_is_back_it_types_at_what_is_asked_then_and_not_before(visiting: Visiting) -> None:
    async with visiting() as visit:
        typing = visit.page.get_by_text("正在输入")
        await is_handed_over(visit)
        await says(visit, "有人吗")

        await visit.shop.worker.say(visit.conversation, wording.NO_PERSON_CAME, outcome=None)

        await expect(visit.page.get_by_text("正在等待人工客服")).to_be_hidden()
        await expect(typing).to_be_hidden()
        await says(visit, "怎么退货")
        await expect(typing).to_be_visible()


async def test_who_waits_for_a_person_hears_them_on_the_next_page_too(visiting: Visiting) -> None:
    async with visiting(size=PHONE) as visit:
        await visit.page.locator(".launcher").click()
        await is_handed_over(visit)
        await expect(visit.page.get_by_text("正在等待人工客服")).to_be_visible()

        await visit.page.reload()
        await expect(visit.page.locator(".launcher")).to_be_visible()
        await visit.shop.worker.say(visit.conversation, "【人工客服】您好", outcome=None, person=True)

        await expect(visit.page.get_by_role("button", name="打开在线客服，1 条新消息")).to_be_visible()


async def test_where_a_shop_has_no_people_no_button_promises_one(visiting: Visiting) -> None:
    shop = Shop()
    shop.status["people"] = False
    async with visiting(shop=shop) as visit:
        await expect(visit.page.get_by_role("button", name="怎么退货")).to_be_visible()
        await expect(visit.page.get_by_role("button", name="找人工")).to_be_hidden()


async def test_what_came_while_it_was_closed_is_counted_and_the_title_left_alone(visiting: Visiting) -> None:
    async with visiting() as visit:
        await visit.ask("怎么退货")
        await expect(visit.bubble("七天内")).to_be_visible()
        title = await visit.page.title()
        await visit.page.keyboard.press("Escape")
        launcher = visit.page.locator(".launcher")

        await visit.shop.worker.draft(visit.conversation, "r1", "第一")
        for text in ("第一条", "第二条"):
            await visit.shop.worker.say(visit.conversation, text)

        await expect(launcher).to_have_accessible_name("打开在线客服，2 条新消息")
        await expect(visit.page.locator(".unread")).to_have_text("2")
        assert await visit.page.title() == title
        await launcher.click()
        await visit.page.keyboard.press("Escape")
        await expect(launcher).to_have_accessible_name("打开在线客服")


MARKED = "## 退货\n**七天内**，提交 `申请`：\n- 吊牌完整\n* 看 [说明](https://shop.example/a_b)\n尺码 3*4*5 与 my_file_name"


async def test_markdown_is_shown_as_it_was_meant(visiting: Visiting) -> None:
    async with visiting(Shop({"格式": MARKED})) as visit:
        await visit.ask("格式")
        bubble = visit.bubble("吊牌完整")

        await expect(bubble).to_have_text(
            "退货\n七天内，提交 申请：\n• 吊牌完整\n• 看 说明\n尺码 3*4*5 与 my_file_name",
            use_inner_text=True,
        )
        await expect(bubble.locator("strong")).to_have_text(["退货", "七天内"])
        await expect(bubble.locator("code")).to_have_text("申请")
        await expect(bubble.get_by_role("link", name="说明")).to_have_attribute(
            "href", "https://shop.example/a_b"
        )


HOSTILE = [
    "<img src=x onerror=\"window.hit='img'\">",
    "<script>window.hit='script'</script>",
    "<svg/onload=\"window.hit='svg'\">",
    "[look](javascript:window.hit='link')",
    "[look](data:text/html,<script>window.hit='data'</script>)",
    "![x](javascript:window.hit='image')",
    "![\"onerror=\"window.hit='alt'](https://x.example/a.png\"onload=\"window.hit='src')",
    "[<b>bold</b>](vbscript:window.hit=1)",
    "**<img src=x onerror=\"window.hit='bold'\">**",
    "`<iframe srcdoc='<script>parent.hit=1</script>'>`",
    "${window.hit='template'}",
    "\u202e<!--<b>",
]


async def safe(visit: Visit) -> None:
    """Nothing ran, nothing was made of it, and no link leads anywhere but to http."""
    assert await visit.page.evaluate("window.hit") is None
    made = visit.panel.locator(":is(img, script, iframe, object, embed, b, svg[onload], [onerror])")
    assert await made.count() == 0
    links = visit.panel.locator("a")
    targets = await links.evaluate_all("links => links.map((link) => link.protocol)")
    assert set(targets) <= {"http:", "https:"}


async def test_hostile_answers_stay_words_wherever_they_stand(visiting: Visiting) -> None:
    shop = Shop()
    shop.status = {"mode": "faq", "title": HOSTILE[0], "greeting": HOSTILE[1], "suggestions": HOSTILE[:4]}
    async with visiting(shop) as visit:
        await expect(visit.page.get_by_role("heading", name=HOSTILE[0])).to_be_visible()
        visit.shop.worker.silent = True
        await visit.ask(HOSTILE[0])
        await expect(visit.page.get_by_text("已送达")).to_be_visible()
        for number, text in enumerate(HOSTILE):
            await visit.shop.worker.draft(visit.conversation, f"r{number}", text)
            await expect(visit.page.locator("[aria-busy=true] .bubble")).to_be_visible()
            await safe(visit)
            await visit.shop.worker.say(
                visit.conversation, text, reply=f"r{number}", titles=(text,), suggestions=(text,)
            )
            await expect(visit.page.locator(".line.bot:not(.draft)")).to_have_count(number + 2)
            await expect(visit.page.get_by_role("button", name=text).last).to_be_visible()
        await asyncio.sleep(0.2)  # for what would load, and fail to

        await safe(visit)


async def test_a_visitor_whom_a_person_helped_rates_it_with_one_click(visiting: Visiting) -> None:
    async with visiting() as visit:
        await asked_in_silence(visit)
        await visit.shop.worker.say(visit.conversation, "人工服务已结束。", rate=True)
        stars = visit.page.get_by_role("group", name="为本次服务打分").get_by_role("button")
        await expect(stars).to_have_text(["1星", "2星", "3星", "4星", "5星"])

        await stars.nth(3).click()

        await expect(visit.bubble("4星")).to_be_visible()
        await expect(stars).to_have_count(0)
        await visit.page.get_by_text("已送达").last.wait_for()
        assert visit.shop.inbox.messages[-1].text == "4星"


async def test_nobody_is_asked_to_rate_what_is_long_over(visiting: Visiting) -> None:
    async with visiting() as visit:
        await asked_in_silence(visit)
        await visit.shop.worker.say(visit.conversation, "人工服务已结束。", rate=True, at=time.time() - 3700)

        await expect(visit.bubble("人工服务已结束。")).to_be_visible()
        await expect(visit.page.get_by_role("group", name="为本次服务打分")).to_have_count(0)


async def test_an_opinion_on_one_answer_leaves_the_others_alone(visiting: Visiting) -> None:
    async with visiting() as visit:
        for text in ("一", "二"):
            await visit.ask(text)
            await expect(visit.bubble(f"您说：{text}")).to_be_visible()

        await visit.page.get_by_role("button", name="没帮助").last.click()

        (opinion,) = await visit.opinions(1)
        assert opinion == Opinion(
            visit.conversation, f"r-{visit.shop.inbox.messages[1].id}", False, opinion.at
        )
        await expect(visit.page.locator("[aria-pressed=true]")).to_have_count(1)
