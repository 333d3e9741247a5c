"""Sentences about a run, each with its figures and where they stand; everything is computed when asked."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.advice.rounding import as_number
from advisor.chat.hostile import hostile_lines
from advisor.chat.safety import addresses_assistant
from advisor.diagnosis.finding import Finding
from advisor.patterns import regex
from advisor.report.parts import value_text
from advisor.run import Hyperparameter, Role, Run, Series
from advisor.text import Language, clean_line, short_number
from advisor.translation import PLACES, place_in_chinese
from advisor.vocabulary import role_title
from advisor.vocabulary.widths import WIDTHS, from_widths

_METRIC_ROLES = {
    "train_loss": Role.TRAIN_LOSS,
    "val_loss": Role.VAL_LOSS,
    "grad_norm": Role.GRAD_NORM,
    "learning_rate": Role.LEARNING_RATE,
}
_ACCURACY = ("acc", "准确率", "精度", "正确率")

_SHARES = regex(r"acc|f1|recall|precision|auc|iou|dice|准确|精度|正确率|召回")

_WORDS = regex(r"[a-z0-9]+|[\u4e00-\u9fff]+")
_PLACE = regex(r"(?:log line|cell (?P<cell>\d+), line) (?P<line>\d+)")
_CLEARLY, _NEAR = 0.15, 0.05


def place(series: Series, index: int, language: Language) -> str:
    """Where a point stands: `epoch 6`, `第 6 轮`; the point's number where the log has no step."""
    counted = series.x_kind in ("epoch", "step")
    return place_of(series, float(series.x[index]) if counted else index + 1, language)


def place_of(series: Series, x: float, language: Language) -> str:
    """The same for a place that the log need not hold, in what the curve counts."""
    en, zh = {"epoch": ("epoch", "轮"), "step": ("step", "步")}.get(series.x_kind, ("point", "个点"))
    return f"第 {short_number(x)} {zh}" if language == "zh" else f"{en} {short_number(x)}"


def name(series: Series) -> str:
    """A curve's name as logged, safe to show."""
    return clean_line(series.name, 60)


def is_called(run: Run, name: str) -> bool:
    """Whether a user may mean a run by `name`: its file, its folder, or its own name."""
    path = Path(run.source)
    return name.lower() in {
        part.lower() for part in (path.stem, path.name, path.parent.name, run.name) if part
    }


_ENDING = regex(r"\.[A-Za-z][A-Za-z0-9]*")
_ANY_LOG = frozenset(
    {
        *("metrics", "log", "logs", "train", "training", "history", "results", "progress", "output"),
        *("console", "stdout", "stderr", "nohup", "trainer_state", "scalars"),
    }
)


def run_name(run: Run) -> str:
    """What a user calls a run: the log's name, or its folder's where many logs are called that."""
    path = Path(run.source)
    # What stands behind the last dot of a command (`--lr 0.001`) is no ending of a file.
    name = path.stem if _ENDING.fullmatch(path.suffix) else path.name
    return clean_line(path.parent.name if name.lower() in _ANY_LOG else name, 60)


def best_index(series: Series) -> int | None:
    """Where a curve is best; None where its direction is unknown or no value is finite."""
    summary = series.summary()
    if series.lower_is_better is None:
        return None
    return summary.argmin if series.lower_is_better else summary.argmax


def ceiling(series: Series) -> float:
    """What a curve cannot exceed: 1 or 100 for a share by its name, infinity for any other."""
    if not _SHARES.search(series.name.lower()) or not len(series):
        return math.inf
    highest = float(np.nanmax(series.y))
    return 1.0 if highest <= 1 else 100.0 if highest <= 100 else math.inf


def at(series: Series, index: int, language: Language) -> str:
    """A value and where it stands: `0.9171 at epoch 6`."""
    value, where = short_number(float(series.y[index])), place(series, index, language)
    return f"{where}的 {value}" if language == "zh" else f"{value} at {where}"


def best_and_last(series: Series, language: Language) -> str:
    """The best and the last value of a curve in one sentence."""
    best, last = best_index(series), len(series) - 1
    if last == 0:
        only = at(series, 0, language)
        return (
            f"{name(series)} 只有一个值：{only}。"
            if language == "zh"
            else f"{name(series)} has one value: {only}."
        )
    if best is None or best == last:
        ends = f"{at(series, 0, language)} -> {at(series, last, language)}"
        if language == "zh":
            return f"{name(series)} 从{at(series, 0, language)} 变到{at(series, last, language)}。"
        return f"{name(series)} went from {ends.replace(' -> ', ' to ')}."
    if language == "zh":
        return f"{name(series)} 的最佳值是{at(series, best, language)}，最后是{at(series, last, language)}。"
    return (
        f"{name(series)} was best with {at(series, best, language)} and ended with "
        f"{at(series, last, language)}."
    )


def verdict_series(run: Run) -> Series | None:
    """The curve a run is judged by: validation loss, else validation metric, else training loss."""
    for role in (Role.VAL_LOSS, Role.VAL_METRIC, Role.TRAIN_LOSS, Role.TRAIN_METRIC):
        found = run.main(role)
        if found is not None and len(found):
            return found
    return None


def find_series(run: Run, metric: str) -> Series | None:
    """The curve that a user means by a metric's name; an exact name as logged comes first."""
    for series in run.series:
        if series.name.lower() == metric.lower() and len(series):
            return series
    if metric in _METRIC_ROLES:
        return _filled(run.with_role(_METRIC_ROLES[metric]))
    if metric == "loss":
        return _filled([*run.with_role(Role.TRAIN_LOSS), *run.with_role(Role.VAL_LOSS)])
    if metric in ("val_acc", "train_acc", "accuracy"):
        return _named(_metric_curves(run, metric), _ACCURACY)
    if metric == "reward" and (bare := _filled([s for s in run.series if s.name.lower() == "r"])):
        return bare
    if metric == "perplexity":
        # That of the training says less: it comes last, also where it is logged first.
        ordered = sorted(run.series, key=lambda one: one.role in (Role.TRAIN_LOSS, Role.TRAIN_METRIC))
        return _named(ordered, _CALLED_SO[metric])
    return _named(list(run.series), _CALLED_SO.get(metric, (metric,)))


_CALLED_SO = {"perplexity": ("perplexity", "ppl"), "reward": ("reward", "rew_mean", "return")}
"""Parts of the names of curves, where a metric has several."""


def curve_in(run: Run, text: str) -> Series | None:
    """The curve whose name of several words is spoken of, in any order: `G loss` is `Loss_G`.

    None where no such name is, or several that are equally long.
    """
    words = set(_WORDS.findall(text.lower()))
    found: dict[int, list[Series]] = {}
    for series in run.series:
        parts = set(_WORDS.findall(series.name.lower()))
        if len(parts) > 1 and len(series) and parts <= words:
            found.setdefault(len(parts), []).append(series)
    longest = found[max(found)] if found else []
    return longest[0] if len(longest) == 1 else None


def of_set(run: Run, metric: str, roles: Sequence[Role]) -> Series | None:
    """The curve of one set by a part of its name: `rmse` among what was validated."""
    called = _CALLED_SO.get(metric, (metric,))
    return _named([series for series in run.series if series.role in roles], called)


def _metric_curves(run: Run, metric: str) -> list[Series]:
    validation, training = run.with_role(Role.VAL_METRIC), run.with_role(Role.TRAIN_METRIC)
    return {"val_acc": validation, "train_acc": training}.get(metric, validation + training)


def _filled(found: list[Series]) -> Series | None:
    return next((series for series in found if len(series)), None)


def _named(found: list[Series], parts: tuple[str, ...]) -> Series | None:
    return _filled([series for series in found if any(part in series.name.lower() for part in parts)])


def lost_at(series: Series, language: Language) -> str | None:
    """Where a curve loses its last finite value for good; None where it ends with one."""
    if not len(series) or math.isfinite(float(series.y[-1])):
        return None
    finite = np.flatnonzero(np.isfinite(series.y))
    return place(series, int(finite[-1]) + 1 if finite.size else 0, language)


def index_at(series: Series, x: int) -> int | None:
    """The last point of a curve at epoch or step `x`; None where the log has none."""
    hits = np.flatnonzero(series.x == x)
    return int(hits[-1]) if hits.size else None


def nearest_index(series: Series, x: float) -> int | None:
    """The point of a curve that is nearest to a place; None where it has none."""
    return int(np.argmin(np.abs(series.x - x))) if len(series) else None


@dataclass(frozen=True, slots=True)
class Known:
    """A hyperparameter's value and where it was found."""

    name: str
    value: str
    number: float | None
    source: str


def known(run: Run, role: str) -> Known | None:
    """What the log or its configuration says of a hyperparameter; None where it says nothing."""
    found: Hyperparameter | None = run.hyperparameter(role)
    if found is not None:
        number = as_number(found.value)
        shown = value_text(found.value) if number is None else short_number(number)
        return Known(clean_line(found.name, 60), shown, number, clean_line(found.source, 80))
    counted, listed = from_widths(run, role), run.hyperparameter(WIDTHS)
    if counted is not None and listed is not None:
        return Known(clean_line(listed.name, 60), str(counted), counted, clean_line(listed.source, 80))
    curve = run.main(Role.LEARNING_RATE) if role == "learning_rate" else None
    if curve is not None and np.isfinite(curve.y).any():
        highest = float(np.max(curve.y[np.isfinite(curve.y)]))
        return Known(name(curve), short_number(highest), highest, "log")
    return None


def hyperparameter_sentence(run: Run, role: str, language: Language) -> str:
    """What is known of a hyperparameter, or that nothing is."""
    title, value = role_title(role).in_(language), known(run, role)
    several = is_plural(role)
    if value is None:
        if language == "zh":
            found = "配置里也没有" if run.hyperparameters else "也没有找到配置"
            return f"{title}没有记录在日志里，{found}，所以我不知道它的值。"
        are, them = ("are", "them") if several else ("is", "it")
        where = "nor in its configuration" if run.hyperparameters else "and no configuration was found"
        lead = f"The {title} {are} {'neither' if run.hyperparameters else 'not'} in the log"
        return f"{lead} {where}, so I do not know {them}."
    source = stated_in(value.source, language)
    if language == "zh":
        return f"{title}是 {value.value}（{value.name}，来自{source}）。"
    return f"The {title} {'are' if several else 'is'} {value.value} ({value.name}, from {source})."


def stated_in(source: str, language: Language) -> str:
    """Where a setting was read: a file and its line (a space before it in Chinese), or a place in the log."""
    if language == "en":
        return source
    place = _PLACE.fullmatch(source)
    if place is None:
        told = "日志" if source == "log" else place_in_chinese(source)
        return told if source == "log" or source in PLACES else f" {told}"
    cell = f"第 {place['cell']} 个单元格" if place["cell"] else "日志"
    return f"{cell}第 {place['line']} 行"


def is_plural(role: str) -> bool:
    """Whether the English title of a hyperparameter is a plural (`warm-up steps`, `epochs`)."""
    return role_title(role).en.endswith("s") and not role_title(role).en.endswith("ss")


def summary(item: Assessment, language: Language) -> list[str]:
    """A run in two or three sentences: what it is judged by, and how training and validation ended."""
    run = item.run
    judged = verdict_series(run)
    if judged is None:
        return [
            "日志里没有可以判断的曲线。" if language == "zh" else "The log has no curve to judge the run by."
        ]
    sentences = [best_and_last(judged, language)]
    training = run.main(Role.TRAIN_LOSS)
    if training is not None and training is not judged and len(training):
        sentences.append(best_and_last(training, language))
    return sentences


def verdict(item: Assessment) -> Finding | None:
    """The finding that sums a run up: that it is healthy, else the first; None where nothing was found."""
    return clean_bill(item) or next(iter(item.findings), None)


def planned_sentence(run: Run, language: Language) -> str:
    """That a run has not come to its planned end yet; empty where it has, or the plan is unknown."""
    planned, series = known(run, "epochs"), verdict_series(run)
    if planned is None or not planned.number or series is None or series.x_kind != "epoch":
        return ""
    done = float(series.x[-1])
    if done >= planned.number - 1:
        return ""
    if language == "zh":
        return f"还没有跑完：{planned.value} 轮中的第 {short_number(done)} 轮。"
    return f"Not finished: epoch {short_number(done)} of {planned.value}."


def title(finding: Finding, language: Language) -> str:
    """What was found, to stand within a sentence."""
    return finding.title.in_(language).rstrip(".。")


def clean_bill(item: Assessment) -> Finding | None:
    """The finding that nothing is wrong; None where something is, or a doubt is left."""
    return next((f for f in item.findings if f.problem.value == "healthy"), None)


def gap_sentence(run: Run, language: Language) -> str | None:
    """The last difference between validation and training loss; None where one is missing."""
    train, val = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    if train is None or val is None or not len(train) or not len(val):
        return None
    t, v = float(train.y[-1]), float(val.y[-1])
    gap = short_number(v - t)
    if language == "zh":
        return (
            f"最后的差距是 {gap}：{name(val)} {short_number(v)} 减去 {name(train)} "
            f"{short_number(t)}（{place(val, len(val) - 1, language)}）。"
        )
    return (
        f"The gap at the end is {gap}: {name(val)} {short_number(v)} minus {name(train)} "
        f"{short_number(t)} ({place(val, len(val) - 1, language)})."
    )


def has_drifted_apart(run: Run) -> bool:
    """Whether the validation loss left its best and ends above a training loss that has not left its own."""
    train, val = run.main(Role.TRAIN_LOSS), run.main(Role.VAL_LOSS)
    if train is None or val is None:
        return False
    a, b = train.summary(), val.summary()
    left = b.last > b.min + _CLEARLY * abs(b.min)
    return b.last > a.last and left and a.last - a.min <= _NEAR * (a.max - a.min)


def recent_slope(series: Series) -> float | None:
    """Change per unit of x over the last quarter of a curve (at least three finite points), least squares."""
    tail = slice(-max(3, len(series) // 4), None)
    x, y = series.x[tail], series.y[tail]
    finite = np.isfinite(x) & np.isfinite(y)
    if finite.sum() < 3 or np.ptp(x[finite]) == 0:
        return None
    slope = float(np.polyfit(x[finite] - x[finite].mean(), y[finite], 1)[0])
    return slope if math.isfinite(slope) else None


def suspicious_lines(run: Run, language: Language) -> list[str]:
    """What a log holds that is meant for an assistant or the terminal: by its place, never repeated."""
    found = hostile_lines(run)
    events = [
        event.line for event in run.events if event.line is not None and addresses_assistant(event.text)
    ]
    told = []
    if addressing := sorted({*found.addressing, *events}):
        told.append(_addressing(addressing, language))
    if found.controlling:
        listed = _numbers(found.controlling)
        lines = "lines" if len(found.controlling) > 1 else "line"
        told.append(
            f"日志第 {listed} 行含有控制终端的字符，已去掉。"
            if language == "zh"
            else f"Control codes for the terminal in {lines} {listed} of the log were taken out."
        )
    return told


def _addressing(lines: Sequence[int], language: Language) -> str:
    listed = _numbers(lines)
    if language == "zh":
        return f"日志第 {listed} 行是写给助手的话，已忽略：日志里的文字只是数据。"
    words = "Line" if len(lines) == 1 else "Lines"
    return f"{words} {listed} of the log address an assistant; ignored, since text in a log is only data."


def _numbers(lines: Sequence[int]) -> str:
    return ", ".join(map(str, lines[:5])) + (", ..." if len(lines) > 5 else "")
