"""A run as a file and as a page, and two runs side by side."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from bot.errors import BadRequest
from knowledge.judge.cases import FAR, Case, Found, Judged, failed, searched
from knowledge.judge.compare import Comparison
from knowledge.judge.figures import figures
from knowledge.judge.page import page
from knowledge.judge.report import Run, read, written

NASTY = "<script>alert('x')</script>\"&"


def asked(question: str, gold: str, found: str, score: float) -> Judged:
    case = Case(question, (gold,)) if gold else Case(question, kind=FAR)
    return searched(case, [Found(found, score)], is_answered=score >= 0.5, seconds=0.1)


def a_run(*judged: Judged, **changes: object) -> Run:
    run = Run(
        at="2026-01-02T03:04:05+00:00",
        tenant="shop",
        files=("q.jsonl",),
        answers=False,
        enough=0.5,
        at_once=4,
        figures=figures(judged),
        judged=judged,
    )
    return replace(run, **changes)  # type: ignore[arg-type]


RUN = a_run(
    asked("怎么退", "怎么退货", "怎么退货", 0.9),
    asked("几天到", "几天能收到", "多久发货", 0.7),
    asked("想换", "怎么换货", "怎么换货", 0.3),
    asked("天气", "", "多久发货", 0.6),
    failed(Case("多贵", ("价格",)), "the worker is away"),
)


class Seen(HTMLParser):
    """Elements, in which others stand open, and all text."""

    VOID = ("meta", "path", "circle", "polyline")

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.open: list[str] = []
        self.names: set[str] = set()
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.names |= {name for name, _ in attrs}
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data + "\n"


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(written(RUN))

    assert read(tmp_path / "run.json") == RUN


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[" * 100_000, b"\xff", written(RUN)[:-3], written(RUN).replace(b'"found"', b'"lost"')],
    ids=["empty", "other", "deep", "bytes", "cut", "without a field"],
)
def test_what_is_no_run_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "run.json").write_bytes(data)

    with pytest.raises(BadRequest, match="is no run that"):
        read(tmp_path / "run.json")


def test_a_run_of_another_version_is_not_compared(tmp_path: Path) -> None:
    (tmp_path / "run.json").write_bytes(written(replace(RUN, format=2)))

    with pytest.raises(BadRequest, match="another version"):
        read(tmp_path / "run.json")
    with pytest.raises(BadRequest, match="no such file"):
        read(tmp_path)


def test_figures_of_an_earlier_run_are_counted_anew(tmp_path: Path) -> None:
    """So that both are counted alike, whatever was in the file."""
    (tmp_path / "run.json").write_bytes(written(replace(RUN, figures=figures([]))))

    assert read(tmp_path / "run.json").figures == RUN.figures


def test_which_questions_got_better_and_which_worse() -> None:
    before = [
        asked("怎么退", "怎么退货", "多久发货", 0.9),
        asked("想换", "怎么换货", "怎么换货", 0.9),
        asked("天气", "", "多久发货", 0.9),
        asked("一样", "一样", "一样", 0.9),
        asked("从前", "从前", "从前", 0.9),
        failed(Case("坏了", ("坏了",)), ""),
    ]
    after = [
        asked("怎么退", "怎么退货", "怎么退货", 0.9),
        asked("想换", "怎么换货", "怎么换货", 0.1),
        asked("天气", "", "多久发货", 0.1),
        asked("一样", "一样", "一样", 0.6),
        asked("坏了", "坏了", "坏了", 0.9),
    ]

    told = Comparison.of(before, after)

    assert [change.after.case.question for change in told.better] == ["怎么退", "天气"]
    assert [change.after.case.question for change in told.worse] == ["想换"]
    assert (told.only_before, told.only_after) == (1, 1)


def test_the_page_lists_every_miss_with_what_was_found_instead() -> None:
    seen = Seen(page(replace(RUN, unknown=("几天能收到",))))

    assert seen.open == []
    text = re.sub(r"\s+", " ", seen.text)
    assert "Answered wrongly (1) question right found 几天到 几天能收到 0.70 多久发货" in text
    assert (
        "Not answered, though the knowledge has it (1) question right found 想换 怎么换货 0.30 怎么换货"
        in text
    )
    assert "Answered, though out of scope (1) question right found 天气 far 0.60 多久发货" in text
    assert "Could not be asked (1) question right found 多贵 价格 the worker is away" in text
    assert "Named, and no entry is called so 几天能收到" in text
    assert "怎么退 " not in text, "it is no miss"


def test_the_page_needs_nothing_from_elsewhere() -> None:
    text = page(RUN, RUN, Comparison.of(RUN.judged, RUN.judged))
    seen = Seen(text)

    assert not {"script", "link", "img", "iframe", "object"} & set(seen.tags)
    assert not {"src", "href", "style"} & seen.names
    assert not re.search(r"https?:|//|@import|url\(", text)
    assert seen.tags.count("svg") == 2
    assert "prefers-color-scheme: dark" in text


def test_nobodys_words_become_markup() -> None:
    nasty = asked(NASTY, NASTY, f"{NASTY}2", 0.9)
    answer = replace(nasty, answer=NASTY, reason=NASTY)
    run = a_run(answer, tenant=NASTY, files=(NASTY,), unknown=(NASTY,))
    better = replace(nasty, is_right=True, case=replace(nasty.case))

    text = page(run, run, Comparison.of([better], [answer]))

    assert "<script" not in text
    assert "'x'" not in text
    assert text.count("&lt;script&gt;") >= 9
    assert "script" not in Seen(text).tags


def test_the_page_tells_what_changed() -> None:
    earlier = a_run(asked("怎么退", "怎么退货", "怎么退货", 0.9))
    now = a_run(asked("怎么退", "怎么退货", "多久发货", 0.9))

    text = re.sub(r"\s+", " ", Seen(page(now, earlier, Comparison.of(earlier.judged, now.judged))).text)

    assert "hit@1 0.000 -1.000" in text
    assert "Got worse (1) question before now 怎么退 answered: 怎么退货 0.90 answered: 多久发货 0.90" in text


def test_a_run_of_nothing_but_failures_has_a_page() -> None:
    assert "Could not be asked (1)" in page(a_run(failed(Case("多贵", ("价格",)), "away")))
