"""What the documents say of tests is true."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.simulators.shop import TOOLS
from workers.degraded import Lesser

ROOT = Path(__file__).parents[1]
NAMED = [
    named
    for page in ("channels.md", "operations.md")
    for named in re.findall(r"`([a-z_/]+\.py)::(\w+)`", (ROOT / "docs" / page).read_text(encoding="utf-8"))
]


PICTURES = sorted((ROOT / "docs").glob("*.png"))


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_is_shown_and_quickly_there(picture: Path) -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]

    assert any(picture.name in page.read_text(encoding="utf-8") for page in pages)
    assert picture.stat().st_size < 200_000


@pytest.mark.parametrize(("file", "name"), sorted(set(NAMED)))
def test_a_test_that_a_cell_names_exists(file: str, name: str) -> None:
    path = ROOT / "tests" / file if "/" in file else ROOT / "tests" / "unit" / "adapters" / file

    assert re.search(rf"^(async )?def {name}\(", path.read_text(encoding="utf-8"), re.MULTILINE)


def test_each_lesser_way_of_answering_is_a_row_with_a_test() -> None:
    page = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    _, _, steps = page.partition("the steps\n")

    assert re.findall(r"^\| `(\w+)` \|.*::\w+` \|$", steps.partition("\n## ")[0], re.MULTILINE) == list(
        Lesser
    )


def test_the_tools_that_are_shown_are_those_of_the_demo() -> None:
    shown = (ROOT / "docs" / "tools.md").read_text(encoding="utf-8")

    assert f"```toml\n{TOOLS.read_text(encoding='utf-8')}```\n" in shown
