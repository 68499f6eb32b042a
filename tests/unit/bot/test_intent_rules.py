"""What is said in so many words: small talk, complaints, insults; and who only uses the words."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from bot.pipeline.abuses import abuses
from bot.pipeline.accepts import accepts
from bot.pipeline.clauses import clauses
from bot.pipeline.complains import complains
from bot.pipeline.small_talk import small_talk
from bot.types import Intent, Said, Speaker
from bot.wording import CALM, DEFAULT_GREETING, OFFER_PERSON
from knowledge.load import File, load
from tests.builders import a_turn

SHOP = Path(__file__).parents[3] / "knowledge" / "sample_shop" / "faq.txt"
CHAT = {
    Intent.GREETING: "你好 您好！ 在吗？ 亲，在吗 有人吗 早上好 晚上好啊 哈喽 客服在吗 Hello! hi, anyone there? good morning",
    Intent.THANKS: "谢谢 好的，谢谢 太感谢了 谢谢你的帮助 辛苦了 多谢多谢 Thanks! thank you so much thx 好的谢谢，再见",
    Intent.GOODBYE: "再见 拜拜 好的拜拜 先这样吧 没事了 没有别的问题了 晚安 bye see you later! 那就先这样",
    Intent.IDENTITY: "你是谁 您叫什么名字？ 怎么称呼您 你能做什么 请问你是哪位 who are you? 介绍一下你自己",
    Intent.ROBOT: "你是机器人吗 你是真人吗？ 你是真人还是机器人 是真人吗 你是不是机器人 are you a robot? Are you human",
    Intent.ACKNOWLEDGEMENT: "好的 嗯嗯 知道了 哦哦 明白了 行 ok 收到 哈哈哈 好的，知道了 got it 稍等 我再想想 我先看看吧 考虑一下再说 好的等会儿",
}
ENGLISH = {
    "hi, anyone there?": Intent.GREETING,
    "good morning": Intent.GREETING,
    "thank you so much!": Intent.THANKS,
    "ok thanks": Intent.THANKS,
    "see you later!": Intent.GOODBYE,
    "have a nice day": Intent.GOODBYE,
    "Who are you?": Intent.IDENTITY,
    "Are you a real person?": Intent.ROBOT,
    "ok, got it": Intent.ACKNOWLEDGEMENT,
}
ASKED = """
你好，怎么退货
在吗，这件还有货吗
谢谢，那发票怎么开
好的那运费谁出
你是什么材质的
你们是什么公司
你好牌面膜还有吗
早上好几点开门
感谢卡怎么写
晚安面膜适合敏感肌吗
拜拜裤是什么材质
机器人多少钱
你们有机器人卖吗
真人模特穿的是什么码
可以退吗
可以
是不是正品
看看有没有货
我想想怎么退
等一下能改地址吗
考虑退货
hi, do you ship to canada?
thanks, and the warranty?
ok but what about the deposit
""".strip().splitlines()
COMPLAINTS = """
我要投诉
我要投诉你们
投诉客服
我要投诉你们的客服态度太差
太过分了
你们的服务太差了
你们这是欺骗消费者
我要打12315
等了一个星期没人管，我要投诉！
一定给你们差评
气死我了
气死了
再不发货我就投诉了
再不告诉我什么时候发货我就打12315
不给退就给你们差评
不处理我只能去消协投诉
I want to file a complaint
this is unacceptable
""".strip().splitlines()
NO_COMPLAINTS = """
怎么投诉
怎么投诉快递
投诉电话是多少
我要投诉快递员
我想告诉你们一件事
差评可以删除吗
质量怎么样
你们态度真好
不满意可以投诉吗
不知道怎么投诉
我不投诉了
不好意思我要投诉快递员
不是我投诉的
七天不发货就可以投诉吧
我不会给差评的
who do i write to if i have a complaint
""".strip().splitlines()
INSULTS = """
傻逼
你个傻逼
滚
滚蛋！
你们这群废物
你是智障吗
妈的智障
操你妈
弱智机器人
闭嘴
Fuck you!
you idiot
you're a stupid bot
你好，你个白痴
""".strip().splitlines()
NO_INSULTS = """
猪肉脯保质期多长
神经科挂号费多少
垃圾袋一卷多少个
狗粮适合几个月的狗
杀虫剂毒死蟑螂要多久
笨笨熊还有货吗
傻瓜相机怎么用
滚筒洗衣机多少钱
你们是不是有病，怎么退货
你妈妈生日送什么好
screw driver set
is this stupid cheap
""".strip().splitlines()
LINES = [(intent, text) for intent, texts in CHAT.items() for text in texts.split(" ") if not text.isascii()]


@pytest.mark.parametrize(("intent", "text"), [*LINES, *((intent, text) for text, intent in ENGLISH.items())])
def test_where_nothing_is_asked_it_is_known_what_is_said(intent: Intent, text: str) -> None:
    assert small_talk(clauses(text)) == intent


@pytest.mark.parametrize("text", [text for text in ASKED if text != "可以"])
def test_a_greeting_in_front_of_a_question_hides_none(text: str) -> None:
    assert small_talk(clauses(text)) is None


def test_small_talk_in_several_messages_is_what_weighs_most() -> None:
    assert small_talk(clauses("好的", "谢谢")) == Intent.THANKS
    assert small_talk(clauses("在吗", "怎么退货")) is None
    assert small_talk(clauses("😊")) is None


@pytest.mark.parametrize("text", COMPLAINTS)
def test_who_complains_in_so_many_words_is_heard(text: str) -> None:
    assert complains(clauses(text))


@pytest.mark.parametrize("text", [*NO_COMPLAINTS, *ASKED])
def test_who_asks_about_complaints_does_not_complain(text: str) -> None:
    assert not complains(clauses(text))


@pytest.mark.parametrize("text", INSULTS)
def test_an_insult_is_one(text: str) -> None:
    assert abuses(clauses(text))


@pytest.mark.parametrize("text", [*NO_INSULTS, *ASKED, *NO_COMPLAINTS])
def test_goods_and_questions_are_no_insults(text: str) -> None:
    assert not abuses(clauses(text))


def test_of_a_shop_s_own_wordings_only_those_that_are_meant_so_are_taken_so() -> None:
    """1,200 of them, as customers put them."""
    entries = load(File(SHOP, "faq.txt")).items
    chats = ("你好", "谢谢", "怎么转人工", "我要投诉")
    ordinary = [
        one for entry in entries if entry.title not in chats for one in (entry.title, *entry.wordings)
    ]

    taken = [
        text
        for text in ordinary
        if small_talk(clauses(text)) or abuses(clauses(text)) or complains(clauses(text))
    ]

    assert len(ordinary) > 1000
    assert len(taken) <= 0.002 * len(ordinary), taken


@pytest.mark.parametrize(
    "bait",
    ["你", "好", "你好", "谢谢", "在吗", "哈", "死", "真的", "傻逼", "you ", "hi ", "我要投诉你", "is "],
)
def test_no_text_takes_long_to_read(bait: str) -> None:
    started = time.perf_counter()

    for text in (bait * 5000, bait * (200 // len(bait)), bait * (190 // len(bait)) + "几点"):
        small_talk(clauses(text))
        abuses(clauses(text))
        complains(clauses(text))

    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("好的", True),
        ("需要", True),
        ("要的，谢谢", True),
        ("转吧", True),
        ("yes please", True),
        ("不用了", False),
        ("不用了，怎么退货", None),
        ("算了", False),
        ("no thanks", False),
        ("怎么退货", None),
        ("好的怎么退货", None),
        ("可以退吗", None),
    ],
)
def test_an_offer_is_taken_or_not(text: str, meant: bool | None) -> None:
    offered = Said(Speaker.BOT, f"{CALM}{OFFER_PERSON}", 1_700_000_000.0)

    assert accepts(a_turn(text, history=(offered,))) is meant


def test_what_was_not_offered_is_not_taken() -> None:
    greeted = Said(Speaker.BOT, DEFAULT_GREETING, 1_700_000_000.0)

    assert accepts(a_turn("好的", history=(greeted,))) is None
    assert accepts(a_turn("好的")) is None
