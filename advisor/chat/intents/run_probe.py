"""A short test training: range test, sweep, one-batch overfit."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.lexicon import hyperparameters
from advisor.chat.reply import DiffBlock, Launch, Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.redact import redact_words
from advisor.text import Bilingual, clean_line, short_number
from advisor.vocabulary import role_title

_ROUNDS = 5
_KEPT = regex(
    r"(?<![a-z])(?:keep(?:ing)?|but not|except|without|leav(?:e|ing)|don'?t (?:touch|change))(?![a-z])|"
    r"不动|(?:不要|别|不)(?:改|动|调|碰)|保持|保留|除了"
)
_ONLY = regex(r"(?<![a-z])(?:only|just)(?![a-z])|[只仅]")
_PLURAL = regex(r"(rate|size|lr|decay|value)s(?![a-z])")


def parse(utterance: Utterance) -> Slots:
    """The kind of test, the hyperparameter, its values or range, and the number of trials."""
    numbers = [n.value for n in utterance.numbers]
    if utterance.has(r"(?:one|single|1) batch|(?:一个|单个|单)\s?batch|一批"):
        return {"kind": "overfit_batch"}
    slots: dict[str, SlotValue] = {}
    if utterance.has(r"sweep|扫"):
        slots["kind"] = "sweep"
        if utterance.hyperparameters:
            slots["hparam"] = utterance.hyperparameters[0].name
        if numbers:
            slots["values"] = numbers
    elif utterance.has(
        r"range test|lr ?finder|(?:find|probe) .{0,12}(?:lr|learning rate)|范围测试|(?:找|探).{0,6}学习率"
    ):
        slots["kind"] = "lr_range"
        if len(numbers) == 2:
            slots.update({"min": min(numbers), "max": max(numbers)})
    elif (several := hyperparameters(_PLURAL.sub(r"\1", utterance.folded))) and utterance.has(
        r"(?:a few|several|some|different|various|couple of)|几个|几组|不同的?|多个"
    ):
        slots.update({"kind": "sweep", "hparam": several[0].name})
        if len(numbers) > 1:
            slots["values"] = numbers
    elif utterance.has(r"ablat|消融"):
        slots["kind"] = "ablation"
    elif numbers or utterance.has(r"random|search|trial|tun(?:e|ing)|搜|随机|调参|自动调|几组"):
        slots["kind"] = "random"
        if numbers:
            slots["trials"] = int(numbers[0])
        slots.update(_limits(utterance))
    return slots


def _limits(utterance: Utterance) -> dict[str, SlotValue]:
    """What alone may change, and what may not: `only the lr`, `but keep the batch size`."""
    before, _, after = _KEPT.sub("\0", utterance.folded, count=1).partition("\0")
    kept = list(dict.fromkeys(m.name for m in hyperparameters(after, utterance.own)))
    alone = [m.name for m in hyperparameters(before, utterance.own)] if _ONLY.search(before) else []
    return {name: roles for name, roles in (("only", alone), ("keep", kept)) if roles}


def answer(context: Context, utterance: Utterance) -> Reply:
    """What it looks at and costs; started only after a yes, and where it is known what to run."""
    slots = parse(utterance)
    kind = str(slots.get("kind", ""))
    how = {"lr_range": _range_test, "overfit_batch": _one_batch, "sweep": _sweep, "random": _search}.get(
        kind, _ablation if kind else _whole_probe
    )
    words = _words(context, slots, kind)
    if words:
        return _asked(context, words, how(context, slots))
    probes = kind not in ("sweep", "random", "ablation")
    return context.say(
        *how(context, slots),
        _example(context) if probes else "",
        context.pick(
            "I have started nothing: it runs only when you type that command yourself.",
            "我没有启动任何东西：只有你自己输入这条命令，它才会运行。",
        ),
    )


def _words(context: Context, slots: Slots, kind: str) -> tuple[str, ...]:
    """The command that would do it, as `advisor` takes it; empty where it is not known what to run."""
    if kind in ("sweep", "random"):
        return _tuning(context, slots) if context.session.command is not None else ()
    if kind == "ablation":
        return ()
    from advisor.chat.acting import probe_targets

    targets = probe_targets(context.session.folder)
    if len(targets) != 1:
        return ()
    only = {"lr_range": ("--only", "learning-rate"), "overfit_batch": ("--only", "one-batch")}.get(kind, ())
    return ("probe", targets[0], *only)


def _tuning(context: Context, slots: Slots) -> tuple[str, ...]:
    values, trials = slots.get("values"), slots.get("trials")
    numbers = (
        sorted(float(v) for v in values if isinstance(v, int | float)) if isinstance(values, list) else []
    )
    rounds = trials if isinstance(trials, int) and 0 < trials <= 1000 else len(numbers) or _ROUNDS
    words: tuple[str, ...] = ("tune", "--rounds", str(rounds), *_limit_words(context, slots))
    if "hparam" not in slots:
        return words
    name, _ = _stated(context, str(slots["hparam"]))
    words += ("--only", name)
    if len(numbers) > 1 and numbers[0] < numbers[-1]:
        words += ("--bounds", f"{name}={numbers[0]:g}..{numbers[-1]:g}")
    return words


def _limit_words(context: Context, slots: Slots) -> tuple[str, ...]:
    only, keep = slots.get("only"), slots.get("keep")
    words: tuple[str, ...] = ()
    if isinstance(only, list):
        words += ("--only", ",".join(_stated(context, str(role))[0] for role in only))
    for role in keep if isinstance(keep, list) else ():
        name, value = _stated(context, str(role))
        # What stands nowhere is tuned by nothing.
        words += ("--keep", f"{name}={value}") if value else ()
    return words


def _stated(context: Context, role: str) -> tuple[str, str]:
    """The user's own name for a hyperparameter and its value, which is empty where nothing states it."""
    known = None if context.current is None else facts.known(context.current.run, role)
    return (role, "") if known is None else (known.name.lstrip("-"), known.value)


def _asked(context: Context, words: tuple[str, ...], told: tuple[str, ...]) -> Reply:
    """What would be started and what it costs, and the question."""
    shown = clean_line(" ".join(("advisor", *words)), 200)
    if words[0] == "tune":
        command = clean_line(" ".join(redact_words(context.session.command or ())), 200)
        times, shown = int(words[2]) + 1, f"{shown} -- {command}"
        chosen = "--bounds" in words
        told = (
            context.pick(
                f"That trains at most {times} times: as it stands, then with other values, each round in a "
                "copy of the folder; none of your files is changed."
                + (" It picks values in that range by itself." if chosen else ""),
                f"最多训练 {times} 次：先照原样，再用别的值，每一轮都在文件夹的副本里运行，不改动你的文件。"
                + ("值由它在这个范围里选。" if chosen else ""),
            ),
        )
    question = context.pick(f"Run `{shown}`? (yes/no)", f"运行 `{shown}` 吗？（好/不）")
    return context.ask(Launch(words), *told, DiffBlock("", question))


def _range_test(context: Context, slots: Slots) -> tuple[str, ...]:
    asked = _span(context, slots)
    return (
        context.pick(
            "`advisor probe FILE.py:FUNCTION --only learning-rate` does that: the rate rises geometrically "
            "from 1e-6 towards 10 until training diverges, 60 steps in all; then rates below that edge race "
            "from the same start on the same batches." + asked + " It finds a good region and where training "
            "diverges, not the best rate.",
            "用 `advisor probe 文件.py:函数 --only learning-rate`：学习率从 1e-6 按几何级数升向 10，"
            "直到发散，共 60 步；再让低于该边界的学习率从同一起点、用同样的批次竞赛。"
            + asked
            + "它找到的是一个好的区间和发散的边界，"
            "不是最好的值。",
        ),
        _cost(context),
    )


def _span(context: Context, slots: Slots) -> str:
    """That the sweep takes in the range that was asked for; empty where none was, or it does not."""
    low, high = slots.get("min"), slots.get("max")
    if not (isinstance(low, float | int) and isinstance(high, float | int) and 1e-6 <= low <= high <= 10):
        return ""
    span = short_number(low), short_number(high)
    return context.pick(f" That takes in {span[0]} to {span[1]}.", f"其中包括 {span[0]} 到 {span[1]}。")


def _one_batch(context: Context, slots: Slots) -> tuple[str, ...]:
    return (
        context.pick(
            "`advisor probe FILE.py:FUNCTION --only one-batch` does that: it trains on one batch alone; if "
            "the loss does not come close to zero, the model, the loss or the labels are wired wrongly.",
            "用 `advisor probe 文件.py:函数 --only one-batch`：只用一个 batch 训练；如果损失不能接近零，"
            "就是模型、损失函数或标签接错了。",
        ),
        _cost(context),
    )


def _whole_probe(context: Context, slots: Slots) -> tuple[str, ...]:
    return (
        context.pick(
            "`advisor probe FILE.py:FUNCTION` does that: it looks at the data, the first loss, the wiring "
            "and the layers, whether one batch can be learned by heart, and which learning rates train well.",
            "用 `advisor probe 文件.py:函数`：检查数据、初始损失、连接与各层、能否记住一个 batch，"
            "以及哪些学习率训练良好。",
        ),
        _cost(context),
    )


def _cost(context: Context) -> str:
    return context.pick(
        "It costs at most about 1000 training steps (`--budget`), in a process of its own on a training that "
        "your function returns; advisor changes no file of yours.",
        "代价最多约 1000 个训练步（`--budget`），在单独的进程里训练你的函数返回的模型，不改动你的任何文件。",
    )


def _example(context: Context) -> str:
    """How to have something to probe."""
    return context.pick(
        "`advisor probe --init FILE` writes an example to fill in; `advisor probe digits` shows it on a "
        "built-in task.",
        "`advisor probe --init 文件` 会写出一个可填写的示例；`advisor probe digits` 用内置任务演示。",
    )


def _sweep(context: Context, slots: Slots) -> tuple[str, ...]:
    values, role = slots.get("values"), str(slots.get("hparam", ""))
    if not isinstance(values, list) or not values or not role:
        return _search(context, slots)
    listed = ", ".join(short_number(value) for value in values)
    name, first = role_title(role).in_(context.language), short_number(values[0])
    known = None if context.current is None else facts.known(context.current.run, role)
    written = role if known is None else known.name
    return (
        context.pick(
            f"That is {len(values)} trainings, with {name} {listed}, each as long as yours: "
            f"`set {written} {first}`, `rerun`, then the next value; `compare` says whether they differ by "
            "more than noise.",
            f"这需要 {len(values)} 次训练，{name}取 {listed}，每次和你的训练一样长："
            f"`set {written} {first}`，`rerun`，再换下一个值；`compare` 判断差别是否超出噪声。",
        ),
        context.pick(
            "Each value is shown as an edit first and written only after your yes.",
            "每个值都会先显示修改内容，你确认后才写入。",
        ),
    )


def _search(context: Context, slots: Slots) -> tuple[str, ...]:
    trials = slots.get("trials")
    rounds = trials if isinstance(trials, int) and 0 < trials <= 1000 else 5
    return (
        context.pick(
            f"`advisor tune --rounds {rounds} -- YOUR COMMAND` does that: your command as it stands, then at "
            f"most {rounds} more trainings, each with other settings. It costs {rounds + 1} times your "
            "training; every round runs in a copy of the folder, and none of your files is changed.",
            f"用 `advisor tune --rounds {rounds} -- 你的命令`：先照原样跑一次，"
            f"再最多跑 {rounds} 次不同设置的训练。代价是 {rounds + 1} 倍的训练时间；"
            f"每一轮都在文件夹的副本里运行，不改动你的文件。",
        ),
    )


def _ablation(context: Context, slots: Slots) -> tuple[str, ...]:
    return (
        context.pick(
            "One setting at a time: `set NAME VALUE`, `rerun`, `compare`; each costs one training, and each "
            "edit is shown before it is written.",
            "一次去掉一个：`set 名称 值`，`rerun`，`compare`；每次的代价是一次训练，修改写入前会先给你看。",
        ),
    )


_ASKED_FOR = regex(
    r"(?:please |can you |could you |just )?(?:probe|tune|auto-?tune)"
    r"(?: (?:it|this|that|the (?:model|run|training|network|net|lr|learning rate)))?"
)


def sure(utterance: Utterance) -> float:
    """A probe by its name."""
    return 0.95 if _ASKED_FOR.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="run_probe",
    title=Bilingual(en="run a short test training", zh="做一次短测试训练"),
    answer=answer,
    sure=sure,
    parse=parse,
    commands={"probe": r"(?:\S+\.py:\w+|digits)?", "tune": r"[0-9]{0,4}"},
)
