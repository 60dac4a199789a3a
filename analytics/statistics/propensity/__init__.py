"""Comparing like with like: the propensity score, matching, weighting and balance."""
