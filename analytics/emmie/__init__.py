"""The EMMIE questions: a question and the extracts of an evaluation in, an answer out."""
