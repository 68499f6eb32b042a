"""Whatever the door, the line that is pointed at stands before the question in the same way."""

from __future__ import annotations

import pytest

from adapters.quote import quoted


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("亚麻裙 \n 198 元", "「亚麻裙 198 元」\n"),
        ("长" * 100, f"「{'长' * 100}」\n"),
        ("长" * 101, f"「{'长' * 100}…」\n"),
        (" \n", ""),
        ("", ""),
    ],
)
def test_a_quotation_is_one_short_line(words: str, line: str) -> None:
    assert quoted(words) == line
