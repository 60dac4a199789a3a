"""The command that writes a briefing: whole files, clear refusals, and nothing in between."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
import pypdf
import pytest
from pptx import Presentation

from analytics.__main__ import main
from analytics.errors import ExportError
from analytics.reports import brief, chromium
from analytics.reports.pack import MARKING_VARIABLE, Pack
from tests.helpers.folders import SAMPLE
from tests.helpers.packs import CAMBRIDGESHIRE, item, pack

OK, MISUSED, STOPPED = 0, 2, 130
BEFORE = b"what was there"
ENDING = "ten minutes for the partnership board"
needs_chromium = pytest.mark.skipif(not chromium.found(), reason="no Chromium here")


def command(out: Path, *more: str, evaluation: str = CAMBRIDGESHIRE) -> int:
    where = ["--out", str(out), "--data", str(SAMPLE)]
    return main(["brief", "--evaluation", evaluation, *where, *more])


@pytest.fixture
def one_exhibit(monkeypatch: pytest.MonkeyPatch) -> None:
    """Ask nothing: a briefing of one exhibit, made by hand."""

    def made(evaluation: str, viewer: object, *, marking: str, **options: Any) -> Pack:
        options["progress"](1, 1)
        return pack(item(), marking=marking)

    monkeypatch.setattr(brief, "ready_made", made)


def words_of_slides(path: Path) -> str:
    slides = Presentation(str(path)).slides
    shapes = [shape for slide in slides for shape in slide.shapes if shape.has_text_frame]
    return "\n".join(shape.text_frame.text for shape in shapes)


def words_of_workbook(path: Path) -> str:
    sheets = openpyxl.load_workbook(path).worksheets
    return "\n".join(
        str(cell) for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row
    )


def words_of_web_page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def words_of_pdf(path: Path) -> str:
    pages = pypdf.PdfReader(BytesIO(path.read_bytes())).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("board.pptx", words_of_slides),
        ("board.XLSX", words_of_workbook),
        pytest.param("board.html", words_of_web_page, marks=needs_chromium),
        pytest.param("board.pdf", words_of_pdf, marks=needs_chromium),
    ],
)
def test_each_kind_of_file_is_written(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, words: Callable[[Path], str]
) -> None:
    assert command(tmp_path / name, "--marking", "official") == OK
    printed = capsys.readouterr()
    assert " exhibits" in printed.out
    assert "100%" in printed.err
    assert [one.name for one in tmp_path.iterdir()] == [name]
    said = words(tmp_path / name)
    assert ENDING in said
    assert "OFFICIAL" in said


@pytest.mark.usefixtures("one_exhibit")
def test_a_quiet_command_draws_no_bar(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert command(tmp_path / "board.xlsx", "--quiet") == OK
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("one_exhibit")
def test_the_marking_of_the_installation_is_used_when_none_is_given(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(MARKING_VARIABLE, "official-sensitive")
    assert command(tmp_path / "board.xlsx", "--quiet") == OK
    assert "OFFICIAL-SENSITIVE" in words_of_workbook(tmp_path / "board.xlsx")


@pytest.mark.usefixtures("one_exhibit")
def test_slides_are_laid_out_with_the_template_given(tmp_path: Path) -> None:
    own = Presentation()
    own.slide_width, own.slide_height = 12192000, 6858000
    own.core_properties.title = "Ours"
    own.save(str(tmp_path / "own.pptx"))
    assert command(tmp_path / "board.pptx", "--template", str(tmp_path / "own.pptx")) == OK
    layouts = [one.name for one in Presentation(str(tmp_path / "board.pptx")).slide_layouts]
    assert layouts == [one.name for one in own.slide_layouts]


@pytest.mark.parametrize(
    ("name", "more", "said"),
    [
        ("board.docx", [], "one of .pptx, .xlsx, .html, .pdf"),
        ("board", [], "one of .pptx, .xlsx, .html, .pdf"),
        ("board.xlsx", ["--template", "own.pptx"], "A template lays out slides only"),
        ("board.pptx", ["--template", "missing.pptx"], "template"),
        ("no_such_folder/board.pptx", [], "The folder to write to is not there"),
    ],
)
@pytest.mark.usefixtures("one_exhibit")
def test_what_cannot_be_written_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, name: str, more: list[str], said: str
) -> None:
    assert command(tmp_path / name, *more, "--quiet") == MISUSED
    assert said in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_evaluation_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert command(tmp_path / "board.xlsx", "--quiet", evaluation="nowhere") == MISUSED
    assert "evaluation" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("one_exhibit")
@pytest.mark.parametrize(
    ("failure", "status", "said"),
    [(ExportError("Too wide."), MISUSED, "Too wide."), (KeyboardInterrupt(), STOPPED, "Stopped.")],
)
def test_a_file_that_fails_half_way_leaves_what_was_there(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    failure: BaseException,
    status: int,
    said: str,
) -> None:
    def fails(content: Pack, progress: Callable[[int, int], None]) -> bytes:
        progress(1, 2)
        raise failure

    kind = brief.kind_of("xlsx")
    monkeypatch.setattr(brief, "kind_of", lambda suffix: replace(kind, make=fails))
    out = tmp_path / "board.xlsx"
    out.write_bytes(BEFORE)
    assert command(out, "--quiet") == status
    assert said in capsys.readouterr().err
    assert out.read_bytes() == BEFORE
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.usefixtures("one_exhibit")
def test_a_place_that_takes_no_file_is_named_plainly(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "board.xlsx").mkdir()
    assert command(tmp_path / "board.xlsx", "--quiet") == MISUSED
    assert "cannot be written" in capsys.readouterr().err
    assert [one.name for one in tmp_path.iterdir()] == ["board.xlsx"]
