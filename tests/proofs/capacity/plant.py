"""A set-up: how many there are of each part, and what a message costs there."""

from __future__ import annotations

from dataclasses import dataclass

from bot.settings import with_ahead


@dataclass(frozen=True, slots=True)
class Plant:
    """Costs are seconds of one processor and message, as they were measured for docs/scaling.md."""

    gateways: int = 1
    masters: int = 1
    workers: int = 1
    servers: int = 1
    turns: int = 0
    """A worker's at once; 0: as many as the model servers take, and an eighth more."""
    batch: int = 64
    """A model server's sequences at once."""
    alone: float = 30.0
    """Tokens a second of a server that answers one."""
    full: float = 660.0
    """Tokens a second of a server whose batch is full, for all together."""
    tokens: float = 60.0
    """Of an answer, on average."""
    door: float = 0.00043
    store: float = 0.0004
    """All scripts of a message's way, and its nudges."""
    turn: float = 0.005
    """A worker's whole work on a message but the embedding: also the model's client, and the delivery."""
    embed: float = 0.017
    """The bundled model's, on one thread of each worker; 0: a server elsewhere does it."""
    platform: float = 0.1
    """Until a platform has taken a reply: no processor of ours."""
    quiet: float = 0.8
    """That a customer is listened to."""

    @property
    def under_way(self) -> int:
        """Turns that all workers together may have at once."""
        return self.workers * (self.turns or with_ahead(self.servers * self.batch))

    @property
    def own(self) -> float:
        """Seconds that a sequence adds to a step."""
        return (self.batch / self.full - 1 / self.alone) / (self.batch - 1) if self.batch > 1 else 0.0

    def step(self, active: float) -> float:
        """Seconds in which each of so many sequences gets a token: a straight line through what was measured.

        A step reads the weights once, whatever the batch, and does each sequence's own work.
        """
        return 1 / self.alone + self.own * (active - 1)
