"""What a shop knows elsewhere: its own site, and feeds of its other programs."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from bot.settings.fields import NAME_HELP, HostPattern, HttpUrl, Name, Section
from bot.settings.secrets import Secret

_Column = Annotated[str, Field(pattern=r"^[^\W\d]\w{0,62}$")]
"""A name as databases allow it without quotes."""
_Path = Annotated[str, Field(pattern=r"^/[!-~]{0,200}$")]


class SiteSettings(Section):
    """Pages of the shop's own site, found by its sitemap."""

    name: Name = Field(description=NAME_HELP)
    sitemap: HttpUrl = Field(min_length=1, description="the address of the site's sitemap.xml")
    hosts: list[HostPattern] = Field(
        [],
        max_length=20,
        description='other hosts whose pages count, as a list: ["help.example.com"]',
    )
    paths: list[_Path] = Field(
        [], max_length=50, description='how the paths of pages begin, as a list: ["/help/"]; empty: all'
    )
    pages: int = Field(500, ge=1, le=5000, description="pages at most, 1 to 5000")


class FeedSettings(Section):
    """A list that another program keeps: JSON over HTTP, or a table of a database."""

    name: Name = Field(description=NAME_HELP)
    url: HttpUrl = Field("", description="an address that answers with JSON")
    token: Secret | None = Field(None, description="the bearer token for url, as env:NAME or file:PATH")
    rows: str = Field("", max_length=200, description='where in the answer the list is, like "data.items"')
    database: Secret | None = Field(None, description="an SQLAlchemy address, as env:NAME or file:PATH")
    table: str = Field(
        "", pattern=r"^([^\W\d]\w{0,62}(\.[^\W\d]\w{0,62})?)?$", description="the name of a table or view"
    )
    columns: dict[Annotated[str, Field(min_length=1, max_length=60)], _Column] = Field(
        {},
        max_length=60,
        description='what is read and what it is called here, as a table: {"名称" = "title", "货号" = "sku"}',
    )

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        """Nothing of a database is read that was not named."""
        if bool(self.url) == bool(self.database):
            raise ValueError("write either url or database")
        if self.database and not (self.table and self.columns):
            raise ValueError("a database needs table and columns")
        return self
