"""What the lines of a log say in words, counted by what they mean for a diagnosis."""

import re

from advisor.patterns import regex
from advisor.run import EventKind, LogEvent
from advisor.signals.registry import CURVES, of_run
from advisor.signals.view import View

_SPOKEN = (EventKind.WARNING, EventKind.NON_FINITE, EventKind.TRACEBACK, EventKind.NOTE)
_STOPPED = regex(r"KeyboardInterrupt|SystemExit|\bSIGINT\b|\bSIGTERM\b|Interrupted by user", re.IGNORECASE)
_GONE_ON = 10  # values after a report of missing memory
_NEAR = 300  # lines: further below the last value, another program speaks
_MESSAGES = {
    "scheduler_order": (
        r"lr_scheduler\.step\(\)` before `optimizer\.step|scheduler.{0,40}before.{0,40}optimi[sz]er",
        "Number of warnings that the scheduler was stepped before the optimizer.",
        "调度器先于优化器更新的警告数量。",
    ),
    "worker_died": (
        r"DataLoader worker .{0,60}(?:killed|exited)|too many open files",
        "Number of lines that say that a data loader worker died.",
        "数据加载进程退出的日志行数。",
    ),
    "few_workers": (
        r"create a bottleneck|this DataLoader will create \d+ worker",
        "Number of warnings that the number of data loader workers does not fit the machine.",
        "数据加载进程数与机器不匹配的警告数量。",
    ),
    "broadcast": (
        r"(?:target|input) size .{0,80} (?:different|broadcast)",
        "Number of warnings that target and output differ in shape.",
        "目标与输出形状不一致的警告数量。",
    ),
    "no_gradient": (
        r"no gradients? (?:provided|for)|does not require grad|find unused parameters",
        "Number of lines that say that parameters get no gradient.",
        "参数没有梯度的日志行数。",
    ),
    "overflow": (
        r"gradient overflow|overflow (?:detected|encountered)|skipping step|(?:inf|nan).{0,30}skipping|"
        r"skipped.{0,20}step",
        "Number of lines that say that a step was skipped for an overflow.",
        "因溢出而跳过一步的日志行数。",
    ),
    "out_of_data": (
        r"ran out of (?:input|data)",
        "Number of lines that say that the data ran out before the epoch did.",
        "一轮未结束数据就已用完的日志行数。",
    ),
    "undefined_metric": (
        r"UndefinedMetricWarning",
        "Number of warnings that a metric is not defined because a class was never predicted.",
        "因某个类别从未被预测而指标无定义的警告数量。",
    ),
    "not_converged": (
        r"ConvergenceWarning",
        "Number of warnings that the solver stopped before it had converged.",
        "求解器未收敛就停止的警告数量。",
    ),
}


def _counter(name: str, pattern: str, en: str, zh: str) -> None:
    found = re.compile(pattern, re.IGNORECASE)

    @of_run(f"messages.{name}", unit="lines", low=0, en=en, zh=zh)
    def count(view: View) -> float:
        """0 where the log has none: that is known, not missing."""
        return sum(e.count for e in view.run.events if e.kind in _SPOKEN and found.search(e.text))


for _name, (_pattern, _en, _zh) in _MESSAGES.items():
    _counter(_name, _pattern, _en, _zh)


@of_run(
    "messages.crashed",
    unit="flag",
    low=0,
    high=1,
    en="1 where the log ends in an error of the program that no further value follows, else 0.",
    zh="日志以程序错误结束且之后再无数值时为 1, 否则为 0。",
)
def crashed(view: View) -> float:
    """A stop by the user's own hand is no error, nor is what is said after the last model was saved."""
    last = _last_error(view)
    return float(last is not None and not _saved_before(view, last))


@of_run(
    "messages.crashed_after_end",
    unit="flag",
    low=0,
    high=1,
    en="1 where the log ends in an error that came after the final model was saved, else 0.",
    zh="日志在保存最终模型之后以错误结束时为 1, 否则为 0。",
)
def crashed_after_end(view: View) -> float:
    """The training itself was over by then."""
    last = _last_error(view)
    return float(last is not None and _saved_before(view, last))


@of_run(
    "messages.stopped",
    unit="flag",
    low=0,
    high=1,
    en="1 where the log says that the user or the system stopped the run, else 0.",
    zh="日志表明训练被用户或系统中止时为 1, 否则为 0。",
)
def stopped(view: View) -> float:
    """A keyboard interrupt or a request to end."""
    return float(any(e.kind is EventKind.TRACEBACK and _STOPPED.search(e.text) for e in view.run.events))


@of_run(
    "events.memory_found",
    unit="flag",
    low=0,
    high=1,
    en="1 where memory was missing in one place alone and ten values or more followed, else 0.",
    zh="只在一处出现内存不足、且之后还有十个以上的值时为 1, 否则为 0。",
)
def memory_found(view: View) -> float:
    """An allocator that asks for less, or a program that takes a smaller batch, goes on from there."""
    lines = [e.line for e in view.run.events if e.kind is EventKind.OUT_OF_MEMORY]
    curves = [curve for role in CURVES if (curve := view.curve(role)) is not None]
    if not lines or None in lines or not curves:
        return 0.0
    at = max((curve.series.at for curve in curves), key=len)
    after = [int((at > line).sum()) for line in lines if line is not None]
    return float(min(after) >= _GONE_ON and len(set(after)) == 1)


def _last_error(view: View) -> LogEvent | None:
    """The error that the log ends in; None where there is none, or values follow it."""
    errors = [e for e in view.run.events if e.kind is EventKind.TRACEBACK]
    if not errors or _STOPPED.search(errors[-1].text):
        return None
    ends = [int(curve.series.at[-1]) for role in CURVES if (curve := view.curve(role)) is not None]
    last = errors[-1]
    if last.line is None or not ends:
        return last
    return last if 0 <= last.line - max(ends) <= _NEAR else None


def _saved_before(view: View, error: LogEvent) -> bool:
    """Whether the log says, before the error and after nothing else, that the final model was saved."""
    before = [
        e for e in view.run.events if e.kind is EventKind.CHECKPOINT and (e.line or 0) <= (error.line or 0)
    ]
    return bool(before) and re.search(r"\bfinal\b|最终", before[-1].text, re.IGNORECASE) is not None
