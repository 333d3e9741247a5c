"""Whether the learned part bears a finding out, in a sentence."""

from advisor.diagnosis.causes import called, learned, where_leaks_are_rare
from advisor.diagnosis.problem import Problem
from advisor.signals import Signals
from advisor.text import Bilingual


def agreement(problem: Problem, signals: Signals) -> Bilingual | None:
    """What the learned part says of a cause that a rule names.

    Args:
        problem: What the rule names.
        signals: What was measured on the run.

    Returns:
        None where no model speaks for such a log, or for such a problem.
    """
    said = where_leaks_are_rare(learned(signals))
    if problem not in said:
        return None
    likeliest = max(said, key=said.__getitem__)
    own, name = said[problem], called(problem)
    if likeliest == problem:
        return Bilingual(
            en=f"The learned part, which judges all signals together, agrees: {own:.0%} that {name.en}.",
            zh=f"综合全部信号的学习模型也这样认为：{name.zh}的概率为 {own:.0%}。",
        )
    other, chance = called(likeliest), said[likeliest]
    return Bilingual(
        en=f"The learned part, which judges all signals together, disagrees: {own:.0%} that {name.en}, "
        f"{chance:.0%} that {other.en}.",
        zh=f"综合全部信号的学习模型不同意：{name.zh}的概率为 {own:.0%}，{other.zh}的概率为 {chance:.0%}。",
    )
