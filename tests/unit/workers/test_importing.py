"""`kefu knowledge import`: what an operator is told, and what is left as it was."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from workers.cli import app

CONFIG = '[[tenants]]\nname = "shop"\n\n[[channels]]\nname = "web"\nkind = "webchat"\ntenant = "shop"\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "kefu.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "knowledge").mkdir()
    return tmp_path


def kefu(folder: Path, *words: str) -> Result:
    return CliRunner().invoke(app, ["knowledge", *words, "--config", str(folder / "kefu.toml")])


def write(folder: Path, name: str, text: str) -> str:
    path = folder / "knowledge" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_a_dry_run_tells_everything_and_imports_nothing(folder: Path) -> None:
    write(folder, "faq.csv", "问题,答案\n怎么退货,七天内\n怎么退货？,七天内。\n没有答案,\n")
    write(folder, "rules.md", "# 退货\n\n七天内。")
    write(folder, "bad.pdf", "x")
    write(folder, "logo.png", "x")

    result = kefu(folder, "import", str(folder / "knowledge"), "--dry-run")

    assert result.exit_code == 1, "not all could be read"
    assert result.stdout.splitlines() == [
        "faq.csv: 1 entry, 1 folded, 1 left out",
        "rules.md: 1 passage",
        "in all: 2 sources, 1 entry, 1 passage, 1 folded, 1 left out; 1 source refused;"
        " nothing was imported (--dry-run)",
    ]
    assert "bad.pdf: is not a PDF document" in result.stderr
    assert "faq.csv, row 4: has no answer" in result.stderr
    assert "passed over 1 of .png" in result.stderr
    assert not (folder / "data").exists()


def test_all_being_well_is_exit_code_0(folder: Path) -> None:
    faq = write(folder, "faq.csv", "问题,答案\n怎么退货,七天内\n")

    assert kefu(folder, "import", faq, "--dry-run").exit_code == 0


def test_of_many_problems_the_first_twenty_are_shown(folder: Path) -> None:
    faq = write(folder, "faq.csv", "问题,答案\n怎么退货,七天内\n" + "甲,\n" * 30)

    lines = kefu(folder, "import", faq, "--dry-run").stderr.splitlines()

    assert len(lines) == 21
    assert lines[-1] == "… and 10 more of these"


def test_two_files_of_one_name_do_not_replace_each_other(folder: Path) -> None:
    one, other = write(folder, "a/faq.txt", "Q: 甲\nA: 乙\n"), write(folder, "b/faq.txt", "Q: 丙\nA: 丁\n")

    result = kefu(folder, "import", one, other, "--dry-run")

    assert result.exit_code == 1
    assert "faq.txt: two files have this name" in result.stderr


def test_a_file_that_went_bad_keeps_what_it_gave(folder: Path) -> None:
    faq = write(folder, "faq.csv", "问题,答案\n怎么退货,七天内\n多久发货,两天\n")
    first = kefu(folder, "import", faq)
    assert "faq.csv: 2 items, 2 new, 0 dropped" in first.stdout

    write(folder, "faq.csv", "问题,答案,答案\n怎么退货,七天内,\n")
    second = kefu(folder, "import", faq)

    assert second.exit_code == 1
    assert "two columns are called 答案" in second.stderr
    assert kefu(folder, "list").stdout.split() == ["2", "faq.csv"]


def test_an_import_that_broke_off_goes_on_where_it_was(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of a new version is seen, and nothing of the old one is dropped, until all of it is there."""
    rows = [f"问题{n},答案{n}" for n in range(40)]
    faq = write(folder, "faq.csv", "\n".join(["问题,答案", "旧的,还在", ""]))
    kefu(folder, "import", faq)
    write(folder, "faq.csv", "\n".join(["问题,答案", *rows, ""]))

    with monkeypatch.context() as broken:
        broken.setattr("workers.cli.importing.BATCH", 20)
        broken.setattr("knowledge.library.Library.publish", None)  # as if killed before it
        assert kefu(folder, "import", faq).exit_code == 1
    assert kefu(folder, "list").stdout.split() == ["1", "faq.csv"]

    again = kefu(folder, "import", faq)

    assert "faq.csv: 40 items, 40 new, 1 dropped" in again.stdout
    assert kefu(folder, "list").stdout.split() == ["40", "faq.csv"]


def test_the_list_tells_which_files_the_configuration_names(folder: Path) -> None:
    own = write(folder, "own.csv", "问题,答案\n几点开门,九点\n")
    named = CONFIG.replace('"shop"\n', f'"shop"\nknowledge = ["{own}"]\n', 1)
    (folder / "kefu.toml").write_text(named, encoding="utf-8")
    kefu(folder, "import", write(folder, "faq.csv", "问题,答案\n怎么退货,七天内\n"))

    assert kefu(folder, "list").stdout.split() == ["1", "faq.csv", "1", "own.csv", "configured"]


def test_an_import_can_be_undone_and_done_again(folder: Path) -> None:
    faq = write(folder, "faq.csv", "问题,答案\n怎么退货,七天内\n")
    kefu(folder, "import", faq)
    none_yet = kefu(folder, "rollback")
    assert (none_yet.exit_code, "there is no version before" in none_yet.stderr) == (1, True)

    write(folder, "faq.csv", "问题,答案\n怎么退货,七天内\n多久发货,两天\n")
    kefu(folder, "import", faq)
    now, before = kefu(folder, "versions").stdout.splitlines()
    assert ("2 items  answers" in now, "1 item  rollback goes here" in before) == (True, True)

    assert "1 item  answers" in kefu(folder, "rollback").stdout
    assert kefu(folder, "list").stdout.split() == ["1", "faq.csv"]
    assert "2 items  answers" in kefu(folder, "rollback").stdout


def test_a_feed_is_imported_by_its_name(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "shop.db")) as connection:
        connection.execute("create table goods as select '连衣裙' as title, 'A-1' as sku")
        connection.commit()
    feed = (
        f'\n[[tenants.feeds]]\nname = "goods"\ndatabase = "sqlite:///{folder}/shop.db"\ntable = "goods"\n'
        'columns = {"名称" = "title", "货号" = "sku"}\n'
    )
    (folder / "kefu.toml").write_text(CONFIG.replace("\n\n[[channels]]", f"\n{feed}\n[[channels]]"), "utf-8")

    imported = kefu(folder, "import", "--from", "goods")
    unknown = kefu(folder, "import", "--from", "prices")

    assert (imported.exit_code, "goods: 1 item, 1 new, 0 dropped" in imported.stdout) == (0, True)
    assert (unknown.exit_code, "there are: goods" in unknown.stderr) == (1, True)


def test_a_command_that_names_nothing_is_a_usage_error(folder: Path) -> None:
    assert kefu(folder, "import").exit_code == 2


def test_what_another_file_answers_otherwise_is_named_and_both_are_kept(folder: Path) -> None:
    configured = write(folder, "faq.csv", "问题,答案,相似问\n怎么退货,七天内,能退吗\n")
    new = write(folder, "new.txt", "Q: 能退吗？\nA: 十五天内。\n")
    config = CONFIG.replace("\n\n", f'\nknowledge = ["{configured}"]\n\n', 1)
    (folder / "kefu.toml").write_text(config, encoding="utf-8")

    result = kefu(folder, "import", new, "--dry-run")

    told = "note: new.txt, line 1: asks what faq.csv, row 2 asks, and answers otherwise; both are kept"
    assert result.stderr.splitlines() == [told]
    assert result.exit_code == 0
