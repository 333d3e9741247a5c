"""What is wrong? With or without a symptom."""

from collections.abc import Sequence

import numpy as np

from advisor.advice.assessment import Assessment
from advisor.chat import facts
from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Paragraph, Reply
from advisor.chat.symptoms import SYMPTOMS, problems_of, symptom_in
from advisor.chat.understand import Utterance
from advisor.diagnosis.finding import Finding, Severity
from advisor.patterns import regex
from advisor.report.parts import probability_note, unchecked_reasons, unchecked_sentence
from advisor.run import Role, Run, Series
from advisor.text import Bilingual, short_number

_FEW = 200
"""A validation set of at most this many samples shows single ones in its accuracy."""

_EITHER = r"欠拟合还是过拟合|过拟合还是欠拟合|(?:over|under)fit\w* or (?:over|under)fit"
_TOO_LITTLE = (
    "underfitting",
    "slow_convergence",
    "lr_too_low",
    "capacity",
    "over_regularised",
    "not_learning",
    "vanishing_gradients",
)


def parse(utterance: Utterance) -> Slots:
    """The symptom, and the epoch and value it is seen at."""
    slots: dict[str, SlotValue] = {}
    symptom = symptom_in(utterance)
    if symptom:
        slots["symptom"] = symptom
    if utterance.epoch is not None:
        slots["epoch"] = utterance.epoch
    elif utterance.numbers and symptom != "val_noisy":
        slots["value"] = utterance.numbers[0].value
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """The finding that accounts for the symptom, else the first; abstains by name of what is missing."""
    current = context.current
    slots = parse(utterance)
    if current is None:
        return _without_log(context)
    notes = facts.suspicious_lines(current.run, context.language)
    pointed = _at_epoch(context, current, slots.get("epoch"))
    notes += _counting(context, current, str(slots.get("symptom", "")))
    if utterance.has(_EITHER) and not facts.has_drifted_apart(current.run):
        return _fitted(context, current, [*pointed, *notes])
    problems = problems_of(utterance, str(slots.get("symptom", "")))
    if not problems and (of_the_norm := _gradient_norm(context, current, utterance)):
        return context.say(*of_the_norm, *notes)
    if not problems:
        return _everything(context, current, [*pointed, *notes])
    # In the order of the symptom: what accounts for it best comes first, whatever else is surer.
    order = {problem: place for place, problem in enumerate(problems)}
    matching = [f for f in current.findings if f.problem.value in order]
    if slots.get("symptom") == "imbalance":
        matching.sort(key=lambda finding: order[finding.problem.value])
    if matching:
        others = [f for f in current.findings if f is not matching[0] and f.severity > Severity.INFO]
        return _told(context, matching[0], others, pointed, notes)
    if (jumps := _counted(context, current, str(slots.get("symptom", "")))) is not None:
        return context.say(*pointed, jumps, *facts.summary(current, context.language)[:2], *notes)
    return _not_seen(context, current, str(slots["symptom"]), problems, [*pointed, *notes])


def _without_log(context: Context) -> Reply:
    asked = context.no_run()
    looked_at = context.pick(
        "I then look at the training and validation curves, the gradient norm and the settings beside them.",
        "打开后我会看训练和验证曲线、梯度范数以及旁边的配置。",
    )
    return Reply((*asked.blocks, Paragraph(looked_at)), None, context.language, act=asked.act)


_OF_GRADIENTS = frozenset(
    {"exploding_gradients", "vanishing_gradients", "clipping", "loss_spikes", "non_finite"}
)


def _gradient_norm(context: Context, current: Assessment, utterance: Utterance) -> list[str]:
    """Whether the gradient norm is in order, where that alone is asked; empty otherwise."""
    norm = current.run.main(Role.GRAD_NORM)
    if [m.name for m in utterance.metrics] != ["grad_norm"] or norm is None or not len(norm):
        return []
    highest, last = norm.summary().argmax, facts.at(norm, len(norm) - 1, context.language)
    found = [f for f in current.findings if f.problem.value in _OF_GRADIENTS]
    lead = (
        facts.title(found[0], context.language) + context.pick(".", "。")
        if found
        else context.pick("Nothing found speaks against it.", "没有发现它有问题。")
    )
    top = last if highest is None else facts.at(norm, highest, context.language)
    return [
        lead
        + context.pick(
            f" {facts.name(norm)} was highest with {top} and ended with {last}.",
            f"{facts.name(norm)} 最高是{top}，最后是{last}。",
        )
    ]


def _fitted(context: Context, current: Assessment, notes: list[str]) -> Reply:
    """Under- or overfitting, where the validation loss has not left its best: by where both losses end."""
    under = next((f for f in current.findings if f.problem.value in _TOO_LITTLE), None)
    if under is None:
        lead = context.pick("Neither shows in the log.", "日志里两者都没有出现。")
        return context.say(" ".join((lead, *facts.summary(current, context.language))), *notes)
    lead = context.pick(
        "Underfitting so far, not overfitting: it has not trained long or fast enough.",
        "目前是欠拟合，不是过拟合：训练得还不够久或不够快。",
    )
    gap = facts.gap_sentence(current.run, context.language) or ""
    return context.say(f"{lead} {gap}", context.tell_finding(under), *notes)


def _everything(context: Context, current: Assessment, notes: list[str]) -> Reply:
    if not current.findings:
        missing = unchecked_sentence(current.unchecked, context.language, 2)
        lead = context.pick("No rule found anything wrong in this log.", "没有规则在这份日志里发现问题。")
        return context.say(lead, *facts.summary(current, context.language), missing, *notes)
    healthy = facts.clean_bill(current)
    if healthy is not None:
        return _nothing_wrong(context, current, healthy, notes)
    first, *others = current.findings
    return _told(context, first, others, [], notes)


def _told(
    context: Context, first: Finding, others: Sequence[Finding], pointed: list[str], notes: list[str]
) -> Reply:
    """One finding in full, the others by name; of one that is no less severe also what shows it."""
    block = context.tell_finding(first)
    if others and others[0].severity >= first.severity:
        notes = [" ".join(e.sentence.in_(context.language) for e in others[0].evidence[:2]), *notes]
    beside = _beside(context, others, context.pick("Also found: ", "另外还发现："))
    return context.say(*pointed, block, beside, *notes)


def _nothing_wrong(context: Context, current: Assessment, healthy: Finding, notes: list[str]) -> Reply:
    """The verdict first, the figures it stands on, then what is only worth a note."""
    context.dialogue.subject = healthy
    others = [finding for finding in current.findings if finding is not healthy]
    lead = facts.title(healthy, context.language) + context.pick(".", "。")
    noted = _beside(context, others, context.pick("Worth a note: ", "值得一提："))
    return context.say(" ".join((lead, *facts.summary(current, context.language))), noted, *notes)


def _beside(context: Context, others: Sequence[Finding], lead: str) -> str:
    """The titles of further findings; empty where there are none."""
    if not others:
        return ""
    titles = [
        facts.title(finding, context.language) + probability_note(finding.probability, context.language)
        for finding in others[:3]
    ]
    more = context.pick(". `findings` shows them in full.", "。输入 `findings` 查看全部。")
    return lead + context.pick("; ", "；").join(titles) + more


def _not_seen(
    context: Context, current: Assessment, symptom: str, problems: tuple[str, ...], notes: list[str]
) -> Reply:
    """The symptom is not found: either it could not be checked, or the log speaks against it."""
    blocked = [item for item in current.unchecked if item.rule.problem in problems]
    if symptom == "nan" and _all_finite(current.run):
        blocked = []
    figures = facts.summary(current, context.language)
    title = SYMPTOMS[symptom].title.in_(context.language)
    first = next((f for f in current.findings if f.severity > Severity.INFO), None)
    if blocked:
        reason = unchecked_reasons(blocked[:1], context.language)[0]
        lead = context.pick(
            f"Whether it is {title} I cannot tell from this log: ", f"是不是{title}，这份日志不足以判断："
        )
        lead, figures = lead + reason, figures if first is None else []
    elif "overfitting" in problems and facts.has_drifted_apart(current.run):
        lead = context.pick(
            "No rule is sure of it, but the figures lean that way:", "没有规则能确认，但数字有这个倾向："
        )
    else:
        lead = context.pick(f"No, the log does not show {title}.", f"没有，日志没有显示{title}。")
    if first is None:
        return context.say(" ".join((lead, *figures)), *notes)
    # The question was about the symptom: what was found instead is named, and shown in full when asked for.
    context.tell_finding(first)
    found = facts.title(first, context.language) + probability_note(first.probability, context.language)
    instead = context.pick(
        f"What it does show: {found}. `findings` shows it in full.",
        f"日志显示的是：{found}。输入 `findings` 查看全部。",
    )
    return context.say(" ".join((lead, *figures[:1])), instead, *notes)


def _all_finite(run: Run) -> bool:
    """Whether every loss of a run is a number from its beginning to its end, so that none blew up."""
    losses = [curve for role in (Role.TRAIN_LOSS, Role.VAL_LOSS) if (curve := run.main(role)) is not None]
    return bool(losses) and all(np.isfinite(curve.y).all() for curve in losses)


def _counted(context: Context, current: Assessment, symptom: str) -> str | None:
    """That an accuracy moves by single samples of a small validation set; None where it does not."""
    size, accuracy = facts.known(current.run, "val_size"), facts.find_series(current.run, "val_acc")
    if symptom != "val_noisy" or accuracy is None or size is None or not size.number:
        return None
    moves = np.abs(np.diff(accuracy.y)) * (100 / facts.ceiling(accuracy))
    moves, sample = moves[np.isfinite(moves) & (moves > 0)], 100 / size.number
    if not 1 <= size.number <= _FEW or not moves.size:
        return None
    name, step = facts.name(accuracy), short_number(sample)
    most, of = short_number(float(moves.max())), len(accuracy) - 1
    return context.pick(
        f"It jumps by counting, not by training: there are {size.value} validation samples, so one "
        f"sample is {step} points of accuracy. {name} moves in {moves.size} of its {of} steps, by {most} "
        "points at most.",
        f"这是计数造成的跳动，不是训练问题：验证集有 {size.value} 个样本，一个样本就是 {step} 个百分点。"
        f"{name} 在 {of} 步中有 {moves.size} 步变动，最多 {most} 个百分点。",
    )


def _counting(context: Context, current: Assessment, symptom: str) -> list[str]:
    """What the rate and the gap, a gradient norm or a class that is never found say of the symptom."""
    if symptom == "plateau":
        rate = facts.known(current.run, "learning_rate")
        apart = facts.has_drifted_apart(current.run) or any(
            finding.problem.value in SYMPTOMS["overfit"].problems for finding in current.findings
        )
        gap = "" if apart else facts.gap_sentence(current.run, context.language)
        known = rate and facts.hyperparameter_sentence(current.run, "learning_rate", context.language)
        no_overfitting = gap and context.pick(f"That is no overfitting: {gap}", f"这不是过拟合：{gap}")
        return [part for part in (known, no_overfitting) if part]
    norm = current.run.main(Role.GRAD_NORM)
    if symptom == "vanishing" and norm is not None and len(norm):
        at = facts.at(norm, len(norm) - 1, context.language)
        return [
            context.pick(
                f"{facts.name(norm)} ends with {at}: one figure for all layers, which cannot show where a "
                "gradient is lost.",
                f"{facts.name(norm)} 最后是{at}：这是所有层合在一起的一个数，看不出梯度在哪一层消失。",
            )
        ]
    recall = facts.find_series(current.run, "recall")
    if symptom in ("imbalance", "acc_loss_mismatch") and recall is not None and float(recall.y[-1]) == 0:
        return _never_found(context, current, recall, symptom)
    return []


def _never_found(context: Context, current: Assessment, recall: Series, symptom: str) -> list[str]:
    """That the rare class is never found, and what the accuracy then is."""
    at = facts.at(recall, len(recall) - 1, context.language)
    precision = facts.find_series(current.run, "precision")
    also = ""
    if precision is not None and float(precision.y[-1]) == 0:
        also = context.pick(f", like {facts.name(precision)}", f"，{facts.name(precision)} 也是 0")
    loss = current.run.main(Role.TRAIN_LOSS)
    asked = loss is not None and symptom == "acc_loss_mismatch"
    return [
        facts.best_and_last(loss, context.language) if loss is not None and asked else "",
        context.pick(
            f"{facts.name(recall)} is {at}{also}: the rare class is never found, and the accuracy is "
            "the share of the other one.",
            f"{facts.name(recall)} 是{at}{also}：少数类一个也没找到，准确率就是多数类的占比。",
        ),
    ]


def _at_epoch(context: Context, current: Assessment, epoch: SlotValue | None) -> list[str]:
    series = facts.verdict_series(current.run)
    if not isinstance(epoch, int) or series is None:
        return []
    index = facts.index_at(series, epoch)
    if not index or not np.isfinite(series.y[index - 1]):
        return []
    here, before = facts.at(series, index, context.language), facts.at(series, index - 1, context.language)
    name = facts.name(series)
    return [context.pick(f"{name} was {before} and {here}.", f"{name} 在{before}之后，是{here}。")]


_TOO_GOOD = r"假的|假象|suspicious|too good|(?<![a-z])(?:fake|bogus)(?![a-z])"
_DOUBTED = (
    r"(?:bad|ok|okay|normal|weird|fine|healthy|alright|terrible|overfit\w*|underfit\w*)"
    r"(?:,? (?:right|or what|or not|no))?$|"
    r"(?:正常|过拟合|欠拟合|有问题|高|低|差|合理)(?:了)?(?:吗|么|吧|不)$|算.{1,6}[吗么不]$"
)
_BLAMED = (
    r"是(?:数据|学习率|lr|模型|代码|优化器|标签|批大小).{0,4}(?:的锅|有问题|的问题|不行)|"
    r"is (?:it|this|that) (?:the |my )?(?:data|lr|learning rate|model|code)"
    r"(?:'s fault|,? or (?:the |my )?\w+ ?\w*$)"
)
_ASKED_FOR = regex(
    r"(?:how|what) (?:do|can|could|would|should) (?:i|you|we) (?:know|tell|see|check) "
    r"(?:if|whether|that|when) .{0,24}(?:over|under)fit\w*|"
    r"怎么(?:判断|看出|知道|确认|检查).{0,8}(?:过拟合|欠拟合)了?|"
    r"(?:is there |so |and )*(?:anything|something)(?: here| wrong)?(?: that)?(?: i| we)?"
    r"(?: should| need| ought)?(?: to)?(?: be)? (?:worry|worried|concerned|watch out|look out|care)"
    r"(?: about| for)?(?: here| in this run)?|"
    r"(?:it's|its|it is|the loss is|my loss is|loss) ?(?:totally |completely |just )?flat-?\s?"
    r"lin(?:ed|es|ing)|"
    r"(?:哪里|哪儿|什么地方|啥地方)(?:有点|好像|感觉)?(?:不对劲?|有问题|出问题|出错)了?|"
    r"(?:so |and |ok |but )?what(?:'s| is) (?:wrong|the (?:matter|problem))(?: here| with (?:it|this|that|"
    r"(?:my|the|this) (?:run|training|model|log|loss)))?|"
    r"(?:这个|这次|它|我的?训练|训练)?有(?:没有|没|什么|啥)?(?:问题|毛病)(?:没有|没|吗|么|啊|不)?|"
    r"(?:why|how come) (?:is|was) (?:it|this|that|this run|the run) (?:so|that) "
    r"(?:bad|slow|poor|terrible|awful|noisy|unstable)|"
    r"(?:is|are) (?:it |this |)(?:my|the|our) (?:data|dataset|labels|samples) "
    r"(?:bad|wrong|broken|ok|okay|fine|clean|noisy|faulty|correct)|"
    r"(?:我的|这些)?(?:数据|数据集|标签|标注)(?:是不是|会不会|有没有)?有?(?:问题|毛病|错)(?:吗|么|呢)?|"
    r"(?:请|麻烦|帮我|你)*(?:诊断|检查)(?:一下|下)?(?:这个|这次|这份|我的)? ?(?:log|run|日志|训练|实验)?"
)


def sure(utterance: Utterance) -> float:
    """The bare question in two languages, one of two faults, what to blame, figures that are doubted."""
    doubted = any(number.percent for number in utterance.numbers) and utterance.has(_TOO_GOOD)
    several = len(utterance.metrics) > 1 and len(utterance.numbers) > 1 and utterance.has(_DOUBTED)
    asked = _ASKED_FOR.fullmatch(utterance.folded) or utterance.has(_EITHER) or utterance.has(_BLAMED)
    return 0.95 if doubted or several or asked else 0.0


INTENT = Intent(
    name="diagnose",
    title=Bilingual(en="say what is wrong with the run", zh="诊断这次训练的问题"),
    answer=answer,
    sure=sure,
    parse=parse,
    commands={"diagnose": r"", "check": r""},
)
