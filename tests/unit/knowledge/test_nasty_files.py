"""Fifty files that went wrong on their way, in one folder: each is told of, with the mend, and none harms."""

from __future__ import annotations

import datetime
import os
import resource
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.errors import Rejected
from knowledge.documents import Loaded
from knowledge.formats.limits import READ_MEMORY
from knowledge.load import files, load_all
from tests.unit.knowledge.made import docx, old_workbook, paragraph, pdf, saved, workbook, zipped

FAQ = "问题,答案\n怎么退货,七天内\n多久发货,两天\n"
LAUGHS = '<!DOCTYPE a [<!ENTITY x "哈哈"><!ENTITY y "&x;&x;&x;&x;&x;&x;&x;&x;">]>'
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 504


@dataclass(frozen=True)
class Case:
    name: str
    made: bytes | Callable[[Path], None]
    says: str = ""
    """In the message that refuses it, or among its problems and notes."""
    items: int = 0
    """How many are kept all the same."""


def hidden_sheet() -> bytes:
    book = workbook(
        内部=[["问题", "答案"], ["成本多少", "十元"]], 退货=[["问题", "答案"], ["怎么退货", "七天内"]]
    )
    book["内部"].sheet_state = "hidden"
    return saved(book)


def merged_cells() -> bytes:
    book = workbook(退货=[["问题", "答案"], ["怎么退货", "七天内"], ["退货流程", None]])
    book["退货"].merge_cells("B2:B3")
    return saved(book)


def far_cell() -> bytes:
    book = workbook(退货=[["问题", "答案"]])
    book["退货"]["XFD1048576"] = "x"
    return saved(book)


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(200 << 20)


def link_outside(path: Path) -> None:
    secret = path.parent.parent / "secret.csv"
    secret.write_text(FAQ, encoding="utf-8")
    path.symlink_to(secret)


def unreadable(path: Path) -> None:
    path.write_text(FAQ, encoding="utf-8")
    path.chmod(0)


def lying_about_its_size(archive: bytes) -> bytes:
    """Its directory says that each part has ten bytes."""
    data = bytearray(archive)
    start = data.find(b"PK\x01\x02")
    while start >= 0:
        data[start + 24 : start + 28] = struct.pack("<I", 10)
        start = data.find(b"PK\x01\x02", start + 4)
    return bytes(data)


def encrypted_member(archive: bytes) -> bytes:
    return archive.replace(b"PK\x01\x02\x14\x03\x14\x00\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01\x00")


FORMULA = saved(workbook(退货=[["问题", "答案"], ["怎么退货", "=1+1"], ["多久发货", "两天"]]))
TITLED = saved(workbook(退货=[["青禾问答", None], [None, None], ["问题", "答案"], ["怎么退货", "七天内"]]))
DATES = saved(
    workbook(
        商品=[
            ["名称", "货号", "上市", "价格"],
            ["连衣裙", 1023, datetime.date(2026, 10, 1), 199.0],
            ["帽子", "A-7", None, 19.9],
        ]
    )
)
BAD_ROW = "问题,答案\n" + "".join(f"问题{n},{'' if n == 5000 else f'答案{n}'}\n" for n in range(1, 10_001))
OUTSIDE = docx(paragraph("x"), more={"../../etc/cron.d/x": b"x"})
DEEP_PAGE = "<div>" * 100_000 + "七天内"

CASES = [
    Case("gbk.csv", FAQ.encode("gbk"), "read as GB18030", 2),
    Case("big5.csv", "問題,答案\n怎麼退貨,七天內\n".encode("big5"), "read as BIG5", 1),
    Case("hong-kong.csv", "問題,答案\n你哋幾時送貨,聽日㗎\n".encode("big5hkscs"), "read as BIG5", 1),
    Case(
        "japanese.csv",
        "質問,答え\n返品できますか,はい七日以内に\n".encode("shift-jis"),
        "save it again as UTF-8",
    ),
    Case("rare-names.csv", "名称,产地\n饕餮鼎,旮旯\n".encode("gbk"), "read as GB18030", 1),
    Case("utf-16.csv", FAQ.encode("utf-16"), "read as UTF-16-LE", 2),
    Case("utf-16-big.csv", b"\xfe\xff" + FAQ.encode("utf-16-be"), "read as UTF-16-BE", 2),
    Case("utf-16-without-a-mark.csv", FAQ.encode("utf-16-le"), "read as UTF-16-LE", 2),
    Case("unseen.csv", f"\u200b{FAQ.replace(',', chr(0x200B) + ',', 1)}".encode(), "", 2),
    Case("excel-utf-8.csv", FAQ.replace(",", ";").encode("utf-8-sig"), "", 2),
    Case("western.csv", b"question,answer\nOpen?,Caf\xe9 at nine\n", "read as WINDOWS-1252", 1),
    Case("old-mac.txt", "Q: 怎么退货\rA: 七天内\r".encode(), "", 1),
    Case("cut-in-a-character.csv", FAQ.encode()[:-2], "row 3: has characters that can't be read", 1),
    Case("binary.txt", bytes(range(256)) * 40, "is no text"),
    Case("zeros.csv", b"\x00" * 4096, "is no text"),
    Case("huge.csv", sparse, "is over 20 MB; split it"),
    Case("huge.pdf", sparse, "is over 50 MB; split it"),
    Case("empty.csv", b"", "is empty"),
    Case("blank.txt", b" \r\n\t \n", "is empty"),
    Case("header-only.csv", "问题,答案\n".encode(), "holds nothing that could be an answer"),
    Case("one-bad-row.csv", BAD_ROW.encode(), "row 5001: has no answer", 9999),
    Case(
        "too-many-rows.csv", ("问题,答案\n" + "甲,乙\n" * 100_001).encode(), "more than 100000 rows; split it"
    ),
    Case(
        "unclosed-quote.csv",
        ('问题,答案\n怎么退货,"七天\n' + FAQ[6:]).encode(),
        "quote that is never closed",
        2,
    ),
    Case("same-header-twice.csv", "问题,答案,答案\n甲,乙,丙\n".encode(), "two columns are called 答案"),
    Case("many-wordings.csv", "相似问1,相似问2,问题,答案\n乙,丙,甲,丁\n".encode(), "", 1),
    Case("no-header.csv", "甲,乙,丙,丁,戊\n".encode(), "write 问题 and 答案 above the columns"),
    Case(
        "huge-cell.csv", f"{FAQ}太长,{'字' * 50_000}\n".encode(), "row 4: has an answer of more than 4000", 2
    ),
    Case("deep.json", b"[" * 60_000 + b"]" * 60_000, "nested too deep"),
    Case(
        "not-a-number.json", b'[{"question": "a", "answer": NaN}, {"question": "b", "answer": "c"}]', "NaN", 1
    ),
    Case("broken.json", b'[\n{"question": "a", "answer": }\n]', "is no valid JSON"),
    Case("odd.jsonl", b'{"question": "a", "answer": "b"}\n7\n', "line 2: is no object", 1),
    Case("merged.xlsx", merged_cells(), "", 2),
    Case("formula.xlsx", FORMULA, "a formula counts as empty", 1),
    Case("hidden.xlsx", hidden_sheet(), "sheet 内部: is hidden", 1),
    Case("titled.xlsx", TITLED, "row 1 above the header was left out", 1),
    Case("dates.xlsx", DATES, "", 2),
    Case("of-2003.xls", old_workbook(), "", 2),
    Case("of-2003.csv", old_workbook(), "is an Excel workbook, whatever its name says", 2),
    Case("far-cell.xlsx", far_cell(), "cell far outside its table"),
    Case("bomb.xlsx", zipped({"xl/workbook.xml": b"\0" * (201 << 20)}), "unpacks to more than 200 MB"),
    Case("bomb.docx", zipped({"word/document.xml": b" " * (30 << 20)}), "times its size"),
    Case("laughs.docx", docx(paragraph("&y;"), declared=LAUGHS), "declarations of its own"),
    Case("outside.docx", OUTSIDE, "names a place outside"),
    Case("lying.docx", lying_about_its_size(docx(paragraph("x"))), "damaged"),
    Case("half.docx", docx(paragraph("七天内"))[:-200], "damaged"),
    Case("half.xlsx", FORMULA[: len(FORMULA) // 2], "damaged"),
    Case("locked-part.docx", encrypted_member(docx(paragraph("x"))), "damaged"),
    Case("locked.xlsx", OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    Case("of-2003.docx", OLE + "WordDocument".encode("utf-16-le"), "save it as .docx"),
    Case("pictures.docx", zipped({"a.png": b"x", "b.png": b"y"}), "is an archive"),
    Case("scanned.pdf", pdf([], []), "no text; have its text recognised"),
    Case("locked.pdf", pdf(["x"], encrypted=True), "protected by a password"),
    Case("half.pdf", pdf(["七天内"])[:60], "damaged or no PDF"),
    Case("saved.html", b"From: <Saved by Blink>\n\n<p>x</p>", "is a web archive"),
    Case("unclosed.md", "---\naudience: 内部\n七天内".encode(), "does not close them with ---"),
    Case("script.html", b"<p>ok</p><script>alert(1)</script><p onclick='x()'>fine</p>", "", 1),
    Case("deep.html", DEEP_PAGE.encode(), "nested too deep"),
    Case("picture.csv", b"\x89PNG\r\n\x1a\n" + b"x" * 100, "is a picture, whatever its name says"),
    Case("workbook.csv", TITLED, "is an Excel workbook, whatever its name says, and was read", 1),
    Case(
        "report.docx", pdf(["七天内可以退货。"]), "is a PDF document, whatever its name says, and was read", 1
    ),
    Case("export.xls", b"<html><table><tr><td>a</td></tr></table>", "a web page that calls itself a table"),
    Case("link.csv", link_outside, "a link that leads out of its folder"),
    Case("dangling.csv", lambda path: path.symlink_to("nowhere"), "can't be opened (No such file"),
    Case("circle.csv", lambda path: path.symlink_to(path), "can't be opened"),
    Case("pipe.csv", lambda path: os.mkfifo(path), "a folder, a pipe or a device"),
    Case(
        "unreadable.csv",
        unreadable,
        "" if os.geteuid() == 0 else "can't be opened (Permission denied)",
        2 * (os.geteuid() == 0),
    ),
    Case("last.csv", FAQ.encode(), "", 2),
]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Loaded | Rejected]:
    folder = tmp_path_factory.mktemp("import") / "knowledge"
    folder.mkdir()
    for case in CASES:
        if isinstance(case.made, bytes):
            (folder / case.name).write_bytes(case.made)
        else:
            case.made(folder / case.name)
    return {file.name: read for file, read in load_all(files(folder))}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_nasty_file_is_told_of_with_the_mend(case: Case, told: dict[str, Loaded | Rejected]) -> None:
    read = told[case.name]
    lines = str(read).split("\n") if isinstance(read, Rejected) else [*read.problems, *read.notes]

    assert any(case.says in line for line in lines) if case.says else lines == []
    assert all(line.startswith(case.name) for line in lines)
    assert (0 if isinstance(read, Rejected) else len(read.items)) == case.items


def test_they_are_enough() -> None:
    assert len({case.name for case in CASES}) >= 50


def test_none_takes_more_memory_than_reading_may(told: dict[str, Loaded | Rejected]) -> None:
    assert len(told) == len(CASES)
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= READ_MEMORY


def test_what_is_kept_is_as_it_was_written(told: dict[str, Loaded | Rejected]) -> None:
    def texts(name: str) -> list[str]:
        read = told[name]
        assert isinstance(read, Loaded)
        return [item.text for item in read.items]

    assert texts("merged.xlsx") == ["七天内", "七天内"]
    assert texts("dates.xlsx") == [
        "连衣裙\n货号：1023\n上市：2026-10-01\n价格：199",
        "帽子\n货号：A-7\n价格：19.9",
    ]
    assert texts("big5.csv") == ["七天內"]
    assert texts("hong-kong.csv") == ["聽日㗎"]
    assert texts("western.csv") == ["Café at nine"]
    assert texts("script.html") == ["ok\n\nfine"]
    assert texts("not-a-number.json") == ["c"]
