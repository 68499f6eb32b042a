"""Rows of a shop's database: a SELECT of named columns from one table or view, made here and not written by
hand, so that it can't be anything else. What needs a WHERE or a JOIN is a view."""

from __future__ import annotations

import threading
from typing import Any, Final

import sqlalchemy as sql
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from bot.errors import Misconfigured, TooLarge, Unavailable
from bot.settings.sources import FeedSettings
from knowledge.formats import limits

READ_S: Final = 60.0


def read_table(feed: FeedSettings, *, read_s: float = READ_S) -> list[dict[str, Any]]:
    """Raises Misconfigured, TooLarge, and Unavailable when it is not read in time."""
    engine = _engine(feed)
    told: list[Any] = []

    def read() -> None:
        try:
            told.append(_rows(engine, feed))
        except Exception as error:  # noqa: BLE001 - drivers raise what they like (PyMySQL: RuntimeError)
            told.append(error)

    # A driver may wait for ever, and no two agree on how to tell it not to: it may do so in its own thread.
    reading = threading.Thread(target=read, name="database", daemon=True)
    reading.start()
    reading.join(read_s)
    if not told:
        raise Unavailable(f"{feed.name}: the database did not answer within {read_s:g} s")
    if isinstance(told[0], Exception):  # its text may hold the address, with its password
        raise Unavailable(f"{feed.name}: the database could not be read ({type(told[0]).__name__})")
    rows: list[dict[str, Any]] = told[0]
    if len(rows) > limits.ROWS:
        raise TooLarge(f"{feed.name}: has more than {limits.ROWS} rows; make a view of fewer")
    return rows


def _engine(feed: FeedSettings) -> sql.Engine:
    address = feed.database.get_secret_value() if feed.database else ""
    try:
        return sql.create_engine(address, poolclass=sql.NullPool)
    except (ArgumentError, NoSuchModuleError, ValueError):
        raise Misconfigured([f"feeds.{feed.name}.database: is no address that SQLAlchemy knows"]) from None
    except ImportError as error:
        told = f"feeds.{feed.name}.database: needs the driver {error.name}; pip install it"
        raise Misconfigured([told]) from None


def _rows(engine: sql.Engine, feed: FeedSettings) -> list[dict[str, Any]]:
    schema, _, table = feed.table.rpartition(".")
    columns: list[sql.Label[Any]] = [sql.column(theirs).label(ours) for ours, theirs in feed.columns.items()]
    statement = (
        sql.select(*columns).select_from(sql.table(table, schema=schema or None)).limit(limits.ROWS + 1)
    )
    try:
        with engine.connect() as connection:  # and no commit: it is rolled back
            return [dict(row) for row in connection.execute(statement).mappings()]
    finally:
        engine.dispose()
