"""`kefu ask`: what an operator may have answered."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from workers.cli import app


@pytest.mark.parametrize("question", ["", "  \n"])
def test_nothing_is_no_question(tmp_path: Path, question: str) -> None:
    told = CliRunner().invoke(app, ["ask", question, "--config", str(tmp_path / "none.toml")])

    assert told.exit_code == 2
    assert "write a question" in told.stderr
