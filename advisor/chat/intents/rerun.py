"""Train again."""

from advisor.chat import facts
from advisor.chat.advise import ask_to_apply
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.intents.set_param import new_value, staged
from advisor.chat.reply import DiffBlock, Reply, Rerun
from advisor.chat.understand import Utterance
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
    command = context.session.command
    if parse(utterance).get("op") == "resume":
        return _resume(context, utterance)
    if command is None and context.current is not None:
        return _without_command(context, utterance)
    if command is None:
        return context.say(
            context.pick(
                "I do not know the command that trains this model. Start it once with `advisor run -- "
                "COMMAND`, and I can run it again.",
                "我不知道训练这个模型的命令。先用 `advisor run -- 命令` 启动一次，之后我就能重新训练。",
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
        "To start it I need your command once: `advisor run -- COMMAND`. It takes as long as that training "
        "does, and starts only after your yes.",
        "要启动它，我需要先知道命令：运行一次 `advisor run -- 命令`。耗时与一次训练相同，你确认后才会开始。",
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


INTENT = Intent(
    name="rerun",
    title=Bilingual(en="train again", zh="重新训练"),
    answer=answer,
    parse=parse,
    commands={"rerun": r"", "retrain": r""},
)
