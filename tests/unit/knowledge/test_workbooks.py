"""Workbooks as their managers see them: formats of numbers, and what is struck through."""

from __future__ import annotations

import datetime

from openpyxl import Workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font

from knowledge.documents import Item
from knowledge.formats.workbook import read_workbook
from tests.unit.knowledge.made import old_workbook, rewritten, saved, workbook


def items(book: Workbook) -> tuple[Item, ...]:
    return read_workbook(saved(book), "shop.xlsx").items


def test_numbers_are_told_as_their_cells_show_them() -> None:
    book = workbook(
        说明=[["怎么保养", "手洗"]],
        商品=[
            ["货号", "名称", "含棉量", "价格", "折扣", "营业", "重量"],
            [1023, "衬衫", 0.8, 199, 0.85, 9.5, 3.3000000000000003],
        ],
    )
    sheet = book["商品"]
    for place, code in {"A2": "000000", "C2": "0%", "D2": '"¥"#,##0.00', "E2": "0.0%"}.items():
        sheet[place].number_format = code
    sheet["F2"] = datetime.timedelta(hours=30)

    shirt = items(book)[1]

    assert shirt.codes == ("001023",)
    assert shirt.text == "衬衫\n货号：001023\n含棉量：80%\n价格：¥199.00\n折扣：85.0%\n营业：30:00\n重量：3.3"


def test_an_answer_may_be_a_percentage() -> None:
    book = workbook(问答=[["问题", "答案"], ["打几折", 0.85]])
    book["问答"]["B2"].number_format = "0%"

    (item,) = items(book)

    assert item.text == "85%"


def test_a_number_in_a_merged_cell_is_shown_alike_in_each_of_its_rows() -> None:
    book = workbook(商品=[["名称", "含棉量"], ["衬衫", 0.8], ["裙子", None]])
    book["商品"]["B2"].number_format = "0%"
    book["商品"].merge_cells("B2:B3")

    assert [item.text for item in items(book)] == ["衬衫\n含棉量：80%", "裙子\n含棉量：80%"]


def test_what_is_struck_through_is_not_told() -> None:
    book = workbook(商品=[["名称", "价格", "备注"], ["衬衫", 299, None], ["裙子", 199, None]])
    sheet = book["商品"]
    sheet["B2"].font = Font(strike=True)
    sheet["C2"] = CellRichText(
        TextBlock(InlineFont(strike=True), "包邮"), TextBlock(InlineFont(b=True), "满99包邮")
    )
    for cell in sheet[3]:
        cell.font = Font(strike=True)

    (item,) = items(book)

    assert item.text == "衬衫\n备注：满99包邮"


def test_what_is_struck_through_in_a_text_that_cells_share_is_not_told() -> None:
    """Excel keeps texts in a part of their own."""
    plain = b'<c r="B2" t="inlineStr"><is><t>price</t></is></c>'
    texts = "<sst><si><t>x</t></si><si><r><rPr><strike/></rPr><t>299元</t></r><r><t>199元</t></r></si></sst>"
    data = rewritten(
        saved(workbook(问答=[["问题", "答案"], ["多少钱", "price"]])),
        plain,
        b'<c r="B2" t="s"><v>1</v></c>',
        more={"xl/sharedStrings.xml": texts.encode()},
    )

    (item,) = read_workbook(data, "shop.xlsx").items

    assert item.text == "199元"


def test_cells_that_do_not_say_where_they_stand_stand_in_line() -> None:
    book = workbook(商品=[["名称", "含棉量"], ["衬衫", 0.8]])
    book["商品"]["B2"].number_format = "0%"
    data = rewritten(rewritten(saved(book), b'<c r="B2"', b"<c"), b'<row r="2"', b"<row")

    assert [item.text for item in read_workbook(data, "shop.xlsx").items] == ["衬衫\n含棉量：80%"]


def test_a_workbook_without_styles_is_read_all_the_same() -> None:
    assert len(read_workbook(old_workbook(), "shop.xls").items) == 2


def test_what_is_hidden_is_not_told_and_named() -> None:
    book = workbook(
        价目=[["名称", "价格", "进价"], ["洗澡", 50, 12], ["停售的药浴", 80, 20], ["剪指甲", 20, 1]]
    )
    sheet = book["价目"]
    sheet.column_dimensions["C"].hidden = True
    sheet.column_dimensions["F"].hidden = True
    sheet.row_dimensions[3].hidden = True

    loaded = read_workbook(saved(book), "shop.xlsx")

    assert [item.text for item in loaded.items] == ["洗澡\n价格：50", "剪指甲\n价格：20"]
    assert loaded.notes == (
        "shop.xlsx, sheet 价目: hidden columns (C) were left out; show what customers may be told",
        "shop.xlsx, sheet 价目: hidden rows (3) were left out; show what customers may be told",
    )


def test_what_a_filter_or_a_folded_outline_hides_is_told() -> None:
    book = workbook(价目=[["名称", "价格", "时长"], ["洗澡", 50, "一小时"], ["剪指甲", 20, "十分钟"]])
    sheet = book["价目"]
    sheet.auto_filter.ref = "A1:C3"
    sheet.auto_filter.add_filter_column(0, ["洗澡"])
    sheet.row_dimensions[3].hidden = True
    sheet.column_dimensions.group("C", hidden=True)

    loaded = read_workbook(saved(book), "shop.xlsx")

    assert [item.title for item in loaded.items] == ["洗澡", "剪指甲"]
    assert "一小时" in loaded.items[0].text
    assert loaded.notes == ()


def test_a_header_may_take_two_rows_in_merged_cells() -> None:
    book = workbook(
        价目=[
            ["数码维修价目表", None, None, None],
            ["机型", "换屏", None, "换电池"],
            [None, "原装", "国产", None],
            ["iPhone 13", 880, 480, 390],
        ]
    )
    sheet = book["价目"]
    sheet["A2"] = "名称"
    for merged in ("A1:D1", "A2:A3", "B2:C2", "D2:D3"):
        sheet.merge_cells(merged)

    assert [item.text for item in items(book)] == ["iPhone 13\n换屏 原装：880\n换屏 国产：480\n换电池：390"]


def test_a_title_across_the_table_goes_with_the_rows_below_it() -> None:
    book = workbook(
        价目=[
            ["名称", "价格", "备注"],
            ["小型犬", None, None],
            ["洗澡", 50, None],
            ["注：以上价格含毛巾", None, None],
            ["大型犬", None, None],
            ["洗澡", 120, "需预约"],
        ]
    )
    for row in (2, 4, 5):
        book["价目"].merge_cells(f"A{row}:C{row}")

    loaded = read_workbook(saved(book), "shop.xlsx")

    assert [item.text for item in loaded.items] == [
        "小型犬 洗澡\n价格：50",
        "大型犬 洗澡\n价格：120\n备注：需预约",
    ]
    assert loaded.problems == ()
    assert loaded.notes == ("shop.xlsx, sheet 价目: row 4 is one text across the table, and left out",)


def test_one_name_on_several_sheets_is_told_apart_by_theirs() -> None:
    book = workbook(
        换屏=[["名称", "价格"], ["iPhone 13", 880]],
        换电池=[["名称", "价格"], ["iPhone 13", 390], ["iPhone 4", 90]],
        Sheet3=[["名称", "价格"], ["iPhone 13", 1]],
    )

    assert [item.title for item in items(book)] == [
        "iPhone 13 换屏",
        "iPhone 13 换电池",
        "iPhone 4",
        "iPhone 13",
    ]
