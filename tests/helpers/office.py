"""LibreOffice without a window, to open files with a program that did not write them."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SECONDS = 240


def converted(file: Path, to: str) -> list[Path]:
    """Return what LibreOffice makes of a file; skip the test where it is not installed.

    With ``REQUIRE_OFFICE=1`` a missing one is a failure.

    Parameters
    ----------
    file : Path
        In a folder of its own.
    to : str
        The format, with the filter and its options where it needs one.
    """
    program = shutil.which("soffice")
    if program is None:
        if os.environ.get("REQUIRE_OFFICE") == "1":
            pytest.fail("LibreOffice is not installed, and REQUIRE_OFFICE=1", pytrace=False)
        pytest.skip("LibreOffice is not installed")
    target = file.parent / "converted"
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(file.parent / 'profile').as_uri()}",
            "--headless",
            "--convert-to",
            to,
            "--outdir",
            str(target),
            str(file),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return sorted(target.iterdir())
