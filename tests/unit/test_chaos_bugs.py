"""The promises that a chaos run breaks on purpose are kept where it breaks them."""

from __future__ import annotations

import pytest

from bot.store import redis
from tests.chaos import bugs


@pytest.mark.parametrize(
    ("bug", "scripts"),
    [("dedupe", ["accept"]), ("fence", ["take", "take_reply", "take_turn", "commit", "finish"])],
)
def test_a_planted_bug_changes_the_scripts_that_it_is_in(
    bug: str, scripts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = redis.script_source
    monkeypatch.setattr(redis, "script_source", whole)  # so that it is whole again afterwards

    bugs.BUGS[bug]()

    for name in redis.script_names():
        assert (redis.script_source(name) != whole(name)) == (name in scripts or bug == "fence"), name
