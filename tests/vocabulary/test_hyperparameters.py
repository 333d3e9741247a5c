import subprocess
import sys

import pytest

from advisor.vocabulary import hyperparameter_role, hyperparameter_roles, role_title
from advisor.vocabulary.hyperparameters import _index
from advisor.vocabulary.quantities import _index as curve_index

CANONICAL = """
learning_rate min_learning_rate batch_size gradient_accumulation epochs max_steps optimizer momentum
beta1 beta2 epsilon weight_decay dropout label_smoothing gradient_clipping warmup_steps warmup_ratio
scheduler scheduler_gamma scheduler_step patience seed hidden_units layers layer_widths activation
normalisation initialisation data_augmentation validation_fraction train_size val_size classes loss precision
workers subsample max_depth rounds min_child_weight l1 l2
"""


def test_the_roles_are_the_agreed_ones():
    assert set(hyperparameter_roles()) == set(CANONICAL.split())


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("--lr", "learning_rate"),
        ("lr0", "learning_rate"),
        ("optim.lr", "learning_rate"),
        ("学习率", "learning_rate"),
        ("opt_learning_rate", "learning_rate"),
        ("learningRate", "learning_rate"),
        ("eta", "learning_rate"),
        ("training.eta0", "learning_rate"),
        ("隐藏单元", "hidden_units"),
        ("min_lr", "min_learning_rate"),
        ("eta_min", "min_learning_rate"),
        ("--batch-size", "batch_size"),
        ("batchSize", "batch_size"),
        ("per_device_train_batch_size", "batch_size"),
        ("per_device_eval_batch_size", None),
        ("l1_ratio", None),
        ("批大小", "batch_size"),
        ("gradient_accumulation_steps", "gradient_accumulation"),
        ("num_train_epochs", "epochs"),
        ("max_iters", "max_steps"),
        ("optimizer.name", "optimizer"),
        ("optimizer_params_beta_1", "beta1"),
        ("betas", None),
        ("weightDecay", "weight_decay"),
        ("hidden_dropout_prob", "dropout"),
        ("max_grad_norm", "gradient_clipping"),
        ("warmup_epochs", "warmup_steps"),
        ("warmup_lr", None),
        ("lr_scheduler_type", "scheduler"),
        ("early_stopping_rounds", "patience"),
        ("random_state", "seed"),
        ("num_labels", "classes"),
        ("dataloader_num_workers", "workers"),
        ("n_estimators", "rounds"),
        ("lambda_l2", "l2"),
        ("lr_g", "learning_rate"),
        ("lr_policy", "scheduler"),
        ("lr_mult", None),
        ("lr_noise", None),
        ("dropout_emb", "dropout"),
        ("hidden_size_2", "hidden_units"),
        ("num_rnn_layers", "layers"),
        ("cosine_T_max", "scheduler_step"),
        ("model__min_samples_leaf", "min_child_weight"),
        ("ffn-dim", "hidden_units"),
        ("gru_units", "hidden_units"),
        ("head_dim", None),
        ("input_dim", None),
        ("conv_size", None),
        ("save_every_n_epochs", None),
        ("TEST.IMS_PER_BATCH", None),
        ("evaluation_batch_size", None),
        ("scheduler_patience", None),
        ("vq_epsilon", None),
        ("l1_2", None),
        ("weird_thing", None),
        ("", None),
        ("--", None),
        ("output_dir", None),
        ("start_epoch", None),
    ],
)
def test_names_and_their_roles(name, role):
    assert hyperparameter_role(name) == role


def test_every_role_has_a_title_in_both_languages():
    for role in hyperparameter_roles():
        title = role_title(role)
        assert title.en
        assert title.zh
    assert role_title("something_new").en == "something new"


def test_every_spelling_stands_under_one_role():
    for role, entry in hyperparameter_roles().items():
        for name in entry.names:
            assert hyperparameter_role(name) == role, name


def test_the_vocabulary_knows_several_hundred_spellings():
    names, _ = _index()
    assert len(names) > 400
    assert len(curve_index().quantities) > 500


def test_the_vocabulary_is_read_only_when_it_is_needed():
    code = (
        "import sys, advisor.vocabulary; assert 'yaml' not in sys.modules; assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
