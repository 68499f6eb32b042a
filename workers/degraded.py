"""The lesser ways in which customers are answered, by name: docs/operations.md says what each means."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from bot.model.server import Health
from bot.model.servers import ModelServers


class Lesser(StrEnum):
    """As `/readyz` and `kefu_degraded` call it."""

    SHORT_ANSWERS = "short_answers"
    MODEL_AWAY = "model_away"
    WORDS_ONLY = "words_only"
    KNOWLEDGE_AWAY = "knowledge_away"


def lesser(model: ModelServers | None, parts: Mapping[str, Health]) -> frozenset[Lesser]:
    """Those in use, by how the model and the other parts are."""
    found, embedded = (parts.get(name, Health.OK) is Health.OK for name in ("qdrant", "embedding"))
    in_use = {
        Lesser.SHORT_ANSWERS: model is not None and model.slow,
        Lesser.MODEL_AWAY: model is not None and model.mode != "model",
        Lesser.WORDS_ONLY: found and not embedded,
        Lesser.KNOWLEDGE_AWAY: not found,
    }
    return frozenset(way for way, is_so in in_use.items() if is_so)
