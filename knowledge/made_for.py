"""What the vectors of one index have in common."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class MadeFor:
    """An embedding model, and what the points say beside their vectors."""

    embedder: str
    dimensions: int
    format: int = 2

    @property
    def name(self) -> str:
        """The same in every process."""
        return hashlib.sha256(json.dumps(asdict(self), sort_keys=True).encode()).hexdigest()[:12]
