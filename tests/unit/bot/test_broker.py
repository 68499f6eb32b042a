"""Celery, as it is set up for nudges."""

from __future__ import annotations

import warnings
from types import SimpleNamespace
from typing import cast

from celery.worker.consumer.consumer import Consumer

from bot.broker import make_app


def test_a_lost_connection_is_nothing_that_celery_has_to_explain_each_time() -> None:
    app = make_app("redis://127.0.0.1:1/0")
    consumer = SimpleNamespace(app=app, connection=None, qos_global=False, max_prefetch_count=1)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Consumer.on_connection_error_after_connected(cast(Consumer, consumer), ConnectionError())

    assert not app.conf.task_acks_late, "else it would cancel what is under way"
