"""The folder of the embedded stores: one for each embedding model, and a note that says which one is current.

A store of another model is filled beside the current one. Then the note is replaced; the store before is
kept, so that its model can be gone back to.

Within a store a second note names the shard, the engine's own folder: a copy is made beside it and takes its
place all at once. What no note names was never finished, or is over.
"""

from __future__ import annotations

import json
import shutil
import uuid
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import qdrant_edge as edge
import structlog

from bot.errors import Unavailable
from knowledge.index import DENSE, LEXICAL
from knowledge.made_for import MadeFor

log = structlog.get_logger()

_NOTE: Final = "current.json"
_MADE_FOR: Final = "meta.json"
_SHARD: Final = "current-shard"
_SHARDS: Final = "shard*"
_FIRST: Final = "shard"


def current(folder: Path) -> MadeFor | None:
    """None when there is none yet."""
    return _made_for(folder / _NOTE)


def switch(folder: Path, made_for: MadeFor) -> None:
    """Make this store the current one. Of all others, only the one before is kept."""
    before = current(folder)
    if before == made_for:
        return
    write(folder / _NOTE, json.dumps(asdict(made_for)).encode())
    kept = {made_for.name, before.name if before else ""}
    for store in folder.iterdir():
        if (store / _MADE_FOR).exists() and store.name not in kept:
            shutil.rmtree(store)


def open_shard(folder: Path, made_for: MadeFor) -> edge.EdgeShard:
    """Made when it is not there, or never was finished."""
    home = folder / made_for.name
    note, data = home / _MADE_FOR, _current_shard(home)
    if data.exists() and _made_for(note) == made_for:
        clear(home)
        return _with_fields(edge.EdgeShard.load(str(data)))
    note.unlink(missing_ok=True)
    (home / _SHARD).unlink(missing_ok=True)
    for unfinished in home.glob(_SHARDS):
        log.warning("vectors_made_anew", reason="they were never finished", folder=str(home))
        shutil.rmtree(unfinished)
    shard = _create(home / _FIRST, made_for.dimensions)
    write(note, json.dumps(asdict(made_for)).encode())
    return shard


def fresh_shard(home: Path, made_for: MadeFor) -> tuple[Path, edge.EdgeShard]:
    """An empty one beside the current one, with its folder."""
    data = home / f"{_FIRST}-{uuid.uuid4().hex[:8]}"
    return data, _create(data, made_for.dimensions)


def adopt(home: Path, data: Path) -> None:
    """Make this shard the current one, all of it being on the disk. Raises Unavailable."""
    try:
        write(home / _SHARD, data.name.encode())
    except OSError as error:
        raise Unavailable(f"{home / _SHARD} can't be written ({error.strerror})") from error


def clear(home: Path) -> None:
    """Remove the shards that are not the current one, which nobody has open."""
    for data in home.glob(_SHARDS):
        if data != _current_shard(home):
            shutil.rmtree(data)


def write(file: Path, content: bytes) -> None:
    """Whole or not at all."""
    half = file.with_suffix(".half")
    half.write_bytes(content)
    half.replace(file)


def _current_shard(home: Path) -> Path:
    note = home / _SHARD
    return home / (note.read_text(encoding="utf-8") if note.exists() else _FIRST)


def _create(data: Path, dimensions: int) -> edge.EdgeShard:
    data.mkdir(parents=True)
    return _with_fields(edge.EdgeShard.create(str(data), _config(dimensions)))


def _with_fields(shard: edge.EdgeShard) -> edge.EdgeShard:
    """What an older release made has not all of them. One that is there costs nothing."""
    for field in ("shelf", "item", "audience"):
        shard.update(edge.UpdateOperation.create_field_index(field, edge.PayloadSchemaType.Keyword))
    shard.flush()
    return shard


def _config(dimensions: int) -> edge.EdgeConfig:
    return edge.EdgeConfig(
        vectors={DENSE: edge.EdgeVectorParams(size=dimensions, distance=edge.Distance.Cosine)},
        sparse_vectors={LEXICAL: edge.EdgeSparseVectorParams(modifier=edge.Modifier.Idf)},
    )


def _made_for(note: Path) -> MadeFor | None:
    """None when there is no note, or half of one: the process ended before it was written."""
    try:
        read: dict[str, Any] = json.loads(note.read_text(encoding="utf-8"))
        return MadeFor(**read)
    except (FileNotFoundError, ValueError, TypeError):
        return None
