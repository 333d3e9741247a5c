"""Which project a folder belongs to, and which journal it uses: the user's, or one of its own on request."""

import os
from contextlib import suppress
from pathlib import Path

from advisor.errors import UsageError
from advisor.text import clean_line

NAME = "journal.sqlite3"
_PROJECT_MARKS = (".advisor", ".git", "pyproject.toml")
# Rules that a team shares may lie in the same folder, so that only what is the user's own is kept out of git.
_IGNORED = f"/{NAME}*\n/captures/\n/backups/\n"


def project_of(folder: Path) -> Path:
    """The project that a folder belongs to: the nearest folder above with a mark of one, else itself."""
    start = folder.resolve()
    home = Path.home()
    for candidate in (start, *start.parents):
        if candidate == home:
            break
        if any((candidate / mark).exists() for mark in _PROJECT_MARKS):
            return candidate
    return start


def journal_path(project: Path, told: str | None = None) -> Path | None:
    """The journal that a project uses; None for the user's.

    Args:
        project: The project's folder.
        told: `project` for its own, `user` for the user's, or the path of a file; by default what
            ADVISOR_JOURNAL says, else the project's own where one lies there.

    Raises:
        UsageError: `told` or ADVISOR_JOURNAL is neither of the two words nor looks like a path.
    """
    own = project / ".advisor" / NAME
    named = told or os.environ.get("ADVISOR_JOURNAL")
    asked = named or ("project" if own.is_file() else "user")
    if asked not in ("project", "user"):
        path = Path(asked).expanduser()
        # A misspelt word must not become a file.
        if path.name == asked and not path.suffix:
            source = "--journal" if told else "ADVISOR_JOURNAL"
            raise UsageError(
                f"{source} is '{clean_line(asked)}'.",
                "It may be 'project' or 'user', or the path of a file such as ./runs.sqlite3.",
            )
        return path.absolute()
    if asked == "user":
        return None
    with suppress(OSError):
        own.parent.mkdir(mode=0o700, exist_ok=True)
        with (own.parent / ".gitignore").open("x", encoding="utf-8") as ignored:
            ignored.write(_IGNORED)
    return own
