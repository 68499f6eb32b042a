"""The process that reads files from outside, started by `knowledge.apart`. It can't write a file, nor use
more memory and time than it was given; when it dies of one, the process that asked does not.

    python -m knowledge.reader      requests on standard input, answers on standard output
"""

from __future__ import annotations

import os
import resource
from contextlib import suppress

import msgspec

from bot.errors import Rejected, TooLarge
from knowledge import wire
from knowledge.formats import limits
from knowledge.kinds import BY_ENDING, read


def main() -> None:
    """Until there is nothing more to read."""
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library prints is no answer
    _limit(resource.RLIMIT_AS, limits.READ_MEMORY)
    _limit(resource.RLIMIT_FSIZE, 0)
    while (request := wire.receive(requests)) is not None:
        _limit(resource.RLIMIT_CPU, int(sum(os.times()[:2]) + limits.READ_S) + 1)
        wire.send(
            answers, msgspec.msgpack.encode(_answer(msgspec.msgpack.decode(request, type=wire.Request)))
        )


def _answer(request: wire.Request) -> wire.Answer:
    source = request.source
    try:
        return wire.Answer(loaded=read(BY_ENDING[request.ending], request.data, source))
    except Rejected as error:
        return wire.Answer(error=str(error), is_too_large=isinstance(error, TooLarge))
    except MemoryError:
        return wire.Answer(
            error=f"{source}: takes more memory to read than it may; split it", is_too_large=True
        )
    except Exception as error:  # noqa: BLE001 - a converter's own fault; none of them says which it may raise
        mend = "open it in its program and save it again"
        return wire.Answer(error=f"{source}: can't be read ({type(error).__name__}); {mend}")


def _limit(what: int, most: int) -> None:
    """macOS knows no limit of memory; the limit of time holds there too."""
    with suppress(ValueError, OSError):
        resource.setrlimit(what, (most, resource.getrlimit(what)[1]))


if __name__ == "__main__":
    main()
