"""People's words and scores: agreement, reliability, ordered answers and themes."""
