"""Build the published-figures extracts from files that DfE and ONS publish.

Run ``python sample_data/build_benchmarks.py FOLDER_OF_PUBLISHED_FILES``. The folder holds the csv
files downloaded from Explore Education Statistics (children in need tables B1, C1, C3, C4, D3 and
D5, the workforce indicators and the ONS mid-year estimates that DfE republishes) and the two DfE
statistical-neighbour models. Three parquet files are written to ``sample_data/benchmarks``:

``published_figures.parquet``
    One row per measure, year and area. ``year`` is the year ending (or the count at) 31 March;
    for the ``social_worker_*`` measures it is the count at, or the year to, 30 September; for
    ``population_0_to_17`` it is the mid-year (30 June) itself. Rates per 10,000 divide by the
    population of the *preceding* mid-year, as DfE does: 31 March 2025 uses mid-2024. Rates,
    factor percentages and conferences within 15 days are computed and unrounded; the other
    values are the figures DfE prints. Where DfE prints a symbol instead of a number (``c``
    confidential, ``u`` unreliable, ``x`` unavailable, ``z`` not applicable, ``low`` rounds to
    nothing) the number is null and ``symbol`` keeps what was printed; ``value`` is null exactly
    where ``symbol`` is not. A printed 0 stays 0. Counts for regions and England are rounded to
    10 by DfE in the children in need tables; workforce figures are staff and are not suppressed.
``areas.parquet``
    One row per area code. ``first_year`` and ``last_year`` span its published figures, leaving
    out ``population_0_to_17``, whose years are mid-years.
``statistical_neighbours.parquet``
    One row per model, authority and rank (1 is the nearest).

The same input gives the same bytes: rows are sorted and no clock, path or index is written.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

LICENCE = "OGL v3.0"
DEFAULT_OUTPUT = Path(__file__).parent / "benchmarks"

LEVELS = {"National": "national", "Regional": "regional", "Local authority": "local_authority"}
LEVEL_ORDER = ["national", "regional", "local_authority"]

# Codes of places whose current authority has another code: the one in the newest children in need
# tables, the neighbour models and the map. Cumbria (2023) and Northamptonshire (2021) were split
# in two and have no single successor.
SUCCESSORS = {
    "E10000002": "E06000060",  # Buckinghamshire, 2020
    "E10000009": "E06000059",  # Dorset, 2019 (Christchurch went to E06000058)
    "E10000023": "E06000065",  # North Yorkshire, 2023
    "E10000027": "E06000066",  # Somerset, 2023
    "E06000028": "E06000058",  # Bournemouth, 2019
    "E06000029": "E06000058",  # Poole, 2019
    "E08000020": "E08000037",  # Gateshead: table C4 keeps the code of before 2013 up to 2019
    "E06000048": "E06000057",  # Northumberland: the same
    # The other way round: the 2025 workforce file alone has the codes of 1 April 2025, newer than
    # those of every other table up to 2025. They point at the code that joins to the rest.
    "E08000038": "E08000016",  # Barnsley
    "E08000039": "E08000019",  # Sheffield
}

# Codes in table C4 whose preceding mid-year population is published only under the newer code of
# the same place. The figures keep the code that their own table prints.
POPULATION_CODES = {
    "E08000020": "E08000037",  # Gateshead, 2013 to 2019
    "E06000048": "E06000057",  # Northumberland, 2013 to 2019
}

LONDON = ("E12000007", "London")
PARTS_OF_LONDON = {"E13000001", "E13000002"}

FIGURES_SCHEMA = pa.schema(
    [
        ("measure", pa.string()),
        ("year", pa.int64()),
        ("level", pa.string()),
        ("area_code", pa.string()),
        ("numerator", pa.float64()),
        ("denominator", pa.float64()),
        ("value", pa.float64()),
        ("unit", pa.string()),
        ("symbol", pa.string()),
        ("source", pa.string()),
        ("licence", pa.string()),
    ]
)
AREAS_SCHEMA = pa.schema(
    [
        ("area_code", pa.string()),
        ("area_name", pa.string()),
        ("level", pa.string()),
        ("region_code", pa.string()),
        ("region_name", pa.string()),
        ("dfe_code", pa.string()),
        ("first_year", pa.int64()),
        ("last_year", pa.int64()),
        ("successor_code", pa.string()),
    ]
)
NEIGHBOURS_SCHEMA = pa.schema(
    [
        ("model", pa.string()),
        ("area_code", pa.string()),
        ("rank", pa.int64()),
        ("neighbour_code", pa.string()),
        ("closeness", pa.string()),
        ("source", pa.string()),
        ("licence", pa.string()),
    ]
)


class Table(NamedTuple):
    """A published file: how its name begins, and how its publisher names it."""

    prefix: str
    release: str
    name: str


CHILDREN_IN_NEED = "DfE, Characteristics of children in need"
TABLES = {
    "b1": Table("b1_", CHILDREN_IN_NEED, "table B1"),
    "c1": Table("c1_", CHILDREN_IN_NEED, "table C1"),
    "c3": Table("c3_", CHILDREN_IN_NEED, "table C3"),
    "c4": Table("c4_", CHILDREN_IN_NEED, "table C4"),
    "d3": Table("d3_", CHILDREN_IN_NEED, "table D3"),
    "d5": Table("d5_", CHILDREN_IN_NEED, "table D5"),
    "workforce": Table("csww_indicators", "DfE, Children's social work workforce", "indicators"),
    "population": Table(
        "ons_mid-year_population", "ONS, Mid-year population estimates", "ages 0 to 17, from DfE"
    ),
}
NEIGHBOUR_FILES = {
    "2021": "New_Statistical_Neighbour_Groupings_April_2021",
    "2025": "sn_model_2025_wide",
}
NEIGHBOUR_SOURCES = {
    "2021": "DfE, New statistical neighbour groupings, April 2021",
    "2025": "DfE, Children's services statistical neighbour model, 2025",
}


class Ratio(NamedTuple):
    """A measure as columns of one table: sums on top and below, and the printed figure if any.

    ``below`` is empty for a rate per 10,000 children, whose denominator is the population.
    """

    measure: str
    table: str
    above: tuple[str, ...]
    below: tuple[str, ...]
    printed: str | None
    unit: str


RATES = [
    Ratio("cp_plans_at_31_march", "d5", ("CPP_At31",), (), None, "per_10000"),
    Ratio("cp_plans_starting", "d3", ("CPP_start",), (), None, "per_10000"),
    Ratio("referrals", "c1", ("referral_count",), (), None, "per_10000"),
    Ratio("section_47_enquiries", "c4", ("Section47",), (), None, "per_10000"),
    Ratio("initial_conferences", "c4", ("ICPC",), (), None, "per_10000"),
    Ratio("children_in_need_at_31_march", "b1", ("At31_episodes",), (), None, "per_10000"),
]
PROPORTIONS = [
    Ratio(
        "second_or_subsequent_plans",
        "d3",
        ("CPP_subsequent",),
        ("CPP_start",),
        "CPP_subsequent_percent",
        "percent",
    ),
    Ratio(
        "re_referrals",
        "c1",
        ("rereferral_count",),
        ("referral_count",),
        "rereferral_percent",
        "percent",
    ),
    Ratio(
        "conferences_within_15_days",
        "c4",
        ("Duration_0-10_days", "Duration_11-15_days"),
        ("ICPC",),
        None,
        "percent",
    ),
    Ratio("days_section_47_to_conference", "c4", (), (), "Duration_median", "days"),
    Ratio(
        "social_worker_caseload",
        "workforce",
        ("cases",),
        ("case_holders_fte",),
        "caseload_fte",
        "per_worker",
    ),
    Ratio(
        "social_worker_turnover",
        "workforce",
        ("leavers_fte",),
        ("inpost_fte",),
        "turnover_rate_fte",
        "percent",
    ),
    Ratio(
        "social_worker_agency_rate",
        "workforce",
        ("agency_fte",),
        ("inpost_fte", "agency_fte"),
        "agency_rate_fte",
        "percent",
    ),
    Ratio(
        "social_worker_vacancy_rate",
        "workforce",
        ("vacancy_fte",),
        ("inpost_fte", "vacancy_fte"),
        "vacancy_rate_fte",
        "percent",
    ),
]
FACTOR_TOTAL = "Episodes_with_assessment_factor"
IDENTIFIERS = {
    "time_period",
    "time_identifier",
    "geographic_level",
    "country_code",
    "country_name",
    "region_code",
    "region_name",
    "old_la_code",
    "new_la_code",
    "la_name",
    "category",
}


def find_file(folder: Path, prefix: str) -> Path:
    """Return the one csv file in the folder whose name begins with the prefix."""
    found = sorted(folder.glob(f"{prefix}*.csv"))
    if len(found) != 1:
        raise FileNotFoundError(f"expected one csv file beginning {prefix!r}, found {len(found)}")
    return found[0]


def read_text(path: Path) -> pd.DataFrame:
    """Read a csv file as stripped text, without its byte-order mark; blanks stay blank."""
    frame = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False)
    frame.columns = frame.columns.str.strip()
    return frame.apply(lambda column: column.str.strip())


def read_table(path: Path) -> pd.DataFrame:
    """Read an Explore Education Statistics file and add ``year``, ``level`` and ``area_code``."""
    frame = read_text(path)
    level = frame["geographic_level"].map(LEVELS)
    if level.isna().any():
        raise ValueError(f"{path.name}: unknown geographic level")
    code = frame["new_la_code"].where(level == "local_authority", frame["region_code"])
    code = code.where(level != "national", frame["country_code"])
    return frame.assign(
        year=frame["time_period"].astype("int64"),
        level=level,
        area_code=code,
    )


def read_tables(folder: Path) -> dict[str, pd.DataFrame]:
    """Read every published table named in ``TABLES``."""
    return {key: read_table(find_file(folder, table.prefix)) for key, table in TABLES.items()}


def describe(key: str, frame: pd.DataFrame) -> str:
    """Name the source of a table: publisher, release, the years it covers, table."""
    table = TABLES[key]
    return f"{table.release} {frame['year'].min()} to {frame['year'].max()}, {table.name}"


def to_number(text: pd.Series) -> pd.Series:
    """Turn printed text into floats; a symbol becomes null and a printed 0 stays 0."""
    return pd.to_numeric(text, errors="coerce").astype("float64")


def to_symbol(text: pd.Series) -> pd.Series:
    """Keep what was printed where it is not a number; null elsewhere."""
    return text.where(to_number(text).isna())


def total(frame: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """Add columns of printed text; the sum is null where any part is a symbol."""
    parts = pd.DataFrame({column: to_number(frame[column]) for column in columns})
    if parts.empty:
        return pd.Series(float("nan"), index=frame.index)
    return parts.sum(axis="columns", skipna=False)


def first_symbol(frame: pd.DataFrame, columns: Iterable[str]) -> pd.Series:
    """Return, row by row, the first symbol found in the columns taken in order."""
    found = pd.Series(None, index=frame.index, dtype=object)
    for column in columns:
        found = found.where(found.notna(), to_symbol(frame[column]))
    return found


def with_population(frame: pd.DataFrame, population: pd.DataFrame) -> pd.DataFrame:
    """Add the printed 0 to 17 population of the preceding mid-year as column ``population``.

    The estimates follow the reorganisations one year earlier than the tables do (Dorset changes
    code in the 2020 tables and at mid-2019), so only ``POPULATION_CODES`` have to be mapped. An
    area without a row is an error, never a silent gap. Bournemouth, Poole and the former Dorset
    are printed as ``x`` for mid-2012 to mid-2018: they have counts but no rates.
    """
    lagged = population.assign(year=population["year"] + 1)[
        ["year", "area_code", "population_estimate"]
    ].rename(columns={"area_code": "population_code", "population_estimate": "population"})
    joined = frame.assign(population_code=frame["area_code"].replace(POPULATION_CODES)).merge(
        lagged, on=["year", "population_code"], how="left", validate="one_to_one"
    )
    if joined["population"].isna().any():
        lost = joined.loc[joined["population"].isna(), ["year", "area_code"]]
        raise ValueError(f"no population row for {lost.to_records(index=False).tolist()}")
    return joined


def figures(
    frame: pd.DataFrame,
    ratio: Ratio,
    source: str,
    value: Callable[[pd.Series, pd.Series], pd.Series] | None = None,
) -> pd.DataFrame:
    """Lay one measure out in the columns of ``published_figures``.

    ``value`` computes the figure from numerator and denominator; without it the printed figure
    is used. The figure is null, with a symbol, wherever any ingredient is a symbol. A computed
    figure whose denominator is 0 gets ``z``, which is what DfE prints in that case.
    """
    columns = [*ratio.above, *ratio.below, *([ratio.printed] if ratio.printed else [])]
    numerator, denominator = total(frame, ratio.above), total(frame, ratio.below)
    symbol = first_symbol(frame, columns)
    if value:
        symbol = symbol.mask(symbol.isna() & (denominator == 0), "z")
    printed = value(numerator, denominator) if value else to_number(frame[ratio.printed])
    return pd.DataFrame(
        {
            "measure": ratio.measure,
            "year": frame["year"],
            "level": frame["level"],
            "area_code": frame["area_code"],
            "numerator": numerator,
            "denominator": denominator,
            "value": printed.where(symbol.isna()),
            "unit": ratio.unit,
            "symbol": symbol,
            "source": source,
            "licence": LICENCE,
        }
    )


def per_10000(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Return a rate per 10,000, unrounded."""
    return numerator / denominator * 10_000


def percent(numerator: pd.Series, denominator: pd.Series) -> pd.Series:
    """Return a percentage, unrounded."""
    return numerator / denominator * 100


def rate_figures(tables: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Build the measures that are rates per 10,000 children aged 0 to 17."""
    population = describe("population", tables["population"])
    built = []
    for ratio in RATES:
        frame = with_population(tables[ratio.table], tables["population"])
        source = f"{describe(ratio.table, tables[ratio.table])}; {population}"
        built.append(figures(frame, ratio._replace(below=("population",)), source, per_10000))
    return built


def proportion_figures(tables: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    """Build the measures whose ingredients all come from one table."""
    return [
        figures(
            tables[ratio.table],
            ratio,
            describe(ratio.table, tables[ratio.table]),
            None if ratio.printed else percent,
        )
        for ratio in PROPORTIONS
    ]


def factor_name(column: str) -> str:
    """Name the measure of an assessment factor: ``Neglect`` becomes ``factor_neglect``."""
    return f"factor_{column.lower()}"


def factor_figures(frame: pd.DataFrame) -> list[pd.DataFrame]:
    """Build one percentage of assessed episodes for each factor in table C3."""
    added = {"year", "level", "area_code", FACTOR_TOTAL}
    factors = [column for column in frame if column not in IDENTIFIERS | added]
    return [
        figures(
            frame,
            Ratio(factor_name(factor), "c3", (factor,), (FACTOR_TOTAL,), None, "percent"),
            describe("c3", frame),
            percent,
        )
        for factor in factors
    ]


def population_figures(frame: pd.DataFrame) -> pd.DataFrame:
    """Build the population measure; its year is the mid-year itself."""
    column = "population_estimate"
    ratio = Ratio("population_0_to_17", "population", (column,), (), column, "count")
    return figures(frame, ratio, describe("population", frame))


def build_figures(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Build ``published_figures``: every measure, sorted by measure, year, level and area."""
    built = [
        *rate_figures(tables),
        *proportion_figures(tables),
        *factor_figures(tables["c3"]),
        population_figures(tables["population"]),
    ]
    frame = pd.concat(built, ignore_index=True)
    if frame.duplicated(["measure", "year", "area_code"]).any():
        raise ValueError("an area appears twice in one year of one measure")
    order = frame["level"].map(LEVEL_ORDER.index)
    return frame.assign(order=order).sort_values(["measure", "year", "order", "area_code"])


def list_areas(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """List every area of every table but population, newest row last, with its names and codes."""
    kept = ["year", "level", "area_code", *sorted(IDENTIFIERS - {"category"})]
    rows = pd.concat([frame[kept] for key, frame in tables.items() if key != "population"])
    return rows.sort_values(["area_code", "year"], kind="stable")


def build_areas(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Build ``areas``: one row per area code, named as in its newest published row.

    Two pairs of authorities publish their workforce together; such a pair is an area of its own,
    with the two codes as its code (as printed) and no DfE code.
    """
    rows = list_areas(tables)
    years = rows.groupby("area_code")["year"].agg(first_year="min", last_year="max")
    frame = rows.drop_duplicates("area_code", keep="last").set_index("area_code").join(years)
    authority, regional = frame["level"] == "local_authority", frame["level"] == "regional"
    part = pd.Series(frame.index.isin(PARTS_OF_LONDON), index=frame.index)
    name = frame["la_name"].where(authority, frame["region_name"])
    single = authority & frame["old_la_code"].str.fullmatch(r"\d{3}")
    frame = frame.assign(
        area_name=name.where(authority | regional, frame["country_name"]),
        region_code=frame["region_code"].where(authority).mask(part, LONDON[0]),
        region_name=frame["region_name"].where(authority).mask(part, LONDON[1]),
        dfe_code=frame["old_la_code"].where(single),
        successor_code=[SUCCESSORS.get(code) for code in frame.index],
        order=frame["level"].map(LEVEL_ORDER.index),
    ).reset_index()
    return frame.sort_values(["order", "area_code"])


def gss_codes(areas: pd.DataFrame) -> dict[str, str]:
    """Map each 3-digit DfE code to the GSS code that joins to the newest tables.

    A DfE code that outlived a GSS code (815, North Yorkshire) takes the current one. A DfE code
    abolished together with its authority (835, the former Dorset; 909, Cumbria) takes the only
    GSS code it ever had.
    """
    known = areas.dropna(subset="dfe_code")
    shared = known.duplicated("dfe_code", keep=False) & known["successor_code"].notna()
    known = known[~shared]
    return dict(zip(known["dfe_code"], known["area_code"], strict=True))


def closeness_columns(columns: list[str], rank: int) -> tuple[str, str]:
    """Return the header of the neighbour of a rank and the header of its closeness.

    The 2025 file has ``SN_1`` and ``SN_1P``. The 2021 file has ``SN1`` and then ``SNP``, a header
    repeated ten times (numbered by pandas), so there the closeness is the header that follows.
    """
    if f"SN_{rank}" in columns:
        return f"SN_{rank}", f"SN_{rank}P"
    neighbour = f"SN{rank}"
    closeness = columns[columns.index(neighbour) + 1]
    if not closeness.startswith("SNP"):
        raise ValueError(f"expected a closeness column after {neighbour}, found {closeness}")
    return neighbour, closeness


def read_neighbours(path: Path, model: str, codes: dict[str, str]) -> pd.DataFrame:
    """Read one statistical-neighbour model, one row per authority and rank.

    The foot of the 2021 file has blank and heading rows, which are skipped, and then authorities
    abolished by 2021 (Dorset, Poole, Bournemouth, Northamptonshire), which are kept.
    """
    frame = read_text(path)
    columns = list(frame.columns)
    code = frame["old_la_code" if "old_la_code" in columns else "LA number"]
    frame = frame[code.str.fullmatch(r"\d{3}")]
    built = []
    for rank in range(1, 11):
        neighbour, closeness = closeness_columns(columns, rank)
        built.append(
            pd.DataFrame(
                {
                    "model": model,
                    "area_code": code.loc[frame.index].map(codes),
                    "rank": rank,
                    "neighbour_code": frame[neighbour].map(codes),
                    "closeness": frame[closeness].str.capitalize(),
                    "source": NEIGHBOUR_SOURCES[model],
                    "licence": LICENCE,
                }
            )
        )
    return pd.concat(built, ignore_index=True)


def build_neighbours(folder: Path, areas: pd.DataFrame) -> pd.DataFrame:
    """Build ``statistical_neighbours`` from both models; an unknown code is an error."""
    codes = gss_codes(areas)
    frame = pd.concat(
        [
            read_neighbours(find_file(folder, prefix), model, codes)
            for model, prefix in NEIGHBOUR_FILES.items()
        ]
    )
    if frame.isna().any(axis=None):
        raise ValueError("a statistical neighbour has a DfE code that no table publishes")
    return frame.sort_values(["model", "area_code", "rank"])


def write_parquet(frame: pd.DataFrame, schema: pa.Schema, path: Path) -> None:
    """Write the schema's columns, in its order, as zstd parquet without pandas metadata."""
    table = pa.Table.from_pandas(frame[schema.names], schema=schema, preserve_index=False)
    table = table.replace_schema_metadata(None)
    pq.write_table(table, path, compression="zstd", compression_level=19)


def build(folder: Path, output: Path) -> dict[str, int]:
    """Read the published files and write the three extracts; return rows written by name."""
    tables = read_tables(folder)
    areas = build_areas(tables)
    built = {
        "published_figures": (build_figures(tables), FIGURES_SCHEMA),
        "areas": (areas, AREAS_SCHEMA),
        "statistical_neighbours": (build_neighbours(folder, areas), NEIGHBOURS_SCHEMA),
    }
    output.mkdir(parents=True, exist_ok=True)
    for name, (frame, schema) in built.items():
        write_parquet(frame, schema, output / f"{name}.parquet")
    return {name: len(frame) for name, (frame, _) in built.items()}


def main() -> None:
    """Read the command line, build, and say what was written."""
    parser = argparse.ArgumentParser(description="Build the published-figures extracts.")
    parser.add_argument("folder", type=Path, help="folder of published DfE and ONS csv files")
    parser.add_argument("--output", type=Path, default=DEFAULT_OUTPUT, help="where to write")
    arguments = parser.parse_args()
    for name, rows in build(arguments.folder, arguments.output).items():
        print(f"{name}: {rows:,} rows")


if __name__ == "__main__":
    main()
