"""Decisions have headings, the README its commands; no file names a machine or an index."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))
HEADINGS = ("Context", "Decision", "Consequences", "Alternatives")
COMMANDS = (
    "pip install -r requirements.txt && streamlit run app.py",
    "pip install -r requirements-dev.txt && pytest",
)
# In two pieces each, so that this file does not hold what it forbids.
FORBIDDEN = tuple(
    "".join(pieces)
    for pieces in (
        ("index-", "url"),
        ("file:", "///"),
        ("/ro", "ot/"),
        ("/wo", "rk/"),
        ("/tm", "p/env"),
    )
)


def _tracked_files() -> list[Path]:
    git = shutil.which("git")
    if git is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run([git, "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True)
    names = [name for name in listed.stdout.decode("utf-8").split("\0") if name]
    return [ROOT / name for name in names if (ROOT / name).is_file()]


def _text(path: Path) -> str | None:
    content = path.read_bytes()
    return None if b"\0" in content else content.decode("utf-8", errors="replace")


def test_decisions_are_numbered_without_a_gap() -> None:
    assert DECISIONS
    assert [path.name[:4] for path in DECISIONS] == [f"{n:04}" for n in range(len(DECISIONS))]


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_has_its_headings(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith(f"# {path.name[:4]}. ")
    assert re.search(r"^- Date: \d{4}-\d{2}-\d{2}$", text, re.MULTILINE)
    assert re.search(r"^- Status: (proposed|accepted|superseded by \d{4})$", text, re.MULTILINE)
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == list(HEADINGS)


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_has_the_command(command: str) -> None:
    assert command in (ROOT / "README.md").read_text(encoding="utf-8").splitlines()


def test_every_method_page_and_decision_that_is_named_exists() -> None:
    named = re.compile(r"docs/(?:methods|decisions)/[\w-]+\.md")
    missing = {
        f"{path.relative_to(ROOT).as_posix()}: {name}"
        for folder in ("analytics", "pages", "docs")
        for path in (ROOT / folder).rglob("*")
        if path.suffix in {".py", ".md"}
        for name in named.findall(path.read_text(encoding="utf-8"))
        if not (ROOT / name).is_file()
    }
    assert missing == set()


def test_no_tracked_text_names_an_index_or_a_home_folder() -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}: {word}"
        for path in _tracked_files()
        if (text := _text(path)) is not None
        for word in FORBIDDEN
        if word in text
    ]
    assert found == []
