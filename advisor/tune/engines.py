"""What runs the jobs of a tuning: threads of this process, or a Ray cluster."""

import threading
from pathlib import Path
from typing import Protocol

from advisor.journal import Journal
from advisor.tune.jobs import Job, Output, Trained, run_job


class Engine(Protocol):
    """Runs jobs; called from several threads at once, one a worker."""

    def run(self, job: Job, on_output: Output | None, stop: threading.Event) -> Trained:
        """Run a job to its end, and remember its run in the journal of the tuning.

        Each time that `stop` is set counts as one request to end the training.

        Raises:
            AdvisorError: the values cannot be set, the training failed, or it logged no curve.
        """


class LocalEngine:
    """Trains on this machine.

    Args:
        journal: File of the journal; None for the user's own.
    """

    def __init__(self, journal: Path | None = None) -> None:
        self._journal = journal

    def run(self, job: Job, on_output: Output | None, stop: threading.Event) -> Trained:
        """See `Engine`."""
        return run_job(job, Journal.open(self._journal), on_output, stop)


def engine_of(name: str, journal: Path | None, workers: int) -> Engine:
    """The engine of a name, `local` or `ray`.

    Raises:
        UsageError: Ray is asked for and not installed.
    """
    if name == "local":
        return LocalEngine(journal)
    from advisor.tune.ray_engine import RayEngine

    return RayEngine(journal, workers)
