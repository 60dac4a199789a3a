"""Make the synthetic staggered panel: 60 areas, 10 years, adoption in years 3, 5, 8, 1 or never."""

from pathlib import Path

import numpy as np

TARGET = Path(__file__).parents[1] / "reference" / "data" / "before_after_staggered.csv"


def main() -> None:
    rng = np.random.default_rng(20210225)
    group = np.repeat([0, 3, 5, 8, 1], [22, 12, 10, 13, 3])
    population = rng.integers(20_000, 180_000, size=60)
    lines = ["unit,period,first_treated,population,rate"]
    for unit in range(60):
        level, shock = rng.normal(60, 12), 0.0
        for period in range(1, 11):
            shock = 0.5 * shock + rng.normal(0, 3)
            since = period - group[unit]
            effect = -2.0 * (1 + since) if group[unit] and since >= 0 else 0.0
            rate = level + 0.8 * period + shock + effect
            lines.append(f"{unit + 1},{period},{group[unit]},{population[unit]},{rate:.4f}")
    TARGET.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
