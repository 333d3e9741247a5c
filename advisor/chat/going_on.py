"""A turn that goes on with the one before: only another name or value, as in `and mse?`, `均方误差呢`."""

from advisor.chat.concepts import find_concept
from advisor.chat.lexicon import is_a_name
from advisor.chat.understand import Utterance, understand
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
    r"(?: be)? (?:just |really |statistically )?(?:significant|luck|chance|noise|random|"
    r"the seed|a fluke).{0,20}|"
    r".{0,6}(?:运气|偶然|碰巧|随机种子|噪声).{0,8}"
)
"""What is asked of a comparison: by how much, and whether it is luck."""
OF_A_VALUE = ("what_if", "choose_lr", "choose_batch_size", "choose_regularization", "query_value")
"""Intents after which a bare number is another value of the setting that was spoken of."""


AT_ONCE = regex(
    r"(?:(?:and|also|or|so|should i|can i|could i|what about|how about|change|do|set|then) )*(?:the |my )?"
    r"([a-z0-9_ -]{2,40}?) (?:with it|along with it|at the same time|together(?: with it)?|in the same run|"
    r"at once|on top(?: of it)?)|"
    r"(?:那)?(?:能|可以|能不能|要不要|是不是)?(?:一起|同时|顺便|一并|顺手)(?:把|将)?(.{1,12}?)(?:也|都)?"
    r"(?:一起)?(?:改|调|换|动)(?:了|一下|掉)?(?:行吗|行不行|可以吗|好吗|吧|呢|吗)?"
)
"""A second setting that is to be changed beside the first."""


def goes_on(before: str, utterance: Utterance) -> str:
    """The intent of the turn before where only another name or value follows it; else empty."""
    if before in OF_A_VALUE and _is_a_value(utterance):
        return "what_if"
    beside = AT_ONCE.fullmatch(utterance.folded)
    if beside is not None and utterance.hyperparameters and is_a_name((beside[1] or beside[2]).strip()):
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


_OF_ONE_RUN = frozenset(
    {
        *("diagnose", "findings", "forecast", "how_ended", "how_long", "list_curves", "list_settings"),
        *("query_value", "recommend", "summarize_run", "turned"),
    }
)
"""Intents that can be asked again of another run by its name alone."""
_BESIDE = (
    r"(?<![a-z])(?:better|worse|than|vs|versus|against|compared?|differ\w*|beat)(?![a-z])"
    r"|更好|更差|相比|区别|对比|比.{1,30}(?:好|差|强)"
)


def of_named(before: str, utterance: Utterance, named: int) -> str:
    """The intent where open runs are named: two beside each other, or one that is asked about likewise."""
    if named == 2 and utterance.has(_BESIDE) and not utterance.paths:
        return "compare_runs"
    if named == 1 and _AND.fullmatch(utterance.folded) is not None:
        return before if before in _OF_ONE_RUN else "summarize_run"
    return ""


_TOO = regex(
    r"(?:so |and |ok |but )*(?:is|was) (?:it|that|mine|this)(?: value)? (?:too |so |rather |maybe )*"
    r"(?:big|high|large|small|low|good|bad|ok|okay|right|fine|much|little|wrong)(?: (?:or|"
    r"enough|too|then|though|for me|"
    r"big|high|large|small|low|not|bad|value|choice))*|"
    r"(?:那)?(?:这个|它)?(?:是不是)?(?:太|偏)?(?:大|小|高|低)(?:了)?(?:还是(?:太|偏)?(?:大|"
    r"小|高|低)了?)?(?:吗|么|吧|呢)?|"
    r"(?:and |so |ok |but )*(?:by how much|to what(?: value)?|how far|how (?:low|high)"
    r")(?: then| should i go)?|"
    r"(?:那)?(?:该|要|应该)?(?:调|设|改|升|降|提|加|减)(?:大|小|高|低)?(?:成|到|为)?(?:多少|"
    r"多大|几)(?:合适|好|比较好)?(?:呢)?"
)
"""A judgement asked of what was spoken of before: `was it too big?`."""
_CHOSEN_BY = {
    "learning_rate": "choose_lr",
    "batch_size": "choose_batch_size",
    "dropout": "choose_regularization",
    "weight_decay": "choose_regularization",
    "optimizer": "choose_optimizer",
    "momentum": "choose_optimizer",
    "layers": "choose_architecture",
    "hidden_units": "choose_architecture",
    "warmup_steps": "choose_schedule",
    "scheduler": "choose_schedule",
}


def of_the_setting(asked_before: str, utterance: Utterance) -> str:
    """The intent that weighs the setting the turn before spoke of; empty where this one names its own."""
    if (
        not asked_before
        or utterance.hyperparameters
        or utterance.metrics
        or _TOO.fullmatch(utterance.folded) is None
    ):
        return ""
    spoken = understand(asked_before, utterance.own).hyperparameters
    return _CHOSEN_BY.get(spoken[0].name, "") if len({m.name for m in spoken}) == 1 else ""


def _is_a_value(utterance: Utterance) -> bool:
    """Whether it supposes one number, of nothing that it names."""
    alone = len(utterance.numbers) == 1 and not utterance.hyperparameters and not utterance.metrics
    return alone and _IF.fullmatch(utterance.folded) is not None
