"""The Economic cost page: each evaluation, each control, and what its numbers are."""

from __future__ import annotations

import json

import pytest

from analytics.ask import ask, evaluations_for
from analytics.emmie.economics import EconomicsQuestion
from tests.app.opened_pages import Opened, Session
from tests.helpers.folders import FSP

HERTS = "family_safeguarding_hertfordshire"


@pytest.fixture(scope="module")
def session() -> Session:
    """Return one session on the page; each test leaves it as it was."""
    found = Session()
    found.open("economic_cost")
    return found


@pytest.fixture(scope="module")
def plans(session: Session) -> Opened:
    """Return the page of the evaluation with a cost, an effect and a published illustration."""
    return session.choose("selectbox", "evaluation", FSP)


def cells(opened: Opened, exhibit: str) -> dict[str, str]:
    """Return the first two columns of an exhibit's table."""
    table = opened.exhibits[exhibit].tables[0]
    return dict(zip(table.iloc[:, 0], table.iloc[:, 1], strict=True))


def pounds(cell: str) -> float:
    """Return an amount as it is written on the page."""
    return float(cell.replace("\u2212", "-").replace("£", "").replace(",", ""))


def test_every_evaluation_asks_it_and_its_page_opens(session: Session) -> None:
    names = evaluations_for(EconomicsQuestion)
    assert len(names) >= 5
    for name in names:
        opened = session.choose("selectbox", "evaluation", name)
        assert not opened.failures
        assert "economic_summary" in opened.exhibits
        assert "nan" not in opened.main_text.lower().split()
        verdicts = ("Verdict: shown.", "Verdict: not shown.", "Verdict: can't tell.")
        assert any(word in opened.main_text for word in verdicts)


def test_order_and_keys_of_the_whole_page(plans: Opened) -> None:
    assert list(plans.exhibits) == [
        "economic_summary", "chance_by_share", "cost_lines", "costs_avoided", "who_pays",
        "tornado", "cost_plane", "acceptability", "break_even", "cost_illustration",
        "reported_costs", "unit_costs", "assumptions",
    ]  # fmt: skip
    for key, exhibit in plans.exhibits.items():
        assert len(exhibit.headline.split()) <= 11, key
    for chart in plans.charts:
        assert len(chart.alt.split()) > 10


def test_summary_says_what_the_answer_says(plans: Opened) -> None:
    answer = ask(EconomicsQuestion(), FSP).answer
    rows = cells(plans, "economic_summary")
    assert rows["Cost of delivery"] == f"£{answer.delivery.total:,.0f}"
    assert rows["Net saving"] == f"£{answer.net.net:,.0f}"
    assert rows["Chance of a net saving"] == f"{100 * answer.net.chance:.0f}%"
    assert plans.exhibits["economic_summary"].headline.startswith("Can't tell")


def test_illustration_is_the_document_s_to_the_penny(plans: Opened) -> None:
    values = cells(plans, "cost_illustration")
    assert values["£379.83 × 12 months × 40 children"] == "£182,320.00"
    assert values["Implied price of one child for one month, either way"] == "£379.83"
    assert "£4,558.00" in values.values()
    assert "£1,139.50" in values.values()


def test_figures_draw_the_answer(plans: Opened) -> None:
    net = ask(EconomicsQuestion(), FSP).answer.net
    drawn = {
        key: json.loads(plans.exhibits[key].charts[0].spec)["data"]
        for key in ("chance_by_share", "who_pays", "tornado", "cost_plane")
    }
    assert drawn["chance_by_share"][0]["x"] == pytest.approx([100 * x.chance for x in net.by_share])
    gains, pays = drawn["who_pays"]
    assert gains["x"] == pytest.approx([account.saving for account in net.accounts])
    assert pays["x"] == pytest.approx([account.cost for account in net.accounts])
    low, high = drawn["tornado"]
    assert [net.net + x for x in low["x"]] == pytest.approx([bar.at_low for bar in net.tornado])
    assert [net.net + x for x in high["x"]] == pytest.approx([bar.at_high for bar in net.tornado])
    assert drawn["cost_plane"][0]["y"] == pytest.approx([point[1] for point in net.plane.points])


@pytest.mark.parametrize(
    ("key", "value", "question"),
    [
        ("share", 50, EconomicsQuestion(share_kept=0.5)),
        (f"months_{FSP}", 24, EconomicsQuestion(horizon_months=24)),
        (f"unit_{FSP}", 500, EconomicsQuestion(unit_value=500)),
        (f"delivery_{FSP}", 2000, EconomicsQuestion(delivery_per_family=2000)),
    ],
)
def test_sliders_change_the_answer_live(
    session: Session, plans: Opened, key: str, value: int, question: EconomicsQuestion
) -> None:
    start = plans.values[key]
    moved = session.choose("slider", key, value)
    expected = ask(question, FSP).answer.net
    rows = cells(moved, "economic_summary")
    assert pounds(rows["Net saving"]) == pytest.approx(expected.net, abs=0.51)
    assert rows != cells(plans, "economic_summary")
    back = session.choose("slider", key, start)
    assert cells(back, "economic_summary") == cells(plans, "economic_summary")


def test_price_year_and_discount_rate_change_the_answer(session: Session, plans: Opened) -> None:
    older = session.choose("selectbox", "price_year", "2013/14")
    assert "2013/14 prices" in older.exhibits["economic_summary"].subtitle
    assert cells(older, "economic_summary") != cells(plans, "economic_summary")
    session.choose("selectbox", "price_year", "2024/25")
    session.choose("slider", f"months_{FSP}", 36)
    dear = session.choose("slider", "rate", 10.0)
    expected = ask(EconomicsQuestion(horizon_months=36, discount_rate=0.1), FSP).answer.net
    shown = pounds(cells(dear, "economic_summary")["Net saving"])
    assert shown == pytest.approx(expected.net, abs=0.51)
    session.choose("slider", "rate", 3.5)
    session.choose("slider", f"months_{FSP}", 12)


def test_another_evaluation_starts_from_its_own_figures(session: Session, plans: Opened) -> None:
    del plans
    other = session.choose("selectbox", "evaluation", HERTS)
    answer = ask(EconomicsQuestion(), HERTS).answer
    rows = cells(other, "economic_summary")
    assert rows["Cost of delivery"] == f"£{answer.delivery.total:,.0f}"
    assert other.values[f"delivery_{HERTS}"] == round(answer.delivery.per_family)
    reported = other.exhibits["reported_costs"].tables[0]
    assert reported["Can it be worked out again?"].str.contains("annot be worked out").all()
    session.choose("selectbox", "evaluation", FSP)


def test_link_carries_the_controls() -> None:
    titles = evaluations_for(EconomicsQuestion)
    query = {"evaluation": titles[FSP], "share": "40", "price_year": "2019/20"}
    opened = Session(query).open("economic_cost")
    assert not opened.failures
    assert "40% of the measured difference" in opened.exhibits["economic_summary"].subtitle
    assert "2019/20 prices" in opened.exhibits["economic_summary"].subtitle
