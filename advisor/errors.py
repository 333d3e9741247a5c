"""One base for everything that can go wrong and be told to a user in a sentence."""


class AdvisorError(Exception):
    """A fault that is told, never shown as a traceback.

    Args:
        what: One sentence: what was wrong and where (file, line).
        hint: What to do about it; may be empty.
    """

    exit_code = 2

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.what} {self.hint}".rstrip()


class UsageError(AdvisorError):
    """The request cannot be understood or cannot be carried out as asked."""


class UnreadableError(AdvisorError):
    """The input holds no training log that can be read."""

    exit_code = 3


class RuleError(AdvisorError):
    """A rule file is wrong; `what` names the file and the place."""


class EditError(AdvisorError):
    """A configuration cannot be edited safely; nothing was written."""
