"""What could not be checked is told in few lines."""

from dataclasses import replace

from advisor.diagnosis.finding import TooShort, Unchecked
from advisor.diagnosis.needs import too_few_points
from advisor.report.parts import unchecked_reasons
from advisor.text import Bilingual
from tests.diagnosis.test_engine import rule


def test_rules_for_which_one_curve_is_too_short_are_told_together():
    need = {"plateau": 8, "underfitting": 6, "overfitting": 5}
    short = [TooShort("val_loss", 4, points) for points in need.values()]
    items = [
        Unchecked(rule(f"AAA{n}00", name=name), (), too_few_points([one]), one)
        for n, (name, one) in enumerate(zip(need, short, strict=True), start=1)
    ]
    other = Unchecked(
        rule("AAA400", name="exploding"), (), Bilingual(en="needs the gradient norm", zh="需要梯度范数")
    )
    assert unchecked_reasons([*items, other], "en") == [
        "needs 5 to 8 points of the validation loss, the log has 4: plateau, underfitting, overfitting",
        "needs the gradient norm: exploding",
    ]
    many = [replace(items[0], rule=rule("AAA100", name=f"r{n}")) for n in range(8)]
    assert unchecked_reasons(many, "en")[0].endswith(": r0, r1, r2, r3, r4, r5 and 2 more")
    assert unchecked_reasons(items[:1], "zh") == ["需要验证损失至少 8 个点，日志里只有 4 个：plateau"]


def test_of_many_needs_those_of_most_rules_are_told_and_the_rest_is_counted():
    items = [
        Unchecked(
            rule(f"AAA{need}{n}0", name=f"r{n}"),
            (),
            Bilingual(en=f"needs curve {need}", zh=f"需要曲线 {need}"),
        )
        for need in range(4)
        for n in range(need + 1)
    ]
    *told, rest = unchecked_reasons(items, "en", 2)
    assert [line.partition(":")[0] for line in told] == ["needs curve 3", "needs curve 2"]
    assert rest.startswith("and 3 more rules")
    assert unchecked_reasons(items, "zh", 2)[-1].startswith("另有 3 条规则")
    assert len(unchecked_reasons(items, "en", 4)) == len(unchecked_reasons(items, "en")) == 4
