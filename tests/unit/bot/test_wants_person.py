"""Who asks for a person, and who only uses the words."""

from __future__ import annotations

import time

import pytest

from bot.pipeline.clauses import clauses
from bot.pipeline.wants_person import declines_person, wants_person

ASK = """
转人工
人工
人工客服
人工服务
人工！！！
转 人 工
转人工客服
转接人工
转接人工客服
请转人工
麻烦转人工，谢谢
帮我转人工
帮我转一下人工客服吧
能不能转人工
可以转人工吗
我要人工客服
我要找人工
找人工客服
找个人工客服
想找真人客服
真人
真人客服
我要真人
有真人吗
有没有人工客服
人工在吗
叫个活人来
换个真人跟我聊
跟人工客服沟通一下
我想和真人说话
怎么转人工
如何联系人工客服
怎么才能找到人工客服
接人工坐席
切换到人工
直接给我转人工
听不懂，转人工
你解决不了，帮我转人工吧
我说了半天了你答非所问转人工
我不想和机器人聊天，转人工客服
不要机器人
我不想跟机器人说话
为什么不能转人工
转客服
在线人工客服
ＲＥＡＬ　ＰＥＲＳＯＮ
human
Human please!
agent
a real person
real person please
I want to talk to a human
Can I speak to an agent?
I'd like to talk to a real person, please.
connect me to a live agent
transfer me to a human agent
customer service representative
This is useless. Let me speak with someone.
operator
再不转人工我就投诉
你们再不转人工我就给差评
再不给我转人工客服就退货
转人工咨询退款
转人工处理一下订单
人工客服帮我看看订单
来个人
叫个人来
能不能换个人跟我说
我要跟人说话
我要找你们领导
叫你们经理出来
让老板来处理
换个客服
怎么还不转人工
为什么不给我转人工客服
为什么转不了人工
""".strip().splitlines()

DONT = """
人工智能
你是人工智能吗
你是真人吗
你是人工还是机器人
人工费多少
人工费怎么算
安装要人工费吗
人工成本太高了吧
这是人工草坪吗
人工湖边上的那家店
人工呼吸怎么做
是人工缝制的吗
纯人工打包吗
人工审核要多久
退款是人工审核吗
人工宝石和天然的有什么区别
要人工安装吗
安装是派人工吗
装柜子要找人工吗
真人模特图有吗
有真人实拍吗
有真人秀的同款吗
真人cs装备有卖吗
人工客服几点上班
人工客服电话是多少
转人工要等多久
不要转人工
别转人工
先别给我转人工，你说
不用转人工了
不用人工
不需要人工客服
可以不转人工吗
怎么退货
在吗
有人吗
客服态度真好
机器人多少钱
扫地机器人怎么用
不要机器人款的裙子
怎么投诉快递
投诉电话是多少
我要投诉快递员
转账失败怎么办
可以转让吗
人造革还是真皮
user agent
Is this human safe?
human hair wig
are you human
Do you have a travel agent discount?
cleaning agent for shoes
what's the price for two people
我再不找人工客服了
再不找人工安装就来不及了
再不人工审核就晚了
转人工咨询要等多久
人工客服帮我退了
找个人代收可以吗
换个人收货
送个人礼物
叫你们老板便宜点
老板在吗
换个客服电话打
为什么人工客服这么慢
怎么人工审核没通过
跟人家说好的
I want to return a dress
the person on the photo
""".strip().splitlines()


DECLINE = """
不要转人工
不用转人工
别给我转人工
先不转人工了
不转人工
不要人工
不需要人工服务
暂时不需要人工客服，谢谢
我不想找人工客服
我不想和真人说话
别把我转给人工
没必要转人工
无需人工介入
不用找客服了
可以不转人工吗
问题解决了不用转人工了
不用帮我转人工，你回答就行
转人工，算了，不用转人工了
no need for a human
I don't need a human agent
don't transfer me
Please don't transfer me to an agent
I do not want to talk to a human
""".strip().splitlines()

STILL_WANT = """
不要机器人，转人工
别废话转人工
别磨叽，给我转人工
不用等了直接转人工
不转人工，我要投诉，快转人工
要不转人工吧
I don't want a bot, human please
why don't you transfer me to a human
""".strip().splitlines()

NEITHER = """
再不转人工我就投诉
为什么不给我转人工客服
怎么不转人工
要不要转人工
给我转人工不要人工智能
不要人工智能
自己装不用人工吧
if you don't transfer me to a human I will sue
you don't have a human
怎么退货
""".strip().splitlines()


@pytest.mark.parametrize("text", ASK)
def test_a_clear_call_for_a_person_is_heard(text: str) -> None:
    assert wants_person(clauses(text))


@pytest.mark.parametrize("text", DONT)
def test_who_only_uses_the_words_is_answered_by_the_bot(text: str) -> None:
    assert not wants_person(clauses(text))


@pytest.mark.parametrize("text", DECLINE)
def test_who_wants_no_person_is_heard_too(text: str) -> None:
    assert declines_person(clauses(text))
    assert not wants_person(clauses(text))


@pytest.mark.parametrize("text", STILL_WANT)
def test_a_no_to_something_else_declines_nobody(text: str) -> None:
    assert wants_person(clauses(text))


@pytest.mark.parametrize("text", NEITHER)
def test_who_reproaches_or_asks_declines_nobody(text: str) -> None:
    assert not declines_person(clauses(text))


def test_a_call_is_heard_among_other_words() -> None:
    assert wants_person(clauses("我上周买的裙子\n到现在没发货\n给我转人工"))
    assert wants_person(clauses("😡😡转人工😡"))


@pytest.mark.parametrize(
    "bait",
    [
        "我要",
        "请问",
        "转",
        "人工",
        "can i ",
        "不要",
        "talk to ",
        "真人客服",
        "a ",
        "别",
        "dont ",
        "no need to ",
    ],
)
def test_no_text_takes_long_to_read(bait: str) -> None:
    started = time.perf_counter()

    wants_person(clauses(bait * 5000))
    wants_person(clauses(bait * (200 // len(bait))))

    assert time.perf_counter() - started < 1
