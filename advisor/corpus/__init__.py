"""Makes the corpus of counterfactual trainings that the learned advice is fitted on.

A base run is trained, then trained again with one thing changed and the same seeds, so that what a change
brings is known and not guessed. Nothing outside this package imports it: `python -m advisor.corpus` builds,
fits and reports, and what ships stands in `advisor/learned`.
"""
