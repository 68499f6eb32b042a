"""Celery's settings, task names and queues, so that sender and worker agree.

A nudge is a Celery message with a conversation's id in it. It may be lost or doubled without harm: inbox,
outbox and leases in Redis are the truth, and the sweeper repeats what got lost. So tasks are acknowledged
early, keep no result, and the visibility time-out of Celery's Redis transport never decides anything.
"""

from __future__ import annotations

from typing import Any, Final

from celery import Celery
from kombu.transport import virtual
from redis.backoff import NoBackoff
from redis.retry import Retry

from bot.sentinel import Sentinels
from bot.store.redis import Client, redis_errors
from bot.types import Work

PREFIX: Final = "kefu:celery:"
TASKS: Final = {work: f"kefu.{work}" for work in Work}
KNOWLEDGE_QUEUE: Final = "knowledge"
"""Commands to the one process that owns an embedded vector store; these do keep a result."""

# A nudge that was fetched and not begun need not be put back: the sweeper repeats it.
virtual.Channel.do_restore = False
_TRANSPORT: Final = {
    "global_keyprefix": PREFIX,
    # kombu's record in Redis of who has which nudge costs two round trips a nudge, and ends the worker when
    # it is kept on a connection that was just lost (kombu 5.7: AttributeError in QoS.ack and in restoring)
    "ack_emulation": False,
    "socket_timeout": 10,
    "socket_keepalive": True,
}


def make_app(redis_url: str) -> Celery:
    """The Celery application, the same for senders and workers."""
    watched = Sentinels.parse(redis_url)
    url = watched.for_kombu if watched else _for_kombu(redis_url)
    master = _master(watched) if watched else {}
    app = Celery("kefu", broker=url, backend=url)
    app.conf.update(
        broker_connection_retry_on_startup=True,
        broker_transport_options={**_TRANSPORT, **master},
        broker_use_ssl=watched and watched.certificates,
        redis_backend_use_ssl=watched and watched.certificates,
        result_backend_transport_options={"global_keyprefix": PREFIX, **master},
        result_expires=3600,
        task_acks_late=False,
        # cancels none, as it concerns late acknowledgements; without it Celery warns each time Redis is away
        worker_cancel_long_running_tasks_on_connection_loss=True,
        task_ignore_result=True,
        task_serializer="json",
        accept_content=["json"],
        task_default_queue=str(Work.ANSWER),
        worker_prefetch_multiplier=1,
        worker_hijack_root_logger=False,  # our own logging is set up already
        worker_redirect_stdouts=False,
        broker_connection_max_retries=None,  # Redis may be away for long; a worker waits for it
        worker_send_task_events=False,
        event_queue_expires=60,
        control_queue_expires=60,
    )
    return app


def _master(watched: Sentinels) -> dict[str, Any]:
    """Whom kombu and Celery are to ask for. A Sentinel that is dead is not asked twice."""
    once = Retry(NoBackoff(), 0)
    return {"master_name": watched.service, "sentinel_kwargs": {**watched.of_sentinels, "retry": once}}


def _for_kombu(url: str) -> str:
    """Kombu spells a socket address differently from redis-py."""
    return url.replace("unix://", "redis+socket://", 1)


def queue_key(work: Work) -> str:
    """The Redis list in which kombu keeps a queue: the newest on the left."""
    return f"{PREFIX}{work}"


async def nudges_waiting(client: Client, work: Work) -> int:
    """How many nudges no worker has taken yet. Raises Unavailable."""
    with redis_errors():
        length: Any = client.llen(queue_key(work))
        return int(await length)
