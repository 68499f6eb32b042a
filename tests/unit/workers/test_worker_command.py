"""`kefu worker`, before it works."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from workers.cli import app


def test_numpy_is_told_to_use_one_thread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    config = tmp_path / "kefu.toml"
    config.write_text("[server]\nport = 99999\n", encoding="utf-8")

    assert CliRunner().invoke(app, ["worker", "--config", str(config)]).exit_code == 1
    assert os.environ["OMP_NUM_THREADS"] == "1"


def test_the_command_line_does_not_load_numpy_before() -> None:
    program = "import sys, workers.cli; sys.exit('numpy' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
