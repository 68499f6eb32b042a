"""Celery's consumer, made to notice in good time that Redis is back."""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from celery.worker.consumer import Consumer

_LOOK_EVERY_S: Final = 2


class PromptConsumer(Consumer):
    """One whose pauses between two tries to connect do not grow: kombu's do, up to half a minute."""

    def ensure_connected(self, conn: Any) -> Any:
        """A connection that is up; meanwhile it tries."""
        conn.ensure_connection = partial(conn.ensure_connection, interval_max=_LOOK_EVERY_S)
        return super().ensure_connected(conn)
