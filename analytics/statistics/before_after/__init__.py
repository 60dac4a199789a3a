"""Before, after and elsewhere: difference-in-differences, interrupted series, synthetic control."""
