"""`kefu knowledge import`: everything is read first, told, and only then indexed."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bot.errors import Misconfigured, Refused, Rejected, Unavailable
from bot.settings import TenantSettings
from knowledge.documents import BATCH, Loaded

if TYPE_CHECKING:
    from workers.librarian import Desk

_SHOWN: Final = 20


@dataclass(slots=True)
class Reading:
    """What there is to import, and what is wrong with it."""

    sources: dict[str, Loaded] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """Sources that can't be read at all, and why."""
    notes: list[str] = field(default_factory=list)

    @property
    def problems(self) -> list[str]:
        """All that was meant to be imported and is not."""
        return [*self.refused, *(problem for loaded in self.sources.values() for problem in loaded.problems)]


def read_files(paths: Iterable[Path], *, kept: set[str]) -> Reading:
    """One bad file does not keep the others out. `kept`: names that stand in the configuration."""
    from knowledge.load import files, load_all, passed_over

    reading = Reading()
    found = []
    for path in paths:
        try:
            found += list(files(path))
            reading.notes += filter(None, [passed_over(path)])
        except Rejected as error:
            reading.refused.append(str(error))
    with progress() as bar:
        task = bar.add_task("reading", total=len(found))
        for file, loaded in load_all(found):
            bar.advance(task)
            if isinstance(loaded, Rejected):
                reading.refused.append(str(loaded))
            elif file.name in kept:
                told = "a file of this name stands in the configuration and would replace it"
                mend = "at the next start; change that one, or rename this"
                reading.refused.append(f"{file.name}: {told} {mend}")
            elif file.name in reading.sources:
                told = "two files have this name, and one would replace the other; rename one"
                reading.refused.append(f"{file.name}: {told}")
            else:
                reading.sources[file.name] = loaded
    return reading


async def read_fetched(tenant: TenantSettings, names: Iterable[str], reading: Reading) -> None:
    """Sites and feeds of the configuration, by their names. Raises Misconfigured for any other."""
    from knowledge.sources.feed import read_feed
    from knowledge.sources.site import read_site

    sites = {site.name: site for site in tenant.sites}
    feeds = {feed.name: feed for feed in tenant.feeds}
    for name in names:
        if name not in sites and name not in feeds:
            known = ", ".join([*sites, *feeds]) or "none is configured"
            raise Misconfigured([f"--from {name}: there is no site or feed of this name; there are: {known}"])
    with progress() as bar:
        for name in names:
            task = bar.add_task(name, total=None)
            try:
                if name in sites:
                    loaded = await read_site(sites[name], on_page=partial(bar.advance, task))
                else:
                    loaded = await read_feed(feeds[name])
                reading.sources[name] = loaded
            except (Rejected, Refused, Unavailable) as error:
                reading.refused.append(f"{name}: {str(error).removeprefix(f'{name}: ')}")


def disagreeing(tenant: TenantSettings, reading: Reading) -> list[str]:
    """What is new and answers a question otherwise than another source, new or of the configuration."""
    from knowledge.disagree import disagreements
    from workers.examine_knowledge import configured

    new = [item for loaded in reading.sources.values() for item in loaded.items]
    return disagreements([*configured(tenant), *new], reading.sources)


def tell(reading: Reading, console: Console) -> None:
    """What was found on standard output, what is wrong on standard error."""
    for source, loaded in reading.sources.items():
        console.print(f"{source}: {_told([loaded])}", markup=False)
    notes = [*reading.notes, *(note for loaded in reading.sources.values() for note in loaded.notes)]
    for line in (*_first(f"note: {note}" for note in notes), *_first(reading.problems)):
        print(line, file=sys.stderr)


def summary(reading: Reading) -> str:
    """One line on all of it."""
    refused = f"; {_counted(len(reading.refused), 'source')} refused" if reading.refused else ""
    told = _told(list(reading.sources.values()))
    return f"in all: {_counted(len(reading.sources), 'source')}, {told}{refused}"


async def index(desk: Desk, tenant: str, reading: Reading, console: Console) -> None:
    """Everything is embedded first; then customers see all of it at once."""
    from knowledge.versions import Contents

    contents = {}
    with progress() as bar:
        for source, loaded in reading.sources.items():
            await _add(desk, tenant, source, loaded, bar)
            items = sorted({item.id_for(tenant) for item in loaded.items})
            contents[source] = Contents(items, loaded.is_whole)
    changes = await desk.publish(tenant, contents)
    for source, loaded in reading.sources.items():
        count = _counted(len(loaded.items), "item")
        change = changes[source]
        told = f"{source}: {count}, {len(change.added)} new, {len(change.dropped)} dropped"
        console.print(told, markup=False)


def progress() -> Progress:
    """A bar on a terminal, and nothing elsewhere."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    console = Console(stderr=True)
    return Progress(*columns, console=console, disable=not console.is_terminal)


async def _add(desk: Desk, tenant: str, source: str, loaded: Loaded, bar: Progress) -> None:
    task = bar.add_task(source, total=len(loaded.items))
    for start in range(0, len(loaded.items), BATCH):
        batch = loaded.items[start : start + BATCH]
        await desk.add(tenant, batch)
        bar.update(task, completed=start + len(batch))


def _told(loaded: Sequence[Loaded]) -> str:
    items = [item for one in loaded for item in one.items]
    entries = sum(item.is_faq for item in items)
    folded = sum(one.folded for one in loaded)
    left_out = sum(len(one.problems) for one in loaded)
    parts = [_counted(entries, "entry", "entries")] if entries else []
    parts += [_counted(len(items) - entries, "passage")] if len(items) > entries or not entries else []
    parts += [f"{folded} folded"] if folded else []
    parts += [f"{left_out} left out"] if left_out else []
    return ", ".join(parts)


def _first(lines: Iterable[str]) -> Iterator[str]:
    lines = list(lines)
    yield from lines[:_SHOWN]
    if len(lines) > _SHOWN:
        yield f"… and {len(lines) - _SHOWN} more of these"


def _counted(count: int, one: str, several: str = "") -> str:
    return f"{count} {one if count == 1 else several or one + 's'}"
