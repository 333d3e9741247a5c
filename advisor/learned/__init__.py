"""What was learned from the corpus of counterfactual trainings, as it ships: loaded without running code."""
