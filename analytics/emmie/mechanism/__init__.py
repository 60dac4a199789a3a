"""Mechanism: how it is meant to work, and what interviews, surveys and observed practice say."""
