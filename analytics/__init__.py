"""EMMIE Explorer's core: reads extracts, answers questions, releases what is safe to show."""

__version__ = "0.1.0"
