"""Tables of questions and of products, however their columns are called."""

from __future__ import annotations

import json

import pytest

from bot.errors import TooLarge
from knowledge import lexical
from knowledge.documents import Item
from knowledge.formats import limits
from knowledge.formats.json_file import read_json
from knowledge.formats.table import read_csv
from knowledge.kinds import BY_ENDING, read


def only(text: str) -> Item:
    loaded = read_csv(text.encode(), "table.csv")
    assert loaded.problems == ()
    (item,) = loaded.items
    return item


@pytest.mark.parametrize(
    "header",
    [
        "问题,答案,相似问",
        "标准问题,标准答案,扩展问法",
        "*问题（必填）,回复内容,其他问法",
        "Question,Answer,Similar Questions",
        "标题,内容,别名",
        "問題,標準答案,擴展問法",
        "ＱＵＥＳＴＩＯＮ,ANSWER,similar_questions",
    ],
)
def test_columns_are_known_by_many_names(header: str) -> None:
    item = only(f"{header}\n怎么退货,七天内,退货流程|不想要了\n")

    assert (item.wordings, item.text) == (("怎么退货", "退货流程", "不想要了"), "七天内")


def test_each_wording_may_have_a_column_of_its_own() -> None:
    item = only("相似问1,相似问2,问题,相似问 3,答案,备注\n甲,,怎么退货,乙,七天内,内部\n")

    assert item.wordings == ("怎么退货", "甲", "乙")
    assert item.text == "七天内"


def test_a_row_of_products_is_told_with_its_fields_and_found_by_name_and_code() -> None:
    item = only("货号,商品名称,价格,尺码,库存,备注\nQH-1023,亚麻连衣裙,199,S/M/L,,七天无理由\n")

    assert item.text == "亚麻连衣裙\n货号：QH-1023\n价格：199\n尺码：S/M/L\n备注：七天无理由"
    assert item.wordings == ("亚麻连衣裙", "亚麻连衣裙 QH-1023")
    assert item.codes == ("QH-1023",)
    assert "qh-1023" in list(lexical.terms(item.wordings[1])), "a code is one word"
    assert item.is_faq


def test_a_product_may_have_several_codes_or_only_those() -> None:
    assert only('名称,SKU\n帽子,"A-1, A-2"\n').codes == ("A-1", "A-2")
    assert only("型号,功率\nX200,5W\n").title == "X200"


@pytest.mark.parametrize(
    "cell", ['="00123"', '"=""00123"""', "'00123", ' ="00123" '], ids=["formula", "quoted", "typed", "spaces"]
)
def test_what_keeps_excel_from_taking_a_code_for_a_number_is_not_told(cell: str) -> None:
    item = only(f'货号,名称,备注\n{cell},帽子,"=""大""号"\n')

    assert item.codes == ("00123",)
    assert item.text == '帽子\n货号：00123\n备注：="大"号', "a text that only begins so stays as it is"


def test_where_no_header_is_known_it_is_told_that_the_first_row_counts() -> None:
    unknown = read_csv("\n品种,说明\n耶加,花香\n".encode(), "beans.csv")
    known = read_csv("品名,说明\n耶加,花香\n".encode(), "beans.csv")

    (note,) = unknown.notes
    assert note.startswith(
        "beans.csv: no header is known, so row 2 counts as a question; write 问题 and 答案"
    )
    assert known.notes == ()


@pytest.mark.parametrize("text", ["商品名称,价格\n,199\n", "商品名称,价格\n连衣裙,\n"])
def test_half_a_product_is_named(text: str) -> None:
    (problem,) = read_csv(text.encode(), "table.csv").problems

    assert problem.startswith("table.csv, row 2: has ")


def test_products_come_as_json_too() -> None:
    rows = [{"name": "连衣裙", "sku": "A-1", "colours": ["红", "白"], "on_sale": True, "price": 199.0}]

    (item,) = read_json(json.dumps({"data": rows}).encode(), "products.json").items

    assert item.text == "连衣裙\nsku：A-1\ncolours：红，白\non_sale：是\nprice：199"


def test_an_object_within_a_product_is_named() -> None:
    rows = [{"name": "连衣裙", "sizes": {"S": 1}}]

    (problem,) = read_json(json.dumps(rows).encode(), "products.json").problems

    assert problem == "products.json, entry 1: has a list or an object where a text belongs"


def test_a_row_among_others_is_no_header_whatever_it_asks() -> None:
    loaded = read_csv("怎么退货,七天内\n商品,型号\n多久发货,48小时\n".encode(), "faq.csv")

    assert [(item.title, item.text) for item in loaded.items] == [
        ("怎么退货", "七天内"),
        ("商品", "型号"),
        ("多久发货", "48小时"),
    ]
    (note,) = loaded.notes
    assert "no header is known" in note


@pytest.mark.parametrize(
    "above",
    ["青禾商品,,\n", "青禾商品,2026年春,\n", "青禾商品,,\n更新,2026-03-01,\n"],
)
def test_titles_and_notes_of_fewer_cells_may_stand_above_a_header(above: str) -> None:
    (item,) = read_csv(f"{above}货号,名称,价格\nQH-1023,连衣裙,199\n".encode(), "table.csv").items

    assert item.text == "连衣裙\n货号：QH-1023\n价格：199"


def test_a_note_as_wide_as_a_table_of_questions_is_a_note() -> None:
    loaded = read_csv("制表人,张三\n问题,答案\n怎么退货,七天内\n".encode(), "faq.csv")

    assert [(item.title, item.text) for item in loaded.items] == [("怎么退货", "七天内")]
    assert loaded.notes == ("faq.csv: row 1 above the header was left out",)


def test_a_table_that_is_too_long_is_refused_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Were its first part taken, the rest would look as if it had been taken out."""
    monkeypatch.setattr(limits, "ROWS", 3)

    with pytest.raises(TooLarge, match="more than 3 rows; split it"):
        read_csv("问题,答案\n甲,1\n乙,2\n丙,3\n丁,4\n".encode(), "faq.csv")


def texts(table: str) -> list[str]:
    return [item.text for item in read_csv(table.encode(), "prices.csv").items]


def test_a_price_list_needs_no_name_above_its_first_column() -> None:
    assert texts("序号,维修项目,收费标准（元）\n1,换屏,880\n2,换电池,390\n") == [
        "换屏\n收费标准（元）：880",
        "换电池\n收费标准（元）：390",
    ]
    assert texts("品种,单价,库存\n耶加,88,20\n") == ["耶加\n单价：88\n库存：20"]


def test_whatever_ends_in_a_price_is_one_and_what_has_none_below_is_no_list_of_them() -> None:
    assert texts("房型,平日价,周末价（元）\n大床房,¥268,328元起\n") == [
        "大床房\n平日价：¥268\n周末价（元）：328元起"
    ]
    assert texts("地区,运费\n江浙沪,8\n新疆,20元\n") == ["江浙沪\n运费：8", "新疆\n运费：20元"]
    assert titles("怎么付钱,看报价\n怎么退货,七天内\n") == ["怎么付钱", "怎么退货"]
    assert titles("押金多少,押金\n会员,9折\n电话,4001234567\n") == ["押金多少", "会员", "电话"]


def test_a_table_of_numbers_is_called_by_its_first_column() -> None:
    assert texts("项目,小型犬,大型犬\n洗澡,60,150\n剪毛,120元,面议\n") == [
        "洗澡\n小型犬：60\n大型犬：150",
        "剪毛\n小型犬：120元\n大型犬：面议",
    ]
    assert titles("怎么退货,七天内,退货流程\n多久发货,2天,几天发货\n") == ["怎么退货", "多久发货"]
    assert titles("打几折,八折,折扣\n起送价,20,几元起送\n配送费,3,运费\n") == ["打几折", "起送价", "配送费"]


def test_a_question_of_two_lines_is_told_in_one() -> None:
    assert only('问题,答案\n"双十一\n有优惠吗",八折\n').title == "双十一有优惠吗"
    assert only('名称,价格\n"iPhone 13\nPro",880\n').title == "iPhone 13 Pro"


def test_a_number_that_only_counts_the_rows_names_nothing() -> None:
    (item,) = read_csv("编号,项目,时长\n1,换屏,一小时\n".encode(), "prices.csv").items

    assert item.title == "换屏"


def test_numbers_are_no_answers_where_nobody_called_them_so() -> None:
    loaded = read_csv("iPhone 13,880\niPhone 14,¥980\niPad,要看型号\n".encode(), "prices.csv")

    assert loaded.items == ()
    assert "its columns have no names that say what they hold" in loaded.problems[0]
    assert len(read_csv("怎么退货,七天内\n客服电话,4001234567\n".encode(), "faq.csv").items) == 2


def test_a_header_may_take_two_rows() -> None:
    below = "名称,换屏,,换电池\n,原装,国产,\niPhone 13,880,480,390\n"
    above = ",换屏,,换电池,\n名称,原装,国产,原装,国产\niPhone 13,880,480,390,190\n"

    assert texts(below) == ["iPhone 13\n换屏 原装：880\n换屏 国产：480\n换电池：390"]
    assert texts(above) == ["iPhone 13\n换屏 原装：880\n换屏 国产：480\n换电池 原装：390\n换电池 国产：190"]


def test_a_row_below_the_header_is_a_row_though_a_column_has_no_name() -> None:
    loaded = read_csv("名称,价格,\n洗澡,50,老客户八折\n".encode(), "prices.csv")

    assert [item.text for item in loaded.items] == ["洗澡\n价格：50"]
    assert loaded.notes == ("prices.csv: column C has no name, and was left out",)


def test_a_model_s_name_may_have_spaces() -> None:
    phone = only("型号,价格\niPhone 13 Pro,880\n")

    assert (phone.title, phone.codes) == ("iPhone 13 Pro", ("iPhone 13 Pro",))
    assert only("名称,货号\n帽子,QH-1023 QH-1024\n").codes == ("QH-1023", "QH-1024")


def titles(table: str) -> list[str]:
    return [item.title for item in read_csv(table.encode(), "prices.csv").items]


def test_rows_of_one_name_are_told_apart_by_what_differs_in_them() -> None:
    repairs = read_csv(
        "型号,维修项目,价格\niPhone 13,换屏,880\niPhone 13,换电池,390\niPhone 14,换屏,980\n".encode(), "x.csv"
    ).items

    assert [item.title for item in repairs] == ["iPhone 13 换屏", "iPhone 13 换电池", "iPhone 14 换屏"]
    assert repairs[0].text == "iPhone 13 换屏\n型号：iPhone 13\n维修项目：换屏\n价格：880"
    assert repairs[0].wordings == ("iPhone 13 换屏", "iPhone 13")
    assert titles("名称,颜色,尺码\n裙子,红,S\n裙子,红,M\n裙子,白,S\n") == [
        "裙子 红 S",
        "裙子 红 M",
        "裙子 白 S",
    ]
    assert titles("名称,会员价\n洗澡,五折\n洗澡,六折\n") == ["洗澡", "洗澡"]
    assert titles("货号,名称,价格\n001023,帽子,9\n001024,帽子,8\n") == ["帽子 001023", "帽子 001024"]


def test_columns_that_a_table_of_questions_does_not_have_are_named() -> None:
    loaded = read_csv("序号,问题,答案,渠道,备注\n1,底价多少,八折,内部,x\n".encode(), "faq.csv")

    assert loaded.notes == ("faq.csv: not read, as an entry has no such columns: 渠道, 备注",)


def test_two_rows_of_one_name_leave_many_others_as_they_are() -> None:
    others = "".join(f"帽子{number},红\n" for number in range(5))

    assert titles(f"名称,颜色\n裙子,红\n裙子,白\n{others}")[:3] == ["裙子 红", "裙子 白", "帽子0"]


def test_a_price_alone_tells_no_row_from_another() -> None:
    loaded = read(BY_ENDING[".csv"], "名称,价格\n洗澡,50元起\n洗澡,60元\n".encode(), "x.csv")

    assert [item.title for item in loaded.items] == ["洗澡", "洗澡"]
    assert loaded.notes == ("x.csv, row 3: asks what row 2 asks, and answers otherwise; both are kept",)


def test_a_name_that_is_missing_is_named_and_nothing_takes_its_place() -> None:
    loaded = read_csv("名称,规格,价格\n猫粮,5kg,100\n,10kg,180\n".encode(), "x.csv")

    assert [item.title for item in loaded.items] == ["猫粮"]
    assert loaded.problems == ("x.csv, row 3: has no name",)
