"""What a training that has ended amounts to: the runs in what it left, with what its command states."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from advisor.errors import INTERRUPTED, UnreadableError
from advisor.experiment.logs import find_log, last_words
from advisor.experiment.places import settings_of_run
from advisor.experiment.program_optimizer import optimizer_of
from advisor.experiment.results import read_results
from advisor.experiment.runner import Finished
from advisor.experiment.script import find_script
from advisor.readers import read_paths
from advisor.redact import command_line
from advisor.run import Hyperparameter, Role, Run, Trust, total_points
from advisor.text import clean_line


def runs_of_training(
    finished: Finished, command: Sequence[str], folder: Path, started: float, *, passing: bool = False
) -> list[Run]:
    """The runs of a training, from its output or its files, whichever hold more curve points.

    Args:
        finished: How it ended.
        command: What was run.
        folder: Where.
        started: Seconds since the epoch, before it began.
        passing: Whether the folder is a copy that is gone soon, with the logs in it.

    Returns:
        Runs with the command's settings before those that the log states; output that was captured goes by
        the command's name, and so does a log in a copy.

    Raises:
        UnreadableError: it ended without a curve or a result in its output or in the files it wrote.
    """
    found = _read(finished, folder, started)
    stated = _stated(command, folder)

    def named(run: Run) -> Run:
        by_command = passing or run.source == str(finished.output)
        source = command_line(command) if by_command else run.source
        return replace(run, source=source, hyperparameters=(*stated, *run.hyperparameters))

    return [named(_dated(run, started)) for run in found]


def _stated(command: Sequence[str], folder: Path) -> tuple[Hyperparameter, ...]:
    """What the command, its files and its program say of the run, whatever the log says."""
    stated = tuple(
        Hyperparameter(place.name, place.value, place.role, place.source, place.trust)
        for place in settings_of_run(command, folder)
    )
    if any(item.role == "optimizer" for item in stated):
        return stated
    made = optimizer_of(find_script(command, folder))
    return stated if made is None else (*stated, made)


def _read(finished: Finished, folder: Path, started: float) -> list[Run]:
    found: list[list[Run]] = []
    candidates = find_log(finished, started, folder)
    for candidate in candidates:
        try:
            found.append(list(read_paths([candidate])))
        except UnreadableError:
            continue
    if not found and not finished.failed:
        found += [runs for candidate in candidates if (runs := read_results(Path(candidate)))][:1]
    if not found:
        error = UnreadableError(
            f"The command ended ({finished.ending.en}) without a training curve in its output or its"
            f" files. {last_words(finished.output)}",
            f"Its output is kept in {clean_line(str(finished.output))}.",
        )
        error.exit_code = INTERRUPTED if finished.interrupted else finished.exit_code or error.exit_code
        raise error
    return max(found, key=lambda runs: (any(map(_is_held_out, runs)), total_points(runs)))


def _is_held_out(run: Run) -> bool:
    """Whether it holds what a training is judged by: much is printed of each batch, and little of that."""
    return run.main(Role.VAL_LOSS) is not None or run.main(Role.VAL_METRIC) is not None


def _dated(run: Run, started: float) -> Run:
    """`run` with every record beside its log that is older than the training taken for a mere config file.

    It was there before, so it can say what the training was given, not what it was run with.
    """
    folder = Path(run.source).parent

    def seen(item: Hyperparameter) -> Hyperparameter:
        record = folder / item.source
        old = item.trust == Trust.OWN_RECORD and record.is_file() and record.stat().st_mtime < started
        return replace(item, trust=Trust.CONFIG_FILE) if old else item

    return replace(run, hyperparameters=tuple(seen(item) for item in run.hyperparameters))
