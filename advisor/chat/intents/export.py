"""Save a report, a table, a configuration."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
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
    """Writes nothing from here: names the command that prints it, for the user's own redirection."""
    slots = parse(utterance)
    if slots["kind"] == "command" and context.session.command is not None:
        shown = clean_line(" ".join(context.session.command), 300)
        return context.say(context.pick(f"The command is: {shown}", f"命令是：{shown}"))
    source = "PATH" if context.current is None else clean_line(context.current.run.source, 200)
    if slots["kind"] == "table":
        how = f"advisor read {source} --format csv > run.csv"
    else:
        form = "json" if slots.get("format") == "json" else "markdown"
        how = f"advisor diagnose {source} --format {form} > report.{'json' if form == 'json' else 'md'}"
    return context.say(
        context.pick(
            f"I write no files from the conversation except an edit you said yes to. In a shell: {how}",
            f"除了你确认过的修改，我不会从对话里写文件。在终端里运行：{how}",
        )
    )


INTENT = Intent(
    name="export",
    title=Bilingual(en="save the results", zh="保存结果"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"^(?:please )?(?:export|save|write|dump)(?![a-z])|(?:give|show) me (?:a |the )?"
            r"(?:diff|patch)|(?:what|which) command(?: line)?",
            0.85,
        ),
        (r"导出|(?:保存|存)(?:成|到|下来|一下|为|诊断|新)|export ?一份|生成.{0,3}报告", 0.88),
    ),
)
