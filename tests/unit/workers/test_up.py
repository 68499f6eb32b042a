"""What `kefu up` says when something can't be kept alive."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.errors import Unavailable
from tests.builders import some_settings
from workers import supervisor, up
from workers.supervisor import Child

DIES = [sys.executable, "-c", ""]


@pytest.mark.parametrize(("log_file", "place"), [("valkey.log", "at the end of .*valkey.log"), ("", "above")])
async def test_it_names_the_place_where_the_last_words_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, log_file: str, place: str
) -> None:
    child = Child("store", DIES, stop_s=5, log_file=tmp_path / log_file if log_file else None)
    monkeypatch.setattr(up, "_children", lambda *_: [child])
    monkeypatch.setattr(supervisor, "_FIRST_WAIT_S", 0.01)
    settings = some_settings(redis={"url": "redis://nobody.invalid"})

    with pytest.raises(Unavailable, match=f"store dies .* last words are {place}$"):
        await up._supervise(settings, tmp_path / "kefu.toml", lambda: None)
