"""The examples in docs/knowledge.md can be imported, or asked, as they stand."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from bot.settings import TenantSettings
from knowledge.judge import questions
from knowledge.judge.cases import FAR, IN, NEAR
from knowledge.kinds import BY_ENDING, read

TEXT = (Path(__file__).parents[3] / "docs" / "knowledge.md").read_text(encoding="utf-8")
EXAMPLES = dict(re.findall(r"^`(\w+\.\w+)`[^\n]*\n\n```\w+\n(.*?)```", TEXT, re.MULTILINE | re.DOTALL))
QUESTIONS = EXAMPLES.pop("questions.jsonl")


def test_the_page_has_an_example_of_each_form_of_text() -> None:
    assert set(EXAMPLES) == {"faq.csv", "faq.json", "faq.jsonl", "faq.txt", "products.csv", "rules.md"}


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_read_without_a_word(name: str) -> None:
    loaded = read(BY_ENDING[Path(name).suffix], EXAMPLES[name].encode(), name)

    assert loaded.items
    assert (loaded.problems, loaded.notes, loaded.folded) == ((), (), 0)


def test_the_questions_can_be_asked(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text(QUESTIONS, encoding="utf-8")

    asked = questions.read([tmp_path / "questions.jsonl"])

    assert [case.kind for case in asked.cases] == [IN, IN, IN, NEAR, FAR]
    assert len(asked.cases[2].history) == 2
    assert (asked.problems, asked.notes) == ((), ())


def test_each_kind_of_file_is_named_there() -> None:
    assert all(f"{ending}`" in TEXT for ending in BY_ENDING)


def test_its_settings_can_be_written_so() -> None:
    environ = {"ERP_TOKEN": "x", "SHOP_DATABASE": "sqlite://"}
    for table in re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL):
        written = tomllib.loads(table.replace("tenants.", ""))
        TenantSettings.model_validate({"name": "shop", **written}, context={"environ": environ})
