"""Language and other preferences."""

import re

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, all_intents
from advisor.chat.public import public_intent, usual_action
from advisor.chat.reply import Block, Reply
from advisor.chat.understand import Utterance, understand
from advisor.patterns import regex
from advisor.text import Bilingual, clean_line

_NOTED = {
    "short": Bilingual(
        en="Noted: short answers are wanted. `why` gives the reasons when you need them.",
        zh="记下了：回答从简。需要理由时输入 `why`。",
    ),
    "long": Bilingual(
        en="Noted: you want it in detail. `why` shows the evidence and the rule behind the last "
        "answer, `findings` everything that was found.",
        zh="记下了：你想看详细的。`why` 给出上一个回答的依据和规则，`findings` 列出全部发现。",
    ),
    "beginner": Bilingual(
        en="Noted: plain words. `explain TERM` explains any term on your own run.",
        zh="记下了：说得通俗些。`explain 术语` 用你的训练解释任何术语。",
    ),
    "expert": Bilingual(
        en="Noted: you know the field. `why` shows each rule with its thresholds.",
        zh="记下了：你是行家。`why` 给出每条规则和阈值。",
    ),
}


_THAT = r"(?<![a-z])(?:that|it|this|again|repeat|translate)(?![a-z])|刚才|再说|一遍|这个|那个|翻译"
"""Words that ask for the last answer once more."""


def parse(utterance: Utterance) -> Slots:
    """The preference and its value."""
    if utterance.has(r"english|英文|英语"):
        return {"key": "lang", "value": "en"}
    if utterance.has(r"chinese|mandarin|中文|汉语"):
        return {"key": "lang", "value": "zh"}
    word, rest = utterance.first_word
    if word in ("lang", "language") and rest in ("en", "zh"):
        return {"key": "lang", "value": rest}
    if utterance.has(r"theme|主题|dark mode|深色|浅色"):
        return {"key": "theme", "value": "dark" if utterance.has(r"dark|深色|暗") else "light"}
    address = re.search(r"https?://[^\s，。]+", utterance.text)
    if address:
        return {"key": "llm", "value": address[0].rstrip(".,")}
    if utterance.has(r"(?<![a-z])llm(?![a-z])|language model|大模型|语言模型"):
        return {
            "key": "llm",
            "value": "off" if utterance.has(r"off|no |without|disable|don'?t|不用|不要|关|离线") else "on",
        }
    if utterance.has(r"short|brief|concise|简短|简洁|简单"):
        return {"key": "verbosity", "value": "short"}
    if utterance.has(r"detail|longer|verbose|详细|仔细"):
        return {"key": "verbosity", "value": "long"}
    if utterance.has(r"beginner|newbie|simple words|新手|初学|小白|通俗"):
        return {"key": "level", "value": "beginner"}
    if utterance.has(r"expert|advanced|专家|专业"):
        return {"key": "level", "value": "expert"}
    goal = next((m.name for m in utterance.metrics), None)
    return {"key": "goal"} if goal is None else {"key": "goal", "value": goal}


def answer(context: Context, utterance: Utterance) -> Reply:
    """The language is changed at once; what cannot be set here is said."""
    slots = parse(utterance)
    key, value = slots["key"], slots.get("value")
    if key == "lang" and value in ("en", "zh"):
        context.dialogue.language = "zh" if value == "zh" else "en"
        context.dialogue.pinned = True
        lead = context.pick("English from now on.", "之后用中文回答。")
        return context.say(lead, *(_again(context) if utterance.has(_THAT) else ()))
    if key == "goal" and value is not None:
        context.dialogue.noted["goal"] = str(value)
        return context.say(context.pick(f"Noted: the goal is {value}.", f"记下了：目标是 {value}。"))
    if key == "llm":
        return _language_model(context, str(value))
    if key in ("verbosity", "level"):
        context.dialogue.noted[str(key)] = str(value)
        return context.say(_NOTED[str(value)].in_(context.language))
    if key == "theme":
        return context.say(
            context.pick(
                "The theme belongs to the terminal program; the conversation cannot set it.",
                "主题由终端界面管理，对话里不能设置。",
            )
        )
    return context.say(
        context.pick(
            "That I cannot set. What I can: the language (`/lang en`, `/lang zh`), and which "
            "settings to leave alone ('don't touch the batch size').",
            "这个我设置不了。能设置的是语言（`/lang en`、`/lang zh`），以及哪些参数不要动（“别动批大小”）。",
        )
    )


def _again(context: Context) -> tuple[Block, ...]:
    """The answer before this turn in the language of now; empty where it was no mere answer."""
    before = context.dialogue.before
    if usual_action(public_intent(before)) not in ("answer", "propose"):
        return ()
    intent = next(intent for intent in all_intents() if intent.name == before)
    return intent.answer(context, understand(context.dialogue.asked_before)).blocks


def _language_model(context: Context, value: str) -> Reply:
    """Names the endpoint of later answers, or switches it off; nothing is sent now."""
    from advisor.chat.model.endpoint import checked, named_endpoint

    if value == "on":
        named = context.dialogue.llm
        endpoint = named_endpoint(None if named == "off" else named)
        if endpoint is None:
            return context.say(
                context.pick(
                    "No language model is named, and none is needed: every answer is computed here. `use the "
                    "llm at http://localhost:11434/v1` names one, ADVISOR_LLM or `--llm` does so from the "
                    "start.",
                    "还没有指定语言模型，也不需要：所有回答都在本机计算。要用的话说“用 "
                    "http://localhost:11434/v1 的大模型”，或用 ADVISOR_LLM、`--llm` 指定。",
                )
            )
        value = endpoint.url
    if value == "off":
        context.dialogue.llm = "off"
        return context.say(
            context.pick(
                "No language model is used: every answer is computed on this machine.",
                "没有使用大模型：所有回答都在本机计算。",
            )
        )
    context.dialogue.llm = checked(value)
    host = clean_line(value, 120)
    return context.say(
        context.pick(
            f"From now on the language model at {host} may say an answer in other words, below it. Every "
            "answer and figure still comes from the tools on this machine. Summaries and figures are sent "
            "there, never the log; `sent` shows what, `llm off` ends it.",
            f"之后 {host} 的语言模型可以在回答下面换一种说法。回答和数字仍由本机的工具给出。"
            "发过去的是摘要和数字，不是日志；输入 `sent` 查看发了什么，`llm off` 停用。",
        )
    )


_LANGUAGE = regex(
    r"(?:speak|answer|reply|talk|respond|switch|use).{0,14}(?:in |to )?(?:english|chinese|mandarin)(?![a-z])|"
    r"(?:say|give|tell|repeat|that|it|this) .{0,20}(?<![a-z])in (?:english|chinese|mandarin)(?: please)?$|"
    r"(?:用|说|讲|切换?到?)(?:中文|英文|英语)"
)


def sure(utterance: Utterance) -> float:
    """The language to answer in."""
    return 0.95 if _LANGUAGE.search(utterance.folded) else 0.0


INTENT = Intent(
    name="set_preference",
    title=Bilingual(en="set the language", zh="设置语言"),
    answer=answer,
    sure=sure,
    parse=parse,
    commands={"lang": r"en|zh", "language": r"en|zh", "llm": r"on|off|https?://\S+"},
)
