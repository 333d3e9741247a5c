"""What was on the screen when the program was last left in a project, and how it looked."""

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from advisor.journal.store import data_folder
from advisor.redact import redact
from advisor.report.view import SCALES, SMOOTHINGS, AxisKind, Scale
from advisor.tui.widgets.evidence import Evidence

if TYPE_CHECKING:
    from advisor.session import Session
    from advisor.tui.app import AdvisorApp

_MOST_LINES = 100


class Left(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the screen.

    Attributes:
        paths: Logs that were open, absolute.
        current: Source and name of the run that was talked about.
        baseline: The same of the pinned run, or None.
        theme: Of the colours.
        scale: Of the values of every chart.
        smoothing: Of every chart.
        axis: The x axis that was chosen, or None for each chart's own.
        lines: What was typed, the newest last.
        turns: The end of the conversation: whether the user said it, and what.
    """

    paths: tuple[str, ...] = ()
    current: tuple[str, str] | None = None
    baseline: tuple[str, str] | None = None
    theme: str = ""
    scale: Scale = "auto"
    smoothing: float = 0.0
    axis: AxisKind | None = None
    lines: tuple[str, ...] = ()
    turns: tuple[tuple[bool, str], ...] = ()


def read_left(session: "Session") -> Left | None:
    """What was left in the project; None where nothing was, or where it cannot be read."""
    try:
        return msgspec.json.decode(_file(session).read_bytes(), type=Left)
    except (OSError, ValueError):
        return None


def keep_left(app: "AdvisorApp") -> bool:
    """Write down what is on the screen, for the user alone to read; whether that was possible."""
    session = app.session
    if session.journal.path is None:
        return False
    file = _file(session)
    with suppress(OSError):
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(msgspec.json.encode(_left(app)))
        fresh.replace(file)
        return True
    return False


def look_as_left(app: "AdvisorApp", left: Left) -> None:
    """Colours, axes, smoothing and what was typed, as they were; what is not known any more is left out."""
    if left.theme in app.available_themes and not app.theme.startswith("ansi"):
        app.theme = left.theme
    scale = left.scale if left.scale in SCALES else "auto"
    smoothing = left.smoothing if left.smoothing in SMOOTHINGS else 0.0
    app.query_one(Evidence).look_as(scale, smoothing, left.axis)
    app.prompt.recall(left.lines)


def say_again(app: "AdvisorApp", left: Left) -> None:
    """The end of the conversation as it was left, before anything new is said."""
    from advisor.tui.blocks import Lines

    for asked, text in left.turns:
        if asked:
            app.view.say_user(text)
        else:
            app.view.say_blocks([Lines(tuple(text.split("\n")))], classes="note")


def _left(app: "AdvisorApp") -> Left:
    session, evidence = app.session, app.evidence
    sources = dict.fromkeys(item.run.source for item in session.assessments)
    paths = [str((session.folder / source).resolve()) for source in sources]
    current, baseline = session.current, app.runs.baseline
    return Left(
        paths=tuple(path for path in paths if Path(path).exists()),
        current=(current.run.source, current.run.name) if current is not None else None,
        baseline=(baseline.source, baseline.name) if baseline is not None else None,
        theme=app.theme,
        scale=evidence.view.scale,
        smoothing=evidence.view.smoothing,
        axis=evidence.kind,
        lines=tuple(redact(line) for line in app.prompt.lines[-_MOST_LINES:]),
        turns=tuple((asked, redact(text)) for asked, text in app.said_at_end or app.view.last_turns()),
    )


def _file(session: "Session") -> Path:
    name = blake2b(str(session.project).encode(errors="surrogateescape"), digest_size=12).hexdigest()
    return data_folder() / "left" / f"{name}.json"
