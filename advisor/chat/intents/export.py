"""Save a report, a table, a configuration."""

import json
from contextlib import suppress
from typing import Any

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import DiffBlock, Reply, Save
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.report.parts import value_text
from advisor.run import Scalar
from advisor.text import Bilingual, clean_line


def parse(utterance: Utterance) -> Slots:
    """What to save, in which format, and where."""
    kind = next(
        (
            kind
            for kind, pattern in (
                ("diff", r"diff|patch|补丁"),
                ("command", r"command line|命令行|what command"),
                ("config", r"config|配置|设置"),
                ("table", r"csv|table|表格|excel"),
            )
            if utterance.has(pattern)
        ),
        "report",
    )
    slots: dict[str, SlotValue] = {"kind": kind}
    form = next(
        (form for form in ("json", "csv", "markdown", "yaml", "html") if form in utterance.folded), None
    )
    if form is not None:
        slots["format"] = form
    if utterance.paths:
        slots["path"] = utterance.paths[0]
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """Shows what is staged, or asks whether to write a report; never outside the folder or over a file."""
    slots = parse(utterance)
    path = str(slots.get("path", ""))
    if path.startswith(("/", "~")) or ".." in path.split("/"):
        return context.say(
            context.pick(
                f"I write nothing outside the working folder, so not to {clean_line(path, 120)}. "
                "A name inside it is fine.",
                f"我不会写到工作目录之外，所以不写 {clean_line(path, 120)}。可以给一个目录内的文件名。",
            ),
            act="refuse",
        )
    if context.dialogue.staged and slots["kind"] in ("diff", "config", "command"):
        lead = context.pick("As it is staged; no file was written:", "已暂存的内容如下，没有写入文件：")
        return context.say(lead, _staged(context, str(slots["kind"])))
    if slots["kind"] == "command" and context.session.command is not None:
        shown = clean_line(" ".join(context.session.command), 300)
        return context.say(context.pick(f"The command is: {shown}", f"命令是：{shown}"))
    if context.current is None:
        return context.no_run()
    wanted = str(slots.get("format", ""))
    form = (
        "csv"
        if slots["kind"] == "table"
        else "json"
        if wanted == "json" or path.endswith(".json")
        else "markdown"
    )
    some = () if form == "csv" else _some(context, utterance)
    return _asked(context, path, form, some)


def _some(context: Context, utterance: Utterance) -> tuple[int, ...]:
    """Places of the runs that are at the end of the ranking that is asked for; none where all are meant."""
    from advisor.chat.ranking import by_score, count_in, from_the_worst

    count = count_in(utterance)
    if count is None or len(context.session.assessments) < 2:
        return ()
    ranked = by_score(context.session.assessments)
    ranked = ranked[::-1] if from_the_worst(utterance) else ranked
    return tuple(context.session.assessments.index(item) for item in ranked[:count])


def _asked(context: Context, path: str, form: str, some: tuple[int, ...] = ()) -> Reply:
    """Which file would be written, with what; only a yes writes it, and never over another."""
    from advisor.chat.acting import new_file

    where = new_file(context.session, path, form)
    shown = clean_line(str(where.relative_to(context.session.folder)), 120)
    runs, source = (
        len(some) or len(context.session.assessments),
        clean_line(context.current.run.source, 120) if context.current else "",
    )
    what = (
        context.pick(f"the values of {source}", f" {source} 的数值")
        if form == "csv"
        else context.pick(f"the report on {runs} run(s)", f" {runs} 个训练的报告")
    )
    question = context.pick(
        f"Write {what} into the new file {shown} in the working folder? (yes/no)",
        f"把{what}写入工作目录下的新文件 {shown} 吗？（好/不）",
    )
    return context.ask(Save(path, form, some), DiffBlock("", question))


def _staged(context: Context, kind: str) -> str:
    """What is staged as a diff, as JSON, or as options of a command."""
    edits = context.dialogue.staged
    if kind == "diff":
        return "\n".join(
            f"{sign} {clean_line(edit.name, 60)}: {value_text(value)}"
            for edit in edits
            for sign, value in (("-", edit.before), ("+", edit.after))
            if value is not None
        )
    if kind == "config":
        run = None if context.current is None else context.current.run
        stated = () if run is None else run.hyperparameters
        settings: dict[str, Any] = {clean_line(h.name, 60): _as_written(h.value) for h in stated}
        settings |= {clean_line(e.name, 60): e.after for e in edits}
        return json.dumps(settings, ensure_ascii=False, default=str)
    options = " ".join(f"--{clean_line(e.name, 60)} {value_text(e.after)}" for e in edits)
    command = context.session.command
    if command is not None:
        return f"{clean_line(' '.join(command), 300)} {options}"
    return context.pick(
        f"python YOUR_SCRIPT.py {options}\nWhich script is it? I know no command of this project.",
        f"python 你的脚本.py {options}\n脚本叫什么？我不知道这个项目的命令。",
    )


def _as_written(value: Scalar) -> Any:
    """A value as the configuration holds it: a list is kept as JSON in a run."""
    if isinstance(value, str) and value.startswith("["):
        with suppress(ValueError):
            return json.loads(value)
    return value


_OF_SOME = regex(
    r"(?:ok |now |and |please |can you |could you |then )*(?:export|save|write(?: out)"
    r"?|dump) (?:me )?(?:just |only )?"
    r"(?:the |those |these )?(?:top|best|worst|bottom|first|last) (?:[0-9]{1,3}|two|three|"
    r"four|five|ten)(?![a-z]).{0,30}|"
    r"(?:只)?(?:导出|保存)(?:最好的|最差的|前)? ?(?:[0-9]{1,3}|[一两三五十]) ?个.{0,10}"
)


def sure(utterance: Utterance) -> float:
    """A part of the open runs that is to be saved."""
    return 0.96 if _OF_SOME.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="export",
    title=Bilingual(en="save the results", zh="保存结果"),
    answer=answer,
    parse=parse,
    sure=sure,
)
