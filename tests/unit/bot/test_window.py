"""How much a model server is given: told by its own load, or felt by how it answers. In a time of our own."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

import pytest

from bot.model.load import Load, parse
from bot.model.window import Window
from tests.simulators.model import load_page

_STEP_S = 0.05


@dataclass
class AServer:
    """A batch of `capacity`, a queue before it, and clients that always have more to ask."""

    capacity: int
    answer_s: float
    windows: list[Window]
    tells: bool = True
    queue: int = 10_000
    now: float = 0.0
    running: list[tuple[float, int, float]] = field(default_factory=list)
    """When it ends, whose it is, when it was asked."""
    waiting: deque[tuple[int, float]] = field(default_factory=deque)
    history: list[Load] = field(default_factory=list)
    """Its load at each step."""

    def run(self, seconds: float) -> None:
        for _ in range(round(seconds / _STEP_S)):
            self._step()

    def of(self, client: int) -> int:
        """Its calls under way."""
        return sum(whose == client for _, whose, _ in self.running) + sum(
            whose == client for whose, _ in self.waiting
        )

    def load(self) -> Load:
        return Load(len(self.running), len(self.waiting))

    def _step(self) -> None:
        self.now += _STEP_S
        for one in [one for one in self.running if one[0] <= self.now]:
            in_flight = self.of(one[1])
            self.running.remove(one)
            self.windows[one[1]].answered(began=one[2], now=self.now, in_flight=in_flight, slow=False)
        for client, window in enumerate(self.windows):
            for _ in range(window.size - self.of(client)):
                self._ask(client, window)
        while self.waiting and len(self.running) < self.capacity:
            client, asked_at = self.waiting.popleft()
            spread = 1 + (len(self.history) % 7) / 20
            self.running.append((self.now + self.answer_s * spread, client, asked_at))
        self.history.append(self.load())
        if self.tells and len(self.history) % round(1 / _STEP_S) == 0:
            for client, window in enumerate(self.windows):
                window.read(self.load(), in_flight=self.of(client), now=self.now)

    def _ask(self, client: int, window: Window) -> None:
        if len(self.waiting) + len(self.running) >= self.capacity + self.queue:
            window.pushed_back(began=self.now, now=self.now, in_flight=self.of(client))
        else:
            self.waiting.append((client, self.now))


def test_what_waits_is_in_our_queue_and_the_batch_is_full() -> None:
    server = AServer(32, 1.5, [Window(256)])

    server.run(60)

    settled = server.history[-600:]
    assert all(load.running == 32 for load in settled), "a place that gets free is taken at once"
    assert max(load.waiting for load in settled) <= 8, "of 224 at first"
    assert sum(load.waiting for load in settled) / len(settled) < 4


def test_two_processes_that_never_talk_settle_by_the_servers_queue() -> None:
    server = AServer(40, 1.0, [Window(64), Window(64)])
    server.run(60)

    settled = server.history[-400:]
    assert all(load.running == 40 for load in settled)
    assert max(load.waiting for load in settled) <= 12
    assert sum(load.waiting for load in settled) / len(settled) < 5


def test_one_that_comes_later_gets_its_share_and_the_rest_when_the_other_leaves() -> None:
    server = AServer(40, 1.0, [Window(64)])
    server.run(30)
    server.windows.append(Window(64))
    server.run(60)
    first, second = (window.size for window in server.windows)
    assert min(first, second) >= 10

    server.windows[0] = Window(1)
    server.run(60)

    assert server.windows[1].size >= 39
    assert all(load.running == 40 for load in server.history[-200:])


def test_a_burst_of_prompts_that_waits_for_a_moment_changes_nothing() -> None:
    window = Window(64)
    for now, waiting in enumerate([60, 50, 30, 10, 0, 0]):
        window.read(Load(64 - waiting, waiting), in_flight=64, now=float(now))

    assert window.size == 64


def test_the_bound_is_never_passed_and_one_call_is_always_allowed() -> None:
    window = Window(8)
    for now in range(50):
        window.read(Load(8, 0), in_flight=8, now=float(now))
    assert window.size == 8
    for now in range(50, 100):
        window.read(Load(4, 900), in_flight=8, now=float(now))
        window.pushed_back(began=float(now), now=float(now), in_flight=8)
    assert window.size == 1


def test_without_more_to_do_the_window_does_not_grow() -> None:
    window = Window(64)
    window.pushed_back(began=0, now=0, in_flight=64)
    small = window.size

    for now in range(1, 20):
        window.answered(began=now, now=now + 0.5, in_flight=3, slow=False)
        window.read(Load(3, 0), in_flight=3, now=now + 0.5)

    assert window.size == small


def test_a_server_that_tells_nothing_is_felt_by_what_it_pushes_back() -> None:
    server = AServer(24, 1.0, [Window(64)], tells=False, queue=8)

    server.run(120)

    settled = server.history[-800:]
    assert sum(load.running for load in settled) / len(settled) > 22.5
    assert 16 <= server.windows[0].size <= 33


def test_all_refusals_of_one_moment_count_once() -> None:
    window = Window(64)
    for _ in range(40):
        window.pushed_back(began=1.0, now=1.5, in_flight=64)
    assert window.size == 44

    window.pushed_back(began=2.0, now=2.5, in_flight=44)
    assert window.size == 30


def test_slow_answers_shrink_the_window_and_quick_ones_let_it_grow_by_a_step_a_round() -> None:
    window = Window(32)
    window.answered(began=0.0, now=20.0, in_flight=32, slow=True)
    assert window.size == 22

    for _ in range(22):
        window.answered(began=21.0, now=22.0, in_flight=32, slow=False)
    assert window.size in (23, 24)


def test_what_the_server_tells_outdoes_what_time_does_until_it_is_old() -> None:
    window = Window(32)
    window.read(Load(32, 1), in_flight=32, now=100.0)
    window.answered(began=80.0, now=101.0, in_flight=32, slow=True)
    assert window.size == 32

    window.answered(began=80.0, now=111.0, in_flight=32, slow=True)
    assert window.size == 22


def test_vllms_page_is_read_by_its_names() -> None:
    assert parse(load_page(12, 3)) == Load(12, 3, 0.9)


def test_several_engines_behind_one_address_are_one_server() -> None:
    second = load_page(5, 4).replace('engine="0"', 'engine="1"')
    assert parse(load_page(12, 3) + second) == Load(17, 7, 0.9)


@pytest.mark.parametrize(
    "page",
    [
        "",
        "<html>",
        "vllm:num_requests_running 3",
        load_page(1, 2).replace("2.0", "NaN"),
        load_page(1, 2).replace("2.0", "1e300"),
        load_page(1, 2).replace("2.0", "+Inf"),
        load_page(1, 2).replace("2.0", "1.2.3"),
    ],
)
def test_a_page_that_tells_no_load_is_none(page: str) -> None:
    assert parse(page) is None
