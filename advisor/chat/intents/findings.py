"""Every finding of the run."""

from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent
from advisor.chat.reply import Block, Reply
from advisor.chat.understand import Utterance
from advisor.report.parts import unchecked_sentence
from advisor.text import Bilingual

_MOST = 5


def answer(context: Context, utterance: Utterance) -> Reply:
    """The findings in full, most important first, and what could not be checked."""
    current = context.current
    if current is None:
        return context.no_run()
    blocks: list[Block | str] = [context.tell_finding(finding) for finding in current.findings[:_MOST]]
    if current.findings:
        # The first is the one that 'why' should speak of.
        context.dialogue.subject = current.findings[0]
        context.dialogue.proposals = context.open_changes()[:_MOST]
    else:
        blocks += [context.pick("No rule found anything to report.", "没有规则发现可报告的问题。")]
        blocks += facts.summary(current, context.language)
    blocks.append(unchecked_sentence(current.unchecked, context.language, 3))
    return context.say(*blocks, *facts.suspicious_lines(current.run, context.language))


INTENT = Intent(
    name="findings",
    title=Bilingual(en="list every finding", zh="列出全部发现"),
    answer=answer,
    commands={"findings": r""},
)
