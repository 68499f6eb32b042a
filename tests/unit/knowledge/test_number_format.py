"""Numbers as Excel shows them, by the format of their cell."""

from __future__ import annotations

import pytest

from knowledge.formats.number_format import number_format

BUILT_IN_PERCENT = 9
OWN = 164
"""The first number that a workbook may give a format of its own."""
ACCOUNTING = '_ ¥* #,##0.00_ ;_ ¥* \\-#,##0.00_ ;_ ¥* "-"??_ ;_ @_ '


@pytest.mark.parametrize(
    ("code", "value", "shown"),
    [
        ("0%", 0.8, "80%"),
        ("0%", 0.355, "36%"),
        ("0.0%", 0.355, "35.5%"),
        ('0"%"', 80.0, "80%"),
        ("000000", 1023, "001023"),
        ("0.00", 59.699999999999996, "59.70"),
        ("0.##", 59.5, "59.5"),
        ("#,##0.00", 1299.0, "1299.00"),
        ('"¥"#,##0.00;"¥"\\-#,##0.00', 1299.5, "¥1299.50"),
        ('"¥"#,##0.00;"¥"\\-#,##0.00', -5.0, "¥-5.00"),
        ("[$¥-804]0.00", 199.0, "¥199.00"),
        (ACCOUNTING, 12.0, " ¥12.00 ".strip()),
        (ACCOUNTING, 0.0, "¥-"),
        ('0"件"', 3, "3件"),
        ("0.0元", 1.5, "1.5元"),
        ('0.0,,"百万"', 1234567.0, "1.2百万"),
        ("[Red]-0", -3, "--3"),
        ("0;[Red]-0", -3, "-3"),
        (";;;", 3, ""),
    ],
)
def test_a_number_is_told_as_its_cell_shows_it(code: str, value: float, shown: str) -> None:
    read = number_format(OWN, code)

    assert read is not None
    assert read.shown(value) == shown


def test_what_workbooks_need_not_spell_is_known_by_its_number() -> None:
    read = number_format(BUILT_IN_PERCENT, None)

    assert read is not None
    assert read.shown(0.8) == "80%"
    assert number_format(0, None) is None


@pytest.mark.parametrize(
    "code",
    [
        "General",
        "",
        "@",
        "yyyy-mm-dd",
        "[h]:mm",
        "0.00E+00",
        "# ?/?",
        "[>100]0;0.0",
        "000-0000-0000",
        "[DBNum1]0",
    ],
)
def test_other_formats_leave_a_number_as_it_is(code: str) -> None:
    assert number_format(OWN, code) is None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 1e300])
def test_what_no_digits_can_show_is_left_as_it_is(value: float) -> None:
    read = number_format(OWN, "0.00")

    assert read is not None
    assert read.shown(value) is None


@pytest.mark.timeout(10)
@pytest.mark.parametrize(
    "code", ['"' * 200, "\\" * 255, ";" * 255, "[" * 255, "0" * 255, "%" * 255, "0," * 120, "[$" * 100]
)
def test_no_format_is_worse_than_odd(code: str) -> None:
    if read := number_format(OWN, code):
        read.shown(0.8)
