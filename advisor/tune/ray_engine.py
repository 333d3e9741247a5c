"""Runs the jobs of a tuning on a Ray cluster, whose nodes see the project's folder on a shared disk."""

import os
import threading
import time
from pathlib import Path
from typing import Any

from advisor.errors import AdvisorError, UsageError
from advisor.journal import Journal
from advisor.session import Session
from advisor.tune.jobs import Job, Output, Trained, run_job

_OBJECT_STORE = 100 * 2**20
"""Bytes; curves are small, and a container's shared memory often is too."""
_LOOK = 0.2
_RESTARTS = 2


class RayEngine:
    """Trains on the cluster that runs here or that RAY_ADDRESS names; else on one of its own, on loopback.

    A training takes one CPU of Ray's, and one GPU where the cluster has any. One whose node is lost starts
    again on another. What a training prints stays in its capture on its node.

    Args:
        journal: File of the journal, on this machine; None for the user's own.
        workers: Trainings at a time, for a cluster of its own.

    Raises:
        UsageError: Ray is not installed, or the cluster cannot be reached.
    """

    def __init__(self, journal: Path | None = None, workers: int = 1) -> None:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
        try:
            import ray
        except ImportError as error:
            raise UsageError(
                "--engine ray needs Ray, which is not installed.", "pip install 'tuning-advisor[ray]'"
            ) from error
        self._ray, self._journal = ray, journal
        if not ray.is_initialized():
            _connect(ray, workers)
        resources: Any = ray.cluster_resources  # it has no types
        gpus = 1 if resources().get("GPU", 0) else 0
        self._train = ray.remote(num_cpus=1, num_gpus=gpus, max_retries=_RESTARTS)(_train)

    def run(self, job: Job, on_output: Output | None, stop: threading.Event) -> Trained:
        """See `Engine`; `on_output` is told nothing."""
        asked = Path(job.mirror).parent.with_suffix(".stop")
        requests = 0
        answer = self._train.remote(job, str(asked))
        try:
            while not self._ray.wait([answer], timeout=_LOOK)[0]:
                if stop.is_set():
                    stop.clear()
                    requests += 1
                    asked.write_text(str(requests))
            trained: Trained | AdvisorError = self._ray.get(answer)
        except self._ray.exceptions.RayError as error:
            reason = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
            raise UsageError(f"Ray lost the training: {reason}") from error
        finally:
            asked.unlink(missing_ok=True)
        if isinstance(trained, AdvisorError):
            raise trained
        return self._remembered(job, trained)

    def _remembered(self, job: Job, trained: Trained) -> Trained:
        """The run with the user's word on its curves, and written into the journal on this machine."""
        session = Session(Path(job.folder), Journal.open(self._journal))
        run = session.corrected(trained.run)
        session.remember([session.assess(run)])
        return Trained(run, trained.words, trained.early)


def _connect(ray: Any, workers: int) -> None:
    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        ray.init(address="auto", **quiet)
    except ConnectionError as error:
        if os.environ.get("RAY_ADDRESS"):
            raise UsageError(f"No Ray cluster answers at {os.environ['RAY_ADDRESS']}.") from error
        ray.init(
            num_cpus=workers,
            include_dashboard=False,
            object_store_memory=_OBJECT_STORE,
            _node_ip_address="127.0.0.1",
            **quiet,
        )


def _train(job: Job, asked: str) -> Trained | AdvisorError:
    """A job on a node of the cluster; what went wrong comes back as a value, so that Ray does not wrap it."""
    stop, over = threading.Event(), threading.Event()
    threading.Thread(target=_listen, args=(Path(asked), stop, over), daemon=True).start()
    try:
        # The journal is the user's, on the machine that tunes; there the run is written down.
        return run_job(job, Journal.in_memory(), None, stop)
    except AdvisorError as error:
        return error
    finally:
        over.set()


def _listen(asked: Path, stop: threading.Event, over: threading.Event) -> None:
    """Set `stop` for each request that the file counts."""
    taken = 0
    while not over.is_set():
        try:
            requests = int(asked.read_text())
        except (OSError, ValueError):
            requests = 0
        if requests > taken:
            taken = requests
            stop.set()
        time.sleep(_LOOK)
