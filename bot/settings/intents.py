"""What a shop's own customers are up to besides, told by examples."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from bot.settings.fields import Section
from bot.types import SMALL_TALK, Intent

_IntentName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
_Example = Annotated[str, Field(min_length=1, max_length=200)]
_LEAST: int = 3


class IntentSettings(Section):
    """One intent of the tenant's own; or, under the name of one that all have, more examples or own words."""

    name: _IntentName = Field(description="1 to 40 small letters, digits and _, a letter first")
    examples: list[_Example] = Field(
        [], max_length=200, description="what customers say, as a list, 3 to 200 of them"
    )
    action: Literal["reply", "person", "tool"] = Field(
        "reply", description='"reply", "person" or "tool": what is done'
    )
    reply: str = Field("", max_length=1000, description="the answer, up to 1000 characters")
    tool: str = Field("", max_length=40, description="the name of one of the tenant's tools")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        """Each sentence says what to write."""
        for problem in self._problems():
            raise ValueError(problem)
        return self

    def _problems(self) -> list[str]:
        wrong = []
        is_ours = self.name in set(Intent)
        if not is_ours and len(self.examples) < _LEAST:
            wrong.append(f"write at least {_LEAST} examples")
        if is_ours and (self.action != "reply" or (self.reply and self.name not in SMALL_TALK)):
            wrong.append(f"{self.name} takes examples only, or a reply where it is small talk")
        if not is_ours and self.action == "reply" and not self.reply:
            wrong.append('action = "reply" needs a reply')
        if (self.action == "tool") != bool(self.tool):
            wrong.append('action = "tool" and tool go together')
        return wrong
