"""The sample is opened before any test swaps the data, so that what was seen is the sample."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from analytics.extracts.library import DATA_FOLDER_VARIABLE
from tests.app.opened_pages import forget_everything, seen


@pytest.fixture(scope="session", autouse=True)
def _sample_is_opened_first() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(DATA_FOLDER_VARIABLE, raising=False)
        forget_everything()
        seen("overview")
        yield
    forget_everything()
