"""EMMIE Explorer's core: reads extracts, answers evaluation questions, releases what is safe to show."""
