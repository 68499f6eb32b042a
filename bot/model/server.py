"""One model server: how much it is given, and whether it is asked at all."""

from __future__ import annotations

import time
from dataclasses import replace
from enum import StrEnum
from typing import Final

import structlog

from bot.breaker import Breaker, State
from bot.errors import Busy, Held, Hurried, Refused, Unavailable, Unusable
from bot.model.gauge import Gauge
from bot.model.load import Load
from bot.model.window import Window
from bot.ports import Clock, Heard, Model, Prompt

log = structlog.get_logger()

_FIRST_S: Final = 2.0
_LONGEST_S: Final = 30.0
_BACKGROUND_SHARE: Final = 4
"""A quarter of a window, or one place: a customer who comes finds the rest."""
_FAIR_S: Final = 2.0
"""For an answer, while none came that would tell what they take."""
_USUAL: Final = 0.1
"""The newest answer's weight in what they usually take."""
_HURRY: Final = 2
"""Where a call has less than so many times what answers usually take, it wants a shorter one."""
_QUIET_S: Final = 15.0
"""Without an answer for so long, nobody knows whether it is still there."""


class Health(StrEnum):
    """As `/readyz` says it."""

    OK = "ok"
    AWAY = "away"
    STARTING = "starting"


class Server:
    """A `bot.ports.Model` with a window, a breaker and a place in line."""

    def __init__(
        self,
        name: str,
        model: Model,
        *,
        most: int,
        slow_s: float,
        gauge: Gauge | None = None,
        starting: bool = False,
        clock: Clock = time.monotonic,
    ) -> None:
        """`slow_s`: an answer that takes longer was one too many. `starting`: not there before a look."""
        self.name = name
        self.window = Window(most)
        self.breaker = Breaker(
            "the model server", Unavailable, clock=clock, first_s=_FIRST_S, longest_s=_LONGEST_S
        )
        self.in_flight = 0
        self._background = 0
        self.load: Load | None = None
        self._model = model
        self._slow_s = slow_s
        self._usual_s: float | None = None
        self.slow = False
        """True: answers take so long that shorter ones are wanted, until they take half of that."""
        self._gauge = gauge
        self._health = Health.STARTING if starting else Health.OK
        self._heard_at = clock()
        self._clock = clock

    @property
    def health(self) -> Health:
        """How it is, as far as looks and calls tell."""
        if self._health is Health.OK and self.breaker.state is not State.CLOSED:
            return Health.AWAY
        return self._health

    @property
    def usable(self) -> bool:
        """True when a call may be made now, if there is a place."""
        return self._health is Health.OK and self.breaker.wait == 0

    def has_place(self, *, background: bool = False) -> bool:
        """True when its window is not full, nor the part of it that work has which nobody waits for."""
        room = max(1, self.window.size // _BACKGROUND_SHARE)
        return self.in_flight < self.window.size and not (background and self._background >= room)

    def enter(self, *, background: bool = False) -> None:
        """A call has a place."""
        self.in_flight += 1
        self._background += background

    def leave(self, *, background: bool = False) -> None:
        """It is free again."""
        self.in_flight -= 1
        self._background -= background

    async def complete(self, prompt: Prompt, *, timeout: float, heard: Heard | None) -> str:
        """The model's words, in a place taken before. Raises Unavailable (also Busy, Held) and Refused."""
        began = self._clock()
        try:
            text = await self._guarded(prompt, timeout, heard)
        except (Held, Unusable, Hurried):
            raise
        except Unavailable as error:
            if (lasted := self._clock() - began) > self._slow_s:
                self._took(lasted)
            if isinstance(error, Busy) or 2 * self.in_flight >= self.window.size:  # else it is not the load
                self.window.pushed_back(began=began, now=self._clock(), in_flight=self.in_flight)
            raise
        now = self._clock()
        self.window.answered(began=began, now=now, in_flight=self.in_flight, slow=now - began > self._slow_s)
        self._heard_at, self._health = now, Health.OK
        self._took(now - began)
        return text

    async def _guarded(self, prompt: Prompt, timeout: float, heard: Heard | None) -> str:
        with self.breaker.call():
            began = self._clock()
            try:
                return await self._model.complete(
                    self._fitting(prompt, timeout), timeout=timeout, heard=heard
                )
            except Busy as error:  # it is well, and says so
                busy = error
            except Unusable:
                raise
            except Unavailable as error:
                if timeout < self._fair_s and self._clock() - began >= timeout:
                    raise Hurried(str(error)) from error
                raise
        raise busy

    @property
    def _fair_s(self) -> float:
        """With less, that no answer came is not the server's fault."""
        return _FAIR_S if self._usual_s is None else self._usual_s

    def _fitting(self, prompt: Prompt, timeout: float) -> Prompt:
        in_a_hurry = self._usual_s is not None and timeout < _HURRY * self._usual_s
        return replace(prompt, short=True) if self.slow or in_a_hurry else prompt

    def _took(self, seconds: float) -> None:
        usual = seconds if self._usual_s is None else self._usual_s
        self._usual_s = usual + _USUAL * (seconds - usual)
        if self.slow is not (slow := self._usual_s > self._slow_s / (2 if self.slow else 1)):
            log.warning("model_server_slow" if slow else "model_server_fast_again", server=self.name)
            self.slow = slow

    async def look(self) -> None:
        """Read its load; ask whether it is there, if no call told so of late."""
        self.load = await self._read()
        if self.load:
            self.window.read(self.load, in_flight=self.in_flight, now=self._clock())
        if self.health is Health.OK and self._clock() - self._heard_at < _QUIET_S:
            return
        try:
            await self._model.ping()
        except Unavailable as error:
            self._turn(Health.STARTING if self._health is Health.STARTING else Health.AWAY, str(error))
        except Refused as error:  # it is there; a call will say what it thinks of us
            self._turn(Health.OK, str(error))
        else:
            if self._health is not Health.OK:  # it did not even say its models before
                self.breaker.back()
            self._turn(Health.OK, "")
            self._heard_at = self._clock()

    async def ping(self) -> None:
        """Raises Unavailable when it can't be reached, Refused when it does not serve our model."""
        await self._model.ping()

    async def close(self) -> None:
        """Let go of connections."""
        await self._model.close()
        if self._gauge:
            await self._gauge.close()

    async def _read(self) -> Load | None:
        try:
            return await self._gauge.read() if self._gauge else None
        except Unavailable:  # the look at its health says more
            return None

    def _turn(self, health: Health, reason: str) -> None:
        if health is not self._health:
            log.info("model_server", server=self.name, health=health.value, reason=reason)
        self._health = health
