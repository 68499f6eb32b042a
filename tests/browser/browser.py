"""A headless Chromium for tests: the system's own, found by CHROMIUM or on the path."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

import pytest
from playwright.async_api import Browser, Page, async_playwright

DESKTOP: Final = (1280, 800)
PHONE: Final = (390, 844)

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome")
_QUIET: Final = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_chromium() -> str:
    """Its path. Without one: a skip at the desk, a failure in CI."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return found
    reason = "no Chromium: install the package chromium, or name one with CHROMIUM=/path"
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """Chromium itself: it takes a second or two to start."""
    path = find_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=path, args=_QUIET)
        yield browser
        await browser.close()


@asynccontextmanager
async def a_page(
    browser: Browser,
    *,
    size: tuple[int, int] = DESKTOP,
    scheme: Literal["light", "dark"] = "light",
    locale: str = "zh-CN",
    patience_s: float = 5.0,
) -> AsyncIterator[Page]:
    """A page that shares nothing with another. Fails the test when it threw a script error."""
    page = await browser.new_page(
        viewport={"width": size[0], "height": size[1]}, color_scheme=scheme, locale=locale
    )
    page.set_default_timeout(patience_s * 1000)
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    try:
        yield page
    finally:
        await page.close()  # with its context, that was made for it
    assert not errors, errors
