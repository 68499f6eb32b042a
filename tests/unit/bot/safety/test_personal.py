"""What is somebody's own, and what only looks so."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.safety.checksums import is_card, is_identity
from bot.safety.personal import anonymous, find, masked, names_somebody, replaced

SOMEBODYS = [
    # phones
    ("我的手机是13800138000", "我的手机是[phone]"),
    ("打138-0013-8000", "打[phone]"),
    ("138 0013 8000可以吗", "[phone]可以吗"),
    ("138.0013.8000", "[phone]"),
    ("+86 138 0013 8000", "[phone]"),
    ("8613800138000", "[phone]"),
    ("0086-13800138000", "[phone]"),
    ("１３８００１３８０００", "[phone]"),
    ("138\u200b0013\u200b8000", "[phone]"),
    ("一三八零零一三八零零零", "[phone]"),
    ("幺三八〇〇幺三八〇〇〇找我", "[phone]找我"),
    ("手机19912345678，微信同号", "手机[phone]，微信同号"),
    ("my phone no. 13800138000", "my phone no. [phone]"),
    ("快递13800138000", "快递[phone]"),
    ("13800138000和13900139000都行", "[phone]和[phone]都行"),
    ("13 8001 38000", "[phone]"),
    ("1 3 8 0 0 1 3 8 0 0 0", "[phone]"),
    ("138/0013/8000", "[phone]"),
    ("一 三 八 零零一三 八零零零", "[phone]"),
    ("我在香港，+852 9123 4567", "我在香港，[phone]"),
    ("+1 415 555 2671", "[phone]"),
    ("座机0571-88888888", "座机[phone]"),
    ("(010)8888 1234", "[phone]"),
    ("（021）62345678转", "[phone]转"),
    ("02062345678", "[phone]"),
    ("0755-26012345-801", "[phone]"),
    # identity cards
    ("身份证11010519491231002X", "身份证[identity]"),
    ("440524188001010014", "[identity]"),
    ("110105 19491231 002x", "[identity]"),
    # bank cards
    ("卡号6222021234567890128", "卡号[card]"),
    ("4111 1111 1111 1111", "[card]"),
    ("5500-0000-0000-0004", "[card]"),
    ("退到378282246310005", "退到[card]"),
    # addresses of mail
    ("发到a.b@c.cn", "发到[email]"),
    ("ａ＠ｂ．ｃｎ", "[email]"),
    ("my mail is John_Doe+shop@mail.example.com.", "my mail is [email]."),
    # licence plates
    ("车牌粤B12345", "车牌[plate]"),
    ("沪A·D12345", "[plate]"),
    ("京AF12345的车来取", "[plate]的车来取"),
    ("浙a8c123", "[plate]"),
    # where they live
    ("我住在浙江省杭州市西湖区文三路100号3幢502室，谢谢", "我住在[address]，谢谢"),
    ("地址：上海市浦东新区张江高科技园区博云路2号", "地址：[address]"),
    ("寄到阳光小区3栋2单元501", "寄到[address]"),
    ("北京市朝阳区建国路88号SOHO现代城A座1203", "[address]"),
    ("广州天河区体育西路 191 号中石化大厦B塔", "[address]中石化大厦B塔"),
    ("深圳市南山区科技园科苑路15号", "[address]"),
    ("送到人民大道二十八号", "送到[address]"),
    # names behind a word that says so
    ("收件人：王小明，电话0571-88888888", "收件人：[name]，电话[phone]"),
    ("收货人 李雷", "收货人 [name]"),
    ("姓名欧阳娜娜", "姓名[name]"),
    ("我叫张三，要退货", "我叫[name]，要退货"),
    ("联系人陈女士", "联系人[name]"),
    ("收件人王小明电话13912345678", "收件人[name]电话[phone]"),
]
NOBODYS = [
    "这件1399元，满3000减500",
    "￥12,345.00",
    "2024-09-10 12:30:00 下的单",
    "2024年9月10日到2024年10月1日",
    "20240910XYZ到哪了",
    "订单号13800138000",
    "网关 192.168.10.101",
    "1,388,001,380 分",
    "+1000 积分",
    "订单编号：6222021234567890128",
    "运单号 13912345678",
    "order no. 13912345678",
    "SF1024123456789",
    "快递单号是4111111111111111",
    "110105194912310021",
    "6222021234567890127",
    "型号 13800138000A",
    "SKU 6222021234567890128",
    "货号QH-2024-0910-77",
    "6901234567892",
    "工单T100123",
    "400-820-8820",
    "95338",
    "10086",
    "12306",
    "邮编310000",
    "身高172体重60，穿36到42哪个码",
    "13.8元一斤，买138斤",
    "版本 10.15.7.13800",
    "每周一至周五 09:00-18:00",
    "新A款 12345",
    "川味火锅底料A1234",
    "寄到浙江省杭州市西湖区要几天",
    "地铁2号线怎么走",
    "万达广场3楼的店几点关门",
    "第3路公交",
    "收件人可以改吗",
    "联系人方式在哪里改",
    "姓名写错了怎么办",
    "我叫你们退货呢",
    "收货人信息填错了",
    "@小禾 在吗",
    "3:2的比例，1/2折",
    "一三五有货吗，二四六呢",
    "192.168.1.1",
    "#12345678901234567890",
]


@pytest.mark.parametrize(("text", "hidden"), SOMEBODYS)
def test_what_is_somebody_s_own_is_masked(text: str, hidden: str) -> None:
    assert masked(text) == hidden


@pytest.mark.parametrize("text", NOBODYS)
def test_prices_dates_order_numbers_and_codes_stay(text: str) -> None:
    assert masked(text) == text


def test_for_others_no_longer_number_stays_either() -> None:
    assert anonymous("收件人：王小明，订单 QH20240910-7，码 36") == "收件人：…，订单 …，码 36"


@pytest.mark.parametrize(
    ("text", "does"),
    [("怎么退货", False), ("码 36", False), ("QH20240910", True), ("问@他", True), ("收货人 李雷", True)],
)
def test_a_question_is_anybody_s_or_one_customer_s_own(text: str, does: bool) -> None:
    assert names_somebody(text) is does


def test_check_digits() -> None:
    assert is_identity("11010519491231002X")
    assert not is_identity("110105194912310020")
    assert not is_identity("11010519491331002X"), "there is no 13th month"
    assert is_card("4111111111111111")
    assert not is_card("4111111111111112")


def test_each_is_replaced_in_its_place_and_the_rest_stays() -> None:
    told: list[str] = []

    def by(kind: str, value: str) -> str:
        told.append(value)
        return f"<{kind}>"

    assert replaced("电话13800138000，车牌粤B12345。", by) == "电话<电话>，车牌<车牌号>。"
    assert told == ["13800138000", "粤B12345"]


@settings(max_examples=300, deadline=None, database=None)
@given(st.text(alphabet="138 0-@.a京A号路省市我叫王：\n１〔", max_size=80))
def test_nothing_found_lies_within_another(text: str) -> None:
    found = find(text)

    assert all(before.end <= after.start for before, after in itertools.pairwise(found))
    assert all(0 <= one.start < one.end <= len(text) for one in found)
