"""Where the details of a fault inside the program are kept."""

import tempfile
import traceback
from pathlib import Path


def record_fault(error: BaseException) -> str:
    """Write the traceback of an unexpected error to a file that only the user can read, and name it."""
    text = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="advisor-fault-", suffix=".txt", delete=False, encoding="utf-8"
        ) as file:
            file.write(text)
        return str(Path(file.name))
    except OSError:
        return "-"
