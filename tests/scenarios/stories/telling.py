"""What makes a function a story."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from types import ModuleType

from tests.scenarios.stories.street import Street

Story = Callable[[Street], Awaitable[None]]


def told_in(chapter: ModuleType) -> list[Story]:
    """Its stories, in their order: every public coroutine that it defines."""
    return [
        member
        for name, member in vars(chapter).items()
        if inspect.iscoroutinefunction(member) and member.__module__ == chapter.__name__ and name[0] != "_"
    ]
