"""The sample shop's knowledge as a worker keeps it, embedded once in a run of tests, by whichever process asks first."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Final

from filelock import FileLock

from bot.settings import Settings
from knowledge.library import open_library

SAMPLE_SHOP: Final = Path(__file__).parents[1] / "knowledge" / "sample_shop"
TENANT: Final = "qinghe"


async def with_sample_shop(data: Path, run: Path) -> None:
    """Leave its vectors in a data folder. `run`: this process's folder of the run, beside its neighbours'."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    made = run / "sample-shop"
    with FileLock(run / "sample-shop.lock"):
        if not made.exists():
            half = run / "sample-shop-half"
            await _learn(half)
            half.rename(made)
    shutil.copytree(made / "vectors", data / "vectors")


async def _learn(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)  # of one that was killed
    tenant = {"name": TENANT, "knowledge": [str(SAMPLE_SHOP)]}
    settings = Settings.model_validate({"data_dir": data, "tenants": [tenant]})
    library = await open_library(settings)
    try:
        await library.sync(settings.tenants)
    finally:
        await library.close()
