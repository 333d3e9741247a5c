import re

import pytest

from advisor.chat.concepts import find_concept, load_concepts
from advisor.chat.explain import explain, mentioned, suggestions
from advisor.chat.figures import FIGURE_NAMES, figures
from advisor.cli.commands import cli
from advisor.diagnosis import load_rulebook
from advisor.diagnosis.causes import learned_glossary, with_learned
from advisor.signals import GLOSSARY
from advisor.vocabulary import hyperparameter_roles

TOPICS = """\
parameters; hyperparameters; gradient descent; SGD; mini-batch; Adam; AdamW; RMSprop; momentum;
Nesterov; saddle point; non-linearity; MSE; cross-entropy; accuracy; precision; recall; F1;
confusion matrix; perplexity; learning rate; choosing a learning rate; learning-rate schedule;
warm-up; batch size; gradient accumulation; epochs; steps; overfitting; underfitting;
generalisation gap; regularisation; weight decay; L2; L1; dropout; early stopping;
data augmentation; more data; batch normalisation; layer normalisation; initialisation;
activation functions; ReLU; dead units; vanishing gradients; exploding gradients;
gradient clipping; gradient noise scale; validation set; cross-validation; seed noise;
hyperparameter search; grid search; random search; Bayesian optimisation; tuning loop;
label smoothing; class imbalance; learning-rate range test; chance level; ln K; loss landscape;
transfer learning; fine-tuning; lightweight models; quantisation; pruning; distillation;
interpretability; data privacy; algorithmic bias; compute cost; 参数; 超参数; 梯度下降;
随机梯度下降; 动量; 鞍点; 均方误差; 交叉熵; 准确率; 精确率; 召回率; 学习率; 过拟合; 欠拟合; 正则化;
权重衰减; 早停; 数据增强; 批归一化; 自动调参; 数据隐私; 算法偏见; 可解释性; 轻量化; 批大小;
学习率预热; 梯度裁剪"""


@pytest.mark.parametrize("topic", [" ".join(topic.split()) for topic in TOPICS.split(";")])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_topic_has_a_page(topic, language):
    page = explain(topic, language)
    assert page is not None
    assert page.plain(80).strip()
    assert "你的这次训练" not in page.plain(80)
    assert "Your run" not in page.plain(80)


def test_pages_are_concise_and_written_in_both_languages():
    for concept in load_concepts():
        english = [s for s in re.split(r"(?<=[.:?])\s+", concept.text.en) if s]
        assert 3 <= len(english) <= 10, concept.name
        assert len(concept.text.en.split()) <= 130, concept.name
        assert re.search("[一-鿿]", concept.text.zh), concept.name
        assert "！" not in concept.text.zh
        assert not re.search("[０-９]", concept.text.zh), concept.name
        assert "。" in concept.text.zh


def test_no_two_concepts_share_a_name():
    seen = {}
    for concept in load_concepts():
        for name in concept.names:
            assert seen.setdefault(name, concept.name) == concept.name, name


def test_examples_name_only_known_figures_and_the_same_in_both_languages():
    for concept in load_concepts():
        for example in concept.examples:
            english, chinese = (set(re.findall(r"\{(\w+)\}", text)) for text in (example.en, example.zh))
            assert english <= FIGURE_NAMES, (concept.name, english - FIGURE_NAMES)
            assert chinese <= FIGURE_NAMES, (concept.name, chinese - FIGURE_NAMES)
            assert re.findall(r"(?<!\{)\b\d+\.\d+", example.en) == [], concept.name


def test_what_is_related_exists():
    for concept in load_concepts():
        assert all(find_concept(name) is not None for name in concept.related), concept.name


def test_momentum_is_explained_on_the_users_own_run(talk, session):
    talk("osc")
    page = explain("momentum", "en", session.current)
    assert "0.45 / (1 - 0.9) = 4.5" in page.example
    assert "有效步长是 0.45 / (1 - 0.9) = 4.5" in explain("动量", "zh", session.current).example


def test_an_example_never_uses_a_figure_that_the_run_lacks(talk, session):
    talk("nolr")
    page = explain("momentum", "en", session.current)
    assert "the momentum is not in the log" in page.example
    assert not re.search(r"momentum (?:is|of) [0-9]", page.example)


@pytest.mark.parametrize("name", ["osc", "overfit", "diverge", "imbalance", "noval", "nolr"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_page_on_every_log(talk, session, name, language):
    talk(name)
    known = set(figures(session.current, language))
    assert known <= FIGURE_NAMES
    shown = 0
    for concept in load_concepts():
        page = explain(concept.name, language, session.current)
        text = page.plain(80)
        assert not re.search(r"\{\w+\}", page.example), concept.name
        assert "None" not in text
        shown += bool(page.example)
    assert shown >= 8


def test_figures_are_computed_from_the_log(talk, session):
    talk("overfit")
    known = figures(session.current, "en")
    assert known["steps_per_epoch"] == "13"  # ceil(200 / 16)
    assert known["since_best"] == "54"  # best at epoch 6 of 60
    assert known["share_after_best"] == "90%"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_rule_has_a_page_made_from_it(language):
    for rule in load_rulebook().rules:
        page = explain(rule.code, language)
        text = page.plain(10_000)
        assert rule.title.in_(language) in text
        assert rule.what.in_(language).strip() in text
        assert rule.false_alarms.in_(language).strip() in text
        concept = find_concept(rule.name)
        if concept is None or concept.name != rule.name:
            assert explain(rule.name, language) == page
        else:
            assert rule.code in explain(rule.name, language).related


def test_a_rule_that_fired_shows_its_evidence(talk, session):
    talk("osc")
    finding = session.current.findings[0]
    assert finding.evidence[0].sentence.en in explain(finding.code, "en", session.current).example


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_signal_has_a_page_with_its_value(talk, session, language):
    talk("osc")
    known = with_learned(session.current.signals)
    for name, entry in {**GLOSSARY, **learned_glossary()}.items():
        page = explain(name, language, session.current)
        assert entry.meaning.in_(language) in page.plain(10_000)
        assert bool(page.example) == (name in known)


def test_a_misspelt_learned_probability_has_a_neighbour():
    assert "learned.unshuffled" in suggestions("learned.unshufled", "en")


def test_an_unknown_name_has_no_page_but_neighbours():
    assert explain("momentun", "en") is None
    assert "Momentum" in suggestions("momentun", "en")
    assert explain("xyzzy", "en") is None
    assert suggestions("xyzzyxyzzy", "en") == ()


def test_the_longest_name_in_a_question_is_meant():
    assert mentioned("what is a learning rate schedule") == "learning rate schedule"
    assert mentioned("解释一下权重衰减") == "权重衰减"
    assert mentioned("the weather") is None


def test_an_unknown_topic_in_the_conversation(talk):
    answer = talk("osc").reply("explain transformers attention to me").plain(100)
    assert "I have no page on" in answer


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_hyperparameter_has_a_page_with_a_formula_and_an_offer(language):
    for role, entry in hyperparameter_roles().items():
        page = explain(role, language)
        assert page is not None, role
        assert page.formula, role
        assert page.offer, role
        assert explain(entry.names[0], language) is not None, role


def test_a_hyperparameter_that_has_to_change_offers_that_change(talk, session):
    talk("osc")
    change = next(c for c in session.current.changes if c.hyperparameter == "learning_rate")
    assert explain("lr", "en", session.current).offer.endswith(f"(`apply {change.number}`).")


def test_every_signal_that_a_rule_reads_names_the_rule():
    offer = explain("train_loss.reversals", "en").offer
    named = set(re.findall(r"[A-Z]{3}[0-9]{3}", offer))
    assert named
    assert all("train_loss.reversals" in rule.when for rule in load_rulebook().rules if rule.code in named)
    assert "看它的规则" in explain("train_loss.reversals", "zh").offer


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_offer_is_understood(talk, language):
    conversation = talk("osc", language)
    for concept in load_concepts():
        assert concept.offer.en, concept.name
        assert re.search("[一-鿿]", concept.offer.zh), concept.name
        pattern = r"`([^`]+)`" if language == "en" else r"“([^”]+)”|`([^`]+)`"
        for found in re.finditer(pattern, concept.offer.in_(language)):
            asked = next(part for part in found.groups() if part).replace("TERM", "momentum")
            if asked.startswith("advisor "):
                assert asked.split()[1] in cli.commands
                continue
            answer = conversation.reply(asked.replace("术语", "动量"))
            assert conversation.understood.intent not in ("", "out_of_scope", "unsafe"), (concept.name, asked)
            assert answer.intent, (concept.name, asked, "was not sure")
            assert "no page" not in answer.plain(), asked
