"""Log-rank and Gray's tests against R survival and cmprsk."""

import numpy as np
import pytest

from analytics.statistics.time_to_event.gray import gray_test, gray_test_from_tables
from analytics.statistics.time_to_event.life_table import life_table_from_rows
from analytics.statistics.time_to_event.log_rank import log_rank, log_rank_from_tables
from tests.helpers.oracles import reference
from tests.oracle.time_to_event.datasets import dataset, select

# Sums over at most 600 times, solved with condition numbers below 1e3, printed with 15 digits.
RTOL = 1e-10
R = reference("time_to_event")
LUNG, VETERAN, RATS = dataset("lung"), dataset("veteran"), dataset("rats")
FSP, MGUS = dataset("fsp_like"), dataset("mgus2_cr")


def close(values: object) -> object:
    return pytest.approx(np.asarray(values, dtype=float), rel=RTOL)


def tables(duration, event, group):
    return [
        life_table_from_rows(duration[group == label], event[group == label])
        for label in np.unique(group)
    ]


def test_log_rank_of_four_groups_equals_r():
    expected = R["log_rank"]["veteran_celltype"]
    # R orders cell types by name too.
    result = log_rank(VETERAN["time"], VETERAN["status"], VETERAN["celltype"])
    assert result.statistic == close(expected["chisq"])
    assert result.df == 3
    assert list(result.observed) == close(expected["obs"])
    assert list(result.expected) == close(expected["exp"])
    counted = log_rank_from_tables(
        [tables(VETERAN["time"], VETERAN["status"], VETERAN["celltype"])]
    )
    assert counted == result


def test_stratified_log_rank_equals_r():
    expected = R["log_rank"]
    result = log_rank(
        VETERAN["time"], VETERAN["status"], VETERAN["celltype"], stratum=VETERAN["trt"]
    )
    assert result.statistic == close(expected["veteran_celltype_strat_trt"]["chisq"])
    lung = select(LUNG, np.isfinite(LUNG["ph.ecog"]))
    result = log_rank(lung["time"], lung["status"] == 2, lung["sex"], stratum=lung["ph.ecog"])
    assert result.statistic == close(expected["lung_sex_strat_ecog"]["chisq"])
    assert list(result.observed) == np.sum(expected["lung_sex_strat_ecog"]["obs"], axis=1).tolist()


def test_cluster_robust_log_rank_equals_the_robust_score_of_r():
    expected = R["robust_log_rank"]
    result = log_rank(FSP["time"], FSP["status"] == 1, FSP["treat"], cluster=FSP["family_id"])
    assert result.statistic == close(expected["fsp_family"])
    known = np.isfinite(LUNG["ph.ecog"]) & np.isfinite(LUNG["inst"]) & (LUNG["ph.ecog"] < 3)
    lung = select(LUNG, known)
    result = log_rank(lung["time"], lung["status"] == 2, lung["ph.ecog"], cluster=lung["inst"])
    assert result.statistic == close(expected["lung_ecog_inst"])
    result = log_rank(
        RATS["time"], RATS["status"], RATS["rx"], stratum=RATS["sex"], cluster=RATS["litter"]
    )
    assert result.statistic == close(expected["rats_litter"])
    assert result.n_clusters == len(np.unique(RATS["litter"]))


@pytest.mark.parametrize("cause", [1, 2])
@pytest.mark.parametrize("name", ["mgus_sex", "mgus_age", "fsp_treat", "fsp_la"])
def test_gray_equals_cmprsk(name, cause):
    rows = {
        "mgus_sex": (MGUS["etime"], MGUS["ev"], MGUS["sex"]),
        "mgus_age": (
            MGUS["etime"],
            MGUS["ev"],
            np.digitize(MGUS["age"], [60, 70, 80], right=True),
        ),
        "fsp_treat": (FSP["time"], FSP["status"], FSP["treat"]),
        "fsp_la": (FSP["time"], FSP["status"], FSP["la"]),
    }[name]
    expected = {key: values[cause - 1] for key, values in R["gray"][name].items()}
    result = gray_test(*rows, cause=cause)
    assert result.statistic == close(expected["stat"])
    assert result.df == expected["df"]
    assert result.p_value == pytest.approx(expected["p"], rel=1e-8, abs=1e-15)
    assert gray_test_from_tables(tables(*rows), cause=cause) == result
