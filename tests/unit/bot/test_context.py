"""What a message leans on, told by how it is said; and several questions in one."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from bot.pipeline import Pipeline, standard_steps
from bot.pipeline.context import lookups
from bot.pipeline.faq import from_faq
from bot.pipeline.leaning import is_courtesy, is_elliptic, refers
from bot.pipeline.names import named
from bot.pipeline.retrieve import Retrieve
from bot.pipeline.sentences import questions
from bot.ports import Model, Retriever
from bot.types import Answer, Passage, Said, Slots, Speaker, Turn
from tests.builders import SHOP, a_message, a_passage, a_tenant, a_turn, some_settings
from tests.conftest import SettableClock
from tests.fakes import FixedRetriever, ScriptedModel

SCARF = a_passage(
    "羊毛围巾\n价格：129元\n货号：KF-2031\n重量：180g",
    id="scarf",
    title="羊毛围巾",
    score=0.4,
    codes=("KF-2031",),
)
PALACE = a_passage("门票60元", id="palace", title="故宫", score=0.3)
CANTEEN = a_passage("人均50元", id="canteen", title="故宫餐厅", score=0.2)
HOW = a_passage(id="how", title="怎么退货", score=0.2)
ALL = (SCARF, PALACE, CANTEEN, HOW)


class ByWords:
    """`bot.ports.Retriever` with the passages of each word that a question holds."""

    def __init__(self, found: dict[str, list[Passage]]) -> None:
        self.found = found
        self.asked: list[str] = []

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        self.asked.append(text)
        return [passage for word, hits in self.found.items() if word in text for passage in hits][:limit]

    async def ping(self) -> None:
        """Always there."""


def said(*texts: str) -> tuple[Said, ...]:
    """The customer and the bot by turns."""
    return tuple(
        Said(Speaker.BOT if number % 2 else Speaker.CUSTOMER, text, 0.0) for number, text in enumerate(texts)
    )


@pytest.mark.parametrize(
    "text", ["你好", "您好，在吗？", "好的，谢谢", "嗯嗯", "Thank you!", "ok", "👍", "好的，知道了"]
)
def test_a_courtesy_asks_nothing(text: str) -> None:
    assert is_courtesy(text)


@pytest.mark.parametrize("text", ["好的，多少钱", "你好，能退吗", "thanks, how much is it", "订单"])
def test_a_question_with_courtesies_is_a_question(text: str) -> None:
    assert not is_courtesy(text)


@pytest.mark.parametrize(
    "text", ["它多久能到", "这个能退吗", "那件有红色吗", "第二款呢", "how much is it", "这里远吗"]
)
def test_pronouns_point_back(text: str) -> None:
    assert refers(text)


@pytest.mark.parametrize(
    "text", ["怎么退货", "你们这里有发票吗", "这么久还没到", "应该怎么办", "其他问题", "item"]
)
def test_other_words_point_nowhere(text: str) -> None:
    assert not refers(text)


@pytest.mark.parametrize("text", ["多少钱", "那黑色的呢", "有货吗", "还有别的吗", "what about blue", "包邮"])
def test_half_a_sentence_leaves_something_out(text: str) -> None:
    assert is_elliptic(text)


@pytest.mark.parametrize("text", ["今天天气怎么样", "我想修改收货地点", "I want a refund"])
def test_a_whole_sentence_leaves_nothing_out(text: str) -> None:
    assert not is_elliptic(text)


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("羊毛围巾多少钱", [SCARF]),
        ("KF-2031还有吗", [SCARF]),
        ("ＫＦ－２０３１", [SCARF]),
        ("kf2031还有吗", [SCARF]),
        ("KF-2031L", [SCARF]),
        ("KF-20311", []),
        ("有180g的吗", []),
        ("故宫餐厅贵吗", [CANTEEN]),
        ("故宫餐厅在故宫里面吗", [CANTEEN, PALACE]),
        ("怎么退货", []),
        ("围巾", []),
    ],
)
def test_items_are_named_by_title_or_number_and_questions_never(text: str, items: list[Passage]) -> None:
    assert [name.item for name in named(text, ALL)] == items


@pytest.mark.parametrize("title", ["运费", "退货政策", "Shipping", "怎么退货", "Do you ship abroad?"])
def test_what_holds_for_all_items_is_no_item(title: str) -> None:
    assert named(f"129元，{title} 我们出", [a_passage(title=title)]) == []


def test_a_latin_name_is_a_word_of_its_own() -> None:
    lamp = a_passage(title="Lamp (white)")

    assert [name.item for name in named("The LAMP, please", [lamp])] == [lamp]
    assert named("a lampshade", [lamp]) == []


async def test_without_anything_said_before_nothing_else_is_looked_up() -> None:
    retriever = FixedRetriever(*ALL)

    turn = await Retrieve(retriever)(a_turn("它多少钱"))

    assert [text for _, text in retriever.asked] == ["它多少钱"]
    assert turn.passages == ALL


def test_two_more_searches_are_the_most() -> None:
    history = said(*["羊毛围巾和故宫餐厅" * 50] * 12)

    texts = lookups(a_turn("它多少钱", history=history, slots=Slots(item="羊毛围巾")))

    assert len(texts) == 2
    assert all(text.endswith("它多少钱") and len(text) < 200 for text in texts)


async def test_the_item_named_before_is_meant_and_kept_in_mind() -> None:
    retriever = ByWords({"羊毛围巾": [HOW, SCARF]})

    turn = await Retrieve(retriever)(a_turn("它贵吗", history=said("有羊毛围巾吗", "有的。")))

    assert turn.passages[0].id == "scarf"
    assert turn.slots.item == "羊毛围巾"


async def test_half_a_question_is_answered_from_the_item_without_a_model() -> None:
    """A search sees half a question, and is not sure of anything."""
    little = replace(SCARF, score=0.01)
    turn = a_turn("它贵吗", history=said("有羊毛围巾吗", "有的。"))

    turn = await Retrieve(ByWords({"羊毛围巾": [little, HOW]}))(turn)

    answer = from_faq(turn, a_tenant())
    assert answer
    assert answer.text == SCARF.text
    assert sum(passage.score for passage in turn.passages) <= 1


async def test_what_is_known_by_itself_stays_in_front_of_the_item() -> None:
    sure = a_passage(id="how", title="怎么退货", score=0.9)
    retriever = ByWords({"退": [sure], "羊毛围巾": [SCARF]})

    turn = await Retrieve(retriever)(a_turn("这个怎么退", history=said("有羊毛围巾吗", "有的。")))

    assert [passage.id for passage in turn.passages] == ["how", "scarf"]
    assert sum(passage.score for passage in turn.passages) <= 1


async def test_several_that_a_reply_names_change_nothing_in_what_is_spoken_of() -> None:
    retriever = ByWords({"故宫": [PALACE, CANTEEN], "羊毛围巾": [SCARF]})
    history = said("还有什么", "还有故宫、故宫餐厅。")

    turn = await Retrieve(retriever)(a_turn("它贵吗", history=history, slots=Slots(item="羊毛围巾")))

    assert turn.slots.item == "羊毛围巾"
    assert turn.passages[0].id == "scarf"


async def test_another_matter_is_taken_by_itself() -> None:
    """What was spoken of stands beside it for a model, and counts for nothing where scores decide."""
    retriever = ByWords({"天气": [a_passage(id="far", score=0.1)], "羊毛围巾": [SCARF]})

    turn = await Retrieve(retriever)(a_turn("今天天气怎么样", history=said("有羊毛围巾吗", "有的。")))

    assert [(passage.id, passage.score) for passage in turn.passages] == [("far", 0.1), ("scarf", 0.0)]
    assert [passage.id for passage in turn.nearest] == ["far"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("多久发货?能开发票吗", ["多久发货?", "能开发票吗"]),
        ("能退吗，运费谁出", ["能退吗", "运费谁出"]),
        ("How much is it? Do you ship abroad?", ["How much is it?", "Do you ship abroad?"]),
        ("怎么退货，多久到账，运费谁出", ["怎么退货", "多久到账", "运费谁出"]),
        ("怎么退货 多久到账", ["怎么退货", "多久到账"]),
        ("我想退货还想开发票", ["我想退货", "还想开发票"]),
        ("我想换货，顺便问下能开发票吗", ["我想换货", "顺便问下能开发票吗"]),
        ("我想退货。另外想开发票", ["我想退货。", "另外想开发票"]),
        ("我买大了，怎么换，运费谁出", ["我买大了，怎么换", "运费谁出"]),
        ("怎么退货和怎么开发票", ["怎么退货", "怎么开发票"]),
        ("退货怎么弄还有换货怎么弄", ["退货怎么弄", "换货怎么弄"]),
        ("多久发货跟多久到账，怎么换货", ["多久发货", "多久到账", "怎么换货"]),
        ("怎么退货还有退款多久到账", ["怎么退货", "退款多久到账"]),
        ("怎么退货", ["怎么退货"]),
        ("？？？", ["？？？"]),
        ("", []),
    ],
)
def test_a_message_is_as_many_questions_as_it_asks(text: str, parts: list[str]) -> None:
    assert questions(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        "我昨天买的裙子。能退吗？",
        "我身高165，体重50公斤，穿什么码",
        "如果不合适，可以退吗",
        "如果怎么洗都洗不掉，可以退吗",
        "我想退货，怎么弄",
        "怎么退货，可以吗",
        "怎么退货？可以吗？",
        "为什么不能退货，怎么回事",
        "能不能问一下，你们发什么快递",
        "在吗，怎么退货",
        "不知道怎么选尺码，可以推荐吗",
        "这款裙子有什么颜色，多少钱",
        "怎么换，要多少钱",
        "有没有优惠券，怎么领",
        "都等好几天了，怎么还显示待发货",
        "我周末可以收货，能不能周末送",
        "退货还要运费吗",
        "可以换另外一件吗",
        "我能换另外一件吗",
        "我还想开发票",
        "上衣和裤子怎么搭配",
        "我和朋友一起买怎么算运费",
        "哪些东西和衣服一起洗会掉色怎么办",
        "怎么才暖和多久能好",
        "怎么和客服联系多久回复",
        "什么时候还有货",
        "我买了裙子还有裤子怎么退",
        "这个还有多久补货",
        "怎么退货和换货",
        "怎么跟踪物流多久更新",
        "退货和换货有什么区别",
        "how do I return it, and who pays for it",
    ],
)
def test_what_leans_on_the_rest_of_a_message_is_no_question_of_its_own(text: str) -> None:
    assert questions(text) == [text]


@pytest.mark.parametrize("bait", ["怎么，", "还想", "吗，", "a. ", "怎么 ", "，", "我想另外", "可以"])
def test_no_message_takes_long_to_divide(bait: str) -> None:
    started = time.perf_counter()

    for text in (bait * 1000, (bait * 200)[:200]):
        questions(text)

    assert time.perf_counter() - started < 1


async def test_a_question_keeps_its_place_beside_one_that_much_is_known_on() -> None:
    much = [a_passage(id=f"p{number}", score=0.19) for number in range(5)]
    little = a_passage(id="little", score=0.1)
    retriever = ByWords({"发货": much, "发票": [little]})

    turn = await Retrieve(retriever)(a_turn("多久发货?能开发票吗"))

    assert [passage.id for passage in turn.passages] == ["p0", "p1", "p2", "p3", "little"]
    assert [passage.id for passage in turn.nearest] == ["p0", "little"]


async def test_messages_and_their_sentences_are_looked_up_alike() -> None:
    retriever = FixedRetriever(*ALL)
    messages = (a_message("在吗"), a_message("多久发货？能开发票吗？", id="m2"))

    await Retrieve(retriever)(a_turn(messages=messages))

    whole, *each = [text for _, text in retriever.asked]
    assert whole == "多久发货？能开发票吗？"
    assert each == ["多久发货？", "能开发票吗？"]


@pytest.mark.parametrize(
    ("texts", "looked_up"),
    [
        (["在吗", "我昨天买的裙子", "能退吗"], ["我昨天买的裙子\n能退吗", "我昨天买的裙子", "能退吗"]),
        (["早上好呀", "多久发货", "谢谢"], ["多久发货"]),
        (["你好，怎么退货"], ["你好，怎么退货"]),
        (["不要转人工，怎么退货"], ["怎么退货"]),
        (["怎么退货？没人的话转人工"], ["怎么退货？"]),
        (["怎么退货", "转人工"], ["怎么退货"]),
        (["转人工"], ["转人工"]),
        (["你好", "在吗"], ["你好\n在吗", "你好", "在吗"]),
    ],
)
async def test_courtesies_and_calls_for_a_person_are_not_looked_up_beside_something_else(
    texts: list[str], looked_up: list[str]
) -> None:
    retriever = FixedRetriever(*ALL)
    messages = tuple(a_message(text, id=f"m{number}") for number, text in enumerate(texts))

    await Retrieve(retriever)(a_turn(messages=messages))

    assert [text for _, text in retriever.asked] == looked_up


async def test_both_of_two_questions_are_answered_with_a_model_and_without() -> None:
    retriever = ByWords(
        {
            "发货": [a_passage("48小时内发货。", id="ship", title="多久发货", score=0.8)],
            "发票": [a_passage("可以开发票。", id="invoice", title="能开发票吗", score=0.7)],
        }
    )
    model = ScriptedModel("48小时内发货，可以开发票。")

    _, plain = await run(retriever, None)
    await run(retriever, model)

    assert plain.text == "48小时内发货。\n\n可以开发票。"
    assert "48小时内发货。" in model.prompts[0].knowledge
    assert "可以开发票。" in model.prompts[0].knowledge


async def run(retriever: Retriever, model: Model | None) -> tuple[Turn, Answer]:
    clock = SettableClock()
    steps = standard_steps({SHOP: a_tenant()}, retriever, model, some_settings().model, clock)
    return await Pipeline(steps, clock).run(a_turn("多久发货?能开发票吗"))


async def test_what_was_spoken_of_stands_behind_what_a_question_means_by_itself() -> None:
    arrives = [a_passage("2天", id=f"a{n}", title=f"几天能收到货{n}", score=0.15) for n in range(5)]
    invoice = a_passage("24小时内开出", id="invoice", title="可以开发票吗", score=0.7)
    turn = a_turn("多久能收到", history=said("能开发票吗", "可以开电子发票。"))

    found = await Retrieve(ByWords({"发票": [invoice], "多久": arrives}))(turn)

    assert [passage.id for passage in found.passages] == ["a0", "a1", "a2", "a3", "a4", "invoice"]
    assert (found.passages[-1].score, found.nearest[0].id) == (0.0, "a0")


async def test_what_was_spoken_of_is_marked_where_a_question_comes_upon_it_by_itself() -> None:
    arrives = a_passage("2天", id="arrives", title="几天能收到货", score=0.6)
    invoice = a_passage("24小时内开出", id="invoice", title="可以开发票吗", score=0.02)
    paper = a_passage("只开电子发票", id="paper", title="有纸质发票吗", score=0.01)
    turn = a_turn("多久能收到", history=said("能开发票吗", "可以开电子发票。"))
    retriever = ByWords({"发票": [replace(invoice, score=0.7), paper], "多久": [arrives, invoice]})

    found = await Retrieve(retriever)(turn)

    assert [passage.id for passage in found.passages] == ["arrives", "invoice"], "and no other beside it"
    assert [passage.id for passage in found.given] == ["arrives", "invoice"], "whatever its score"


ARRIVES = a_passage("一般2—4天。", id="arrives", title="几天能收到货", score=0.95)
RESTOCK = a_passage("热卖款7—15天内补货。", id="restock", title="没货了还会补吗", score=0.02)
EXCHANGE = a_passage("换货的运费我们出一次。", id="exchange", title="怎么换货", score=0.04)
POSTAGE = a_passage("满99元包邮。", id="postage", title="运费怎么算", score=0.95)
WRONG = a_passage("请拍照申请售后。", id="wrong", title="发错货了", score=0.6)
ADDRESS = a_passage("发货前可以改地址，之后请联系客服。", id="address", title="能改收货地址吗", score=0.1)
MEMBER = a_passage("累计消费满500元就是会员。", id="member", title="怎么成为会员", score=0.03)


def shop_of(*near: Passage) -> ByWords:
    """Where nothing was said before, what is near is found; else what was spoken of, too."""
    together = [replace(one, score=1 - one.score) for one in reversed(near)]
    return ByWords({"\n": together, "": list(near)})


@pytest.mark.parametrize(
    ("question", "near", "spoken_of"),
    [
        ("大概多久", ARRIVES, RESTOCK),
        ("要消费多少", POSTAGE, MEMBER),
        ("运费呢？", POSTAGE, EXCHANGE),
        ("已经发出来了呢", WRONG, ADDRESS),
    ],
)
async def test_a_few_words_mean_the_entry_that_was_spoken_of(
    question: str, near: Passage, spoken_of: Passage
) -> None:
    history = said(f"{spoken_of.title}啊", spoken_of.text)

    found = await Retrieve(shop_of(near, spoken_of))(a_turn(question, history=history))

    assert [passage.id for passage in found.given] == [spoken_of.id], "and no model reads the nearer title"
    assert found.nearest == found.given


async def test_the_reply_tells_what_was_spoken_of_where_the_search_does_not() -> None:
    """With 怎么换货 in front of it, too, 运费呢 is nearest to 运费怎么算."""
    retriever = ByWords({"\n": [POSTAGE, EXCHANGE], "": [POSTAGE, EXCHANGE]})
    history = said("怎么换货", f"{EXCHANGE.text}\n还有别的可以帮您吗？")

    found = await Retrieve(retriever)(a_turn("运费呢", history=history))

    assert found.nearest[0].id == "exchange"


@pytest.mark.parametrize(
    ("question", "near", "spoken_of"),
    [
        ("几天能收到货", ARRIVES, RESTOCK),
        ("多久能收到", ARRIVES, RESTOCK),
        ("大概多久", ARRIVES, EXCHANGE),
        ("那运费怎么算", POSTAGE, MEMBER),
        ("请问一下，大概要等多久才行呢", ARRIVES, RESTOCK),
        ("大概多久？怎么算？", ARRIVES, RESTOCK),
        ("大概多久", ARRIVES, replace(SCARF, text="羊毛围巾\n保质期：12个月", score=0.02)),
        ("已经发出来了呢", replace(WRONG, score=0.97), ADDRESS),
        ("我的快递呢", WRONG, ADDRESS),
    ],
    ids=[
        *("its title", "its matter", "no word of it", "another matter", "long", "two questions", "an item"),
        *("beyond doubt", "a thing of its own"),
    ],
)
async def test_what_says_more_means_itself(question: str, near: Passage, spoken_of: Passage) -> None:
    history = said(f"{spoken_of.title}啊", spoken_of.text)

    found = await Retrieve(shop_of(near, spoken_of))(a_turn(question, history=history))

    assert found.nearest[0].id == near.id
