"""Which settings did this run have? Every hyperparameter that is known, and where it was read."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.patterns import regex
from advisor.report.parts import value_text
from advisor.run import Hyperparameter, Run
from advisor.text import Bilingual, Language, clean_line
from advisor.vocabulary import role_title

_MOST = 40
_FIRST = (
    "learning_rate",
    "batch_size",
    "optimizer",
    "epochs",
    "max_steps",
    "scheduler",
    "weight_decay",
    "dropout",
)
"""What matters most for most trainings; then any other setting with a role, then the rest as they stand."""


def answer(context: Context, utterance: Utterance) -> Reply:
    """The settings that matter most first, one to a line; that there are none is an answer."""
    current = context.current
    if current is None:
        return context.no_run()
    run, language = current.run, context.language
    settings = sorted(run.hyperparameters, key=_rank)
    if not settings:
        rate = facts.known(run, "learning_rate")
        known = rate and facts.hyperparameter_sentence(run, "learning_rate", language)
        none = context.pick(
            "The log states no settings, and no configuration was found beside it.",
            "日志里没有写配置，旁边也没有找到配置文件。",
        )
        tell = context.pick(
            "Tell me those that you know: `lr is 0.01, batch size 32`.",
            "把你知道的告诉我：例如“学习率是 0.01，批大小 32”。",
        )
        return context.say(none, known or "", tell)
    one_place = len({one.source for one in settings}) == 1
    lead = facts.stated_in(clean_line(settings[0].source, 80), language) if one_place else ""
    lead = lead and context.pick(f"From {lead}:", f"来自{lead}：")
    lines = [_line(one, language, with_source=not one_place) for one in settings[:_MOST]]
    left = len(settings) - len(lines)
    more = context.pick(f"... and {left} more.", f"……另有 {left} 项。") if left else ""
    return context.say(lead, "\n".join(lines), more, _unknown(context, run))


def _rank(one: Hyperparameter) -> int:
    if one.role in _FIRST:
        return _FIRST.index(one.role)
    return len(_FIRST) + (one.role is None)


def _line(one: Hyperparameter, language: Language, with_source: bool) -> str:
    name, value = clean_line(one.name, 60), value_text(one.value)
    title = "" if one.role is None else role_title(one.role).in_(language)
    same = title.lower().replace(" ", "_") in ("", name.lower())
    source = facts.stated_in(clean_line(one.source, 80), language) if with_source else ""
    told = ("" if same else title, source and (f"来自{source}" if language == "zh" else f"from {source}"))
    beside = ("，" if language == "zh" else ", ").join(part for part in told if part)
    if not beside:
        return f"{name} = {value}"
    return f"{name} = {value}（{beside}）" if language == "zh" else f"{name} = {value} ({beside})"


def _unknown(context: Context, run: Run) -> str:
    """Which of the settings that matter most are not known."""
    roles = [role for role in ("learning_rate", "batch_size", "optimizer") if facts.known(run, role) is None]
    if not roles:
        return ""
    titles = context.pick(", ", "、").join(role_title(role).in_(context.language) for role in roles)
    return context.pick(f"Not known: {titles}.", f"不知道的有：{titles}。")


_SETTINGS = r"(?:settings|hyper-?param(?:eter)?s|hparams|config(?:uration)?)"
_ASKED = regex(
    rf"(?:please )?(?:show|list|print|display|give|tell)(?: me| us)?(?: all)?(?: the| my)? {_SETTINGS}"
    r"(?: of (?:this|the|my) run| used| again| please)*|"
    rf"(?:what|which) {_SETTINGS} (?:did (?:i|we|it) use|were used|have i set|do you know|"
    r"was (?:it|this) (?:run|trained) with)|"
    rf"what(?:'s| is| was| are| were) (?:the|my) {_SETTINGS}(?: (?:of this run|used|here|again))?|"
    r"(?:请|帮我)?(?:显示|列出|看看|查看|打印)(?:一下)?(?:所有|全部|这次|当前|我)?的?(?:配置|设置|超参数|超参)"
)


def sure(utterance: Utterance) -> float:
    """The list asked for in plain words."""
    return 0.95 if _ASKED.fullmatch(utterance.folded) else 0.0


INTENT = Intent(
    name="list_settings",
    title=Bilingual(en="list the settings of the run", zh="列出这次训练的配置"),
    answer=answer,
    sure=sure,
    commands={"settings": r"", "config": r"", "hyperparameters": r""},
)
