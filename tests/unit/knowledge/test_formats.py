"""Whatever a shop's manager exports is read, and what can't be read is named."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.errors import BadRequest, Rejected, TooLarge
from knowledge.apart import Apart
from knowledge.documents import Item, Loaded
from knowledge.formats.json_file import read_json
from knowledge.formats.limits import ANSWER_CHARS, PIECE_TOKENS
from knowledge.formats.markdown import read_markdown
from knowledge.formats.table import read_csv
from knowledge.formats.text import read_text
from knowledge.formats.workbook import read_workbook
from knowledge.kinds import BY_ENDING, read
from tests.unit.knowledge.made import rewritten


def told(loaded: Loaded) -> list[tuple[tuple[str, ...], str]]:
    return [(item.wordings, item.text) for item in loaded.items]


def questions(text: str) -> Loaded:
    return read_text(text.encode(), "faq.txt")


@pytest.mark.parametrize(
    "text",
    [
        "Q: 怎么退货\nA: 七天内",
        "q：怎么退货\na：七天内",
        "问：怎么退货\n答：七天内",
        "问题: 怎么退货\n答案: 七天内",
        "Q:怎么退货\r\nA:七天内\r\n",
        "問題：怎么退货\n答案：七天内",
        "1. 问：怎么退货\n   答：七天内",
        "（1）问题1：怎么退货\n（1）答案1：七天内",
        "【问】怎么退货\n【答】七天内",
        "[Q1] 怎么退货\n[A1]：七天内",
        "Q1、怎么退货\nA1、七天内",
        "Q：怎么退货 A：七天内",
        "1、问：怎么退货 答：七天内",
    ],
)
def test_questions_and_answers_are_marked_in_many_ways(text: str) -> None:
    assert told(questions(text)) == [(("怎么退货",), "七天内")]


def test_questions_and_answers_may_stand_in_one_line() -> None:
    text = "Q：怎么退货？A：七天内\nQ：多久发货\nA：两天\n问：谁付运费 答：本店 问：能换吗 答：能\n常年有效"

    assert told(questions(text)) == [
        (("怎么退货？",), "七天内"),
        (("多久发货",), "两天"),
        (("谁付运费",), "本店"),
        (("能换吗",), "能\n常年有效"),
    ]


def test_what_only_looks_like_a_mark_is_text() -> None:
    text = "Q：两款 A：棉 B：麻 怎么选\nA：怕皱选棉，如有 问题：请联系客服\nA4、A5纸都有"

    assert told(questions(text)) == [
        (("两款 A：棉 B：麻 怎么选",), "怕皱选棉，如有 问题：请联系客服\nA4、A5纸都有")
    ]


@pytest.mark.parametrize(
    "text", ["1. 问题：屏幕不亮\n   处理：长按电源键", "【问题】屏幕不亮\n【处理】长按电源键"]
)
def test_problems_with_their_mends_are_a_document(text: str) -> None:
    (item,) = questions(text).items

    assert not item.is_faq
    assert "屏幕不亮" in item.text


def test_an_entry_may_have_several_wordings_and_an_answer_of_several_lines() -> None:
    loaded = questions(
        "# 退货\nQ: 怎么退货\nQ: 退货流程\nQ: 怎么退货\nA: 第一步\n第二步\n\nQ: 多久发货\nA: 两天"
    )

    assert told(loaded) == [(("怎么退货", "退货流程"), "第一步\n第二步"), (("多久发货",), "两天")]
    assert [item.place for item in loaded.items] == ["line 2", "line 8"]


def test_a_block_that_is_half_an_entry_is_named_and_the_rest_is_kept() -> None:
    loaded = questions("Q: 没有答案\n\nQ: 怎么退货\nA: 七天内\nA:\nQ:\nA: 没有问题")

    assert told(loaded) == [(("怎么退货",), "七天内")]
    assert loaded.problems == ("faq.txt, line 1: has no answer", "faq.txt, line 6: has no question")


def test_a_text_without_questions_is_a_document() -> None:
    loaded = questions("第一章 退货\n\n七天内可以退。\n\n二、运费\n质量问题由本店承担。")

    assert [(item.title, item.text, item.place) for item in loaded.items] == [
        ("第一章 退货", "七天内可以退。", "line 3"),
        ("第一章 退货 › 二、运费", "质量问题由本店承担。", "line 6"),
    ]


def test_numbers_in_front_of_a_list_make_no_headings() -> None:
    (item,) = questions("以下不可退：\n一、内衣\n二、袜子").items

    assert item.text == "以下不可退：\n一、内衣\n二、袜子"


@pytest.mark.parametrize("title", ["二、售后", "\n二、售后\n", "\n【售后】", "\n=== 售后 ===\n"])
def test_a_title_above_the_next_questions_is_no_part_of_the_answer_before(title: str) -> None:
    loaded = questions(f"一、价格\n问：换屏多少钱\n答：880元\n{title}\n问：保修多久\n答：90天")

    assert told(loaded) == [(("换屏多少钱",), "880元"), (("保修多久",), "90天")]
    assert loaded.notes == ("faq.txt, line 1: belongs to no question, and was left out (and 1 more lines)",)


@pytest.mark.parametrize(
    "answer",
    [
        "分三步：\n一、拍照\n\n二、寄回\n\n三、等退款",
        "一、拍照\n二、寄回",
        "加微信\n【kefu123】",
        "先拍照\n- 寄回",
        "七天内。\n\n【质量问题】由本店付运费",
        "七天内。\n\n四、五两天休息。",
    ],
)
def test_what_only_looks_like_a_title_stays_in_the_answer(answer: str) -> None:
    assert told(questions(f"问：怎么退\n答：{answer}\n\n问：保修多久\n答：90天"))[0] == (("怎么退",), answer)


def test_what_stands_between_entries_is_named() -> None:
    loaded = questions("青禾客服问答\nQ1: 怎么退货\nA1: 七天内")

    assert told(loaded) == [(("怎么退货",), "七天内")]
    assert loaded.notes == ("faq.txt, line 1: belongs to no question, and was left out",)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
def test_windows_and_everybody_else_are_understood(encoding: str) -> None:
    assert told(read_text("Q: 怎么退货\nA: 七天内".encode(encoding), "f")) == [(("怎么退货",), "七天内")]


def test_what_is_no_text_is_refused_with_the_mend() -> None:
    with pytest.raises(BadRequest, match="save it again as UTF-8"):
        read_text(b"\xff\xff\xff\xff", "faq.txt")


@pytest.mark.parametrize(
    "text",
    [
        "问题,答案,相似问法\n怎么退货,七天内,退货流程|不想要了\n",
        "question;answer;similar\n怎么退货;七天内;退货流程；不想要了\n".replace("；", "|"),
        "Answer\tQuestion\tSimilar\n七天内\t怎么退货\t退货流程|不想要了\n",
        "怎么退货,七天内,退货流程|不想要了\n",
        '问题,答案,相似问\n怎么退货,七天内,"退货流程\n不想要了"\n',
    ],
)
def test_tables_are_read_however_they_are_written(text: str) -> None:
    assert told(read_csv(text.encode(), "faq.csv")) == [(("怎么退货", "退货流程", "不想要了"), "七天内")]


def test_a_bad_row_is_named_and_the_rest_is_kept() -> None:
    rows = [
        "问题,答案",
        "怎么退货,七天内",
        ",没有问题",
        "没有答案,",
        "",
        f"太长,{'字' * (ANSWER_CHARS + 1)}",
        "多久发货,两天",
    ]

    loaded = read_csv("\n".join(rows).encode(), "faq.csv")

    assert [item.title for item in loaded.items] == ["怎么退货", "多久发货"]
    assert [problem.split(": ")[0] for problem in loaded.problems] == [
        "faq.csv, row 3",
        "faq.csv, row 4",
        "faq.csv, row 6",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "问题;答案\n怎么退货;支持“七天”，需要吊牌\n",
        "问题\t答案\n怎么退货\t支持“七天”，需要吊牌\n",
        '问题,答案\n怎么退货,"支持“七天”，需要吊牌"\n',
        "怎么退货;支持“七天”，需要吊牌\n",
    ],
)
def test_commas_in_a_text_are_not_taken_for_columns(text: str) -> None:
    assert told(read_csv(text.encode(), "faq.csv")) == [(("怎么退货",), "支持“七天”，需要吊牌")]


def test_an_answer_cut_by_a_comma_that_nobody_quoted_is_named_and_not_kept_by_half() -> None:
    loaded = read_csv("问题,答案\n怎么退货,七天内,运费自理\n多久发货,两天\n".encode(), "faq.csv")

    assert told(loaded) == [(("多久发货",), "两天")]
    assert loaded.problems == (
        "faq.csv, row 2: has more cells than columns; put quotes around a text with commas",
    )


def test_a_quote_that_nobody_closed_costs_its_own_row_alone() -> None:
    text = '问题,答案\n多久发货,两天\n怎么退货,"七天内\n几点开门,九点\n地址在哪,嘉兴\n'

    loaded = read_csv(text.encode(), "faq.csv")

    assert [item.title for item in loaded.items] == ["多久发货", "几点开门", "地址在哪"]
    assert loaded.problems == (
        'faq.csv, row 3: has a quote that is never closed; write "" for a quote inside a cell',
    )


def test_quotes_that_are_never_closed_throughout_are_refused_soon() -> None:
    text = "问题,答案\n" + '怎么退货,"七天内\n' + ("多久发货,两天\n" * 300 + '怎么退货,"七天内\n') * 150

    with pytest.raises(BadRequest, match="never closed in many rows"):
        read_csv(text.encode(), "faq.csv")


def workbook(**sheets: list[list[object]]) -> bytes:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()


def test_every_sheet_of_a_workbook_is_read() -> None:
    data = workbook(
        退货=[["问题", "答案"], ["怎么退货", "七天内"], [None, None]], 客服=[["电话是多少", 4000001234]]
    )

    loaded = read_workbook(data, "faq.xlsx")

    assert told(loaded) == [(("怎么退货",), "七天内"), (("电话是多少",), "4000001234")]
    assert loaded.items[1].place == "sheet 客服, row 1"


def test_a_workbook_that_says_a_wrong_size_loses_no_rows() -> None:
    """Exports of web shops do so: one cell is claimed, the rows follow all the same."""
    exported = rewritten(
        workbook(退货=[["问题", "答案"], ["怎么退货", "七天内"]]),
        b'<dimension ref="A1:B2"/>',
        b'<dimension ref="A1"/>',
    )

    assert told(read_workbook(exported, "faq.xlsx")) == [(("怎么退货",), "七天内")]


def test_what_only_calls_itself_a_workbook_is_refused() -> None:
    odd = io.BytesIO()
    with zipfile.ZipFile(odd, "w") as archive:
        archive.writestr("hello.txt", "no sheets")
    for data in (b"not a zip", odd.getvalue()):
        with pytest.raises(BadRequest, match=r"save it again as \.xlsx"):
            read_workbook(data, "faq.xlsx")


def test_a_zip_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"\0" * (201 << 20))
    assert len(bomb.getvalue()) < 1 << 20

    with pytest.raises(TooLarge, match="unpacks to more than 200 MB"):
        read_workbook(bomb.getvalue(), "faq.xlsx")


ROW = {"question": "怎么退货", "answer": "七天内", "similar": ["退货流程"]}


@pytest.mark.parametrize(
    "text", [json.dumps([ROW]), json.dumps({"items": [ROW]}), json.dumps(ROW), json.dumps(ROW) + "\n\n"]
)
def test_json_comes_as_a_list_an_object_or_lines(text: str) -> None:
    assert told(read_json(text.encode(), "faq.json")) == [(("怎么退货", "退货流程"), "七天内")]


def test_a_list_where_a_text_belongs_is_named() -> None:
    loaded = read_json(json.dumps([{"question": "怎么退货", "answer": ["七天"]}, ROW]).encode(), "faq.json")

    assert len(loaded.items) == 1
    assert "a list or an object where a text belongs" in loaded.problems[0]


def test_half_an_emoji_at_a_cut_does_no_harm() -> None:
    (item,) = read_json(json.dumps([{**ROW, "answer": "好的\ud83d"}]).encode(), "faq.json").items

    assert item.text == "好的"


def test_a_broken_line_of_jsonl_is_named() -> None:
    loaded = read_json((json.dumps(ROW) + "\n{broken\n3\n" + json.dumps(ROW)).encode(), "faq.jsonl")

    assert len(loaded.items) == 2
    assert [problem.split(": ")[0] for problem in loaded.problems] == [
        "faq.jsonl, line 2",
        "faq.jsonl, line 3",
    ]


@pytest.mark.parametrize("text", ["{broken", "3", "[" * 100_000])
def test_what_is_no_json_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        read_json(text.encode(), "faq.json")


def pieces(text: str) -> tuple[Item, ...]:
    return read_markdown(text.encode(), "delivery.md").items


def test_a_piece_knows_the_headings_above_it() -> None:
    found = pieces("前言\n\n# 配送\n\n总则。\n\n## 时效\n\n两天。\n\n# 退货\n\n七天。")

    assert [(item.title, item.text) for item in found] == [
        ("delivery.md", "前言"),
        ("配送", "总则。"),
        ("配送 › 时效", "两天。"),
        ("退货", "七天。"),
    ]
    assert found[2].place == "line 9"
    assert not any(item.is_faq for item in found)


def test_what_is_struck_out_is_not_told() -> None:
    (item,) = pieces("# 退货~~换货~~\n\n~~30天~~7天内，<del>旧价299</del> 现价199。\n\n- ~~包邮~~满99包邮")

    assert (item.title, item.text) == ("退货", "7天内， 现价199。\n\n- 满99包邮")


def test_waves_of_kindness_and_of_code_strike_nothing_out() -> None:
    text = "亲~~ 好的~~ 3~5天，7~9天\n\n写作 `~~x~~` 即可\n\n```\n~~y~~\n```"

    assert "".join(item.text for item in pieces(text)) == text


@pytest.mark.parametrize(
    ("page", "titles"),
    [
        ("甲\n## 二\n乙", ["隐私", "隐私 › 二"]),
        ("甲\n# 一\n乙", ["rules.md", "一"]),
    ],
)
def test_a_page_is_called_as_it_says_at_its_top_unless_a_heading_does(page: str, titles: list[str]) -> None:
    loaded = read_markdown(f"---\ntitle: 隐私\n---\n{page}\n".encode(), "rules.md")

    assert [item.title for item in loaded.items] == titles


def test_a_heading_left_out_leaves_no_hole_in_the_path() -> None:
    found = pieces("# 配送\n\n### 上海\n\n一天。\n\n## 运费\n\n包邮。\n\n> # 引用里的标题\n> 不算")

    assert [item.title for item in found] == ["配送 › 上海", "配送 › 运费"]


def test_english_is_cut_at_the_ends_of_its_sentences_too() -> None:
    found = pieces("Returns are accepted within seven days. " * 60)

    assert len(found) > 2
    assert all(item.text.endswith("days.") for item in found)


def test_tables_lists_and_code_stay_whole() -> None:
    table = "| 地区 | 时间 |\n| --- | --- |\n| 上海 | 一天 |"
    listed = "- 一\n- 二\n  - 三"
    code = "```\n# 不是标题\n```"

    (item,) = pieces(f"# 配送\n\n{table}\n\n{listed}\n\n{code}")

    assert table in item.text
    assert listed in item.text
    assert code in item.text


def test_what_is_long_is_cut_at_the_ends_of_sentences() -> None:
    found = pieces("# 说明\n\n" + "这是一句不长也不短的说明文字。" * 100)

    assert len(found) > 2
    assert all(len(item.text) <= PIECE_TOKENS for item in found)
    assert all(item.text.endswith("。") for item in found)
    assert "".join(item.text for item in found) == "这是一句不长也不短的说明文字。" * 100


def test_one_endless_sentence_is_cut_all_the_same() -> None:
    found = pieces("字" * 5000)

    assert "".join(item.text for item in found) == "字" * 5000
    assert max(len(item.text) for item in found) <= 2 * PIECE_TOKENS


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as process:
        yield process


SEEDS = (
    "Q: 怎么退货\nQ: 退货流程\nA: 七天内\n".encode(),
    "问题,答案\n怎么退货,七天内\n".encode(),
    json.dumps([ROW]).encode(),
    "# 标题\n\n| a | b |\n| - | - |\n\n- 一\n".encode(),
    workbook(退货=[["问题", "答案"], ["怎么退货", "七天内"]]),
)


@pytest.mark.parametrize("ending", BY_ENDING)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_file_is_worse_than_rejected(apart: Apart, ending: str, data: st.DataObject) -> None:
    kind = BY_ENDING[ending]
    body = bytearray(data.draw(st.one_of(st.binary(max_size=300), st.sampled_from(SEEDS))))
    for _ in range(data.draw(st.integers(0, 5))):
        if body:
            position = data.draw(st.integers(0, len(body) - 1))
            body[position : position + 1] = data.draw(st.binary(max_size=3))
    with suppress(Rejected):
        if kind.is_text:
            read(kind, bytes(body), f"file{ending}")
        else:
            apart.read(kind, bytes(body), f"file{ending}")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text", ["[" * 60_000, "*a_" * 20_000, "![[]()" * 10_000, "`~~" * 20_000, "~~x <s>" * 9_000]
)
def test_no_small_text_takes_long(text: str) -> None:
    """Those are read in the worker itself."""
    read(BY_ENDING[".md"], text.encode(), "a.md")


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "text", [f"Q{' ' * 60_000}x", "Q: x A: " * 8_000, f"Q:x{' ' * 60_000}", "Q: 1." * 10_000]
)
def test_no_line_of_marks_takes_long(text: str) -> None:
    with suppress(Rejected):
        read(BY_ENDING[".txt"], text.encode(), "a.txt")
