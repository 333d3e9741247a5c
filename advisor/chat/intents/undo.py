"""Take the last change back."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import DiffBlock, Reply, Undo
from advisor.chat.staging import Edit
from advisor.chat.understand import Utterance
from advisor.text import Bilingual


def parse(utterance: Utterance) -> Slots:
    """The hyperparameter that is named, if any."""
    return {"hparam": utterance.hyperparameters[0].name} if utterance.hyperparameters else {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Exactly one step, after a yes: it writes a file."""
    if context.dialogue.staged:
        edit = _last(context, parse(utterance).get("hparam"))
        context.dialogue.staged.remove(edit)
        return context.say(
            context.pick(f"Taken back: {edit.back.headline}.", f"已撤销：{edit.back.headline}。"),
            context.pick("That was one step; no file was changed.", "撤销了一步；没有改动文件。"),
        )
    if not context.session.has_applied():
        return context.say(
            context.pick(
                "There is nothing to undo: no change is applied. `undo` takes the last one back.",
                "没有可以撤销的修改。应用之后，`undo` 撤销最后一次。",
            )
        )
    question = context.pick(
        "Take back the last applied change, from its backup? (yes/no)",
        "用备份撤销上一次应用的修改吗？（好/不）",
    )
    return context.ask(Undo(), DiffBlock("", question))


def _last(context: Context, role: object) -> Edit:
    """The last staged edit, or the last one of a hyperparameter that is named."""
    staged = context.dialogue.staged
    return next((edit for edit in reversed(staged) if edit.role == role), staged[-1])


def sure(utterance: Utterance) -> float:
    """A word that means nothing else, and no question."""
    asks = "?" in utterance.text or utterance.has(r"吗|呢|怎|能不能|可以")
    return 0.95 if not asks and utterance.has(r"撤[回销]|回滚|(?<!没)(?<!不)改回[去来]") else 0.0


INTENT = Intent(
    name="undo",
    title=Bilingual(en="take the last change back", zh="撤销上一次修改"),
    answer=answer,
    parse=parse,
    sure=sure,
    commands={"undo": r"", "revert": r""},
)
