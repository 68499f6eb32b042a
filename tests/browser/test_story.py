"""The thirty turns at the shop's own page, in a real browser, while the processes behind it die now and then."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from playwright.async_api import Page

from bot import wording
from tests.browser.browser import a_browser, a_page
from tests.house import House, a_house
from tests.pictures import PNG
from tests.scenarios.story.customer import Customer
from tests.scenarios.story.people import in_the_list, passed_on
from tests.scenarios.story.shop import ANSWERS, FAQ, SUGGESTIONS

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.long, pytest.mark.timeout(300)]


class AtThePage:
    """`Counterpart` by way of the widget."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._field = page.get_by_label("输入您的问题")

    async def say(self, text: str) -> None:
        await self._field.fill(text)
        await self._field.press("Enter")

    async def again(self) -> None:
        """The page is loaded anew: what was said is there, and is not said again."""
        await self._page.reload()
        await self._page.locator(".bubble").first.wait_for()

    async def screen(self) -> Sequence[str]:
        return await self._page.locator(".bubble").all_inner_texts()

    async def shows(self) -> None:
        async with self._page.expect_file_chooser() as chooser:
            await self._page.get_by_role("button", name="发送图片").click()
        file = {"name": "dress.png", "mimeType": "image/png", "buffer": PNG}
        await (await chooser.value).set_files(file)  # type: ignore[arg-type]  # a FilePayload

    async def picks(self, suggestion: str) -> None:
        await self._page.get_by_role("button", name=suggestion).last.click()

    async def wants_a_person(self) -> None:
        await self._page.get_by_role("button", name="找人工").click()


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    suggestions = {"KEFU_TENANTS__SHOP__SUGGESTIONS": str(list(SUGGESTIONS)).replace("'", '"')}
    async with a_house(tmp_path, people="", environment=suggestions) as house:
        (tmp_path / "faq.txt").write_text(FAQ, encoding="utf-8")
        await house.start("valkey", "gateway", "worker")
        await house.ready(worker=True)
        yield house


async def test_thirty_turns_in_the_browser_on_a_bad_day(house: House) -> None:
    async with a_browser() as browser, a_page(browser, patience_s=30) as page:
        await page.goto(house.url)
        at = AtThePage(page)
        alice = Customer(at, ANSWERS)

        await alice.asks("怎么退货")
        await alice.is_repeated()
        await alice.asks("多久发货")
        await asks_one_behind_the_other(alice, at, "支持哪些付款方式", "怎么改收货地址", "有没有优惠券")
        await alice.does(at.shows, brings=wording.ONLY_TEXT.format(kind="图片"))
        await alice.does(lambda: at.picks("可以开发票吗"), brings=ANSWERS["可以开发票吗"])
        for question in ("衣服怎么洗", "会员怎么升级", "羽绒服会钻绒吗"):
            await alice.asks(question)

        house.kill("gateway")
        await at.say("怎么选尺码")
        await house.start("gateway")
        await alice.does(nothing, brings=ANSWERS["怎么选尺码"])
        await alice.asks("门店在哪里")
        house.kill("worker")
        await at.say("礼品卡怎么用")
        await house.start("worker")
        await alice.does(nothing, brings=ANSWERS["礼品卡怎么用"])
        house.kill("valkey")
        await at.say("可以货到付款吗")
        await house.start("valkey")
        await alice.does(nothing, brings=ANSWERS["可以货到付款吗"])
        await asks_one_behind_the_other(alice, at, "质保多长时间", "怎么取消订单", "面料是什么做的")
        await alice.is_repeated()

        await alice.does(at.wants_a_person, brings=wording.HANDED_OFF)
        await a_person_helps(house, at, alice)

        for question in ("能不能送到国外", "积分什么时候过期", "怎么注销账号", "快递显示签收但没收到怎么办"):
            await alice.asks(question)
        await alice.is_repeated()
        for question in ("可以换颜色吗", "多久发货", "怎么退货", "运费怎么算"):
            await alice.asks(question)
        await alice.sees_nothing_new()
        assert alice.turns >= 30


async def asks_one_behind_the_other(alice: Customer, at: AtThePage, *questions: str) -> None:
    """A page has one line to write in: nobody writes two things at once."""

    async def all_of_them() -> None:
        for question in questions:
            await at.say(question)

    *others, last = questions
    for question in others:
        alice.expects(ANSWERS[question])
    await alice.does(all_of_them, brings=ANSWERS[last])


async def a_person_helps(house: House, at: AtThePage, alice: Customer) -> None:
    name = await in_the_list(house, "web")
    alice.turns += 2
    await at.say("我的快递破了")
    await passed_on(house, "web", 1)
    said = ("people", "say", name, "已为您登记补发")
    await alice.does(lambda: asyncio.to_thread(house.tell, *said), brings="【人工客服】已为您登记补发")
    await at.say("谢谢")
    await passed_on(house, "web", 2)
    await alice.does(
        lambda: asyncio.to_thread(house.tell, "people", "close", name), brings=wording.BOT_IS_BACK
    )


async def nothing() -> None:
    """It was said already."""
