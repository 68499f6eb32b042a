"""Markup goes; a shop's own words stay as they are."""

from __future__ import annotations

import pytest

from adapters.plain import plain

MARKDOWN = {
    "# 退货政策": "退货政策",
    "### 运费 ###": "运费",
    "**七天**内可退": "七天内可退",
    "请看[退货说明](https://shop.example/return?a=1)": "请看退货说明 https://shop.example/return?a=1",
    "![图](https://shop.example/a.png)": "图 https://shop.example/a.png",
    "运行 `kefu up` 即可": "运行 kefu up 即可",
    "```python\nprint(1)\n```\n完": "print(1)\n完",
    "> 引用\n正文": "引用\n正文",
    "* 甲\n* 乙": "- 甲\n- 乙",
}
WORDS = [
    "尺寸 3*4*5 cm",
    "my_file_name 和 __init__.py",
    "2 ** 3 ** 2",
    "1. 先拍照\n2. 再申请",
    "价格 < 100 且 > 50",
    "#1 楼",
    "[见附件](本店)",
    "满 100 减 20 **",
    "<a href='https://shop.example'>官网</a>",
]


@pytest.mark.parametrize(("text", "expected"), MARKDOWN.items())
def test_markup_goes(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize("text", WORDS)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert plain(text) == text


def test_a_text_of_nothing_but_markup_is_not_swallowed() -> None:
    assert plain("```\n```") == "```\n```"


def test_control_characters_go_and_line_ends_are_plain() -> None:
    assert plain("甲\x00\x1b乙\r\n丙\r丁\t戊") == "甲乙\n丙\n丁\t戊"
