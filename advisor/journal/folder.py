"""Which journal a project uses: the user's, or one of its own on request."""

import os
from contextlib import suppress
from pathlib import Path

from advisor.errors import UsageError
from advisor.text import clean_line

NAME = "journal.sqlite3"
# Rules that a team shares may lie in the same folder, so that only what is the user's own is kept out of git.
_IGNORED = f"/{NAME}*\n/captures/\n/backups/\n"


def journal_path(project: Path) -> Path | None:
    """The project's own journal where ADVISOR_JOURNAL says `project` or one lies there; None for the user's.

    Raises:
        UsageError: ADVISOR_JOURNAL says anything but `project` and `user`.
    """
    own = project / ".advisor" / NAME
    asked = os.environ.get("ADVISOR_JOURNAL") or ("project" if own.is_file() else "user")
    if asked not in ("project", "user"):
        raise UsageError(f"ADVISOR_JOURNAL is '{clean_line(asked)}'.", "It may be 'project' or 'user'.")
    if asked == "user":
        return None
    with suppress(OSError):
        own.parent.mkdir(mode=0o700, exist_ok=True)
        with (own.parent / ".gitignore").open("x", encoding="utf-8") as ignored:
            ignored.write(_IGNORED)
    return own
