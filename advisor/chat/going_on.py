"""A turn that goes on with the one before: only another name or value, as in `and mse?`, `均方误差呢`."""

from advisor.chat.concepts import find_concept
from advisor.chat.lexicon import is_a_name
from advisor.chat.understand import Utterance
from advisor.patterns import regex

_AND = regex(
    r"(?:and|now|also|and now|and also|then|what about|how about|and what about|same for) (?:the |my )?"
    r"([a-z0-9_ -]{2,40}?)(?: too| as well| instead)?|"
    r"(?:那|那么)?(.{1,16})呢|(?:换成|再看|再画|再来|也画|也看|还有)(.{1,16}?)(?:的|吧|呢)?"
)
_IF = regex(
    r"(?:and |or |then |so )*(?:if|what if|how about|what about)(?![a-z]).*|"
    r"(?:那|那么)?(?:如果|要是|假如).*|(?:那|那么|换成|改成|设成|用).*呢"
)
BY_HOW_MUCH = (
    r"(?:(?:and |so |but )*(?:by )?how much(?: better| ahead| apart)?|"
    r"(?:那|那么)?(?:差|好|领先|高|低)了?多少.{0,3})"
)
"""What asks for the distance of runs that were compared, and nothing else."""
_OF_THE_RUNS = regex(
    BY_HOW_MUCH + r"|"
    r"(?:and |so |but )*(?:could|can|might|may|is|isn't) (?:that|it|this)(?: all| not)?(?: just| only)?"
    r"(?: be)? (?:just )?(?:luck|chance|noise|random|the seed|a fluke).{0,20}|"
    r".{0,6}(?:运气|偶然|碰巧|随机种子|噪声).{0,8}"
)
"""What is asked of a comparison: by how much, and whether it is luck."""
OF_A_VALUE = ("what_if", "choose_lr", "choose_batch_size", "choose_regularization", "query_value")
"""Intents after which a bare number is another value of the setting that was spoken of."""


def goes_on(before: str, utterance: Utterance) -> str:
    """The intent of the turn before where only another name or value follows it; else empty."""
    if before in OF_A_VALUE and _is_a_value(utterance):
        return "what_if"
    if before == "compare_runs" and _OF_THE_RUNS.fullmatch(utterance.folded):
        return before
    named = _AND.fullmatch(utterance.folded)
    if named is None:
        return ""
    name = (named[1] or named[2] or named[3]).strip()
    if before == "explain_concept" and find_concept(name) is not None:
        return before
    return before if before in ("query_value", "plot_curve") and is_a_name(name) else ""


def _is_a_value(utterance: Utterance) -> bool:
    """Whether it supposes one number, of nothing that it names."""
    alone = len(utterance.numbers) == 1 and not utterance.hyperparameters and not utterance.metrics
    return alone and _IF.fullmatch(utterance.folded) is not None
