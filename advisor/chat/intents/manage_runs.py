"""Open, list and switch runs."""

import re
from pathlib import Path

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Open, Reply, TableBlock
from advisor.chat.selection import conditions_in, is_of_those, listed
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual, clean_line

_FORMATS = ("tensorboard", "wandb", "keras", "lightning", "mlflow", "csv", "json")


_CAN = r"^(?:can|could|do|does) (?:u|you|it|this)|能.{0,4}(?:读|打开|看|解析)|支持"
_READS = {
    "tensorboard": "events.out.tfevents*",
    "wandb": "offline-run-*/, run-*/",
    "keras": "history.json, CSVLogger",
    "lightning": "metrics.csv, hparams.yaml",
    "mlflow": "mlruns/",
    "csv": "*.csv",
    "json": "*.json, *.jsonl",
}


_STEPS = {
    "next": "next", "previous": "previous", "prev": "previous", "one before": "previous",
    "last one": "previous",
    "first": "first", "original": "first", "best": "best", "worst": "worst", "other": "other",
    "下一": "next", "上一": "previous", "前一": "previous", "刚才": "previous", "之前": "previous",
    "最好": "best", "最差": "worst", "另一": "other",
}  # fmt: skip
_STEP = regex(
    r"(?:ok |now |and |so |please |then |let's |can you )*(?:go|switch|jump|move|open|"
    r"return|take me|get)(?: back| over)?(?: to)? "
    r"(?:the |my )?(next|previous|prev|one before|first|original|best|worst|other)(?: "
    r"(?:run|one|log|training))?(?: of (?:them|all|these))?(?: again| now| please)?|"
    r"(?:ok |now |and |so )*back to (?:the |my )?(previous|prev|first|original|other|"
    r"last)(?: (?:run|one|log|training))?|"
    r"(?:the |and the )?(next|previous|prev|other) (?:run|log|training)(?: please)?|"
    r"(?:那)?(?:再)?(?:看|打开|切到|切换到|换到|回到|换|跳到)(?:看)?(下一|上一|前一|另一|"
    r"最好|最差|刚才|之前)(?:个|次|的)?(?:那个|那次)?(?: ?run|训练|实验|的)?|"
    r"(下一|上一|前一|另一)(?:个|次) ?(?:run|训练|实验)"
)
_CLOSE = regex(
    r"(?:ok |now |and |please )*(?:close|forget|unload|drop|remove)(?: all)?(?: of)?(?: "
    r"the| those| these| my)? ?(?:[a-z0-9_.-]+ ){0,2}(?:runs|ones|them|those|these)|"
    r"(?:关掉|关闭|去掉|移除|忘掉)(?:所有|全部)?的? ?.{1,16}(?:的)?(?:run|训练|实验|那些|那几个)"
)


def parse(utterance: Utterance) -> Slots:
    """The operation, and the path, run or format it is about."""
    slots: dict[str, SlotValue] = {"op": _operation(utterance)}
    word, rest = utterance.first_word
    if utterance.paths:
        slots["path"] = utterance.paths[0]
    elif word in ("open", "load") and rest and " " not in rest:
        slots["path"] = rest
    offline = re.search(r"(?<![a-z0-9_-])(?:offline-)?run-[0-9]{8}_[a-z0-9-]+", utterance.folded)
    if offline and "path" not in slots:
        slots["path"] = offline[0]
    run = _run_name(utterance)
    if run and "path" not in slots:
        slots["run"] = run
    spoken = re.sub(r"\S*[/.]\S+", " ", utterance.folded)
    form = next((form for form in _FORMATS if form in spoken), None)
    if form is not None:
        slots["format"] = form
    return slots


def resolve(context: Context, utterance: Utterance, slots: Slots) -> Slots:
    """Loading a run that is open is switching to it."""
    named = context.named_runs(utterance.folded)
    if not named or "path" in slots:
        return slots
    op = "switch" if slots["op"] == "load" else slots["op"]
    return {**slots, "op": op, "run": facts.run_name(named[0].run)}


def _operation(utterance: Utterance) -> str:
    if _STEP.fullmatch(utterance.folded):
        return "switch"
    if utterance.has(r"forget|(?:remove|drop) .{0,20}(?:list|from)|列表") or _CLOSE.fullmatch(
        utterance.folded
    ):
        return "list" if utterance.has(r"^(?:list|show|列出|显示)") else "forget"
    if utterance.has(r"^(?:list|show|which|what) .{0,14}runs|^runs$|有哪些(?:实验|run)|列出"):
        return "list"
    if utterance.has(r"watch|follow|tail|盯着|监视|实时"):
        return "watch"
    return (
        "switch"
        if utterance.has(r"switch|go to (?:the )?(?:run|\w+ run)|other run|切换?到|换到|另一个")
        else "load"
    )


def _run_name(utterance: Utterance) -> str:
    """A run as it was named: by its name, by its place in the list of open runs, or as the other one."""
    step = _STEP.fullmatch(utterance.folded)
    if step is not None and (word := next((g for g in step.groups() if g), "")) in _STEPS:
        return _STEPS[word]
    if _CLOSE.fullmatch(utterance.folded):
        return ""
    found = re.search(
        r"(?<![a-z0-9_])((?:run|exp|experiment|trial|baseline)[_-]?[a-z0-9_-]*[0-9_][a-z0-9_-]*)",
        utterance.folded,
    )
    if found:
        return found[1]
    place = re.search(r"(?:run|to|运行|训练|实验|到) ?#?(\d{1,3})(?![\w.])", utterance.folded)
    if place:
        return place[1]
    if any(number > 0 for number in utterance.ordinals):
        return str(next(number for number in utterance.ordinals if number > 0))
    return "other" if utterance.has(r"other run|另一个") else ""


def answer(context: Context, utterance: Utterance) -> Reply:
    """Opens what is named; never invents a run, never deletes a file."""
    slots = resolve(context, utterance, parse(utterance))
    operation, path = slots["op"], slots.get("path")
    if operation == "list":
        return _listed(context)
    if operation == "forget" and "run" in slots:
        return _forgotten(context, str(slots["run"]))
    if operation == "forget" and (several := _several(context, utterance)):
        return _forgotten_all(context, several)
    if operation == "forget":
        return context.say(
            context.pick(
                "I keep no list that a run could be struck from: what is open is what you "
                "opened. No file was touched.",
                "我没有可以删除条目的列表：打开的就是你打开过的日志。没有动任何文件。",
            ),
        )
    if "format" in slots and utterance.has(_CAN):
        return _readable(context, str(slots["format"]))
    if isinstance(path, str):
        shown = clean_line(path, 200)
        if not re.search(r"[*?\[]|^-$", path) and not Path(path).expanduser().exists():
            return _absent(context, path, str(slots.get("format", "")))
        return context.say(context.pick(f"Opening {shown}.", f"正在打开 {shown}。"), action=Open((path,)))
    name = slots.get("run")
    return _switched(context, str(name)) if name else _which(context)


def _absent(context: Context, path: str, form: str) -> Reply:
    """That nothing is there, and what has a name like it beside it."""
    import difflib

    shown, folder = clean_line(path, 200), Path(path).expanduser().parent
    beside = sorted(entry.name for entry in folder.iterdir()) if folder.is_dir() else []
    near = [clean_line(name, 60) for name in difflib.get_close_matches(Path(path).name, beside)]
    listed = ", ".join(near)
    wanted = _READS.get(form, "")
    return context.say(
        context.pick(f"{shown} is not there.", f"没有找到 {shown}。"),
        context.pick(f"Near it: {listed}.", f"名字相近的有：{listed}。") if near else "",
        context.pick(f"As a {form} log I look for {wanted} in it.", f"{form} 日志，我会在里面找 {wanted}。")
        if wanted
        else "",
        context.pick("The path counts from where advisor was started.", "路径从启动 advisor 的文件夹算起。"),
    )


def _readable(context: Context, form: str) -> Reply:
    """Whether a format can be read, and how to open it."""
    return context.say(
        context.pick(
            f"Yes: {form} logs are read ({_READS[form]}), beside CSV, JSON lines, console output, "
            "trainer_state.json and others. `open PATH` reads a file or a folder; what it holds no curve "
            "for is said.",
            f"能读：{form} 日志（{_READS[form]}），还有 CSV、JSON lines、控制台输出、trainer_state.json 等。"
            "`open 路径` 读取文件或文件夹；里面没有曲线时会说明。",
        )
    )


def _listed(context: Context) -> Reply:
    open_runs = context.session.assessments
    if not open_runs:
        return context.no_run()
    header = (
        context.pick("run", "训练"),
        context.pick("judged by", "依据"),
        context.pick("findings", "发现"),
    )
    rows = []
    for item in open_runs:
        series = facts.verdict_series(item.run)
        judged = "-" if series is None else facts.best_and_last(series, context.language)
        rows.append(
            (clean_line(f"{item.run.source} {item.run.name}".strip(), 60), judged, str(len(item.findings)))
        )
    return context.say(TableBlock(header, tuple(rows)))


def _switched(context: Context, name: str) -> Reply:
    """Makes an open run the one that is talked about."""
    runs = context.session.assessments
    if name in ("next", "previous", "first", "best", "worst"):
        hits = _stepped(context, name)
    elif name == "other":
        spoken = context.named_runs(" ".join(context.dialogue.past))
        spoken = spoken or [item for item in runs if item is context.current]
        hits = [item for item in runs if item not in spoken]
        if len(hits) != 1:
            names = ", ".join(facts.run_name(item.run) for item in hits)
            return context.say(
                context.pick(f"Which one: {names}?", f"哪一个：{names}？")
                if names
                else context.pick("No other run is open.", "没有打开别的训练。"),
                act="ask",
            )
    else:
        hits = [item for item in runs if facts.is_called(item.run, name)]
    if not hits and name.isdecimal():
        hits = runs[int(name) - 1 : int(name)]
    if not hits:
        shown = clean_line(name, 60)
        return context.say(
            context.pick(
                f"No open run is called '{shown}'. `open PATH` opens its log.",
                f"没有打开过名为“{shown}”的训练。用 `open 路径` 打开它的日志。",
            )
        )
    context.dialogue.left = context.current
    context.session.current = hits[-1]
    context.dialogue.forget_run()
    shown = clean_line(f"{hits[-1].run.source} {hits[-1].run.name}".strip(), 120)
    lead = context.pick(f"Now about {shown}.", f"现在说的是 {shown}。")
    return context.say(lead, *facts.summary(hits[-1], context.language))


def _stepped(context: Context, step: str) -> list[Assessment]:
    """The run one step on in the list (of those picked last, where the current one is among them)."""
    runs, current = list(context.session.assessments), context.current
    if step in ("previous", "first") and (left := context.dialogue.left) in runs and left is not None:
        return [left]
    picked = [item for item in context.dialogue.picked if item in runs]
    runs = picked if picked and (current in picked or step in ("best", "worst")) else runs
    if step in ("best", "worst"):
        from advisor.chat.ranking import by_score

        order = by_score(runs)
        return order[:1] if step == "best" else order[-1:]
    place = next((n for n, item in enumerate(runs) if item is current), 0)
    at = {"next": place + 1, "previous": place - 1, "first": 0}[step]
    return [runs[at % len(runs)]] if runs else []


def _several(context: Context, utterance: Utterance) -> list[Assessment]:
    """The open runs that are to be closed: those picked last, or what a part of their names calls."""
    every = listed(context.session.assessments)
    conditions = conditions_in(every, utterance)
    if not conditions:
        return list(context.dialogue.picked) if is_of_those(utterance) else []
    return [one.item for one in every if all(condition.holds(one) for condition in conditions)]


def _forgotten_all(context: Context, runs: list[Assessment]) -> Reply:
    session = context.session
    session.assessments = [item for item in session.assessments if item not in runs]
    context.dialogue.picked = ()
    if session.current in runs:
        session.current = session.assessments[-1] if session.assessments else None
        context.dialogue.forget_run()
    n, left = len(runs), len(session.assessments)
    return context.say(
        context.pick(
            f"{n} runs are no longer open, {left} are. No file was touched.",
            f"关掉了 {n} 个训练，还打开着 {left} 个。没有动任何文件。",
        )
    )


def sure(utterance: Utterance) -> float:
    """A step to another open run, or several that are closed at once."""
    met = _STEP.fullmatch(utterance.folded) or _CLOSE.fullmatch(utterance.folded)
    return 0.95 if met and not utterance.paths else 0.0


def _forgotten(context: Context, name: str) -> Reply:
    """Takes a run out of this conversation; its file stays."""
    session = context.session
    hits = [item for item in session.assessments if facts.is_called(item.run, name)]
    if not hits:
        shown = clean_line(name, 60)
        return context.say(
            context.pick(f"No open run is called '{shown}'.", f"没有打开名为“{shown}”的训练。")
        )
    session.assessments = [item for item in session.assessments if item not in hits]
    if session.current in hits:
        session.current = session.assessments[-1] if session.assessments else None
    return context.say(
        context.pick(
            f"{name} is no longer among the open runs. No file was touched.",
            f"{name} 已从打开的列表移除，没有动任何文件。",
        )
    )


def _which(context: Context) -> Reply:
    return context.say(
        context.pick(
            "Name the log: `open PATH` takes a file or a folder (CSV, JSON lines, console "
            "output, trainer_state.json, "
            "TensorBoard events).",
            "请给出日志：`open 路径` 可以是文件或文件夹（CSV、JSON lines、控制台输出、"
            "trainer_state.json、TensorBoard 事件文件）。",
        )
    )


INTENT = Intent(
    name="manage_runs",
    title=Bilingual(en="open or switch a log", zh="打开或切换日志"),
    answer=answer,
    parse=parse,
    resolve=resolve,
    sure=sure,
    commands={"open": r"\S.*", "load": r"\S+", "runs": r""},
)
