"""What is meant is found in dialogues as customers lead them: with pronouns, half sentences, greetings between,
and another matter all at once. By the real search over a small shop."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import pytest
import pytest_asyncio

from bot.pipeline.context import KNOWN
from bot.pipeline.retrieve import Retrieve
from bot.types import NO_SLOTS, Said, Speaker, Turn
from knowledge.documents import Item, entry, product
from knowledge.edge import EdgeIndex
from knowledge.embed import BundledEmbedder
from knowledge.library import Library
from knowledge.versions import Contents
from tests.builders import SHOP, a_turn

pytestmark = pytest.mark.asyncio(loop_scope="module")

PRODUCTS = {
    "青禾羊毛围巾": ("KF-2031", {"价格": "129元", "材质": "100%羊毛", "颜色": "红色、灰色", "洗涤": "手洗"}),
    "山野保温杯": ("KF-1107", {"价格": "89元", "容量": "500毫升", "材质": "不锈钢", "库存": "有货"}),
    "云朵乳胶枕": ("KF-3300", {"价格": "199元", "材质": "天然乳胶", "尺寸": "60×40厘米"}),
    "北极星登山鞋": ("KF-4105", {"价格": "459元", "尺码": "38到44码", "颜色": "黑色、棕色"}),
    "Willow Desk Lamp": ("KF-5001", {"Price": "45 USD", "Colours": "white, black", "Warranty": "2 years"}),
}
QUESTIONS = {
    "怎么退货": ["买错了想退", "可以退换吗", "东西不想要了"],
    "多久发货": ["什么时候发货", "付款后几天发"],
    "几天能收到货": ["快递要多久能到", "多久能到"],
    "运费谁出": ["包邮吗", "邮费多少"],
    "能开发票吗": ["可以开票吗", "怎么开发票"],
    "有实体店吗": ["你们店在哪里", "可以去店里看吗"],
    "怎么修改收货地址": ["地址填错了", "想换个地址收货"],
    "会员积分怎么用": ["积分能换什么", "积分可以抵现吗"],
    "用什么快递": ["发顺丰吗", "走哪家物流"],
    "优惠券怎么领": ["有没有优惠", "有券吗"],
    "Do you ship abroad?": ["international shipping", "can you deliver to Canada"],
    "How can I pay?": ["payment methods", "do you take credit cards"],
}


def items() -> list[Item]:
    things = [
        product(name, [code], fields.items(), source="products", place=name)
        for name, (code, fields) in PRODUCTS.items()
    ]
    asked = [
        entry(question, similar, f"{question}：请看说明。", source="faq", place=question)
        for question, similar in QUESTIONS.items()
    ]
    return [*things, *asked]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def library(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    model = BundledEmbedder()
    size = (await model.questions(["?"])).shape[1]
    index = EdgeIndex.open(tmp_path_factory.mktemp("vectors"), embedder=model.name, dimensions=size)
    library = Library(model, index)
    await library.add(SHOP, items())
    await library.publish(
        SHOP,
        {
            source: Contents([item.id_for(SHOP) for item in items() if item.source == source])
            for source in ("products", "faq")
        },
    )
    yield library
    await library.close()


async def after(library: Library, *lines: str) -> Turn:
    """The last line's turn; the customer and the bot speak by turns, the customer last."""
    retrieve, slots, history = Retrieve(library.retriever), NO_SLOTS, list[Said]()
    turn = a_turn()
    for number, text in enumerate(lines):
        by = Speaker.BOT if (len(lines) - number) % 2 == 0 else Speaker.CUSTOMER
        if by is Speaker.CUSTOMER:
            turn = await retrieve(a_turn(text, history=tuple(history), slots=slots))
            slots = turn.slots
        history.append(Said(by, text, 0.0, slots))
    return turn


def titles(turn: Turn) -> Sequence[str]:
    return [passage.title for passage in turn.passages]


@pytest.mark.parametrize(
    ("lines", "meant"),
    [
        pytest.param(
            ["有羊毛围巾吗", "有的，青禾羊毛围巾，129元。", "它可以机洗吗"], "青禾羊毛围巾", id="a pronoun"
        ),
        pytest.param(["山野保温杯多少钱", "89元。", "有货吗"], "山野保温杯", id="half a sentence"),
        pytest.param(
            ["想买个枕头", "您看云朵乳胶枕怎么样？", "这个是什么材质的"], "云朵乳胶枕", id="what was offered"
        ),
        pytest.param(
            ["送礼买什么好", "推荐山野保温杯、青禾羊毛围巾。", "青禾羊毛围巾吧", "好的。", "有什么颜色"],
            "青禾羊毛围巾",
            id="one of several",
        ),
        pytest.param(["KF-4105还有吗", "有的。", "这双有哪些尺码"], "北极星登山鞋", id="by its number"),
        pytest.param(
            ["山野保温杯有货吗", "有的。", "好的，谢谢", "不客气。", "在吗", "在的。", "它容量多大"],
            "山野保温杯",
            id="greetings between",
        ),
        pytest.param(
            ["青禾羊毛围巾多少钱", "129元。", "能开发票吗", "可以的。", "它有灰色的吗"],
            "青禾羊毛围巾",
            id="back to it",
        ),
        pytest.param(
            ["青禾羊毛围巾多少钱", "129元。", "北极星登山鞋有42码吗"], "北极星登山鞋", id="another item"
        ),
        pytest.param(
            ["青禾羊毛围巾多少钱", "129元。", "北极星登山鞋有42码吗", "有的。", "那价格呢"],
            "北极星登山鞋",
            id="the later item",
        ),
        pytest.param(["青禾羊毛围巾多少钱", "129元。", "能开发票吗"], "能开发票吗", id="another matter"),
        pytest.param(
            ["山野保温杯多少钱", "89元。", "我的地址填错了"], "怎么修改收货地址", id="another matter, told"
        ),
        pytest.param(
            ["青禾羊毛围巾多少钱", "129元。", "这个怎么退货"], "怎么退货", id="what holds for all items"
        ),
        pytest.param(
            ["how much is the Willow Desk Lamp", "45 USD.", "what colours does it come in"],
            "Willow Desk Lamp",
            id="it",
        ),
        pytest.param(
            ["how much is the Willow Desk Lamp", "45 USD.", "and the warranty?"], "Willow Desk Lamp", id="and"
        ),
        pytest.param(
            [
                "how much is the Willow Desk Lamp",
                "45 USD.",
                "thanks!",
                "You're welcome.",
                "do you ship abroad",
            ],
            "Do you ship abroad?",
            id="another matter in English",
        ),
    ],
)
async def test_what_is_meant_comes_first(library: Library, lines: list[str], meant: str) -> None:
    turn = await after(library, *lines)

    assert titles(turn)[0] == meant


async def test_when_it_arrives_is_answered_with_the_item_beside(library: Library) -> None:
    """ "那它多久能到": of all items it is the same, and the item is at hand."""
    turn = await after(library, "青禾羊毛围巾多少钱", "129元。", "那它多久能到")

    assert {"几天能收到货", "青禾羊毛围巾"} <= set(titles(turn)[:3])
    assert turn.slots.item == "青禾羊毛围巾"


@pytest.mark.parametrize("text", ["今天天气怎么样", "帮我写一首诗", "tell me a joke please"])
async def test_what_the_shop_knows_nothing_of_does_not_become_known(library: Library, text: str) -> None:
    turn = await after(library, "青禾羊毛围巾多少钱", "129元。", text)

    assert sum(passage.score for passage in turn.passages) < KNOWN
    by_itself = (await after(library, text)).passages
    assert turn.passages[: len(by_itself)] == by_itself
    assert all(passage.score == 0 for passage in turn.passages[len(by_itself) :]), "what was spoken of"


async def test_thanks_ask_nothing_and_change_nothing(library: Library) -> None:
    turn = await after(library, "青禾羊毛围巾多少钱", "129元。", "好的，谢谢")

    assert turn.passages == (await after(library, "好的，谢谢")).passages
    assert turn.slots.item == "青禾羊毛围巾"


async def test_two_questions_of_a_message_are_both_looked_up(library: Library) -> None:
    turn = await after(library, "多久发货?能开发票吗")

    assert [passage.title for passage in turn.nearest] == ["多久发货", "能开发票吗"]
    assert {"多久发货", "能开发票吗"} <= set(titles(turn))
