"""True values under each other's words: 续重 for the 10元 of 首重, 退 within the term of 换."""

from __future__ import annotations

import pytest

from tests.unit.bot.grounding.looking import unborne

FREIGHT = ("运费怎么算", "首重10元，续重2元/公斤。")
TERMS = ("怎么退货", "签收后7天内可退货，15天内可换货，吊牌须完好。")
SHORT = ("退换", "7天退 15天换")
REASON = ("退货", "7天无理由退货，质量问题30天内可退。")
STAY = ("几点入住退房", "入住时间14:00后，退房时间12:00前。")
ROOMS = ("房价", "大床房399元/晚，双床房459元/晚，家庭房688元/晚。")
EGGS = ("鸡蛋多少钱", "土鸡蛋30枚49.9元，60枚95元。")
OFF = ("有活动吗", "满300减40，满500减80。")
FEES = ("挂号费", "专家号50元，普通号20元。")
HOURS = ("几点上班", "周一至周五8:00-17:30，周六8:00-12:00。")
REACH = ("几天到", "江浙沪1-2天，其他地区3-5天，新疆西藏5-8天。")
SIZES = ("尺码", "S码适合45-50公斤，M码适合50-57公斤，L码适合57-65公斤。")
ENGLISH = ("Check-in", "Check-in from 2 pm, check-out by 11 am.")
LINES = ("房价", "- 大床房：399元\n- 双床房：459元")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (FREIGHT, "续重每公斤10元哦。"),
        (FREIGHT, "首重是2块钱。"),
        (("运费", "首重10元 续重2元"), "续重10元。"),
        (("运费", "首重10元续重2元"), "续重10元。"),
        (TERMS, "签收后15天内都可以退货。"),
        (TERMS, "15天内可以退，7天内可以换。"),
        (TERMS, "You can return it within 15 days."),
        (SHORT, "15天内可以退货。"),
        (REASON, "支持30天无理由退货。"),
        (STAY, "退房时间是14:00前。"),
        (STAY, "中午12点可以入住。"),
        (ROOMS, "双床房399元一晚。"),
        (ROOMS, "大床房的话，每晚688元。"),
        (LINES, "双床房：399元"),
        (EGGS, "30枚95元。"),
        (OFF, "满300元减80元。"),
        (FEES, "普通号是50元。"),
        (HOURS, "周六8:00-17:30上班。"),
        (REACH, "新疆西藏1-2天。"),
        (SIZES, "M码适合57-65公斤。"),
        (ENGLISH, "Check-out is by 2 pm."),
        (("保修", "整机保修一年，电池保修6个月。"), "电池保修一年。"),
        (("会员", "金卡会员9折，银卡会员95折。"), "银卡会员9折。"),
        (("小班", "小班课6人，大班课30人。"), "小班课30人。"),
    ],
)
def test_a_value_under_another_s_word_is_not_said(entry: tuple[str, str], said: str) -> None:
    assert unborne(entry, said=said) != []


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (FREIGHT, "首重10元，之后续重按每公斤2元算。"),
        (FREIGHT, "在首重10元的基础上续重加2元。"),
        (FREIGHT, "首重和续重分别是10元和2元。"),
        (FREIGHT, "续重不是10元，是2元。"),
        (TERMS, "收到货后7天内可以退，15天内可以换。"),
        (TERMS, "退换货期限分别为7天和15天。"),
        (TERMS, "超过7天不能退，15天内可以换货。"),
        (TERMS, "7天后只能换货了。"),
        (SHORT, "7天内退货，15天内换货。"),
        (REASON, "7天内可以无理由退货哦～质量问题的话是30天内。"),
        (REASON, "7天内可以退货，有质量问题30天内可以退。"),
        (STAY, "14点以后入住，中午12点之前退房。"),
        (STAY, "12点前不能入住，14:00后可以。"),
        (ROOMS, "大床房和双床房分别是399元和459元。"),
        (ROOMS, "大床房399元双床房459元家庭房688元。"),
        (ROOMS, "每晚399元起。"),
        (EGGS, "95元可以买60枚，49.9元30枚。"),
        (OFF, "满300减40，满500减80，可以凑单。"),
        (HOURS, "周六8点到12点，工作日8点到17:30。"),
        (REACH, "您在杭州的话一般1到2天就到。"),
        (SIZES, "M码50-57公斤，57公斤以上选L码。"),
        (ENGLISH, "You can check in from 2 pm and check out until 11 am."),
    ],
)
def test_a_value_under_its_own_word_or_none_is_let_pass(entry: tuple[str, str], said: str) -> None:
    assert unborne(entry, said=said) == []


def test_what_stands_under_the_word_elsewhere_counts() -> None:
    far = ("偏远地区运费", "偏远地区首重20元，续重10元。")

    assert unborne(FREIGHT, far, said="续重10元。") == []
    assert unborne(TERMS, ("质量问题", "质量问题15天内可退。"), said="质量问题15天内可以退。") == []


def test_a_customer_s_own_weight_is_no_size() -> None:
    assert unborne(SIZES, asked="我65公斤", said="M码对您65公斤来说偏小。") == []
