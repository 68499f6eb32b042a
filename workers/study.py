"""What a worker makes of the knowledge beside its work: it answers meanwhile, if less well."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, ParamSpec, TypeVar

import structlog

from bot.errors import KefuError, Unavailable
from bot.settings import TenantSettings
from knowledge.library import Library

P = ParamSpec("P")
R = TypeVar("R")

log = structlog.get_logger()

_AGAIN_S: Final = 10.0


async def learn_intents(library: Library, tenants: Sequence[TenantSettings]) -> None:
    """Nobody waits for it: rules decide until then."""
    while True:
        try:
            return await library.intents.learn(tenants)
        except KefuError as error:
            log.warning("intents_not_learned", reason=str(error))
        except Exception:  # a bug, or a file that can't be read: nobody else would say that it ended
            log.exception("intents_not_learned")
        await asyncio.sleep(_AGAIN_S)


async def open_shelves(library: Library, tenants: Sequence[TenantSettings]) -> None:
    """Bring the knowledge up to date, or have what was known with another embedding model answer until then.

    Raises Misconfigured and Unavailable.
    """
    if await library.stand_in(tenants):
        log.warning("knowledge_of_the_model_before_answers")
    else:
        await library.sync(tenants)


async def fill_shelves(library: Library, tenants: Sequence[TenantSettings]) -> None:
    """Until the configured embedding model's knowledge answers."""
    while library.stands_in:
        try:
            await library.sync(tenants)
            continue
        except KefuError as error:
            log.warning("knowledge_not_embedded_again", reason=str(error))
        except Exception:  # as above; the knowledge before answers meanwhile
            log.exception("knowledge_not_embedded_again")
        await asyncio.sleep(_AGAIN_S)


def settled(library: Library, do: Callable[P, Coroutine[Any, Any, R]]) -> Callable[P, Coroutine[Any, Any, R]]:
    """For what changes the knowledge, or tells of its versions: while it is embedded again there are two."""

    async def when_settled(*arguments: P.args, **named: P.kwargs) -> R:
        if library.stands_in:
            raise Unavailable(
                "the knowledge is being embedded for another model; try again when that is done"
            )
        return await do(*arguments, **named)

    return when_settled
