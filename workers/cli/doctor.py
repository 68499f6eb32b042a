"""`kefu doctor`: names each wrong setting and each part that can't be reached, with the mend."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from workers.cli.common import DEFAULT_CONFIG, FAILED, Config, read_settings, tells_problems

if TYPE_CHECKING:
    from workers.finding import Finding


def _mark(finding: Finding) -> str:
    if finding.is_off:
        return "[yellow]off  [/]"
    return "[green]ok   [/]" if finding.well else "[red]wrong[/]"


@tells_problems
def doctor(config: Config = DEFAULT_CONFIG) -> None:
    """Check the configuration and every part it names. Exit code 1 when something is wrong."""
    from workers.examine import examine

    settings = read_settings(config)
    console = Console(highlight=False, soft_wrap=True, emoji=False)
    wrong = 0
    for finding in asyncio.run(examine(settings)):
        wrong += not finding.well
        console.print(_mark(finding), end=" ")
        console.print(f"{finding.part}: {finding.text}", markup=False)
    if wrong:
        raise typer.Exit(FAILED)
