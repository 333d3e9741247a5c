"""The loop: ask for a configuration, train it in a copy of the folder, tell what came of it."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import replace
from typing import TYPE_CHECKING

from advisor.errors import INTERRUPTED, AdvisorError, UsageError
from advisor.run import Run, Scalar
from advisor.text import Bilingual
from advisor.tune.engines import Engine, LocalEngine
from advisor.tune.jobs import Job, Output, Trained
from advisor.tune.metric import Metric, choose_metric, curves_of
from advisor.tune.reasons import reason_in_both
from advisor.tune.rounds import Rounds
from advisor.vocabulary import hyperparameter_role
from advisor.vocabulary.lengths import LENGTHS

if TYPE_CHECKING:
    from optuna import Trial
    from optuna.trial import FrozenTrial

BASE = "base"
"""Under this attribute stands the best round when a round began: what it was changed from."""
Say = Callable[[int, Bilingual], None]
"""Told of each step: the number of the round (0 is the command as it stands), and what happened."""


class Tuning:
    """One tuning as it runs.

    Args:
        rounds: Its journal file.
        say: Told of each step.
        on_output: Given the output of the trainings.
        engine: What runs them; this machine by default.
    """

    def __init__(
        self, rounds: Rounds, say: Say, on_output: Output | None = None, engine: Engine | None = None
    ) -> None:
        self.rounds = rounds
        self._say = say
        self._engine = engine or LocalEngine()
        self._on_output = on_output
        self._stop = threading.Event()
        self._stops: list[threading.Event] = []
        self._lock, self._taking = threading.Lock(), threading.Lock()

    def run(self, workers: int = 1) -> Bilingual | None:
        """Run rounds until there are as many as asked for, or nothing is left to gain.

        The first round, the command as it stands, runs alone: all others are measured by it. Ctrl-C ends the
        trainings, keeps the rounds that ended and puts the ones that did not in line again.

        Returns:
            Why it ended before its last round; None where it did not.

        Raises:
            KeyboardInterrupt: after a clean end.
        """
        if not self.rounds.done():
            self._work(1, lambda running: self._stop.is_set() or bool(running or self.rounds.done()))
        self._work(workers, lambda running: self._is_over(len(running)))
        return None if self._stop.is_set() else self._why_early()

    def _work(self, workers: int, over: "Callable[[set[Future[None]]], bool]") -> None:
        """Keep `workers` rounds running, each in a thread, so that Ctrl-C always reaches this one."""
        pool = ThreadPoolExecutor(max_workers=workers)
        running: set[Future[None]] = set()
        try:
            while True:
                while len(running) < workers and not over(running):
                    running.add(pool.submit(self._round, self.rounds.ask()))
                if not running:
                    return
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    future.result()
        except BaseException:
            self._end(running)
            raise
        finally:
            pool.shutdown()

    def _end(self, running: "set[Future[None]]") -> None:
        """Ask the trainings to end and wait for them; each further Ctrl-C insists."""
        self.stop()
        while running:
            try:
                _, running = wait(running, return_when=FIRST_COMPLETED)
            except KeyboardInterrupt:
                self.stop()

    def stop(self) -> None:
        """Ask every training to end, and start no other."""
        self._stop.set()
        with self._lock:
            for event in self._stops:
                event.set()

    @property
    def metric(self) -> Metric | None:
        """What the tuning is judged by, once that is known."""
        context = self.rounds.context
        if not context.metric or context.mode not in ("min", "max"):
            return None
        return Metric(context.metric, "min" if context.mode == "min" else "max")

    def best(self) -> "FrozenTrial | None":
        """The best round so far, or None where none came to a value."""
        with_value = [t for t in self.rounds.done() if t.value is not None]
        return min(with_value, key=lambda t: (float(t.value or 0.0), t.number)) if with_value else None

    def _is_over(self, running: int) -> bool:
        """Whether no further round is started while so many run."""
        all_begun = len(self.rounds.done()) - 1 + running >= self.rounds.context.rounds
        return self._stop.is_set() or all_begun or self._why_early() is not None

    def _why_early(self) -> Bilingual | None:
        """Why no further round is worth its time, though there are some left; None where one is."""
        context, done = self.rounds.context, self.rounds.done()
        if len(done) > context.rounds:
            return None
        best, metric = self.best(), self.metric
        if best is None or metric is None:
            faults = [t.user_attrs.get("fault") for t in done]
            return _ALL_FAIL if len(faults) >= _FAILED_ALIKE and len(set(faults)) == 1 else None
        value = shown(best, metric)
        if context.target is not None and value is not None and not metric.better(context.target, value):
            return _TARGET
        since = sum(t.number > best.number for t in done)
        if context.patience is not None and since >= context.patience:
            return Bilingual(
                en=f"It ends early: no progress for {since} rounds.", zh=f"提前结束：{since} 轮没有进展。"
            )
        return None

    def _round(self, trial: "Trial") -> None:
        number = self.rounds.number_of(trial.number)
        values: dict[str, Scalar] = dict(trial.params)
        reason = reason_in_both(self.rounds.reason(trial.number) or "started")
        # Where none has a value yet, the start is what this one is changed from.
        base = self.best() or next(iter(self.rounds.done()), None)
        if base is not None:
            trial.set_user_attr(BASE, base.number)
        self._say(number, _announced(values, reason, base))
        try:
            runs, words, early = self._train(number, values)
        except AdvisorError as error:
            if self._stop.is_set():
                self.rounds.interrupted(trial)
                return
            # Nobody can start it, or somebody ended it: no other values help.
            if number == 0 and (isinstance(error, UsageError) or error.exit_code == INTERRUPTED):
                raise
            self.rounds.tell(trial, None, None, fault=error.what)
            what = error.parts_in("zh")[0]
            self._say(number, Bilingual(en=f"failed: {error.what}", zh=f"失败：{what}"))
            return
        if self._stop.is_set():
            self.rounds.interrupted(trial)
            return
        # Of two rounds that end at once, the second has to be held against the first.
        with self._taking:
            self._take(trial, number, runs, words, early)

    def _take(
        self, trial: "Trial", number: int, runs: Sequence[Run], words: Sequence[str], early: bool
    ) -> None:
        context = self.rounds.context
        metric = self.metric
        if metric is None:
            metric = choose_metric(runs[0], context.metric or None, context.mode or None)
            self.rounds.save(replace(context, metric=metric.name, mode=metric.mode))
            self._say(number, _judged_by(metric))
        values = [v for run in runs if (v := metric.value(run)) is not None]
        value = sum(values) / len(values) if len(values) == len(runs) else None
        before = self.best()
        self.rounds.tell(
            trial, metric, value, command=list(words), curves=curves_of(runs[0]), early=early, each=values
        )
        if value is None:
            self._say(number, _NO_VALUE)
            return
        self._say(number, _came_to(metric, value, before, early))

    def _train(self, number: int, values: dict[str, Scalar]) -> tuple[list[Run], tuple[str, ...], bool]:
        """The runs (one per seed) of one configuration, the command, and whether it was stopped early."""
        context = self.rounds.context
        best, stretch = self._held_against(values)
        runs: list[Run] = []
        early, words = False, context.command
        for seed in range(context.seeds):
            mirror = self.rounds.folder / f"round-{number}-{seed}" / "copy"
            job = Job(
                context.folder, str(mirror), context.command, {**context.kept, **values}, seed, self.metric,
                best, stretch,
            )  # fmt: skip
            trained = self._run(job)
            runs.append(trained.run)
            early, words = early or trained.early, trained.words
        return runs, words, early

    def _run(self, job: Job) -> Trained:
        stop = threading.Event()
        with self._lock:
            self._stops.append(stop)
        if self._stop.is_set():
            stop.set()
        try:
            return self._engine.run(job, self._on_output, stop)
        finally:
            with self._lock:
                self._stops.remove(stop)

    def _held_against(self, values: dict[str, Scalar]) -> tuple[tuple[float, ...], float]:
        """The judged curve of the best run, and how many times as long as it a round is planned to be."""
        best, metric = self.best(), self.metric
        curves = {} if best is None else best.user_attrs.get("curves", {})
        if best is None or metric is None or metric.name not in curves:
            return (), 1.0
        stretch = 1.0
        for name, value in values.items():
            if hyperparameter_role(name) in LENGTHS and isinstance(value, int) and best.params.get(name):
                stretch = value / float(best.params[name])
        return tuple(curves[metric.name]), stretch


def shown(trial: "FrozenTrial", metric: Metric) -> float | None:
    """A round's value as the training logs it."""
    if trial.value is None:
        return None
    return trial.value if metric.mode == "min" else -trial.value


_FAILED_ALIKE = 3
"""Rounds that fail by the same fault, with no other, after which values are not what it is about."""
_ALL_FAIL = Bilingual(
    en="It ends early: whatever the values, the training fails alike.",
    zh="提前结束：不论取什么值，训练都以同样的方式失败。",
)
_TARGET = Bilingual(en="It ends early: the target is reached.", zh="提前结束：已达到目标。")
_NO_VALUE = Bilingual(
    en="failed: its loss ended non-finite, or it has no such curve",
    zh="失败：损失最后不是有限的数，或没有这条曲线",
)


def _announced(values: dict[str, Scalar], reason: Bilingual, best: "FrozenTrial | None") -> Bilingual:
    changed = ", ".join(
        f"{name} {_short(best.params.get(name))} -> {_short(value)}"
        for name, value in values.items()
        if best is not None and best.params.get(name) != value
    )
    return Bilingual(
        en=": ".join(part for part in (reason.en, changed) if part),
        zh="：".join(part for part in (reason.zh, changed) if part),
    )


def _judged_by(metric: Metric) -> Bilingual:
    smallest = metric.mode == "min"
    return Bilingual(
        en=f"judged by the {'smallest' if smallest else 'largest'} {metric.name}",
        zh=f"以{'最小' if smallest else '最大'}的 {metric.name} 为准",
    )


def _came_to(metric: Metric, value: float, before: "FrozenTrial | None", early: bool) -> Bilingual:
    """What a round came to, beside the best one before it."""
    old = None if before is None else shown(before, metric)
    en, zh = f"{metric.name} {value:.4g}", f"{metric.name} {value:.4g}"
    if old is not None:
        is_best = metric.better(value, old)
        en += " (best so far)" if is_best else f" (best is {old:.4g})"
        zh += "（目前最好）" if is_best else f"（最好是 {old:.4g}）"
    return Bilingual(en=f"{en}, stopped early" if early else en, zh=f"{zh}，提前停止" if early else zh)


def _short(value: Scalar) -> str:
    return f"{value:.3g}" if isinstance(value, float) else str(value)
