"""A chat in the terminal with a running Kefu, by way of a simulated platform: what `kefu simulate` opens."""

from __future__ import annotations

from tests.simulators.terminal.doors import sample
from tests.simulators.terminal.run import run

__all__ = ["run", "sample"]
