"""What becomes of a turn that needs a model, while there is none to be had."""

from __future__ import annotations

from bot import wording
from bot.errors import Away, Held, Refused, Unavailable, Unusable
from bot.pipeline.decide import decided
from bot.settings import TenantSettings
from bot.types import Answer, Outcome, Turn


def without_model(turn: Turn, tenant: TenantSettings, error: Unavailable | Refused) -> Answer:
    """What the knowledge says by itself; else an honest line. Raises Away where the turn can wait.

    Who can wait is not asked back: the model will know what is meant. What was refused would be again, and a
    model that is well and says nothing of use is not away.
    """
    waits = turn.parks and not isinstance(error, Refused | Unusable)
    answer = decided(turn, tenant)
    if answer and (answer.outcome is Outcome.FAQ or not waits):
        return answer
    if waits:
        raise Away(str(error), tried=not isinstance(error, Held)) from error
    return Answer(wording.APOLOGY, Outcome.APOLOGISED, reason=str(error))
