"""What the doctor says of the knowledge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from workers.examine_knowledge import knowledge
from workers.finding import Finding

PART = "tenants.shop.knowledge"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.txt").write_text("Q: 怎么退货\nA: 七天内。\n", encoding="utf-8")
    return tmp_path


def found(folder: Path, **settings: Any) -> list[Finding]:
    tenant = {"name": "shop", "knowledge": [str(folder)]}
    return list(knowledge(Settings.model_validate({"tenants": [tenant], **settings})))


def test_a_healthy_folder_is_counted(folder: Path) -> None:
    assert found(folder) == [Finding(PART, True, f"{folder.name}: 1 item")]


def test_two_files_that_answer_otherwise_are_named(folder: Path) -> None:
    (folder / "b.txt").write_text("Q: 怎么退货？\nA: 十五天内。\n", encoding="utf-8")

    told = "b.txt, line 1: asks what a.txt, line 1 asks, and answers otherwise; both are kept"
    assert found(folder)[1:] == [Finding(PART, True, told)]


def test_documents_without_a_model_are_quoted_seldom_and_the_doctor_says_so(folder: Path) -> None:
    (folder / "rules.md").write_text("# 退货\n\n七天内可以退。\n", encoding="utf-8")

    (told,) = found(folder)[1:]
    assert told.text.startswith("documents are quoted where a piece is sure to answer")
    assert found(folder, model={"base_url": "http://127.0.0.1:1/v1", "model": "m"})[1:] == []
