import pytest

from advisor.vocabulary import hyperparameter_role
from advisor.vocabulary.company import roles_in_company


def roles(*names):
    told = roles_in_company([(name, hyperparameter_role(name)) for name in names])
    return dict(zip(names, told, strict=True))


@pytest.mark.parametrize("beside", ["gae_lambda", "num_episodes", "replay_buffer_size", "ent_coef"])
def test_an_agent_discounts_rewards_and_explores(beside):
    found = roles("lr", "gamma", "epsilon", "n_steps", "total_timesteps", beside)
    assert found["gamma"] is found["epsilon"] is found["n_steps"] is None
    assert found["lr"] == "learning_rate"
    assert found["total_timesteps"] == "max_steps"


def test_a_schedule_and_an_optimizer_beside_an_agent_keep_theirs():
    found = roles("StepLR.gamma", "adam.eps", "optimizer.epsilon", "num_episodes")
    assert found["StepLR.gamma"] == "scheduler_gamma"
    assert found["adam.eps"] == found["optimizer.epsilon"] == "epsilon"


def test_a_gamma_beside_the_step_of_a_schedule_is_its_decay():
    assert roles("gamma", "step_size", "episodes")["gamma"] == "scheduler_gamma"


def test_boosted_trees_have_a_depth_and_prune():
    found = roles("depth", "gamma", "learning_rate", "colsample_bytree", "min_child_weight")
    assert found["depth"] == "max_depth"
    assert found["gamma"] is None


def test_the_gamma_of_a_kernel_is_no_schedule():
    assert roles("C", "gamma", "kernel")["gamma"] is None
    assert roles("svc__C", "svc__gamma")["svc__gamma"] is None


def test_alone_a_name_keeps_its_role():
    assert roles("gamma", "step_size", "epsilon", "depth", "n_steps") == {
        "gamma": "scheduler_gamma",
        "step_size": "scheduler_step",
        "epsilon": "epsilon",
        "depth": "layers",
        "n_steps": None,
    }


def test_rounds_beside_epochs_are_no_length():
    assert roles("num_rounds", "n_epochs") == {"num_rounds": None, "n_epochs": "epochs"}
    assert roles("num_rounds", "eta")["num_rounds"] == "rounds"
