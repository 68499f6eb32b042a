"""Files and folders: what is found there, what is left alone, and how much is taken at once."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from bot.errors import BadRequest, Rejected, TooLarge
from knowledge.formats import limits
from knowledge.load import File, files, load, load_all


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "c.png", "sub/d.csv", "~$a.xlsx", ".b.txt", ".git/e.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Q: x\nA: y")

    assert [file.name for file in files(tmp_path)] == ["a.md", "b.txt", "sub/d.csv"]


def test_what_can_not_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text(" \n")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    with (tmp_path / "huge.csv").open("wb") as huge:
        huge.truncate(21 << 20)
    (tmp_path / "nothing").mkdir()

    for name, words in (
        ("empty.txt", "is empty"),
        ("picture.png", "kinds that can be"),
        ("huge.csv", "over 20 MB"),
    ):
        with pytest.raises(Rejected, match=words):
            load(File(tmp_path / name, name))
    for name, words in (("absent", "no such file or folder"), ("nothing", "holds no file of a kind")):
        with pytest.raises(BadRequest, match=words):
            list(files(tmp_path / name))


def test_a_name_no_system_agrees_on_is_told(tmp_path: Path) -> None:
    name = os.fsdecode("退货".encode("gbk")) + ".txt"
    (tmp_path / name).write_text("Q: x\nA: y")

    with pytest.raises(BadRequest, match="no name in UTF-8"):
        load(File(tmp_path / name, name))


def test_a_path_that_can_not_be_one_is_told() -> None:
    with pytest.raises(BadRequest, match="can't be opened"):
        list(files(Path("x" * 5000)))


@pytest.mark.parametrize(
    ("limit", "most", "says"),
    [
        ("IN_ALL_FILES", 1, "over 1 files"),
        ("IN_ALL_BYTES", 0, "over 0 MB"),
        ("IN_ALL_ITEMS", 0, "over 0 items"),
        ("IN_ALL_S", 0, "over 0 minutes"),
    ],
)
def test_an_import_has_limits_in_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, most: int, says: str
) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("Q: x\nA: y")
    monkeypatch.setattr(limits, limit, most)

    (_, last) = (read for _, read in load_all(files(tmp_path)))

    assert isinstance(last, TooLarge)
    assert says in str(last)


def test_a_page_in_another_encoding_is_read_as_it_says(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes('<meta charset="shift_jis"><p>返品は七日以内</p>'.encode("shift_jis"))

    loaded = load(File(tmp_path / "a.html", "a.html"))

    assert (loaded.items[0].text, loaded.notes) == ("返品は七日以内", ())
