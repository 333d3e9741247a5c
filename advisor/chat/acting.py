"""What a yes starts or writes beside an edit: a tuning, a probe, a report."""

import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.chat.reply import Launch, Save
from advisor.errors import AdvisorError, EditError, UsageError
from advisor.text import clean_line

if TYPE_CHECKING:
    from advisor.session import Session

_ENDINGS = {"markdown": "md", "json": "json", "csv": "csv"}


def launch(
    session: "Session",
    action: Launch,
    on_output: Callable[[bytes], None] | None = None,
    stop: threading.Event | None = None,
) -> str:
    """Run `advisor tune` or `advisor probe` in a process of its own; how it ended.

    Raises:
        UsageError: no training command is known that could be tuned.
    """
    from advisor.experiment.runner import run_command

    path = session.journal.path
    kept = () if path is None else ("--journal", str(path))
    words = [sys.executable, "-m", "advisor", *action.words, "--lang", session.language, *kept]
    if action.words[0] == "tune" and "--resume" not in action.words:
        if session.command is None:
            raise UsageError("No training command is known.", "'advisor run -- COMMAND' makes it known.")
        words += ["--", *session.command]
    capture = session.journal.new_capture()
    finished = run_command(words, session.folder, capture, on_output, stop, pty=False)
    return finished.ending.in_(session.language)


def new_file(session: "Session", name: str, form: str) -> Path:
    """Where a report goes: a file of that name in the working folder, or `advisor-report` with its ending.

    Raises:
        EditError: it would lie outside the working folder, or is there already.
    """
    path = (session.folder / (name or f"advisor-report.{_ENDINGS[form]}")).resolve()
    shown = clean_line(name, 120)
    if not path.is_relative_to(session.folder):
        raise EditError(f"{shown} lies outside the working folder.", "A name inside it is fine.")
    if path.exists():
        raise EditError(f"{clean_line(path.name, 120)} is there already.", "Name another file.")
    return path


def save(session: "Session", action: Save) -> Path:
    """Write the report of what is open, or the current run's values, into a new file.

    Raises:
        EditError: it cannot be written, or would replace a file.
    """
    text = _text(session, action.form, action.some)
    path = new_file(session, action.name, action.form)
    try:
        # A file that appeared since the question is left alone, too.
        with path.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise EditError(f"{clean_line(path.name, 120)} cannot be written: {error.strerror}.", "") from error
    return path


def _text(session: "Session", form: str, some: Sequence[int]) -> str:
    if session.current is None:
        raise AdvisorError("No run is open.", "`open PATH` opens one.")
    if form == "csv":
        import io

        from advisor.report.tables import runs_csv

        stream = io.StringIO()
        runs_csv([session.current.run], stream)
        return stream.getvalue()
    runs = [session.assessments[place] for place in some] if some else session.assessments
    if form == "json":
        from advisor.report.as_json import report_json

        return report_json(runs, session.language)
    from advisor.report.as_text import report_markdown

    return report_markdown(runs, session.language)


def probe_targets(folder: Path) -> list[str]:
    """`FILE.py:FUNCTION` of every function in a file of the folder that returns an `advisor.probe.Probe`."""
    import ast

    found: list[str] = []
    for path in sorted(folder.glob("*.py"))[:200]:
        try:
            text = path.read_text("utf-8")
            tree = ast.parse(text) if "advisor.probe" in text else None
        except (OSError, ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        functions = [n for n in tree.body if isinstance(n, ast.FunctionDef)] if tree is not None else []
        found += [f"{path.name}:{function.name}" for function in functions if _returns_probe(function)]
    return found


def _returns_probe(function: "object") -> bool:
    import ast

    return any(
        isinstance(part, ast.Return)
        and isinstance(part.value, ast.Call)
        and ast.unparse(part.value.func).rsplit(".", 1)[-1] == "Probe"
        for part in ast.walk(function)  # type: ignore[arg-type]
    )
