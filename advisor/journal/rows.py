"""What the journal gives back: one row each, without curves."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from advisor.patterns import regex

if TYPE_CHECKING:
    from advisor.experiment.apply import Applied

# Where `advisor.tune` trains its rounds; round 0 is the command as it stands.
_TRIAL = regex(r"[/\\]\.advisor[/\\]tune[/\\]round-(\d+)-\d+[/\\]copy$")


@dataclass(frozen=True, slots=True)
class RunRow:
    """One remembered run, without its curves.

    Attributes:
        id: Its number; larger is later.
        project: Folder that it is filed under.
        source: Path of its log.
        name: What tells it from other runs of the log.
        reader: Which reader read it.
        command: The command that was run; None for a log that was only read.
        folder: Where the command ran.
        added: When it was remembered, in seconds since the epoch.
        started: When the command was started; None for a log.
        seconds: How long it ran.
        exit_code: How it ended, as a shell gives it.
        environment: Names of the environment variables that it was given; their values are never kept.
        summary: For each role the curve that speaks for it: `name`, `n`, `first`, `last`, `best`.
        changes: Headlines of what was applied since the project's training before this one, and stood then;
            of a round what was set since the start, where `trials.with_settings` told it.
    """

    id: int
    project: str
    source: str
    name: str
    reader: str
    command: tuple[str, ...] | None
    folder: str | None
    added: float
    started: float | None
    seconds: float | None
    exit_code: int | None
    environment: tuple[str, ...]
    summary: dict[str, dict[str, Any]]
    changes: tuple[str, ...]

    @property
    def round(self) -> int | None:
        """Which round of a tuning it is, 0 for the command as it stands; None where it is none."""
        found = _TRIAL.search(self.folder or "")
        return None if found is None else int(found[1])

    @property
    def is_trial(self) -> bool:
        """Whether a tuning trained it in a copy of the folder, with values that are not the user's."""
        return bool(self.round)


@dataclass(frozen=True, slots=True)
class AppliedRow:
    """One applied change: its number, what was done, and when it was undone (None where it stands)."""

    id: int
    applied: "Applied"
    undone: float | None
