"""The configuration of a project's training: the remembered command, the values in it, and edits of them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from advisor.errors import EditError, UsageError
from advisor.journal import Journal
from advisor.journal.folder import project_of
from advisor.text import Language
from advisor.translation import with_place

if TYPE_CHECKING:
    from advisor.advice import Change
    from advisor.experiment.apply import Applied
    from advisor.experiment.places import Search
    from advisor.experiment.plan import Chooser, Plan


class Configuration:
    """What a project's training is started with, whatever runs are open.

    Attributes:
        project: Folder that the journal files the work under.
        folder: Where commands run and relative paths begin.
        language: Of everything said.
        journal: What is remembered between sessions.
    """

    def __init__(self, folder: Path, journal: Journal, language: Language) -> None:
        self.folder = folder.resolve()
        self.project = project_of(folder)
        self.language: Language = language
        self.journal = journal

    @property
    def command(self) -> tuple[str, ...] | None:
        """The training command with the changes applied so far, or None where none is known."""
        return self.journal.command(str(self.project))

    def known_command(self) -> tuple[str, ...]:
        """The same, where nothing goes on without it.

        Raises:
            UsageError: no command is known.
        """
        command = self.command
        if command is None:
            raise UsageError(
                "No training command is known in this project.",
                "Run it once as 'advisor run -- python train.py ...', then changes can be applied and rerun.",
            )
        return command

    def possible(self, changes: "Sequence[Change]") -> "Change | None":
        """The first of these changes that `apply` can make; None where there is none."""
        from advisor.experiment.proposals import first_possible

        return None if self.command is None else first_possible(changes, self.command, self.folder)

    def obstacle(self, changes: "Sequence[Change]") -> "EditError | None":
        """Why the first change of a hyperparameter cannot be made; None where it can be, or there is none."""
        from advisor.experiment.proposals import obstacle

        return None if self.command is None else obstacle(changes, self.command, self.folder)

    def plan_value(self, name: str, value: str | float, choose: "Chooser | None" = None) -> "Plan":
        """What setting `name` to `value` would edit; nothing is written."""
        from advisor.experiment.plan import plan_value

        return plan_value(name, value, self.known_command(), self.folder, choose)

    def places(self, command: Sequence[str] | None = None) -> "Search":
        """Every tunable value of a command, by default the last one, and where it stands."""
        from advisor.experiment.places import search

        return search(self.known_command() if command is None else command, self.folder)

    def apply(self, plan: "Plan", *, outside: bool = False) -> "Applied":
        """Carry a plan out: edit the file or the remembered command, keep a backup, write it down.

        Args:
            plan: What to do.
            outside: Whether a file may lie outside the project.

        Raises:
            EditError: a file lies outside the project and must not, or was changed since the plan was made.
        """
        from advisor.experiment.apply import require_inside
        from advisor.journal.changes import apply_plan

        if not outside:
            require_inside(plan, (self.project, self.folder))
        return apply_plan(self.journal, str(self.project), plan)

    def undo(self, number: int | None = None) -> str:
        """Take the last applied change back, or all down to change `number`; says what was taken back.

        Raises:
            UsageError: nothing is applied, or no change of that number stands.
            EditError: the file was edited since.
        """
        from advisor.journal.changes import take_back

        words = "已撤销：" if self.language == "zh" else "Taken back: "
        taken = take_back(self.journal, str(self.project), number)
        return "\n".join(words + with_place(applied.plan.headline, self.language) for applied in taken)

    def has_applied(self) -> bool:
        """Whether an applied change stands that could be undone."""
        return self.journal.last_applied(str(self.project)) is not None
