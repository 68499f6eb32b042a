"""`kefu eval`: what an operator is told, and what a build fails by."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner, Result

from bot.settings import Settings
from bot.types import Passage
from tests.builders import a_passage
from workers import desk
from workers.cli import app

CONFIG = '[[tenants]]\nname = "shop"\n'
KNOWN = {
    "要退": ("怎么退货", 0.9),
    "怎么退货": ("怎么退货", 1.0),
    "几天发": ("怎么退货", 0.6),
    "多久发货": ("多久发货", 1.0),
    "天气": ("多久发货", 0.1),
}
QUESTIONS = (
    '{"question": "要退", "gold": "怎么退货", "tags": "dev"}\n'
    '{"question": "几天发", "gold": "多久发货"}\n'
    '{"question": "天气", "scope": "far"}\n'
)


class FakeDesk:
    channels: ClassVar[list[str | None]] = []

    async def search(self, tenant: str, text: str, *, channel: str | None, limit: int) -> list[Passage]:
        self.channels.append(channel)
        title, score = KNOWN.get(text, ("怎么退货", 0.2))
        return [a_passage(title=title, score=score)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    @asynccontextmanager
    async def open_desk(_: Settings) -> AsyncIterator[FakeDesk]:
        yield FakeDesk()

    monkeypatch.setattr(desk, "open_desk", open_desk)
    (tmp_path / "kefu.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "q.jsonl").write_text(QUESTIONS, encoding="utf-8")
    return tmp_path


def kefu(folder: Path, *words: str) -> Result:
    args = ["eval", str(folder / "q.jsonl"), *words, "--config", str(folder / "kefu.toml")]
    return CliRunner().invoke(app, args)


def test_figures_what_became_of_all_and_the_misses(folder: Path) -> None:
    result = kefu(folder)

    lines = [line.split() for line in result.stdout.splitlines()]
    assert result.exit_code == 0, result.stderr
    assert ["hit@1", "0.500", "0.095–0.905"] in lines
    assert ["in", "scope", "2", "1", "1", "0", "0", "0"] in lines
    assert ["far", "1", "0", "0", "0", "0", "1"] in lines
    assert ["wrong", "几天发", "多久发货", "怎么退货", "0.60"] in lines


@pytest.mark.parametrize(
    ("channels", "option", "asked"),
    [
        (["web"], (), "web"),
        (["web", "app"], (), ""),
        (["web", "app"], ("--channel", "app"), "app"),
        ([], (), ""),
    ],
)
def test_it_asks_as_a_customer_of_the_channel_named_or_of_the_only_one(
    folder: Path, channels: list[str], option: tuple[str, ...], asked: str
) -> None:
    table = '[[channels]]\nname = "{}"\nkind = "webchat"\ntenant = "shop"\n'
    (folder / "kefu.toml").write_text(CONFIG + "".join(map(table.format, channels)), encoding="utf-8")
    FakeDesk.channels.clear()

    assert kefu(folder, *option).exit_code == 0
    assert set(FakeDesk.channels[:3]) == {asked}
    wrong = kefu(folder, "--channel", "内部")
    assert wrong.exit_code == 2
    assert "has no channel '内部'" in wrong.output + wrong.stderr


def test_a_build_fails_by_what_is_missed(folder: Path) -> None:
    kept = kefu(folder, "--hit1", "0.5", "--refused-far", "1", "--wrong", "0.5")
    missed = kefu(folder, "--hit1", "0.9", "--refused", "1", "--wrong", "0.4")

    assert kept.exit_code == 0
    assert missed.exit_code == 1
    assert missed.stderr.splitlines() == [
        "hit@1: 0.5, and 0.9 at least was asked for",
        "answered wrongly: 0.5, and 0.4 at most was asked for",
    ]
    assert kefu(folder, "--hit1", "1.5").exit_code == 2


def test_a_bad_line_is_named_and_fails_a_build(folder: Path) -> None:
    (folder / "q.jsonl").write_text(QUESTIONS + "{\n", encoding="utf-8")

    result = kefu(folder)

    assert result.exit_code == 1
    assert result.stderr == "q.jsonl, line 4: is no valid JSON; write an object a line\n"
    assert "hit@1" in result.stdout, "the others were asked"


def test_many_bad_lines_hide_no_bound_that_is_missed(folder: Path) -> None:
    (folder / "q.jsonl").write_text(QUESTIONS + "{\n" * 100, encoding="utf-8")

    lines = kefu(folder, "--hit1", "0.9").stderr.splitlines()

    assert (len(lines), lines[-2]) == (32, "… and 70 more of these")
    assert lines[-1] == "hit@1: 0.5, and 0.9 at least was asked for"


def test_a_gold_that_no_entry_has_is_named_with_the_nearest_and_in_no_figure(folder: Path) -> None:
    misnamed = '{"question": "能退吗", "gold": "退货怎么办"}\n'
    (folder / "q.jsonl").write_text(QUESTIONS + misnamed, encoding="utf-8")

    result = kefu(folder)

    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "no entry is called 退货怎么办; name another as gold (the nearest is 怎么退货), or import it",
        "in no figure, as their gold is none: 1",
    ]
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["hit@1", "0.500", "0.095–0.905"] in lines, "as without it"
    assert "能退吗" not in result.stdout


def test_when_every_gold_is_misnamed_there_are_no_figures(folder: Path) -> None:
    (folder / "q.jsonl").write_text('{"question": "要退", "gold": "退货怎么办"}', encoding="utf-8")

    result = kefu(folder, "--hit1", "0.9", "--html", str(folder / "page.html"))

    assert result.exit_code == 1
    assert "hit@1" not in result.stdout
    assert "退货怎么办" in (folder / "page.html").read_text(encoding="utf-8")


def test_without_a_question_nothing_is_asked(folder: Path) -> None:
    (folder / "q.jsonl").write_text("{}\n", encoding="utf-8")

    bad, tagged = kefu(folder), kefu(folder, "--only", "test")

    assert (bad.exit_code, tagged.exit_code) == (1, 1)
    assert bad.stderr.startswith("kefu: q.jsonl, line 1: has no gold")


def test_one_tag_alone(folder: Path) -> None:
    assert "hit@1              1.000" in kefu(folder, "--only", "dev").stdout


def test_files_are_written_and_the_next_run_is_compared(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, page = folder / "before.json", folder / "page.html"
    kefu(folder, "--json", str(before))
    monkeypatch.setitem(KNOWN, "几天发", ("多久发货", 0.8))
    monkeypatch.setitem(KNOWN, "天气", ("怎么退货", 0.8))

    result = kefu(folder, "--compare", str(before), "--json", str(before), "--html", str(page))

    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    assert "hit@1 1.000 0.342–1.000 +0.500" in lines
    assert lines[lines.index("1 got better") + 1] == "几天发: wrong (怎么退货) → right (多久发货)"
    assert lines[lines.index("1 got worse") + 1] == "天气: refused (多久发货) → wrong (怎么退货)"
    assert json.loads(before.read_bytes())["figures"]["hit1"] == 1.0, "of this run by now"
    assert "Got better (1)" in page.read_text(encoding="utf-8")


def test_runs_that_asked_in_other_ways_are_told_apart(folder: Path) -> None:
    before = folder / "before.json"
    kefu(folder, "--json", str(before))
    same = kefu(folder, "--compare", str(before))
    before.write_text(before.read_text("utf-8").replace('"answers": false', '"answers": true'), "utf-8")

    other = kefu(folder, "--compare", str(before))

    assert same.stderr == ""
    assert other.stderr.startswith("note: the earlier run asked another tenant, or in the other way")


def test_what_can_not_be_written_or_compared_is_told_before_anything_is_asked(folder: Path) -> None:
    nowhere = kefu(folder, "--html", str(folder / "none" / "page.html"))
    no_run = kefu(folder, "--compare", str(folder / "kefu.toml"))

    assert (nowhere.exit_code, nowhere.stdout) == (1, "")
    assert "page.html: can't be written; name a file in a folder that is there" in nowhere.stderr
    assert (no_run.exit_code, no_run.stdout) == (1, "")
    assert "is no run that `kefu eval --json` wrote" in no_run.stderr


def test_files_are_tried_before_they_are_imported(folder: Path) -> None:
    """Into a store of their own, which is gone afterwards."""
    (folder / "faq.csv").write_text("问题,答案\n怎么退货,七天内\n", encoding="utf-8")
    (folder / "kb.jsonl").write_text('{"id": "a", "question": "多久发货", "answer": ""}', encoding="utf-8")
    rows = '{"query": "怎么退货呢", "gold": "怎么退货"}\n{"query": "多久发货呀", "gold_id": "a"}\n'
    (folder / "q.jsonl").write_text(rows, encoding="utf-8")

    result = kefu(
        folder, "--knowledge", str(folder / "faq.csv"), "--knowledge", str(folder / "kb.jsonl"), "--hit1", "1"
    )

    assert result.exit_code == 0, result.stderr
    assert "kb.jsonl: 1 item, 1 new, 0 dropped" in result.stdout
    assert not (folder / "data").exists()
