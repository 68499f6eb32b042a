"""One browser for all tests of a run: each gets a page of its own, with a storage of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.browser.browser import a_browser
from tests.browser.visit import Visiting, a_visit


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with a_browser() as browser:
        yield browser


@pytest.fixture
def visiting(browser: Browser) -> Visiting:
    return partial(a_visit, browser)
