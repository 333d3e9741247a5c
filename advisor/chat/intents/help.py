"""What can be asked, and how it works."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots
from advisor.chat.reply import Reply, TableBlock
from advisor.chat.understand import Utterance
from advisor.text import Bilingual

_COMMANDS = (
    ("open PATH", Bilingual(en="read a log and say what is wrong", zh="读取日志并诊断")),
    ("diagnose, findings", Bilingual(en="the main problem, or all of them", zh="主要问题，或全部发现")),
    ("why", Bilingual(en="the evidence, and when it would be wrong", zh="依据，以及什么情况下判断会错")),
    ("recommend", Bilingual(en="what to change, best first", zh="建议的修改，按把握排序")),
    (
        "apply N, set NAME VALUE",
        Bilingual(en="edit the setting, after showing the diff", zh="改配置，先显示差异"),
    ),
    ("train COMMAND", Bilingual(en="run a training, then diagnose it", zh="运行训练，然后诊断")),
    (
        "rerun, compare, undo",
        Bilingual(en="train again; did it help; take it back", zh="重新训练；是否有效；撤销"),
    ),
    ("settings, curves", Bilingual(en="what is known of the run", zh="这次训练已知的配置和曲线")),
    ("plot METRIC", Bilingual(en="draw a curve", zh="画曲线")),
    ("explain TERM", Bilingual(en="a term, a rule or a signal", zh="解释概念、规则或信号")),
    ("quit", Bilingual(en="leave", zh="退出")),
)


def parse(utterance: Utterance) -> Slots:
    """Whether the way of working is asked about, or being offline."""
    if utterance.has(r"internet|online|network|offline|cloud|联网|上网|网络连接|离线|云"):
        return {"topic": "offline"}
    if utterance.has(r"how do you .{0,20}(?:detect|know|decide|judge|find|work)|怎么(?:判断|检测|知道|识别)"):
        return {"topic": "method"}
    return {}


def answer(context: Context, utterance: Utterance) -> Reply:
    """The commands, or how a verdict comes about."""
    topic = parse(utterance).get("topic")
    if topic == "offline":
        return context.say(
            context.pick(
                "No network is used: logs are read and judged on this machine, and nothing leaves it.",
                "不需要联网：日志只在本机读取和判断，不会发送到任何地方。",
            )
        )
    if topic == "method":
        page = _rule_of(context, utterance)
        if page is not None:
            return page
        return context.say(
            context.pick(
                "By rules over figures read off the curves. Each rule states its condition; "
                "`why` shows the clauses that held with their values, "
                "`explain CODE` shows a rule's page, and `advisor rules` lists them all.",
                "用规则判断从曲线上读出的数值。每条规则都写明条件；`why` 显示成立的条件及其数值，"
                "`explain CODE` 按代码显示规则说明，`advisor rules` 列出全部规则。",
            )
        )
    rows = tuple((command, what.in_(context.language)) for command, what in _COMMANDS)
    lead = context.pick(
        "Open a training log and ask in your own words, in English or Chinese. The commands:",
        "打开训练日志，用中文或英文直接问。命令有：",
    )
    return context.say(
        lead, TableBlock((context.pick("command", "命令"), context.pick("does", "作用")), rows)
    )


def _rule_of(context: Context, utterance: Utterance) -> Reply | None:
    """The rule for the problem that is asked about, with its threshold and this run's values."""
    from advisor.chat.intents.explain_why import holding
    from advisor.chat.symptoms import problems_in
    from advisor.diagnosis import load_rulebook

    rules = {rule.problem: rule for rule in reversed(load_rulebook().rules)}
    rule = next((rules[problem] for problem in problems_in(utterance.folded) if problem in rules), None)
    current = context.current
    found = () if current is None or rule is None else current.findings
    finding = next((f for f in found if rule is not None and f.problem.value == rule.problem), None)
    if finding is not None:
        rule = finding.rule
    if rule is None:
        return None
    condition = context.pick("It fires where ", "条件：") + " ".join(rule.when.split())
    measured = [] if finding is None else holding(finding)
    here = context.pick("Here: ", "这次训练：") + "; ".join(measured) if measured else ""
    lead = context.pick(f"By rule {rule.code} ({rule.name}).", f"按规则 {rule.code}（{rule.name}）。")
    more = context.pick(f"`explain {rule.code}` shows its page.", f"`explain {rule.code}` 显示规则说明。")
    return context.say(f"{lead} {rule.what.in_(context.language)}", condition, here, more)


INTENT = Intent(
    name="help",
    title=Bilingual(en="show what can be asked", zh="查看能问什么"),
    answer=answer,
    parse=parse,
    commands={"help": r"\S*", "commands": r"", "h": r""},
)
