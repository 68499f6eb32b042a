"""The worker process: a Celery worker with the `threads` pool over one event loop."""

from __future__ import annotations

import threading
import warnings
from concurrent.futures import CancelledError
from functools import partial
from typing import Any, Final

import structlog
from celery import signals
from celery.exceptions import SecurityWarning
from prometheus_client import start_http_server

from bot.broker import KNOWLEDGE_QUEUE, TASKS, make_app
from bot.errors import Unavailable
from bot.garbage import settle
from bot.settings import Settings
from bot.types import Conversation, Work
from bot.wiring import build_model, redis_url
from knowledge.library import open_library
from workers.consumer import PromptConsumer
from workers.lanes import Lanes
from workers.librarian import Librarian, LocalDesk
from workers.loop import LoopThread
from workers.rounds import Rounds
from workers.runtime import OpenLibrary, OpenModel, Runtime

log = structlog.get_logger()

_CONTROL_THREADS: Final = 2
"""Beyond the turns in flight, so that a delivery or a `kefu knowledge` command finds a thread."""


class WorkerProcess:
    """Runs until SIGTERM or SIGINT.

    Then it takes no new work and finishes what is in flight, for `worker.stop_s` seconds at most. What is
    left then is cancelled: it gives its leases back, and its messages wait in the inbox for another worker.
    """

    def __init__(
        self, settings: Settings, library: OpenLibrary = open_library, model: OpenModel = build_model
    ) -> None:
        self._settings = settings
        self._open_library = library
        self._open_model = model
        self._app = make_app(redis_url(settings))
        self._loop = LoopThread()
        self._timer: threading.Timer | None = None

    def run(self) -> int:
        """The process's exit code. Raises Misconfigured and Unavailable when it can't start."""
        self._loop.start()
        try:
            opening = Runtime.open(self._settings, self._loop, self._open_library, self._open_model)
            runtime = self._loop.run(opening)
        except BaseException:
            self._loop.stop()
            raise
        try:
            self._add_tasks(runtime)
            signals.worker_ready.connect(partial(self._ready, runtime), weak=False)
            signals.worker_shutting_down.connect(partial(self._stop, runtime.rounds), weak=False)
            if self._settings.worker.metrics_port:
                start_http_server(self._settings.worker.metrics_port)
            settle()
            return self._consume()
        finally:
            # Celery has waited for its tasks; deliveries that those started are still on their way.
            self._loop.wait_idle(self._settings.worker.stop_s)
            if self._timer:
                self._timer.cancel()
            self._loop.run(runtime.close())
            self._loop.stop()
            log.info("worker_stopped")

    def _consume(self) -> int:
        # Celery warns of root because of pickled tasks; ours are JSON, and a container may have no other user
        warnings.filterwarnings("ignore", category=SecurityWarning)
        concurrency = self._settings.concurrency + _CONTROL_THREADS
        worker = self._app.Worker(
            pool="threads",
            concurrency=concurrency,
            queues=[*map(str, Work), KNOWLEDGE_QUEUE],
            consumer_cls=PromptConsumer,
            without_gossip=True,
            without_mingle=True,
            without_heartbeat=True,
            quiet=True,
            loglevel="WARNING",
        )
        worker.start()
        return int(worker.exitcode or 0)

    def _add_tasks(self, runtime: Runtime) -> None:
        work = {
            Work.ANSWER: runtime.rounds.answer,
            Work.PULL: runtime.puller.pull,
        }
        for kind, do in work.items():
            self._add_task(TASKS[kind], do)
        self._add_deliveries(runtime.deliveries)
        desk = LocalDesk(self._settings, runtime.library, runtime.pipeline)
        Librarian(desk, self._loop).add_to(self._app)

    def _add_task(self, name: str, do: Any) -> None:
        def task(conversation: str) -> None:
            try:
                self._loop.run(do(Conversation.parse(conversation)))
            except CancelledError:
                log.info("work_given_back", task=name)
            except Unavailable as error:  # the store is away: each says so, and the sweeper knows them all
                log.warning("work_put_off", task=name, reason=str(error))

        self._app.task(name=name)(task)

    def _add_deliveries(self, deliveries: Lanes) -> None:
        def task(conversation: str) -> None:
            """Takes no thread for long: one of a platform that hangs would keep it from a question."""
            self._loop.spawn(deliveries.run(Conversation.parse(conversation)))

        self._app.task(name=TASKS[Work.DELIVER])(task)

    def _ready(self, runtime: Runtime, **_: Any) -> None:
        """Called once the queues are listened to, also after Redis was away."""
        log.info("worker_ready", concurrency=self._settings.concurrency)
        self._loop.spawn(runtime.announce())

    def _stop(self, rounds: Rounds, **_: Any) -> None:
        """Called once, as the process is told to stop."""
        rounds.close()
        stop_s = self._settings.worker.stop_s
        log.info("worker_stopping", in_work=self._loop.busy, seconds=stop_s)
        self._timer = threading.Timer(stop_s, self._loop.cancel_all)
        self._timer.daemon = True
        self._timer.start()
