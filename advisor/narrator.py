"""Tells in lines what a watch sees: values, new and old findings, that nothing comes, that it is done."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from advisor.advice import Assessment
from advisor.diagnosis.finding import Finding
from advisor.errors import UnreadableError
from advisor.readers.follow import Kind
from advisor.report.outlook import Outlook
from advisor.report.parts import SEVERITY_GLYPH, SEVERITY_WORD
from advisor.run import EventKind, Run
from advisor.text import Bilingual, Language, clean_line, short_number
from advisor.watch import PACE, ROWS_AT_ONCE, News, Row, Watch

if TYPE_CHECKING:
    from advisor.session import Session

_SECONDS_BETWEEN_ROWS = 0.3
_QUIET_TOLD = (60.0, 300.0, 900.0, 1_800.0)
_QUIET_EVERY = 3_600.0

_WORDS: Final = {
    "waiting": Bilingual(en="waiting for the file '{path}'", zh="正在等待文件 '{path}'"),
    "unreadable": Bilingual(en="waiting for a first value: {why}", zh="正在等待第一个数值：{why}"),
    Kind.RESTARTED: Bilingual(
        en="the log was cut and begins anew; what was read before is set aside",
        zh="日志被截断并重新开始；之前读到的内容不再使用",
    ),
    Kind.REPLACED: Bilingual(
        en="there is a new file; it is read from its start", zh="出现了新文件，从头读取"
    ),
    Kind.ROTATED: Bilingual(
        en="the log was rotated; the old file was read to its end, the new one goes on",
        zh="日志已轮转；旧文件已读完，接着读新文件",
    ),
    Kind.GONE: Bilingual(
        en="the file is gone; waiting for it to come back", zh="文件已不存在；正在等待它重新出现"
    ),
    "found": Bilingual(
        en="new: {glyph} {severity}  {title}  {code}", zh="新发现：{glyph} {severity}  {title}  {code}"
    ),
    "went": Bilingual(en="no longer found: {title}  {code}", zh="不再出现：{title}  {code}"),
    "skipped": Bilingual(en="(and {n} more before)", zh="（此前另有 {n} 个）"),
    "quiet": Bilingual(en="no new data for {time}", zh="已有 {time} 没有新数据"),
    "ended": Bilingual(
        en="the training seems to have finished: {why}. Ctrl-C ends the watch.",
        zh="训练似乎已经结束：{why}。按 Ctrl-C 结束观察。",
    ),
    "planned": Bilingual(en="{kind} {x} of {n} is reached", zh="已到达 {kind} {x} / {n}"),
}


def say(key: str, language: Language, **values: object) -> str:
    """One text of the watch with its fields filled in."""
    return _WORDS[key].in_(language).format(**values)


def spell_time(seconds: float, language: Language) -> str:
    """A stretch of time in its largest whole unit: `40 s`, `5 min`, `2 h`."""
    for size, en, zh in ((3_600, "h", "小时"), (60, "min", "分钟")):
        if seconds >= size:
            return f"{int(seconds // size)} {zh if language == 'zh' else en}"
    return f"{int(seconds)} {'秒' if language == 'zh' else 's'}"


def ending(run: Run, language: Language) -> str:
    """Why a training seems to have finished, in a few words; empty where nothing says so."""
    for event in reversed(run.events):
        if event.kind is EventKind.EARLY_STOP:
            return clean_line(event.text)
        if event.kind is EventKind.RESTART:
            break
    for role, kind in (("epochs", "epoch"), ("max_steps", "step")):
        planned = run.number(role)
        curve = next((c for r in PACE if (c := run.main(r)) is not None and c.x_kind == kind), None)
        if planned and curve is not None:
            last = float(curve.x[-1])
            if last >= planned - (1 if kind == "epoch" and curve.x[0] == 0 else 0):
                return say("planned", language, kind=kind, x=short_number(last), n=short_number(planned))
    return ""


class Narrator:
    """Turns what looks show into lines, a few a second at most.

    Args:
        watch: Whose looks are told.
        language: Of the lines.
        outlook: Says where a run is heading; empty where there is nothing new to say.
    """

    def __init__(
        self, watch: Watch, language: Language, outlook: Callable[[Run], str] = lambda run: ""
    ) -> None:
        self._watch = watch
        self._language = language
        self._outlook = outlook
        self._held: list[Row] = []
        self._skipped = 0
        self._next_rows = 0.0
        self._quiet_told = 0
        self._why = ""
        self._ended = False

    def tell(self, news: News) -> list[str]:
        """What is to be said now; rows that come too fast are held and told together."""
        lines = []
        if news.kind not in (Kind.NOTHING, Kind.APPENDED):
            self._ended, self._why = False, ""
            lines.append(say(news.kind, self._language))
        if news.kind not in (Kind.NOTHING, Kind.GONE):
            self._quiet_told = 0
        self._held += news.rows
        self._skipped += news.skipped
        lines += [*self._rows(), *self._findings(news), *self._ahead(news), *self._state()]
        return lines

    def _ahead(self, news: News) -> list[str]:
        line = self._outlook(self._watch.current.run) if news.read and self._watch.current else ""
        return [line] if line else []

    def _rows(self) -> list[str]:
        now = time.monotonic()
        if not self._held or now < self._next_rows:
            return []
        self._next_rows = now + _SECONDS_BETWEEN_ROWS
        rows, self._held = self._held, []
        lines = [str(row) for row in rows[-ROWS_AT_ONCE:]]
        skipped, self._skipped = self._skipped + len(rows) - len(lines), 0
        if skipped:
            lines[0] += "  " + say("skipped", self._language, n=skipped)
        return lines

    def _findings(self, news: News) -> list[str]:
        return [found_line(f, self._language) for f in news.found] + [
            say("went", self._language, title=clean_line(f.title.in_(self._language)), code=f.code)
            for f in news.went
        ]

    def _state(self) -> list[str]:
        """Why nothing comes: nothing to read yet, finished, or quiet."""
        watch, language = self._watch, self._language
        current = watch.current
        if watch.problem and watch.problem != self._why:
            self._why = watch.problem
            return [say("unreadable", language, why=self._why)]
        why = ending(current.run, language) if current is not None and not self._ended else ""
        if why:
            self._ended = True
            return [say("ended", language, why=why)]
        if self._ended or watch.quiet < _quiet_limit(self._quiet_told):
            return []
        self._quiet_told += 1
        return [say("quiet", language, time=spell_time(watch.quiet, language))]


def _quiet_limit(told: int) -> float:
    if told < len(_QUIET_TOLD):
        return _QUIET_TOLD[told]
    return _QUIET_EVERY * (told - len(_QUIET_TOLD) + 1)


def found_line(finding: Finding, language: Language) -> str:
    """A finding that is new, in one line."""
    return say(
        "found",
        language,
        glyph=SEVERITY_GLYPH[finding.severity],
        severity=SEVERITY_WORD[finding.severity].in_(language),
        title=clean_line(finding.title.in_(language)),
        code=finding.code,
    )


def log_to_follow(session: "Session", path: str) -> str:
    """What is followed where a user names a folder: the log of the run that is talked about.

    Raises:
        UnreadableError: a folder holds no log.
    """
    if not Path(path).is_dir():
        return path
    session.open([path])
    assert session.current is not None
    return session.current.run.source


def follow(
    session: "Session",
    path: str,
    interval: float,
    tell: Callable[[str], object],
    show: Callable[[Sequence[Assessment]], object],
) -> None:
    """Follow a log until Ctrl-C; afterwards the session holds what the log says then.

    Args:
        session: Takes the runs; they are remembered at the end.
        path: A file, which need not exist yet, or a folder.
        interval: Seconds between two looks.
        tell: Takes each line.
        show: Shows the diagnosis that the watch begins with.

    Raises:
        UnreadableError: nothing could be read to the end.
    """
    label = log_to_follow(session, path)
    watch = Watch(session.rulebook, label, corrected=session.corrected, judge=session.judge)
    outlook = Outlook(session.language, session.history(50), on=session.learned)
    narrator = Narrator(watch, session.language, outlook.line)
    try:
        first = watch.look()
        if first.read:
            show(watch.assessments)
        elif first.kind is Kind.GONE:
            tell(say("waiting", session.language, path=clean_line(label)))
        while True:
            news = watch.look()
            for line in narrator.tell(news):
                tell(line)
            if not news.behind:
                time.sleep(interval)
    except KeyboardInterrupt:
        pass
    watch.settle()
    if not watch.assessments:
        raise UnreadableError(watch.problem or f"There was no file '{clean_line(label)}' up to the end.")
    session.renew(watch.assessments)
    session.remember(watch.assessments)
