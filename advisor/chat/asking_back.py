"""What is said where an utterance is not understood: which of two, nothing at all, no such command."""

import difflib
from collections.abc import Sequence

from advisor.chat.context import Context
from advisor.chat.intent import all_intents
from advisor.chat.reply import Reply
from advisor.chat.understand import EXACT, Reading, Utterance

PLAIN_REFUSAL = 0.6
"""What no safety pattern gives away is refused from this certainty on."""
_RUNS = r"(?<![a-z])(?:runs?|trainings?|experiments?|models?|ones|those|them|logs)(?![a-z])|训练|实验|日志"


def is_too_faint(best: Reading, utterance: Utterance) -> bool:
    """Whether a reading needs more than the classifier has: a refusal, and a count of what names no run."""
    if best.intent.name == "unsafe":
        return best.certainty < PLAIN_REFUSAL
    return best.intent.name == "many_runs" and best.certainty < EXACT and not utterance.has(_RUNS)


def which_of(context: Context, utterance: Utterance, readings: Sequence[Reading]) -> Reply:
    """One question back with the two best readings; nothing is answered on a guess."""
    dialogue = context.dialogue
    dialogue.choices = tuple(reading.intent.name for reading in readings)
    dialogue.question = utterance.text
    options = [f"{n}. {r.intent.title.in_(context.language)}" for n, r in enumerate(readings, start=1)]
    return context.say(
        context.pick("I am not sure what you mean. Should I", "我不确定你的意思。你想让我"), *options
    )


def lost(context: Context) -> Reply:
    """The answer where no reading comes near."""
    return context.say(
        context.pick(
            "I do not understand that. Ask about a training run, or type `help`.",
            "我没有听懂。请问关于训练的问题，或输入 `help`。",
        )
    )


def unknown_command(context: Context, utterance: Utterance) -> Reply:
    """That there is no such slash command, and which is near to it."""
    names = sorted(name for intent in all_intents() for name in (intent.commands or {}))
    word = utterance.first_word[0]
    near = difflib.get_close_matches(word, names, n=1)
    lead = (
        context.pick(f"/{word} needs something else after it.", f"/{word} 后面的内容不对。")
        if word in names
        else context.pick(f"There is no command /{word}.", f"没有命令 /{word}。")
    )
    hint = (
        context.pick(f" Did you mean /{near[0]}?", f"是不是 /{near[0]}？")
        if near and word not in names
        else ""
    )
    return context.say(lead + hint + context.pick(" `help` lists them.", "输入 `help` 查看命令。"))
