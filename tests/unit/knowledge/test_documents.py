"""Word, PDF and web pages: what they tell, where they tell it, and nothing besides."""

from __future__ import annotations

import pytest

from knowledge.documents import Item
from knowledge.formats.html import read_html
from knowledge.formats.pdf import read_pdf
from knowledge.formats.word import read_word
from tests.unit.knowledge.made import docx, paragraph, pdf, table


def told(items: tuple[Item, ...]) -> list[tuple[str, str, str]]:
    return [(item.title, item.text, item.place) for item in items]


def test_a_word_document_keeps_its_headings_and_tables() -> None:
    """The styles bear English names in Word, and Chinese ones where WPS wrote them."""
    data = docx(
        paragraph("配送", style="1"),
        paragraph("全国发货。"),
        paragraph("时效", style="2"),
        table(["地区", "时间"], ["上海", "一天"]),
    )

    assert told(read_word(data, "delivery.docx").items) == [
        ("配送", "全国发货。", "paragraph 1"),
        ("配送 › 时效", "| 地区 | 时间 |\n| --- | --- |\n| 上海 | 一天 |", "paragraph 2"),
    ]


def test_short_lines_in_bold_and_numbered_ones_are_headings_where_word_has_none() -> None:
    data = docx(
        paragraph("宠物医院须知", bold=True),
        paragraph("一、收费"),
        paragraph("挂号二十元。"),
        paragraph("住院", bold=True),
        paragraph("每天一百元。"),
        paragraph("二、探视"),
        paragraph("每天三点到五点。"),
    )

    assert [(item.title, item.text) for item in read_word(data, "rules.docx").items] == [
        ("宠物医院须知 › 一、收费", "挂号二十元。"),
        ("宠物医院须知 › 一、收费 › 住院", "每天一百元。"),
        ("宠物医院须知 › 二、探视", "每天三点到五点。"),
    ]


def test_what_is_in_bold_and_heads_nothing_is_told_as_it_stands() -> None:
    bold = ("请提前一天预约。", "猫咪与狗狗分开住", "进水不保修")
    data = docx(*(paragraph(text, bold=True) for text in bold))

    (item,) = read_word(data, "rules.docx").items

    assert item.text == "请提前一天预约。\n\n猫咪与狗狗分开住\n\n进水不保修"


def test_word_s_own_headings_are_all_there_are_where_there_are_some() -> None:
    data = docx(paragraph("收费", style="2"), paragraph("今日特价", bold=True), paragraph("挂号十元。"))

    (item,) = read_word(data, "rules.docx").items

    assert (item.title, item.text) == ("收费", "今日特价\n\n挂号十元。")


def test_a_pdf_tells_its_pages() -> None:
    data = pdf(["第一章 退货", "七天内可以退货。", "地区 时效"], ["第二章 发货", "两天内发出。"])

    assert told(read_pdf(data, "rules.pdf").items) == [
        ("第一章 退货", "七天内可以退货。\n地区 时效", "page 1"),
        ("第二章 发货", "两天内发出。", "page 2"),
    ]


def test_a_sentence_that_goes_on_over_a_page_is_one_sentence() -> None:
    broken = "自签收之日起七天内商品未穿着未洗涤吊牌完好并且附有"

    first, second = read_pdf(pdf([broken], ["发票的，可以退货。", "两天内发出。"]), "rules.pdf").items

    assert (first.text, first.place) == (f"{broken}发票的，可以退货。", "page 1")
    assert (second.text, second.place) == ("两天内发出。", "page 2")


def test_running_titles_are_told_once_and_prices_always() -> None:
    pages = [
        [f"价格 {number}9 元", "说明一。", "说明二。", "青禾服饰商品手册", f"第 {number} 页"]
        for number in range(1, 5)
    ]

    text = "\n".join(item.text for item in read_pdf(pdf(*pages), "book.pdf").items)

    assert text.count("青禾服饰商品手册") == 1
    assert text.count("第 ") == 1
    assert [f"价格 {number}9 元" in text for number in range(1, 5)] == [True] * 4


def test_a_chapter_a_page_keeps_its_headings() -> None:
    pages = [[f"第{number}章 退货", f"第{number}章的说明。"] for number in range(1, 5)]

    items = read_pdf(pdf(*pages), "book.pdf").items

    assert [item.title for item in items] == [f"第{number}章 退货" for number in range(1, 5)]


def test_pages_without_text_are_counted() -> None:
    assert read_pdf(pdf(["七天内可以退货。"], []), "rules.pdf").notes == (
        "rules.pdf: 1 of 2 pages hold no text",
    )


PAGE = """<!doctype html><html><head><title>退货政策 - 青禾</title><style>p {}</style></head><body>
<header><a href="/">青禾</a></header><nav><ul><li>首页</li></ul></nav>
<div><h1>退货政策</h1><p>自签收之日起
七天内<b>可以</b>退货。<br>运费自理。</p><p hidden>内部</p><p style="display: none">内部</p>
<h2>范围</h2><ul><li>衣服<ul><li>裙子</li></ul></li><li>鞋</li></ul>
<details><summary>能换货吗</summary>可以。</details><p>尾巴 <a href="x">链接</a>。</p>
<dl><dt>电话</dt><dd>400</dd></dl></div>
<footer>版权</footer><script>alert(1)</script></body></html>"""


def test_a_page_is_what_its_readers_came_for() -> None:
    items = read_html(PAGE.encode(), "returns.html").items

    assert told(items) == [
        ("退货政策", "自签收之日起七天内可以退货。\n运费自理。", "line 3"),
        ("退货政策 › 范围", "- 衣服\n  - 裙子\n- 鞋", "line 5"),
        ("退货政策 › 范围 › 能换货吗", "可以。", "line 6"),
        ("退货政策 › 范围", "尾巴 链接。\n\n- 电话\n  400", "line 6"),
    ]


@pytest.mark.parametrize(
    "around",
    [
        '<div class="nav"><a href="/">首页</a></div>',
        '<ul id="main-nav" class="clearfix"><li>首页</li></ul>',
        '<div role="navigation">首页</div>',
        '<div class="foot copy footer">首页</div>',
        '<div class="sidebar">首页</div>',
    ],
)
def test_what_stands_around_each_page_of_a_site_is_left_out(around: str) -> None:
    page = f"<title>住宿</title><body>{around}<h1>入住须知</h1><p>两点后入住。</p></body>"

    assert told(read_html(page.encode(), "x.html").items) == [("入住须知", "两点后入住。", "line 1")]


@pytest.mark.parametrize(
    "page",
    [
        '<body class="sidebar"><h1>菜单</h1><p>红烧肉</p></body>',
        '<div class="has-sidebar no-footer"><h1>菜单</h1><p>红烧肉</p></div>',
        '<div id="sidebar"><h1>菜单</h1><p>红烧肉</p></div>',
        '<h1>菜单</h1><p class="menu nav-item footer-note">红烧肉</p>',
    ],
)
def test_a_page_is_not_left_out_for_what_its_parts_are_called(page: str) -> None:
    assert told(read_html(page.encode(), "x.html").items) == [("菜单", "红烧肉", "line 1")]


def test_a_page_that_names_its_main_part_is_read_there() -> None:
    page = "<title>发货</title><body><p>广告</p><main><p>两天内发出。</p></main><p>广告</p>"

    assert told(read_html(page.encode(), "x.html").items) == [("发货", "两天内发出。", "line 1")]


def test_what_is_struck_out_is_not_told() -> None:
    page = (
        "<h1>退货</h1><p><del>30天</del>7天内，<s>299</s><strike>259</strike>199元</p><del><p>包邮</p></del>"
    )

    assert told(read_html(page.encode(), "x.html").items) == [("退货", "7天内，199元", "line 1")]


def test_what_is_struck_out_in_word_is_not_told() -> None:
    struck = "<w:p><w:r><w:rPr><w:strike/></w:rPr><w:t>30天</w:t></w:r><w:r><w:t>7天内</w:t></w:r></w:p>"

    assert [item.text for item in read_word(docx(struck), "x.docx").items] == ["7天内"]


def test_cells_that_span_others_count_in_each() -> None:
    page = (
        "<table><tr><th>地区</th><th>时间</th></tr>"
        "<tr><td rowspan=2>上海</td><td>一天</td></tr><tr><td>两天</td></tr>"
        "<tr><td colspan=5000>其他</td></tr></table>"
    )

    (item,) = read_html(page.encode(), "x.html").items

    assert item.text.split("\n")[2].startswith("| 上海 | 一天 |")
    assert item.text.split("\n")[3].startswith("| 上海 | 两天 |")
    assert item.text.count("其他") == 20


def test_a_table_for_the_layout_is_no_table() -> None:
    page = "<table><tr><td><h2>退货</h2><p>七天内。</p></td></tr></table>"

    assert told(read_html(page.encode(), "x.html").items) == [("退货", "七天内。", "line 1")]


def test_a_page_is_read_as_it_says_it_is_written() -> None:
    page = '<meta charset="gb2312"><p>七天内可以退货，運費自理。</p>'

    assert read_html(page.encode("gb18030"), "x.html").items[0].text == "七天内可以退货，運費自理。"
    assert read_html(page.encode("utf-8"), "x.html").items[0].text == "七天内可以退货，運費自理。", "it lies"
