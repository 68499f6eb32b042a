"""`kefu knowledge gaps`: from what customers asked to a table that can be filled in and imported."""

from __future__ import annotations

import asyncio
import csv
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import fakeredis
import pytest
from typer.testing import CliRunner, Result

from bot.errors import Rejected
from bot.settings import Settings
from bot.types import Gap, Outcome
from bot.wiring import Stores
from knowledge.load import files, load_all
from tests.builders import some_settings
from workers import desk
from workers.cli import app

CONFIG = '[redis]\nurl = "redis://127.0.0.1:1/0"\n[[tenants]]\nname = "shop"\n'


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> fakeredis.FakeServer:
    """A store, and a worker's knowledge that calls two questions alike when they begin alike."""
    server = fakeredis.FakeServer()

    def opened(_: Settings) -> Stores:
        return Stores.over(fakeredis.FakeAsyncRedis(server=server, version=(7,)), some_settings())

    class Alike:
        async def grouped(self, questions: list[str]) -> list[list[int]]:
            firsts = list(dict.fromkeys(question[0] for question in questions))
            together = [
                [n for n, question in enumerate(questions) if question[0] == first] for first in firsts
            ]
            return sorted(together, key=len, reverse=True)

    @asynccontextmanager
    async def open_desk(_: Settings) -> AsyncIterator[Alike]:
        yield Alike()

    monkeypatch.setattr(Stores, "open", opened)
    monkeypatch.setattr(desk, "open_desk", open_desk)
    return server


async def asked(server: fakeredis.FakeServer, *questions: str) -> None:
    store = Stores.over(fakeredis.FakeAsyncRedis(server=server, version=(7,)), some_settings())
    for question in questions:
        gap = Gap(question, time.time(), Outcome.REFUSED, "怎么[退货]", 0.31)
        await store.gaps.note("shop", gap, days=7)
    await store.close()


def kefu(folder: Path, *words: str) -> Result:
    (folder / "kefu.toml").write_text(CONFIG, encoding="utf-8")
    return CliRunner().invoke(app, ["knowledge", "gaps", *words, "--config", str(folder / "kefu.toml")])


@pytest.mark.usefixtures("server")
def test_without_gaps_there_is_nothing_to_do(tmp_path: Path) -> None:
    result = kefu(tmp_path)

    assert result.exit_code == 0
    assert result.stdout.startswith("nothing: ")


def test_what_most_asked_for_stands_first(tmp_path: Path, server: fakeredis.FakeServer) -> None:
    asyncio.run(asked(server, "发票呢", "店在哪", "店里能试吗", "店在哪"))

    lines = kefu(tmp_path).stdout.splitlines()

    assert lines[1].split() == ["3", "店在哪", "店里能试吗", "怎么[退货]", "0.31"]
    assert lines[2].split() == ["1", "发票呢", "怎么[退货]", "0.31"]


def test_the_table_can_be_filled_in_and_imported(tmp_path: Path, server: fakeredis.FakeServer) -> None:
    asyncio.run(asked(server, "=店在\n哪", "=店里能试吗"))
    out = tmp_path / "gaps.csv"

    assert "1 questions; fill in the answers" in kefu(tmp_path, "--out", str(out)).stdout

    with out.open(encoding="utf-8-sig", newline="") as file:
        header, row = csv.reader(file)
    assert (header, row[0], row[1], row[2]) == (["问题", "答案", "相似问"], "店里能试吗", "", "店在 哪")
    row[1] = "人民路 1 号"
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([header, row])
    ((_, loaded),) = load_all(files(out))
    assert not isinstance(loaded, Rejected)
    (item,) = loaded.items
    assert (item.title, item.text, item.wordings[1:]) == ("店里能试吗", "人民路 1 号", ("店在 哪",))


def test_a_table_that_can_not_be_written_is_told_with_its_place(
    tmp_path: Path, server: fakeredis.FakeServer
) -> None:
    asyncio.run(asked(server, "店在哪"))

    result = kefu(tmp_path, "--out", str(tmp_path / "absent" / "gaps.csv"))

    assert result.exit_code == 1
    assert "gaps.csv: can't be written (No such file or directory)" in result.stderr
