"""A plain Celery worker, with our settings and a task that does nothing: `python -m tests.bench.noop_worker CONFIG COUNT`.

When it did the task so often, it says so in Redis.
"""

from __future__ import annotations

import itertools
import os
import sys
from pathlib import Path
from typing import Final

from redis import Redis

from bot.broker import make_app
from bot.settings import load
from bot.wiring import redis_url

TASK: Final = "bench.noop"
QUEUE: Final = "bench"
DONE: Final = "bench:done"


def main(config: Path, count: int) -> None:
    settings = load(config, os.environ)
    url = redis_url(settings)
    app, done, redis = make_app(url), itertools.count(1), Redis.from_url(url)

    @app.task(name=TASK)
    def noop(conversation: str) -> None:
        if next(done) == count:
            redis.lpush(DONE, count)

    app.Worker(
        pool="threads",
        concurrency=settings.concurrency,
        queues=[QUEUE],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
        loglevel="WARNING",
    ).start()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
