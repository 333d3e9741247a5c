"""Train: for the first time, by the command that is named, or again."""

from advisor.advice.change import Change
from advisor.chat import facts
from advisor.chat.advise import ask_to_apply, plan_or_by_hand
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.intents.set_param import new_value, staged
from advisor.chat.reply import DiffBlock, Launch, Reply, Rerun, Train
from advisor.chat.starting import named_command, same_script, shell_words, words_of
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.redact import command_line
from advisor.text import Bilingual, clean_line


def parse(utterance: Utterance) -> Slots:
    """Changes to make first, and whether training goes on from a checkpoint."""
    slots: dict[str, SlotValue] = {}
    if utterance.has(r"resume|continue from|接着(?:训练|跑)|恢复训练|断点"):
        slots["op"] = "resume"
        if utterance.epoch is not None:
            slots["epoch"] = utterance.epoch
    if utterance.settings:
        slots["changes"] = [(setting.role, setting.op, setting.value) for setting in utterance.settings]
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """Shows what would be started and asks; with a change in the same breath, the edit comes first."""
    named = named_command(utterance)
    if named:
        return _start(context, named)
    command = context.session.command
    if _GO_ON.fullmatch(utterance.folded) and (going := _going_on(context)) is not None:
        return going
    if parse(utterance).get("op") == "resume":
        return _resume(context, utterance)
    if (change := _with_that(context, utterance)) is not None:
        return plan_or_by_hand(
            context, change, context.pick("The edit comes first, then `rerun`.", "先改，再 `rerun`。")
        )
    if command is None and context.current is not None:
        return _without_command(context, utterance)
    if command is None:
        return context.say(
            context.pick(
                "I do not know the command that trains this model. `train COMMAND` starts it from here (in a "
                "shell: `advisor run -- COMMAND`), and I can run it again.",
                "我不知道训练这个模型的命令。用 `train 命令` 从这里启动（在终端里：`advisor run -- 命令`），"
                "之后我就能重新训练。",
            ),
            act="ask",
        )
    if utterance.settings:
        return _with_change(context, utterance)
    shown = clean_line(" ".join(command), 300)
    question = context.pick(
        f"Run `{shown}` again? It takes as long as a training does. (yes/no)",
        f"重新运行 `{shown}` 吗？耗时与一次完整训练相同。（好/不）",
    )
    return context.ask(Rerun(), DiffBlock("", question))


def _with_that(context: Context, utterance: Utterance) -> Change | None:
    """The proposal that `run it with that` means; None where nothing was shown or something is staged."""
    dialogue = context.dialogue
    if utterance.settings or dialogue.staged or context.session.has_applied() or not dialogue.proposals:
        return None
    if not utterance.has(r"with (?:that|it|this|the change)(?![a-z])|(?:按|照|用)(?:这个|这样|它|你说的)"):
        return None
    return next(iter(context.on_the_table()), None)


def _start(context: Context, named: str) -> Reply:
    """What would be started, word for word, and the question."""
    try:
        words = words_of(named)
    except ValueError:
        words = ()
    if not words:
        return context.say(
            context.pick(
                "I cannot take that command apart: a quotation mark is not closed, or it is too long. In a "
                "shell, `advisor run -- COMMAND` starts it.",
                "我无法拆分这条命令：引号没有闭合，或命令太长。请在终端里用 `advisor run -- 命令` 启动。",
            ),
            act="ask",
        )
    known = context.session.command
    heeded = " ".join(shell_words(words))
    question = context.pick(
        f"Run `{command_line(words)}` here? It takes as long as that training does. (yes/no)",
        f"在这里运行 `{command_line(words)}` 吗？耗时与一次完整训练相同。（好/不）",
    )
    return context.ask(
        Train(words, again=known is not None and same_script(known, words)),
        context.pick(
            f"No shell reads it: {heeded} would be given to the program as it stands. `bash FILE.sh` runs a "
            "line that needs one.",
            f"不经过 shell：{heeded} 会原样传给程序。需要 shell 时请写成脚本，用 `bash 文件.sh` 运行。",
        )
        if heeded
        else "",
        DiffBlock("", question),
    )


def _going_on(context: Context) -> Reply | None:
    """The rounds that the last tuning still has, and the question; None where there was no tuning."""
    from advisor.tune.rounds import Rounds

    live = context.dialogue.live
    if live is not None and live.own:
        return context.say(context.pick(f"It is going on: {live.run}.", f"正在进行：{live.run}。"))
    standing = Rounds.standing(context.session.folder)
    if standing is None:
        return None
    done, rounds = standing
    if done >= rounds:
        more = f"advisor tune --resume --rounds {rounds + _MORE}"
        return context.say(
            context.pick(
                f"The last tuning is done ({done} of {rounds}). In a shell, `{more}` goes on from its best.",
                f"上一次调优的 {rounds} 轮都已完成。在终端里用 `{more}` 从最好的一轮继续。",
            )
        )
    told = context.pick(
        f"{done} of {rounds} rounds are done; the others follow, each in a copy of the folder.",
        f"{rounds} 轮里已完成 {done} 轮；其余各轮接着进行，每一轮都在文件夹的副本里。",
    )
    question = context.pick(
        "Run `advisor tune --resume`? (yes/no)", "运行 `advisor tune --resume` 吗？（好/不）"
    )
    return context.ask(Launch(("tune", "--resume")), told, DiffBlock("", question))


def _resume(context: Context, utterance: Utterance) -> Reply:
    """No checkpoint is known; says where the run stood at that epoch, and asks for what is missing."""
    where = ""
    series = None if context.current is None else facts.verdict_series(context.current.run)
    if series is not None and utterance.epoch is not None:
        index = facts.index_at(series, utterance.epoch)
        if index is not None:
            at = facts.at(series, index, context.language)
            best = facts.best_index(series)
            better = "" if best is None else facts.at(series, best, context.language)
            where = context.pick(
                f"{facts.name(series)} was {at}; its best was {better}: "
                "an earlier or a fresh start is better.",
                f"{facts.name(series)} 是{at}；最佳是{better}，从更早处或重新开始更好。",
            )
    return context.say(
        context.pick(
            "Resuming needs a checkpoint, and I know of none: I can only start the command from the "
            "beginning.",
            "从断点继续需要检查点，我这里没有；我只能从头运行命令。",
        ),
        where,
        context.pick(
            "Which checkpoint, and which values should it go on with?", "用哪个检查点，要改成什么值？"
        ),
        act="ask",
    )


def _without_command(context: Context, utterance: Utterance) -> Reply:
    """The configuration and the cost, and what is missing to start it."""
    assert context.current is not None
    run = context.current.run
    epochs, seed = facts.known(run, "epochs"), facts.known(run, "seed")
    cost = " ".join(facts.hyperparameter_sentence(run, r, context.language) for r in ("epochs", "seed"))
    cost = cost if epochs is not None and seed is not None else ""
    lacking = context.pick(
        "To start it I need your command once: `train COMMAND` here, or `advisor run -- COMMAND`. It takes "
        "as long as that training does, and starts only after your yes.",
        "要启动它，我需要先知道命令：在这里输入 `train 命令`，或运行 `advisor run -- 命令`。"
        "耗时与一次训练相同，你确认后才会开始。",
    )
    if utterance.settings:
        return staged(context, utterance.settings, cost, lacking)
    return context.say(
        context.pick("Again with the same configuration.", "用同样的配置再训练一次。"), cost, lacking
    )


def _with_change(context: Context, utterance: Utterance) -> Reply:
    setting, *others = utterance.settings
    value, reply = new_value(context, setting)
    if reply is not None or value is None:
        return reply or context.say("")
    lead = context.pick("First the edit, then type `rerun`.", "先改配置，再输入 `rerun`。")
    if others:
        lead += context.pick(" One change at a time.", "一次只改一处。")
    return ask_to_apply(context, context.session.plan_value(setting.role, value), lead)


_MORE = 5
_GO_ON = regex(
    r"(?:please |now |ok(?:ay)?,? )*(?:"
    r"resume(?: it| that| (?:(?:the|my|that|this) )?(?:last )?(?:tuning|search|rounds))?|"
    r"(?:continue|go on|carry on|keep)(?: on)?(?: with)?(?: (?:the|my|that|this))?(?: last)?"
    r" (?:tuning|search)"
    r")(?: now| please)*|"
    r"(?:请|现在)?(?:继续|接着|恢复)(?:进行|做|跑)?(?:上次的?|刚才的?|这次的?)?(?:调优|调参|搜索)"
    r"(?:吧|下去)?|恢复(?:它|一下)?"
)
"""What asks that a tuning goes on; only where there was one."""


def sure(utterance: Utterance) -> float:
    """That something goes on that was broken off."""
    return 0.95 if _GO_ON.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="rerun",
    title=Bilingual(en="train again", zh="重新训练"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"rerun": r"", "retrain": r"", "train": r""},
    called=lambda utterance: bool(named_command(utterance)),
)
