"""How the parts stand that a worker depends on, and how many turns it begins."""

from __future__ import annotations

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from bot.breaker import Breaker
from bot.errors import Unavailable
from bot.model.load import Load
from bot.model.server import Server
from bot.model.servers import ModelServers
from tests.builders import some_settings
from tests.fakes import ScriptedModel
from workers.degraded import Lesser
from workers.parts import Parts
from workers.runtime import _turns


def fail(breaker: Breaker) -> None:
    with pytest.raises(Unavailable), breaker.call():
        raise Unavailable("it is away")


def test_each_part_is_reported_and_a_change_is_logged_once() -> None:
    server = Server("model.a", ScriptedModel("好"), most=8, slow_s=9)
    server.load = Load(3, 2, 0.75)
    embedding = Breaker("the embedding server", Unavailable)
    parts = Parts(ModelServers([server]), {"embedding": embedding})
    with capture_logs() as logs:
        assert parts.look() == {"embedding": "ok", "model.a": "ok"}
        for _ in range(5):
            fail(embedding)
        assert parts.look() == {"embedding": "away", "model.a": "ok"}
        parts.look()

    assert [(one["part"], one["health"]) for one in logs] == [("embedding", "away")]
    assert REGISTRY.get_sample_value("kefu_part_ok", {"part": "embedding"}) == 0
    assert REGISTRY.get_sample_value("kefu_model_waiting", {"server": "model.a"}) == 2
    assert REGISTRY.get_sample_value("kefu_model_prefix_cached_ratio", {"server": "model.a"}) == 0.75


def test_the_lesser_ways_of_answering_go_by_the_parts() -> None:
    server = Server("model", ScriptedModel("好"), most=8, slow_s=9)
    qdrant, embedding = Breaker("qdrant", Unavailable), Breaker("embedding", Unavailable)
    parts = Parts(ModelServers([server]), {"qdrant": qdrant, "embedding": embedding})

    def look() -> set[str]:
        parts.look()
        measured = {way for way in Lesser if REGISTRY.get_sample_value("kefu_degraded", {"step": way})}
        assert measured == parts.lesser
        return {str(way) for way in measured}

    assert look() == set()
    server.slow = True
    assert look() == {"short_answers"}
    for _ in range(5):
        fail(embedding)
    assert look() == {"short_answers", "words_only"}
    for _ in range(5):
        fail(qdrant)
        fail(server.breaker)
    assert look() == {"model_away", "knowledge_away"}


def test_as_many_turns_begin_as_the_servers_take_and_some_that_are_prepared() -> None:
    settings = some_settings(model={"base_url": "http://a/v1", "max_in_flight": 64})
    server = Server("model", ScriptedModel("好"), most=64, slow_s=9)
    model = ModelServers([server])
    assert _turns(settings, model) == 72 == settings.concurrency

    server.window.pushed_back(began=1, now=1, in_flight=23)
    assert _turns(settings, model) == 16 + 2

    for _ in range(5):
        fail(server.breaker)
    assert _turns(settings, model) == 72, "the FAQ answers: nobody waits for the model"
    assert _turns(settings, None) == 72
