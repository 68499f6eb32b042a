"""Files of questions, good and bad."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from bot.errors import TooLarge
from bot.types import Speaker
from knowledge.judge import questions, sets
from knowledge.judge.cases import FAR, IN, NEAR, OUT, Case, Line
from knowledge.judge.questions import Questions


def read(folder: Path, text: str, name: str = "q.jsonl", encoding: str = "utf-8") -> Questions:
    (folder / name).write_text(text, encoding=encoding)
    return questions.read([folder / name])


def test_a_line_has_a_question_and_what_is_right(tmp_path: Path) -> None:
    row = {
        "question": " 退货要邮费吗 ",
        "gold": ["退货运费谁出", "怎么退货"],
        "facts": ["七天", ["免费", "不用付钱"]],
        "never": "三十天",
        "reference": "七天内免费。",
        "tags": "运费,退货",
        "split": "dev",
    }

    (case,) = read(tmp_path, json.dumps(row)).cases

    assert case == Case(
        "退货要邮费吗",
        ("退货运费谁出", "怎么退货"),
        IN,
        ("运费", "退货", "dev"),
        (("七天",), ("免费", "不用付钱")),
        ("三十天",),
        "七天内免费。",
    )


def test_what_is_out_of_scope_says_so_or_names_no_entry(tmp_path: Path) -> None:
    lines = [
        '{"query": "甲", "gold": null}',
        '{"query": "乙", "gold": ""}',
        '{"query": "丙", "scope": "out"}',
        '{"query": "丁", "scope": "near"}',
        '{"query": "戊", "type": "oos_far", "gold_id": null}',
        '{"query": "己", "type": "oos_unseen", "gold_id": null}',
        '{"query": "庚", "type": "small_talk", "gold": null}',
    ]

    cases = read(tmp_path, "\n".join(lines)).cases

    assert [case.kind for case in cases] == [OUT, OUT, OUT, NEAR, FAR, "unseen", OUT]
    assert not any(case.gold for case in cases)
    assert cases[-1].tags == ("small_talk",), "a type says nothing to us, and can be chosen by"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_table_has_the_same_names_or_those_of_the_import(tmp_path: Path, encoding: str) -> None:
    text = '问题,条目,答案,要点,范围\n怎么退,怎么退货,"七天内,免费",七天|免费,\n天气,,,,far\n'

    asked = read(tmp_path, text, "q.csv", encoding)

    first, second = asked.cases
    assert (first.question, first.gold, first.reference) == ("怎么退", ("怎么退货",), "七天内,免费")
    assert first.facts == (("七天",), ("免费",))
    assert (second.gold, second.kind) == ((), FAR)
    assert asked.problems == ()


BAD_LINES = {
    '{"question": "甲"}': 'has no gold; write the title of its entry, or "scope": "out"',
    '{"question": " ", "gold": "乙"}': "has no question",
    '{"gold": "乙"}': "has no question",
    "甲": "is no valid JSON; write an object a line",
    '["甲"]': 'is no object; write {"question": …, "gold": …}',
    "[" * 100_000: "is no valid JSON; write an object a line",
    '{"question": {"a": 1}, "gold": "乙"}': "has something in question that is no text",
    '{"question": "甲", "gold": [["乙"]]}': "has something in gold that is no text",
    '{"question": "甲", "gold": "乙", "scope": "out"}': "names an entry, and is said to be out of scope",
    '{"question": "甲", "gold": "", "scope": "in"}': "is said to be in scope, and names no entry (gold)",
    '{"question": "甲", "gold": "乙", "scope": "maybe"}': "has a scope that is none of in, 范围内, out",
    '{"question": "甲", "gold_id": "kb-1"}': "names an id that no entry has (kb-1); say which with --knowledge",
    f'{{"question": "{"甲" * 501}", "gold": "乙"}}': "has a question of more than 500 characters",
    f'{{"question": "甲", "gold": {json.dumps(["乙"] * 21)}}}': "has more than 20 in gold",
    f'{{"question": "甲", "gold": "乙", "tags": ["{"丙" * 61}"]}}': "has a tag of more than 60 characters",
    '{"question": "甲\ufffd", "gold": "乙"}': "has characters that can't be read (\ufffd); write them anew",
}


@pytest.mark.parametrize("line", BAD_LINES, ids=lambda line: line[:30])
def test_a_bad_line_is_named_and_the_rest_is_kept(tmp_path: Path, line: str) -> None:
    asked = read(tmp_path, f'{{"question": "好", "gold": "乙"}}\n\n{line}\n')

    assert [case.question for case in asked.cases] == ["好"]
    (problem,) = asked.problems
    assert problem.startswith(f"q.jsonl, line 3: {BAD_LINES[line]}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("甲,乙\n丙,丁\n", "q.csv: its first row does not name the columns"),
        ("question,gold\n甲,乙,丙\n", "q.csv, line 2: has more cells than columns"),
        ('question,gold\n"甲,乙\n丙,丁\n', "q.csv, line 2: has a quote that is never closed"),
        ("", "q.csv: is empty"),
        ("\x00\x01\x02", "q.csv: is no text"),
    ],
)
def test_a_table_that_is_none(tmp_path: Path, text: str, told: str) -> None:
    asked = read(tmp_path, text, "q.csv")

    assert asked.cases == ()
    assert asked.problems[0].startswith(told)


def test_files_that_can_not_be_read_stop_no_other(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_text('{"question": "好", "gold": "乙"}', "utf-8")
    (tmp_path / "q.pdf").write_text("x", "utf-8")
    (tmp_path / "folder.csv").mkdir()
    os.mkfifo(tmp_path / "pipe.jsonl")
    names = ["none.jsonl", "q.pdf", "folder.csv", "pipe.jsonl", "good.jsonl"]

    asked = questions.read([tmp_path / name for name in names])

    assert len(asked.cases) == 1
    assert [problem.split(" (")[0] for problem in asked.problems] == [
        "none.jsonl: can't be opened",
        "q.pdf: is of no kind that can be read",
        "folder.csv: can't be opened",
        "pipe.jsonl: is no file but a folder, a pipe or a device; save what it gives as a file",
    ]


def test_a_name_that_is_no_utf8_can_be_told(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode("问题.jsonl".encode("gbk"))
    path.write_text('{"question": "好"}', "utf-8")

    (problem,) = questions.read([path]).problems

    assert problem.encode().endswith(b'"scope": "out"')


def test_what_is_asked_twice_counts_once(tmp_path: Path) -> None:
    asked = read(tmp_path, '{"question": "甲？", "gold": "乙"}\n{"question": "甲", "gold": "乙"}\n')

    assert len(asked.cases) == 1
    assert asked.notes == ("asked twice, and counted once: 1",)


USED = [
    {"role": "usr", "content": " 有保温杯吗 "},
    {"role": "assistant", "content": "有的。"},
    {"role": "客服", "text": ""},
]


def test_a_question_has_what_was_said_before_it(tmp_path: Path) -> None:
    row = {"question": "多少钱", "gold": "保温杯", "history": USED}

    (case,) = read(tmp_path, json.dumps(row)).cases

    assert case.history == (Line(Speaker.CUSTOMER, "有保温杯吗"), Line(Speaker.BOT, "有的。"))
    assert case.told == "(有的。) 多少钱"


def test_after_something_else_it_is_another_question(tmp_path: Path) -> None:
    rows = [
        {"question": "多少钱", "gold": "保温杯", "history": history} for history in (USED, USED, [], None)
    ]

    asked = read(tmp_path, "\n".join(map(json.dumps, rows)))

    assert len(asked.cases) == 2
    assert asked.notes == ("asked twice, and counted once: 2",)


@pytest.mark.parametrize(
    ("history", "told"),
    [
        ("客户：有吗", "has a history that is none"),
        (["有吗"], "has a line in its history that is none"),
        ([{"content": "有吗"}], "has a line in its history of somebody unknown (none)"),
        ([{"role": "tool", "content": "{}"}], "has a line in its history of somebody unknown (tool)"),
        ([{"role": "user", "content": ["有吗"]}], "has something in history that is no text"),
        ([{"role": "user", "content": "有" * 4001}], "has a history of more than 4000 characters"),
        ([{"role": "user", "content": "有"}] * 41, "has a history of more than 40 lines"),
    ],
)
def test_a_history_that_can_not_be_read_is_told(tmp_path: Path, history: object, told: str) -> None:
    asked = read(tmp_path, json.dumps({"question": "多少钱", "gold": "保温杯", "history": history}))

    assert asked.cases == ()
    assert asked.problems[0].startswith(f"q.jsonl, line 1: {told}")


def test_there_is_an_end_to_questions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(questions, "QUESTIONS", 2)

    with pytest.raises(TooLarge, match="over 2 questions"):
        read(tmp_path, "\n".join(f'{{"question": "{n}", "gold": "乙"}}' for n in range(3)))


def test_a_set_brings_its_own_entries_and_names_them_by_ids(tmp_path: Path) -> None:
    rows = [
        {"id": "a", "question": "怎么退货", "answer": "", "examples": ["退货流程"], "similar": ["想退"]},
        {"id": "b", "question": "多久发货", "answer": "两天", "category": "x"},
        {"id": "c", "question": ""},
    ]
    (tmp_path / "kb.jsonl").write_text("\n".join(map(json.dumps, rows)) + "\n[]\n", "utf-8")
    (tmp_path / "q.jsonl").write_text('{"query": "要退", "gold_id": "a", "type": "in_scope"}', "utf-8")

    loaded, titles = sets.read(tmp_path / "kb.jsonl")
    asked = questions.read([tmp_path / "q.jsonl"], titles=titles)

    first, second = loaded.items
    assert (first.wordings, first.text) == (("怎么退货", "想退", "退货流程"), "")
    assert (second.title, second.text) == ("多久发货", "两天")
    assert loaded.problems == (
        "kb.jsonl, line 3: has no question that is a text",
        "kb.jsonl, line 4: has no id that is a text",
    )
    assert asked.cases[0].gold == ("怎么退货",)


@pytest.mark.parametrize(
    "row",
    [
        {"id": "a", "question": "甲" * 501},
        {"id": "a", "question": "甲", "similar": [str(number) for number in range(1001)]},
        {"id": "a", "question": "甲", "answer": "乙" * 4001},
        {"id": "a", "question": "甲", "answer": ["乙"]},
        {"id": ["a"], "question": "甲"},
    ],
)
def test_an_entry_of_a_set_has_limits(tmp_path: Path, row: dict[str, object]) -> None:
    (tmp_path / "kb.jsonl").write_text(json.dumps(row), "utf-8")

    loaded, titles = sets.read(tmp_path / "kb.jsonl")

    assert (loaded.items, len(loaded.problems), titles) == ((), 1, {})


def test_entries_without_ids_are_read_as_an_import_reads_them(tmp_path: Path) -> None:
    (tmp_path / "faq.jsonl").write_text('{"问题": "怎么退货", "答案": "七天内"}', "utf-8")

    loaded, titles = sets.read(tmp_path / "faq.jsonl")

    assert ([item.text for item in loaded.items], titles) == (["七天内"], {})
