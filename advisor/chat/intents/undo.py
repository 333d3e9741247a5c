"""Take the last change back."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import DiffBlock, Reply, Undo
from advisor.chat.staging import Edit
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.text import Bilingual, clean_line
from advisor.translation import with_place


def parse(utterance: Utterance) -> Slots:
    """The hyperparameter that is named, if any."""
    return {"hparam": utterance.hyperparameters[0].name} if utterance.hyperparameters else {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """Exactly one step, or every one where that is said, after a yes: it writes a file."""
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
    if _ALL.search(utterance.folded):
        return _all(context)
    question = context.pick(
        "Take back the last applied change, from its backup? (yes/no)",
        "用备份撤销上一次应用的修改吗？（好/不）",
    )
    return context.ask(Undo(), DiffBlock("", question))


def _all(context: Context) -> Reply:
    """Every change that stands, the last first, and the question."""
    applied = context.session.journal.applied(str(context.session.project))
    listed = "; ".join(
        with_place(clean_line(row.applied.plan.headline, 120), context.language) for row in applied[:_MOST]
    )
    more = f"; ... ({len(applied) - _MOST})" if len(applied) > _MOST else ""
    question = context.pick(
        f"Take back all {len(applied)} applied changes, from their backups? (yes/no)",
        f"用备份撤销全部 {len(applied)} 处已应用的修改吗？（好/不）",
    )
    return context.ask(Undo(applied[-1].id), f"{listed}{more}", DiffBlock("", question))


def _last(context: Context, role: object) -> Edit:
    """The last staged edit, or the last one of a hyperparameter that is named."""
    staged = context.dialogue.staged
    return next((edit for edit in reversed(staged) if edit.role == role), staged[-1])


_MOST = 12
_ALL = regex(
    r"(?<![a-z])(?:everything|all(?: of (?:it|them))?|all (?:the )?(?:changes|edits)|every change)(?![a-z])|"
    r"全部|所有|全都|都撤|一切"
)


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
