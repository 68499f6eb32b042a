"""Reading in another process: whatever happens there, this one goes on."""

from __future__ import annotations

import os
import signal

import psutil
import pytest

from bot.errors import BadRequest, TooLarge
from knowledge.apart import Apart
from knowledge.kinds import BY_ENDING

CSV = BY_ENDING[".csv"]
FAQ = "问题,答案\n怎么退货,七天内\n".encode()
LONG = "问题,答案\n".encode() + b"".join(f"a{n},b\n".encode() for n in range(100_000))


def readers() -> list[psutil.Process]:
    """Of this process, which may have a Valkey or a browser as well."""
    return [child for child in psutil.Process().children() if "knowledge.reader" in child.cmdline()]


def only_reader() -> psutil.Process:
    (reader,) = readers()
    return reader


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_read() -> None:
    with Apart(read_s=0.05) as apart, pytest.raises(TooLarge, match=r"long\.csv: takes longer than 0.05 s"):
        apart.read(CSV, LONG, "long.csv")
    with Apart() as apart:
        assert len(apart.read(CSV, FAQ, "faq.csv").items) == 1


def test_a_reader_that_breaks_off_is_replaced() -> None:
    with Apart() as apart:
        apart.read(CSV, FAQ, "faq.csv")
        first = only_reader()
        os.kill(first.pid, signal.SIGSEGV)
        first.wait(10)

        with pytest.raises(BadRequest, match="its reader broke off"):
            apart.read(CSV, FAQ, "faq.csv")
        assert len(apart.read(CSV, FAQ, "faq.csv").items) == 1


def test_one_process_reads_many_files_and_ends_with_the_last() -> None:
    with Apart() as apart:
        apart.read(CSV, FAQ, "a.csv")
        first = only_reader().pid
        apart.read(CSV, FAQ, "b.csv")
        assert only_reader().pid == first

    assert readers() == []


def test_a_converter_gets_no_secret_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WECOM_SECRET", "x")

    with Apart() as apart:
        apart.read(CSV, FAQ, "faq.csv")
        assert "WECOM_SECRET" not in only_reader().environ()
