"""Rewrite every synthetic extract and the manifest.

Run ``python sample_data/generate.py`` to rewrite this folder, or give another output folder:
``python sample_data/generate.py OUT``. Seeds come from each evaluation's ``evaluation.toml``;
the same seeds give the same bytes. The manifest also lists published files that stand in the
output folder; other scripts make those.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sample_data.generator import (
    cambridgeshire,
    family_safety_plans,
    hertfordshire,
    repeat_plans_southampton,
    signs_of_safety_ten_areas,
)
from sample_data.generator.writing import (
    manifest_row,
    protocol_seed,
    write_extracts,
    write_manifest,
)

FOLDER = Path(__file__).resolve().parent
BUILDERS = {
    "family_safeguarding_cambridgeshire": cambridgeshire.build,
    "family_safeguarding_hertfordshire": hertfordshire.build,
    "family_safety_plans": family_safety_plans.build,
    "repeat_plans_southampton": repeat_plans_southampton.build,
    "signs_of_safety_ten_areas": signs_of_safety_ten_areas.build,
}
PUBLISHED = {
    "benchmarks/areas.parquet": "sample_data/build_benchmarks.py",
    "benchmarks/published_figures.parquet": "sample_data/build_benchmarks.py",
    "benchmarks/statistical_neighbours.parquet": "sample_data/build_benchmarks.py",
    "benchmarks/force_outcomes.parquet": "sample_data/build_force_outcomes.py",
    "benchmarks/gdp_deflators.parquet": "sample_data/build_price_tables.py",
    "benchmarks/unit_costs.parquet": "sample_data/build_price_tables.py",
    "published_findings.parquet": "sample_data/build_findings.py",
}
"""Published files, and the scripts that make them."""


def generate(output: Path) -> None:
    """Write the extracts of every evaluation and ``MANIFEST.csv`` to ``output``."""
    rows = []
    for evaluation, build in BUILDERS.items():
        seed = protocol_seed(FOLDER / evaluation)
        rows += [
            manifest_row(
                output, path, status="synthetic", made_by="sample_data/generate.py", seed=seed
            )
            for path in write_extracts(output / evaluation, build(seed))
        ]
    rows += [
        manifest_row(output, path, status="published", made_by=script, seed=None)
        for pattern, script in PUBLISHED.items()
        for path in output.glob(pattern)
    ]
    write_manifest(output / "MANIFEST.csv", rows)


def main() -> None:
    """Read the command line and write the extracts."""
    parser = argparse.ArgumentParser(description="Rewrite the synthetic extracts.")
    parser.add_argument("output", nargs="?", type=Path, default=FOLDER)
    generate(parser.parse_args().output)


if __name__ == "__main__":
    main()
