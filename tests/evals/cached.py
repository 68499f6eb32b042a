"""Vectors are made once and kept in a file: the sets hold thousands of texts, and each takes its time."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import numpy as np

from knowledge.embed import Embedder, Vectors


class Cached:
    """An `Embedder` with a file of what it made before."""

    def __init__(self, embedder: Embedder, file: Path) -> None:
        self.name = embedder.name
        self._embedder = embedder
        self._file = sqlite3.connect(file)
        self._file.execute("CREATE TABLE IF NOT EXISTS vectors (key TEXT PRIMARY KEY, vector BLOB)")

    async def questions(self, texts: Sequence[str]) -> Vectors:
        return await self._all("questions", self._embedder.questions, texts)

    async def passages(self, texts: Sequence[str]) -> Vectors:
        return await self._all("passages", self._embedder.passages, texts)

    async def close(self) -> None:
        self._file.close()
        await self._embedder.close()

    async def _all(
        self, kind: str, make: Callable[[Sequence[str]], Awaitable[Vectors]], texts: Sequence[str]
    ) -> Vectors:
        vectors: list[Vectors] = []
        for text in texts:
            key = f"{kind}:{text}"
            row = self._file.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row is None:
                (made,) = await make([text])
                row = (made.astype(np.float16).tobytes(),)
                self._file.execute("INSERT INTO vectors VALUES (?, ?)", (key, *row))
                self._file.commit()
            vectors.append(np.frombuffer(row[0], np.float16).astype(np.float32))
        return np.stack(vectors)
