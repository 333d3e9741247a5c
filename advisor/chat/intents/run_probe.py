"""A short test training: range test, sweep, one-batch overfit."""

from advisor.chat.context import Context
from advisor.chat.intent import Intent, Slots, SlotValue
from advisor.chat.reply import Reply
from advisor.chat.understand import Utterance
from advisor.text import Bilingual


def parse(utterance: Utterance) -> Slots:
    """The kind of test, the hyperparameter, its values or range, and the number of trials."""
    numbers = [n.value for n in utterance.numbers]
    if utterance.has(r"(?:one|single|1) batch|(?:一个|单个|单)\s?batch|一批"):
        return {"kind": "overfit_batch"}
    slots: dict[str, SlotValue] = {}
    if utterance.has(r"sweep|扫"):
        slots["kind"] = "sweep"
        if utterance.hyperparameters:
            slots["hparam"] = utterance.hyperparameters[0].name
        if numbers:
            slots["values"] = numbers
    elif utterance.has(r"range test|lr ?finder|find .{0,12}(?:lr|learning rate)|范围测试|找.{0,6}学习率"):
        slots["kind"] = "lr_range"
        if len(numbers) == 2:
            slots.update({"min": min(numbers), "max": max(numbers)})
    elif utterance.has(r"ablat|消融"):
        slots["kind"] = "ablation"
    else:
        slots["kind"] = "random"
        if numbers:
            slots["trials"] = int(numbers[0])
    return slots


def answer(context: Context, utterance: Utterance) -> Reply:
    """Says that no test was started, and what does the same by hand with the commands there are."""
    kind = parse(utterance).get("kind")
    cannot = context.pick(
        "I start no test trainings of my own, so nothing was run.",
        "我不会自行启动测试训练，所以什么都没有运行。",
    )
    if kind == "lr_range":
        how = context.pick(
            "By hand: train one epoch each at 1e-4, 1e-3, 1e-2 and 0.1 (`set lr 1e-3`, `rerun`), "
            "and take a third of the largest rate that "
            "still falls.",
            "手动做法：用 1e-4、1e-3、1e-2、0.1 各训练一轮（`set lr 1e-3`，`rerun`），"
            "取仍在下降的最大学习率的三分之一。",
        )
    elif kind == "overfit_batch":
        how = context.pick(
            "By hand: train on one batch only, without regularisation; the loss must go to "
            "nearly zero, else the model, loss or labels are wrong.",
            "手动做法：只用一个 batch 训练、不加正则化，损失应接近零；否则模型、损失函数或标签有问题。",
        )
    else:
        how = context.pick(
            "One value at a time: `set NAME VALUE`, `rerun`, `compare`.",
            "一次一个值：`set 名称 值`，`rerun`，`compare`。",
        )
    return context.say(cannot, how)


INTENT = Intent(
    name="run_probe",
    title=Bilingual(en="run a short test training", zh="做一次短测试训练"),
    answer=answer,
    parse=parse,
    cues=(
        (
            r"range test|lr ?finder|(?<![a-z])sweep(?![a-z])|overfit (?:a|one|on) .{0,8}batch|"
            r"find the best (?:lr|learning rate)",
            0.88,
        ),
        (r"范围测试|扫(?:一遍|一下)|一个 ?batch.{0,6}过拟合|消融|(?:自动)?搜.{0,3}超参|帮我搜", 0.88),
    ),
)
