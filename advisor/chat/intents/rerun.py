"""Train again."""

from advisor.chat.advise import ask_to_apply
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.intents.set_param import new_value
from advisor.chat.reply import DiffBlock, Reply, Rerun
from advisor.chat.understand import Utterance
from advisor.patterns import regex
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
    if command is None:
        return context.say(
            context.pick(
                "I do not know the command that trains this model. Start it once with `advisor "
                "run -- COMMAND`, "
                "and I can run it again.",
                "我不知道训练这个模型的命令。先用 `advisor run -- 命令` 启动一次，之后我就能重新训练。",
            )
        )
    if parse(utterance).get("op") == "resume":
        return context.say(
            context.pick(
                "I can only start the command from the beginning: whether it resumes is up to "
                "its own options. "
                "`rerun` starts it again.",
                "我只能从头运行这条命令：能否从断点继续取决于它自己的选项。输入 `rerun` 可以重新开始。",
            )
        )
    if utterance.settings:
        return _with_change(context, utterance)
    shown = clean_line(" ".join(command), 300)
    question = context.pick(
        f"Run `{shown}` again? It takes as long as a training does. (yes/no)",
        f"重新运行 `{shown}` 吗？耗时与一次完整训练相同。（好/不）",
    )
    return context.ask(Rerun(), DiffBlock("", question))


def _with_change(context: Context, utterance: Utterance) -> Reply:
    setting, *others = utterance.settings
    value, reply = new_value(context, setting)
    if reply is not None or value is None:
        return reply or context.say("")
    lead = context.pick("First the edit, then type `rerun`.", "先改配置，再输入 `rerun`。")
    if others:
        lead += context.pick(" One change at a time.", "一次只改一处。")
    return ask_to_apply(context, context.session.plan_value(setting.role, value), lead)


_AGAIN = regex(
    r"(?<![a-z])(?:rerun|re-run|retrain|re-train)(?![a-z])|(?:run|train|start|try) (?:it|this|"
    r"that|the (?:training|model|run)) ?(?:again|once more)?"
    r"(?: with.*)?$|(?:train|run) again"
)


def sure(utterance: Utterance) -> float:
    """Words for training again that are no question."""
    if utterance.has(r"^(?:should|would|what|when|how|will|can i|is|why)|(?:会不会|吗|呢|如何|怎么样)$"):
        return 0.0
    return 0.9 if _AGAIN.search(utterance.folded) else 0.0


INTENT = Intent(
    name="rerun",
    title=Bilingual(en="train again", zh="重新训练"),
    answer=answer,
    parse=parse,
    sure=sure,
    cues=(
        (r"重新(?:训练|跑|运行|开始)|再(?:跑|训练|来|训)(?:一|两)?(?:次|遍|轮|个)|重跑|重训|^开始训练$", 0.9),
        (
            r"^(?:start|restart|launch|repeat|resume) (?:the |my )?(?:training|run)|^resume from|"
            r"^same (?:thing|again)",
            0.9,
        ),
    ),
    commands={"rerun": r"", "retrain": r""},
)
