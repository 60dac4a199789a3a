"""How wrong could it be: what an unmeasured cause, or another analysis, would change."""
