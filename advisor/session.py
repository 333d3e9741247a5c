"""The work on one project: what is open, what was found, what was changed, what came of it.

The command line, the chat and the terminal program all speak to this; it joins the rooms below and keeps no
knowledge of its own about logs, rules or editing.
"""

import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from advisor.configuration import Configuration
from advisor.errors import AdvisorError, UsageError
from advisor.journal import Journal, journal_path
from advisor.journal.folder import project_of
from advisor.journal.store import data_folder
from advisor.journal.told import Word, free, tell, words
from advisor.judging import Judge, nothing
from advisor.run import Run
from advisor.text import Language
from advisor.vocabulary.corrections import Correction, corrected, with_word, words_on

if TYPE_CHECKING:
    from advisor.advice import Assessment
    from advisor.diagnosis import Rulebook
    from advisor.experiment.compare import Comparison
    from advisor.experiment.plan import Chooser, Plan
    from advisor.experiment.runner import Finished
    from advisor.journal import RunRow
    from advisor.journal.packing import Packed
    from advisor.learned.own import Outcome

Beside = TypeVar("Beside")
Output = Callable[[bytes], None]
Progress = Callable[[str, int, int], None]

# Another terminal waits for the journal no longer than writing these takes.
_REMEMBERED_AT_ONCE = 64


class Session(Configuration):
    """The work on one project.

    Attributes:
        assessments: What is open, one per run.
        current: The run that is talked about, or None.
        finished: How the last training of this session ended, or None.
        capture: Where the output of the training that was started last is written, or None.
        corrections: What the user said of the curves of this project; every run is read with it.
        compared: The two runs that were compared last.
        in_a_copy: Whether `folder` is a copy of the user's that is gone soon, with the logs in it.
        processes: How many work side by side where there are many runs.
        on_progress: Told how many of many logs were read or runs assessed, and of how many.
    """

    def __init__(
        self, folder: Path, journal: Journal, language: Language = "en", own: "tuple[Outcome, ...]" = ()
    ) -> None:
        super().__init__(folder, journal, language)
        self.assessments: list[Assessment] = []
        self.current: Assessment | None = None
        self.finished: Finished | None = None
        self.capture: Path | None = None
        self.compared: list[Run] = []
        self.corrections = journal.corrections(str(self.project))
        self.in_a_copy = False
        self.processes = 1
        self.on_progress: Progress = lambda what, done, of: None
        self._judge = Judge(self.project, journal, own)

    @classmethod
    def here(cls, language: Language = "en", journal: str | None = None) -> "Session":
        """A session in the current folder, with the journal that `journal_path` names."""
        return cls.at(Path.cwd(), language, journal)

    @classmethod
    def at(cls, folder: Path, language: Language = "en", journal: str | None = None) -> "Session":
        """A session in any folder, with the journal that `journal_path` names for its project."""
        return cls(folder, Journal.open(journal_path(project_of(folder), journal)), language)

    @classmethod
    def aside(
        cls, language: Language = "en", journal: str | None = None, with_last_run: bool = False
    ) -> "Session":
        """A session in the current folder that leaves no trace.

        It knows what the journal says of the project's curves, command and hyperparameters, and what changes
        brought there (and where told so, its last run), and writes into memory.
        """
        from advisor.journal.aside import in_memory_like

        folder = Path.cwd()
        path = journal_path(project_of(folder), journal) or data_folder() / "journal.sqlite3"
        memory, own = in_memory_like(path, str(project_of(folder)), with_last_run)
        return cls(folder, memory, language, own)

    @property
    def warning(self) -> str:
        """What the user should know about the journal; empty where all is well."""
        return self.journal.warning

    @property
    def rulebook(self) -> "Rulebook":
        """The shipped rules and the user's own."""
        return self._judge.rulebook

    @property
    def learned(self) -> bool:
        """Whether the learned parts of diagnosis and advice speak beside the rules."""
        return self._judge.learned

    @learned.setter
    def learned(self, on: bool) -> None:
        self._judge.learned = on

    def open(
        self, paths: Sequence[str], on_error: Callable[[AdvisorError], None] | None = None
    ) -> "list[Assessment]":
        """Read and assess every run in `paths`, and remember them.

        Args:
            paths: Files or folders; `-` for standard input.
            on_error: Told of each input that cannot be read while others can.

        Raises:
            UnreadableError: nothing could be read.
        """
        from advisor.journal.packing import packed

        assessed = self._assess_all(self.read(paths, on_error), packed)
        found: list[Assessment] = []
        while several := list(islice(assessed, _REMEMBERED_AT_ONCE)):
            self._remember(several)
            found += (item for item, _ in several)
        self._take(found)
        return self.assessments

    def look(self, paths: Sequence[str]) -> "list[Assessment]":
        """Read and assess every run in `paths`; nothing is remembered.

        Raises:
            UnreadableError: nothing could be read.
        """
        self._take([item for item, _ in self._assess_all(self.read(paths), nothing)])
        return self.assessments

    def read(self, paths: Sequence[str], on_error: Callable[[AdvisorError], None] | None = None) -> list[Run]:
        """Every run in `paths`, with the user's word on its curves; nothing is remembered.

        Raises:
            UnreadableError: nothing could be read.
        """
        from advisor.readers import read_paths

        runs = read_paths(
            paths,
            sys.stdin.buffer,
            on_error=on_error,
            processes=self.processes,
            on_read=partial(self.on_progress, "read"),
        )
        return [self.corrected(run) for run in runs]

    def corrected(self, run: Run) -> Run:
        """`run` with the user's word on its curves."""
        return corrected(run, self.corrections)

    def correct(self, told: Sequence[Correction]) -> None:
        """Take the user's word on curves: remember it for this project, and judge what is open by it."""
        self._set_corrections(with_word(self.corrections, told))

    def forget_correction(self, name: str | None = None) -> tuple[Correction, ...]:
        """Take the user's word back on one curve, or on all; returns what was taken back.

        Raises:
            UsageError: nothing was said of a curve of that name.
        """
        gone = words_on(self.corrections, name)
        self._set_corrections(tuple(item for item in self.corrections if item not in gone))
        return gone

    @property
    def told(self) -> tuple[Word, ...]:
        """What the user said of this project's hyperparameters, the oldest first."""
        return words(self.journal, str(self.project))

    def tell(self, word: Word) -> None:
        """Remember for this project what the user said of a hyperparameter."""
        tell(self.journal, str(self.project), word)

    def free(self, role: str) -> None:
        """A hyperparameter that was to stay as it is may be changed again."""
        free(self.journal, str(self.project), role)

    def _set_corrections(self, corrections: tuple[Correction, ...]) -> None:
        self.corrections = corrections
        self.journal.set_corrections(str(self.project), corrections)
        place = None if self.current is None else self.assessments.index(self.current)
        self.assessments = [self.assess(self.corrected(item.run)) for item in self.assessments]
        self.current = None if place is None else self.assessments[place]

    def assess(self, run: Run) -> "Assessment":
        """Measure, diagnose and advise on one run by this project's rules; nothing is remembered."""
        return self._judge.assess(run)

    def _assess_all(
        self, runs: Sequence[Run], beside: Callable[[Run], Beside]
    ) -> "Iterator[tuple[Assessment, Beside]]":
        """The same for every run, in their order; several processes work where there are many.

        What `beside` makes of each comes with it, made where that was assessed.
        """
        said = partial(self.on_progress, "assessed")
        return self._judge.all(runs, self.processes, lambda done: said(done, len(runs)), beside)

    def judge(self, run: Run) -> "Assessment":
        """The same, without what came of the proposed changes here before."""
        return self._judge.by_itself(run)

    def renew(self, assessments: "Sequence[Assessment]") -> None:
        """Put a log that was read anew in the place of what was read from it before.

        The run that is talked about stays the one of its name, where it is still there.
        """
        from advisor.advice.assessment import speaking_run

        assessments = [self._judge.with_past(item) for item in assessments]
        sources = {item.run.source for item in assessments}
        others = [item for item in self.assessments if item.run.source not in sources]
        self.assessments = [*assessments, *others]
        current = self.current.run if self.current is not None else None
        if current is None or current.source in sources:
            same = [item for item in assessments if current is not None and item.run.name == current.name]
            self.current = same[-1] if same else speaking_run(assessments)

    def remember(self, assessments: "Sequence[Assessment]") -> None:
        """Write runs into the journal that were not read by `open`."""
        from advisor.journal.packing import packed

        self._remember([(item, packed(item.run)) for item in assessments])

    def _remember(self, several: "Sequence[tuple[Assessment, Packed]]") -> None:
        from advisor.journal.said import said_of

        self.journal.add_runs(str(self.project), [(packed, said_of(item)) for item, packed in several])

    def run(
        self,
        command: Sequence[str],
        on_output: Output | None = None,
        stop: threading.Event | None = None,
    ) -> "Assessment":
        """Run a training, show its output as it comes, and assess what it logged.

        Raises:
            UsageError: the program cannot be started.
            UnreadableError: it ended without a curve in its output or in the files it wrote.
        """
        from advisor.experiment.runner import run_command
        from advisor.experiment.trained import runs_of_training
        from advisor.journal.said import said_of

        started = time.time()
        self.capture = self.journal.new_capture()
        self.finished = run_command(command, self.folder, self.capture, on_output=on_output, stop=stop)
        self.journal.set_command(str(self.project), tuple(command))
        runs = runs_of_training(self.finished, command, self.folder, started, passing=self.in_a_copy)
        self._take([self.assess(self.corrected(run)) for run in runs])
        assert self.current is not None
        self.journal.add_run(
            str(self.project),
            self.current.run,
            command=command,
            finished=self.finished,
            said=said_of(self.current),
        )
        return self.current

    def rerun(self, on_output: Output | None = None, stop: threading.Event | None = None) -> "Assessment":
        """Run the last command again with the changes applied since, and assess it.

        Raises:
            UsageError: no command is known.
        """
        return self.run(self.known_command(), on_output, stop)

    def remembered(self) -> "Assessment | None":
        """The run that is open, else the user's last one in this project, assessed anew; None without one."""
        if self.current is None:
            from advisor.journal.records import last_row

            row = last_row(self.journal, str(self.project))
            if row is not None:
                self.current = self.assess(self.corrected(self.journal.load_run(row.id)))
                self.assessments = [self.current]
        return self.current

    def assessed(self, number: int) -> "Assessment":
        """A remembered run, assessed anew."""
        return self.assess(self.journal.load_run(number))

    def plan(self, number: int, choose: "Chooser | None" = None) -> "Plan":
        """What change `number` of the current run would edit; nothing is written.

        Args:
            number: Of the change, from 1.
            choose: Asked where several places could be meant.

        Raises:
            UsageError: there is no such change, or no command is known.
            EditError: the hyperparameter stands nowhere that can be edited.
        """
        from advisor.experiment.proposals import plan_numbered

        assessment = self.remembered()
        if assessment is None:
            raise UsageError("No run is known here yet.", "Start with 'advisor run -- COMMAND'.")
        return plan_numbered(assessment.changes, number, self.known_command(), self.folder, choose)

    def compare(self, before: str | None = None, after: str | None = None) -> "Comparison":
        """Compare two runs: paths or journal numbers, or the last two trainings of this project.

        Raises:
            UsageError: there are no two runs.
        """
        from advisor.experiment.compare import compare
        from advisor.journal.records import compare_last_two

        if before is None or after is None:
            self.compared, comparison = compare_last_two(self.journal, str(self.project))
            return comparison
        self.compared = self.load((before, after))
        return compare(*self.compared)

    def load(self, names: Sequence[str]) -> list[Run]:
        """Runs by their paths or journal numbers."""
        return [self._run_named(name) for name in names]

    def history(self, limit: int = 20) -> "list[RunRow]":
        """The last runs of this project, newest first."""
        return self.journal.runs(str(self.project), limit=limit)

    def history_told(self, limit: int = 20) -> "list[RunRow]":
        """The same, rounds of a tuning with what they set; each of these is loaded for it."""
        from advisor.journal.trials import with_settings

        return with_settings(self.journal, self.history(limit))

    def _take(self, assessments: "list[Assessment]") -> None:
        from advisor.advice.assessment import speaking_run

        self.assessments = assessments
        self.current = speaking_run(assessments)

    def _run_named(self, name: str) -> Run:
        if name.isdecimal() and not Path(name).exists():
            return self.journal.load_run(int(name))
        from advisor.advice.assessment import speaking_run

        return speaking_run([self.assess(run) for run in self.read([name])]).run
