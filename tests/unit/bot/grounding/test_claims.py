"""What a text claims, in whichever wording: each pair says one thing, or two that must not be taken for one."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.grounding import idioms, moments, promise_kinds, quantities, references, weekdays
from bot.grounding import names as carriers
from bot.grounding.claims import claims
from bot.grounding.evidence import Evidence
from bot.grounding.text import plain
from bot.types import Said, Speaker, ToolEnd, ToolUse
from tests.builders import a_passage, a_tenant, a_turn


def found(given: str, said: str, *, asked: str = "", **changes: object) -> list[str]:
    """What the passage does not bear out."""
    turn = a_turn(asked or "请问", passages=(a_passage(given, title="说明"),), **changes)
    return [fault.words for fault in Evidence.of(turn, a_tenant()).look(said).faults]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("7天", "七天"),
        ("7天", "一周"),
        ("7 days", "7天"),
        ("7天", "seven days"),
        ("14天", "两周"),
        ("24小时", "一天"),
        ("24小时", "1 day"),
        ("48小时", "48-hour"),
        ("30分钟", "半小时"),
        ("30分钟", "half an hour"),
        ("一年", "12个月"),
        ("3–5 天", "三到五天"),
        ("3–5 天", "3 to 5 days"),
        ("3 个工作日", "三个工作日"),
        ("3 个工作日", "3 business days"),
        ("1,299元", "1299块"),
        ("1299元", "¥1,299"),
        ("价格：1299", "1299元"),
        ("3万元", "30000元"),
        ("满 300 减 40", "满300元减40元"),
        ("100、300、500 元三种", "100元和300元"),
        ("120元", "一百二十元"),
        ("120元", "一百二元"),
        ("1050元", "一千零五十元"),
        ("9折", "10% off"),
        ("95 折", "九五折"),
        ("10%", "百分之十"),
        ("单笔最多抵10%", "10 percent"),
        ("1.5公斤", "1500克"),
        ("16:00", "下午4点"),
        ("16:00", "下午四点前"),
        ("16:00", "4 pm"),
        ("16：00", "4:00 p.m."),
        ("9:00–22:00", "早上9点到晚上十点"),
        ("21:30", "晚上九点半"),
        ("22:00", "10点关门"),
        ("6 月 18 日", "June 18"),
        ("2026-09-10", "9月10日"),
        ("2026年9月10号", "10 September 2026"),
        ("周一至周日", "每天"),
        ("周一至周五", "Monday to Friday"),
        ("每天", "周六"),
        ("400-000-1234", "4000001234"),
        ("电话 138 0000 1111", "13800001111"),
        ("订单20240910XYZ", "20240910xyz"),
        ("手机号 13800001234", "尾号1234"),
        ("https://shop.example/help", "https://shop.example/help。"),
        ("https://shop.example/help", "shop.example"),
        ("Service@Shop.example", "service@shop.example"),
        ("默认发顺丰", "SF Express"),
        ("運費8元，滿99元包郵", "满99元包邮，运费8块"),
        ("不包邮", "不能包邮"),
        ("满99元包邮", "不满99元不包邮"),
        ("支持7天无理由退换", "超过7天不能无理由退换"),
        ("不支持货到付款", "货到付款暂不支持"),
        ("不支持货到付款", "Cash on delivery is not available."),
        ("换货免费", "免费换货"),
        ("满99元包邮", "免运费，满99元就行"),
        ("丢件全额退款", "a full refund"),
        ("9:00–22:00", "We are open 9am to 10pm."),
        ("请重新登录", "Sign in again as the 2nd step."),
        ("14天", "within a fortnight"),
        ("4 weeks", "4weeks"),
        ("积分满1000可抵10元", "1000积分可以抵扣10元"),
        ("满50元减5元", "满五十减5元"),
        ("七天无理由退货", "超过7天不能无理由退货。"),
        ("全国包邮", "您不用付运费。"),
        ("满99元不收运费", "满99元包邮"),
        ("质量问题我们承担运费", "如果是质量问题，您无需承担运费。"),
        ("质量问题由我们承担运费", "质量有问题的话，运费我们出。"),
        ("我们保证质量，假货包赔", "我们保证质量。"),
        ("客服24小时在线", "全天都有客服。"),
        ("不包邮", "也不包邮"),
        ("全场包邮", "运费为零哦"),
        ("运费由我们承担", "快递费我们帮您付。"),
        ("全场半价", "都打对折。"),
        ("退款秒到", "审核好了退款会秒到。"),
        ("春节不放假", "春节期间照常发货。"),
        ("客服微信：qinghe_01", "可以加微信qinghe_01。"),
        ("活动时间：6月1日至6月18日", "活动从6月1日开始，到6月18日结束。"),
        ("活动时间：6月1日至6月18日", "6月18日截止，6月1日起。"),
        ("6月1日开始，6月18日结束", "活动时间是6月1日至18日。"),
        ("活动截止6月18日", "6月18日前都有活动。"),
        ("2026-06-01 至 2026-06-18", "6月1日到6月18日"),
        ("June 1 to June 18", "It starts on June 1 and ends on June 18."),
        ("6月18日发货", "从6月18日开始发货。"),
        ("价格：199\n库存：12", "价格是199元，库存12件。"),
        ("价格：199\n库存：12", "库存还有12双。"),
        ('{"price": 199, "stock": 12}', "现价199元，还有12个。"),
        ("2-3天", "两三天就能到"),
        ("三五天", "3到5天"),
        ("95折", "九五折"),
        ("16 days", "sixteen days"),
        ("250 days", "two hundred and fifty days"),
        ("35 days", "thirty-five days"),
        ("100 days", "a hundred days"),
        ("1,200 yuan", "one thousand two hundred yuan"),
        ("2500元", "贰仟伍佰元整"),
        ("15天", "半个月"),
        ("30天", "一个月"),
        ("一年", "365天"),
        ("18个月", "一年半"),
        ("90分钟", "一个半小时"),
        ("3.5天", "三天半"),
        ("2.5个月", "两个半月"),
        ("周末10:00-16:00", "周六周日都是10:00到16:00营业"),
        ("周一至周五", "周一到五"),
        ("星期一到五", "星期三、星期五"),
        ("10月1日-7日", "10月1日到10月7日"),
        ("2026年10月1日至10月7日", "2026年10月1日至7日"),
        ("June 1-18", "June 1 to June 18"),
        ("邮费0元", "包邮"),
        ("包邮", "运费是0元"),
        ("不支持退货", "不支持7天无理由退货。"),
        ("定制商品不退不换", "抱歉，定制的不能享受七天无理由退货。"),
        ("This is final sale.", "There is no no-reason return."),
    ],
)
def test_the_same_in_other_words_is_borne_out(given: str, said: str) -> None:
    assert found(given, said) == []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("7天", "17天"),
        ("7天", "7小时"),
        ("7天", "7个工作日"),
        ("7 个工作日", "七天"),
        ("1–3 个工作日", "1–3 天"),
        ("3–5 天", "6天"),
        ("99元", "199元"),
        ("99元", "9.9元"),
        ("99元", "99美元"),
        ("99元", "99%"),
        ("9折", "8折"),
        ("9折", "9% off"),
        ("1,299元", "1,399元"),
        ("16:00", "16:30"),
        ("16:00", "6点"),
        ("9:00–22:00", "9点到23点"),
        ("6月18日", "6月19日"),
        ("2026-09-10", "2025-09-10"),
        ("周一至周五", "周末"),
        ("周一至周五", "每天"),
        ("400-000-1234", "400-000-1243"),
        ("订单20240910XYZ", "20240910XYA"),
        ("手机号 13800001234", "尾号4321"),
        ("https://shop.example/help", "https://shop.example/login"),
        ("https://shop.example/help", "https://shop.example.evil.com/help"),
        ("a@shop.example", "b@shop.example"),
        ("默认发中通", "默认发圆通"),
        ("不包邮", "包邮"),
        ("满99元包邮", "全部包邮"),
        ("包邮", "不包邮"),
        ("免费换货", "免费维修"),
        ("免费换货", "免费安装"),
        ("运费由您承担", "运费由我们承担"),
        ("退款", "全额退款"),
        ("可以退货", "保证可以退货"),
        ("可以退货", "一定能退"),
        ("保修一年", "终身保修"),
        ("7天退货", "7天无理由退货"),
        ("满99元包邮", "不满99元也包邮"),
        ("满99元包邮", "不用满99元也包邮"),
        ("满99元包邮", "不管买多少都不收运费"),
        ("满99元包邮", "满五十包邮"),
        ("运费8元", "运费大概十二"),
        ("运费8元", "运费您不用管"),
        ("运费8元", "Shipping is on us."),
        ("运费8元", "You don't have to pay for shipping."),
        ("运费8元", "It costs twenty bucks."),
        ("退货运费由买家承担", "邮费算我们的"),
        ("质量问题由我们承担运费", "退货运费我们出"),
        ("质量问题由我们承担运费", "We cover return shipping for any reason."),
        ("客服9:00–22:00在线", "凌晨也有人在线"),
        ("退款3个工作日到账", "退款马上到账"),
        ("7天内可以退货", "Returns are accepted any time."),
        ("7天内可以退货", "随时都可以退"),
        ("可以退货", "包退包换"),
        ("48小时内发货", "今天下单明早就到"),
        ("可以开发票", "可以开专票"),
        ("支持退换", "支持以旧换新"),
        ("支持支付宝", "比特币可以付"),
        ("支持支付宝", "Cash accepted."),
        ("九折", "买二送一"),
        ("满99元包邮", "运费为零哦"),
        ("不满99元收8元运费", "快递费我们帮您付。"),
        ("九折", "给您打个对折。"),
        ("退款1到3个工作日到账", "退款秒到。"),
        ("每天9点到22点", "春节不放假，全年不打烊。"),
        ("微信、支付宝都可以付", "请加微信qinghe_01。"),
        ("客服微信：qinghe_01", "我们的微信号是qinghe_10。"),
        ("活动时间：6月1日至6月18日", "活动到6月1日结束。"),
        ("活动时间：6月1日至6月18日", "活动从6月18日开始。"),
        ("活动时间：6月1日-18日", "6月1日就结束了。"),
        ("June 1-18", "It runs until June 1."),
        ("2026-06-01 至 2026-06-18", "6月18日至6月1日"),
        ("价格：199\n库存：12", "价格是12元。"),
        ("价格：199\n库存：12", "库存还有199件。"),
        ('{"price": 199, "stock": 12}', "12元。"),
        ("2-3天", "三四天"),
        ("12天", "一两天"),
        ("7 days", "sixteen days"),
        ("7 days", "two hundred days"),
        ("7 days", "seventy-seven days"),
        ("200 days", "two hundred and fifty days"),
        ("199元", "壹佰元"),
        ("15天", "一个月"),
        ("12个月", "一年半"),
        ("一年半", "一年"),
        ("全年七折", "第二年半价"),
        ("10月1日-7日", "10月1日到10月8日"),
        ("10月1日-7日", "7天"),
        ("一周三次", "周三"),
        ("周一至五", "周六"),
        ("运费10元", "运费0元"),
        ("可以退货", "支持7天无理由退货"),
        ("签收后可以退货", "不管什么原因，7天都能退。"),
        ("7天内可以退货", "不支持无理由退货。"),
    ],
)
def test_what_sounds_alike_is_not_taken_for_it(given: str, said: str) -> None:
    assert found(given, said) != []


@pytest.mark.parametrize(
    "said",
    [
        "1. 打开订单\n2. 点申请\n3. 寄回",
        "请按步骤：1、打开订单；2、点申请；3、寄回。",
        "①打开订单②点申请",
        "第一步打开订单，第2步点申请。",
        "有两种方式，3个步骤，一起看看。",
        "祝您有愉快的一天！",
        "一般都可以，请一定要保留吊牌，会有一定差别。",
        "这个不一定哦，不保证每次都有。",
        "稍等一下，我再看一次。",
        "Have a nice day! Please wait a second.",
        "Sure! One more thing: dry it in the sun.",
        "您是想问包邮吗？",
        "Would you like free shipping?",
        "我会尽快为您核实，请放心。",
        "很高兴为您服务，祝您天天开心。"[:10],
        "衣服对折挂起来就好。",
        "十分抱歉给您带来不便，万分感谢您的理解，这款十分柔软。",
        "请排好队伍，不要收拾大陆的，参加一起的活动。",
        "您可以百度一下，这款一度缺货，一直很受欢迎。",
        "万一天气冷可以加外套，万一件数不对请联系我们。",
        "我们是一家服装店，这两天都在，两件都可以看看。",
        "建议拍大一号，或者小一码。",
        "请稍等一分钟，稍候两分钟，让您久等了半天。",
        "Just a minute, please. Give me one second.",
        "您一定会喜欢的，保证让您满意，我肯定会帮您跟进。",
        "欢迎明天再来，明天见！",
    ],
)
def test_what_claims_nothing_is_not_looked_at(said: str) -> None:
    assert found("资料", said) == []


@pytest.mark.parametrize(
    ("said", "claimed"),
    [
        ("祝您周末愉快！", []),
        ("祝您生活愉快，每天好心情！", []),
        ("谢谢您的等待，祝您新年快乐，2026年顺利！", []),
        ("愿您天天开心，周六愉快～", []),
        ("周末愉快！", []),
        ("Have a great weekend! Enjoy your Sunday.", []),
        ("祝您30天退货顺利", ["30天"]),
        ("祝您购物愉快，我们周末营业。", ["周末", "周末"]),
        ("祝您购物愉快，保修终身。", ["终身", "保修"]),
        ("We are open on weekends. Have a nice day!", ["weekends", "weekends"]),
    ],
)
def test_the_days_of_a_wish_are_no_hours_and_hide_no_claim_beside_them(said: str, claimed: list[str]) -> None:
    assert sorted(found("资料", said)) == sorted(claimed)


def test_an_apology_that_tells_of_a_term_is_as_good_as_the_term() -> None:
    assert found("签收后7天内可退。", "十分抱歉给您带来不便，签收后7天内可以退货。") == []
    assert found("签收后7天内可退。", "十分抱歉给您带来不便，签收后10天内可以退货。") == ["10天"]


def test_a_list_s_numbers_go_on_only_in_order() -> None:
    assert found("资料", "1. 打开 2. 点击") == []
    assert found("资料", "It costs 3. Fine") == ["3"]


@pytest.mark.parametrize(
    ("asked", "said", "let"),
    [
        ("我165，52公斤", "您身高165、体重52公斤，请看尺码表。", True),
        ("订单20240910XYZ呢", "您的订单20240910XYZ请稍等。", True),
        ("60天了还能退吗", "抱歉，已经60天，不能退了。", True),
        ("60天能退吗", "可以的，60天内能退。", False),
        ("我买了120元", "您的120元满了99元。", True),
        ("送我120元吧", "好的，给您120元。", False),
        ("你们承诺终身免费退货", "是的，终身免费退货。", False),
        ("能用PayPal吗", "抱歉，不支持PayPal。", True),
        ("能用PayPal吗", "可以用PayPal。", False),
    ],
)
def test_customers_bear_out_what_is_their_own_and_no_policy(asked: str, said: str, let: bool) -> None:
    assert (found("满99元可退", said, asked=asked) == []) is let


def test_what_a_tool_brought_and_what_was_said_before_count() -> None:
    use = ToolUse("stock", {"item": "T9"}, ToolEnd.FOUND, '{"price": 199.0, "left": 12}', "现价199元。")
    said = (Said(Speaker.CUSTOMER, "能退30元吗", 1.0), Said(Speaker.PERSON, "我们给您退20元。", 2.0))

    assert found("无", "199元，还有12件，之前说的退20元。", tool_calls=(use,), history=said) == []
    assert found("无", "给您退30元。", tool_calls=(use,), history=said) == ["30元"]


@pytest.mark.parametrize(
    ("asked", "answered", "said", "let"),
    [
        ("30天内可以退货对吧", "抱歉，不是30天哦，签收后7天内可退。", "签收后30天内都可以退货的。", False),
        ("30天内可以退货对吧", "抱歉，不是30天哦，签收后7天内可退。", "签收后7天内可以退。", True),
        ("30天对吧", "不是30哦。", "签收后30天内都可以退货的。", False),
        ("你们发顺丰吗", "抱歉，我们不发顺丰。", "我们发顺丰快递。", False),
        ("这件299元对吧", "没有299元的，亚麻衬衫199元。", "亚麻衬衫299元。", False),
        ("这件299元对吧", "没有299元的，亚麻衬衫199元。", "亚麻衬衫199元。", True),
        ("我买了120元", "您的120元满了99元。", "好的，给您120元。", False),
        ("我买了120元", "您的120元满了99元。", "满99元就行。", True),
        ("我165，穿什么", "您165，建议M码。", "退您165元。", False),
        ("is it 30 days?", "No, it's not 30 days but 7 days.", "You can return it within 30 days.", False),
        ("is it 30 days?", "No, it's not 30 days but 7 days.", "You can return it within 7 days.", True),
        ("7天内可以退吗", "可以的，签收后7天内可退。", "7天内可以退。", True),
        ("能退吗", "超过7天不能退。", "7天内可以退。", True),
        ("7天退、15天换对吗", "对的，7天内退，15天内换。", "15天内可以换。", True),
        ("", "您可以在7天内退，不是30天。", "30天内可以退。", True),
    ],
)
def test_what_the_bot_denied_before_is_not_true_by_having_been_said(
    asked: str, answered: str, said: str, let: bool
) -> None:
    history = (Said(Speaker.CUSTOMER, asked, 1.0), Said(Speaker.BOT, answered, 2.0))

    assert (found("资料", said, history=history) == []) is let


def test_only_who_was_asked_before_the_answer_may_have_been_echoed() -> None:
    history = (
        Said(Speaker.CUSTOMER, "能退吗", 1.0),
        Said(Speaker.BOT, "超过7天不能退。", 2.0),
        Said(Speaker.CUSTOMER, "是7天对吧", 3.0),
    )

    assert found("资料", "7天内可以退。", history=history) == []


def test_what_a_person_said_of_what_was_asked_counts() -> None:
    history = (Said(Speaker.CUSTOMER, "退我30元", 1.0), Said(Speaker.PERSON, "不好意思，给您退30元。", 2.0))

    assert found("资料", "给您退30元。", history=history) == []


def test_a_sum_is_weighed_against_sums_and_not_against_days() -> None:
    assert found("满99元包邮。7天内可退。", "您的120元满了99元。", asked="我买了120元") == []
    assert found("满99元包邮。7天内可退。", "给您120元，7天内可退。", asked="给我120元吧") == ["120元"]


def test_a_shop_s_own_settings_count() -> None:
    tenant = a_tenant(
        persona="你是小禾，24小时在线，电话 400-000-1234。", people={"hours": ["mon-fri 09:00-18:00"]}
    )
    evidence = Evidence.of(a_turn("几点上班"), tenant)

    assert evidence.look("我24小时在线，人工周一至周五9点到18点，电话4000001234。").faults == ()
    assert [fault.words for fault in evidence.look("人工每天在线。").faults] == ["每天"]


def test_an_entry_s_question_promises_nothing() -> None:
    turn = a_turn(passages=(a_passage("请看商品页。", title="包邮"),))

    assert [fault.words for fault in Evidence.of(turn, a_tenant()).look("我们包邮。").faults] == ["包邮"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("支持微信支付，不支持支付宝。", "可以的，支持支付宝付款，不收手续费。"),
        ("只发顺丰，不发中通。", "我们发中通快递。"),
        ("只发顺丰，不发中通。", "默认中通。"),
        ("不支持支付宝、微信支付和信用卡", "可以用信用卡。"),
        ("支付宝和花呗都不支持", "花呗可以用的。"),
        ("我们没有开通花呗", "支持花呗。"),
        ("支持支付宝。", "抱歉，不支持支付宝。"),
        ("支持支付宝。", "支付宝用不了哦。"),
        ("We don't accept PayPal.", "You can pay by PayPal."),
        ("PayPal is not accepted.", "PayPal is fine."),
        ("We accept PayPal and Visa.", "We don't accept PayPal."),
    ],
)
def test_a_name_that_is_only_denied_is_not_affirmed_nor_the_other_way_round(given: str, said: str) -> None:
    assert found(given, said) != []
    assert found(given, said, asked=given) != []


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("支持微信支付，不支持支付宝。", "支持微信支付，支付宝暂不支持哦。"),
        ("支持微信支付，不支持支付宝。", "抱歉，支付宝的话，目前还不支持，可以用微信支付。"),
        ("支持微信支付，不支持支付宝。", "不能用支付宝付款，请用微信支付。"),
        ("支持微信支付，不支持支付宝。", "您是想用支付宝吗？"),
        ("只发顺丰，不发中通。", "中通发不了，只有顺丰。"),
        ("默认发中通或韵达；如需顺丰，补差价12元", "默认不发顺丰，需要的话补12元差价。"),
        ("默认发中通或韵达；如需顺丰，补差价12元", "不能指定中通或者韵达。"),
        ("支付宝付款失败请重试，没有扣款请联系客服", "支付宝付款失败的话可以重试。"),
        ("支持支付宝，但港澳台不支持支付宝", "支持支付宝。"),
        ("支持支付宝，但港澳台不支持支付宝", "港澳台不支持支付宝。"),
        ("We don't accept PayPal.", "Sorry, PayPal isn't accepted."),
    ],
)
def test_a_name_that_is_denied_is_told_of_in_any_words(given: str, said: str) -> None:
    assert found(given, said) == []


def test_an_entry_s_question_does_not_affirm_the_name_that_its_answer_denies() -> None:
    turn = a_turn(passages=(a_passage("抱歉，不发顺丰，默认中通。", title="能发顺丰吗"),))
    evidence = Evidence.of(turn, a_tenant())

    assert [fault.words for fault in evidence.look("可以发顺丰的。").faults] == ["顺丰"]
    assert evidence.look("不发顺丰哦，我们发中通。").faults == ()


_POSTAGE = "单笔满99元包邮，不满收8元；新疆、西藏等偏远地区满199元包邮，不满收15元；港澳台运费到付。"


@pytest.mark.parametrize(
    ("given", "said", "asked"),
    [
        ("江浙沪包邮，新疆西藏邮费15元。", "新疆包邮的。", ""),
        ("江浙沪包邮，新疆西藏邮费15元。", "全国包邮。", ""),
        ("江浙沪包邮，新疆西藏邮费15元。", "我们包邮的。", "包邮吗"),
        ("江浙沪包邮，新疆西藏邮费15元。", "包邮的哦。", "乌鲁木齐包邮吗"),
        ("全国包邮（港澳台除外）。", "香港包邮的，港澳台除外。", ""),
        ("除新疆、西藏外满99元包邮。", "新疆满99元包邮。", ""),
        ("7天无理由退货（内衣除外）。", "内衣支持7天无理由退货。", ""),
        ("除定制商品外均支持7天无理由退货。", "定制商品支持7天无理由退货。", ""),
        ("支持7天无理由退货，不含内衣、袜子。", "袜子支持7天无理由退货。", ""),
        ("部分商品支持7天无理由退货。", "支持7天无理由退货。", ""),
        ("上海当天送达。", "新疆当天送达。", ""),
    ],
)
def test_what_holds_in_some_places_or_but_for_some_things_is_no_promise_for_others(
    given: str, said: str, asked: str
) -> None:
    assert found(given, said, asked=asked) != []


@pytest.mark.parametrize(
    ("given", "said", "asked"),
    [
        ("江浙沪包邮，新疆西藏邮费15元。", "江浙沪包邮的。", "包邮吗"),
        ("江浙沪包邮，新疆西藏邮费15元。", "包邮的哦。", "寄到杭州包邮吗"),
        ("江浙沪包邮，新疆西藏邮费15元。", "杭州属于江浙沪，可以包邮。", ""),
        ("江浙沪包邮，新疆西藏邮费15元。", "抱歉，新疆不包邮，邮费15元。", "新疆包邮吗"),
        ("江浙沪包邮，新疆西藏邮费15元。", "部分地区包邮，比如江浙沪。", ""),
        ("江浙沪包邮", "其他地区不包邮。", "新疆包邮吗"),
        ("全国包邮（港澳台除外）。", "港澳台不包邮。", ""),
        ("全国包邮（港澳台除外）。", "抱歉，香港运费到付，大陆包邮，港澳台除外。", "香港包邮吗"),
        ("全国包邮（港澳台除外）。", "除港澳台外全国包邮。", "香港包邮吗"),
        ("全国包邮", "新疆包邮的。", ""),
        ("包邮", "全国包邮。", "新疆包邮吗"),
        ("7天无理由退货（内衣除外）。", "支持7天无理由退货。", ""),
        ("7天无理由退货（内衣除外）。", "内衣不支持7天无理由退货，其他都支持。", ""),
        ("7天无理由退货（内衣除外）。", "内衣以外的商品支持7天无理由退货。", ""),
        ("退货运费自理，质量问题除外，质量问题由我们承担运费", "质量问题由我们承担运费。", ""),
        (_POSTAGE, "上海满99元就包邮。", "上海包邮吗"),
        (_POSTAGE, "新疆满199元包邮。", ""),
        (_POSTAGE, "满199元包邮的哦。", "新疆包邮吗"),
        (_POSTAGE, "偏远地区满199元包邮，其他地区满99元包邮。", "新疆包邮吗"),
    ],
)
def test_what_holds_there_is_told_with_or_without_the_place(given: str, said: str, asked: str) -> None:
    assert found(given, said, asked=asked) == []


def test_a_number_of_another_matter_bears_nothing_out() -> None:
    given = "物流超过48小时没有更新请联系快递。退款3个工作日到账。"

    assert found(given, "物流48小时不更新请联系我们。") == []
    assert found(given, "退款48小时到账。") == ["48小时"]


@pytest.mark.parametrize(
    "text",
    [
        "9" * 20_000,
        "1、" * 10_000,
        "一" * 20_000,
        "a-" * 10_000,
        "不" * 20_000,
        "free " * 4_000,
        "1 " * 9_000,
        "不满也" * 6_000,
        "顺丰" * 9_000,
        "不发顺丰、" * 4_000,
        "祝天天" * 6_000,
        "周一至" * 6_000,
        "one hundred and " * 1_200,
        "壹" * 20_000,
        "运费是" * 6_000,
        "百千" * 9_000,
        "任何原因无需承担" * 2_000,
        "don't pay for return return " * 700,
    ],
)
def test_no_text_takes_long(text: str) -> None:
    started = time.process_time()
    found(text, text[:4000])

    assert time.process_time() - started < 5.0


_PIECES = (
    *(
        "3",
        "12",
        "2024",
        "七",
        "十",
        "半",
        "月",
        "年",
        "号",
        "日",
        "周",
        "天",
        "点",
        "每",
        ":",
        ".",
        "-",
        "/",
        "@",
        "￥",
    ),
    *(
        "a",
        "am",
        "pm",
        "may",
        "mon",
        "sf",
        "twelve",
        " ",
        "\n",
        "，",
        "星期",
        "礼拜",
        "周末",
        "百分之",
        "第",
        "元",
        "退",
    ),
    *(
        "x1",
        "www",
        "com",
        "400",
        "尾号",
        "顺丰",
        "中通",
        "双休日",
        "全年无休",
        "微信",
        "付款",
        "个",
        "%",
        "(",
        "²",
    ),
    *(
        "万",
        "一",
        "百",
        "度",
        "祝您",
        "愉快",
        "稍等",
        "分钟",
        "the",
        "have a",
        "nice",
        "weekend",
        "day",
        "until",
        "just a min",
        "sixteen",
        "hundred",
        "壹",
        "佰",
    ),
)


def test_what_is_found_does_not_depend_on_a_look_beforehand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Claims are looked for where a text has something that they are made of; that must hide none."""
    chance = random.Random(7)
    texts = [plain("".join(chance.choices(_PIECES, k=chance.randint(1, 9)))) for _ in range(3000)]
    with_a_look = [list(claims(text)) for text in texts]

    for module, names in (
        (references, ("_ANY",)),
        (idioms, ("_ANY",)),
        (moments, ("_ANY_MOMENT",)),
        (weekdays, ("ANY_DAY", "ANY_HAN_DAY")),
        (carriers, ("_IN_HAN",)),
    ):
        for name in names:
            monkeypatch.setattr(module, name, re.compile(""))
    numbers = tuple((re.compile(""), pattern) for _, pattern in quantities._NUMBERS)
    monkeypatch.setattr(quantities, "_NUMBERS", numbers)

    assert sum(map(len, with_a_look)) > 1200
    for text, found_ in zip(texts, with_a_look, strict=True):
        assert list(claims(text)) == found_, text


@pytest.mark.parametrize("kind", promise_kinds.KINDS, ids=lambda kind: kind.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_no_promise_is_made_without_one_of_the_signs_that_are_looked_for_first(
    kind: promise_kinds.PromiseKind, data: st.DataObject
) -> None:
    said = plain(data.draw(st.from_regex(kind.in_han)))

    assert kind.in_han.search(said) is None or promise_kinds.SIGNS.search(said), said
    assert promise_kinds.are_in(said, latin=False) == any(
        one.in_han.search(said) for one in promise_kinds.KINDS
    )
