"""Exhibits: a released answer becomes a headline, figure, table and text that cannot disagree."""
