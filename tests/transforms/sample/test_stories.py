from datetime import date

import polars as pl
import pytest

from transforms.contracts import SOURCES
from transforms.contracts.model import TIERS
from transforms.knowledge import as_known
from transforms.month import Month
from transforms.sample import MONTHS, STORIES, sample_month, sample_tables
from transforms.sample.activity import activity
from transforms.sample.dirt import with_dirt
from transforms.sample.exports import deliveries, exported
from transforms.sample.profiles import profiles
from transforms.sample.script import Life
from transforms.sample.stories import ADDED_STORIES
from transforms.sample.terms import terms
from transforms.sample.troubled_lives import LIVES

FEW = 300
TABLES = sample_tables(0)


def happened(source: str, account_id: str, month: str) -> pl.DataFrame:
    rows = sample_month(Month.parse(month), 0)[source].lazy()
    configured = {f"{source}.known_at"} if source in {"usage", "tickets"} else set()
    return as_known(rows, SOURCES[source], None, configured).filter(account_id=account_id).collect()


def contracts(account_id: str) -> pl.DataFrame:
    return TABLES["subscriptions"].filter(account_id=account_id).sort("start_date")


def arr(account_id: str, day: date) -> float:
    ends = pl.col("end_date").is_null() | (pl.col("end_date") >= day)
    rows = contracts(account_id).filter(pl.col("start_date") <= day, ends)
    return 12 * rows.unique("subscription_id", keep="last", maintain_order=True)["mrr"].sum()


class TestEach:
    def test_has_a_life(self):
        assert {story.account_id for story in STORIES} == set(LIVES)

    @pytest.mark.parametrize("story", STORIES, ids=lambda story: story.account_id)
    def test_is_told(self, story):
        named = TABLES["accounts"].filter(account_id=story.account_id)
        assert set(named["name"]) == {story.name}
        assert story.what.endswith(".")
        assert story.when.endswith(".")
        assert set(story.expected.values()) <= {*TIERS, None}
        assert {Month.parse(month) for month in story.expected} <= set(MONTHS)

    @pytest.mark.parametrize("story", STORIES, ids=lambda story: story.account_id)
    def test_is_a_customer_whenever_a_tier_is_expected(self, story):
        for month in (text for text, tier in story.expected.items() if tier):
            day = Month.parse(month).last_day
            lapsed = contracts(story.account_id)["end_date"].filter(contracts(story.account_id)["start_date"] <= day)
            assert (day - lapsed.max()).days <= 30, month

    @pytest.mark.parametrize("account_id", LIVES)
    def test_uses_what_its_course_says(self, account_id):
        life = LIVES[account_id]
        month = max(Month.parse("2025-03"), Month.of(min(contract.start for contract in life.contracts)))
        expected, rows = life.at(month), happened("usage", account_id, str(month))
        assert rows["active_users"].max() == round(expected["users"])
        assert rows["events"].sum() == pytest.approx(expected["events"], rel=0.2)


class TestCourse:
    @pytest.mark.parametrize(
        ("month", "users"), [("2024-11", 10), ("2025-01", 10), ("2025-02", 20), ("2025-03", 30), ("2026-10", 30)]
    )
    def test_moves_in_straight_lines_between_its_points(self, month, users):
        riser = LIVES["story-riser"]
        life = Life(traits=riser.traits, contracts=riser.contracts, course={"users": {"2025-01": 10, "2025-03": 30}})
        assert life.at(Month.parse(month)) == {"users": users}


class TestWhatHappens:
    def test_riser_multiplies_its_contract(self):
        assert arr("story-riser", date(2026, 10, 31)) > 10 * arr("story-riser", date(2024, 11, 30))

    def test_silent_churner_is_silent_while_it_pays(self):
        assert happened("usage", "story-silent-churner", "2026-01").height > 0
        for month in ("2026-07", "2026-10"):
            for source in ("usage", "tickets", "touchpoints"):
                assert happened(source, "story-silent-churner", month).is_empty(), source
            assert happened("invoices", "story-silent-churner", month).height == 1

    def test_strategic_small_account_has_a_floor(self):
        grants = TABLES["strategic_grants"].filter(account_id="story-strategic-small", kind="floor")
        assert grants["floor_tier"].to_list() == ["mid_touch"]

    def test_costly_account_writes_ever_more_tickets(self):
        few, many = (happened("tickets", "story-costly", month).height for month in ("2025-01", "2026-06"))
        assert few < 10 < 25 < many

    def test_late_renewal_leaves_a_month_end_uncovered(self):
        assert arr("story-late-renewal", date(2025, 11, 30)) == 0
        assert contracts("story-late-renewal")["subscription_id"].n_unique() == 1
        assert set(contracts("story-late-renewal")["currency"]) == {"EUR"}
        assert happened("usage", "story-late-renewal", "2025-12")["date"].min() < date(2025, 12, 5)

    def test_override_runs_for_half_a_year(self):
        override = TABLES["overrides"].filter(account_id="story-override").row(0, named=True)
        assert (override["tier"], override["start_date"]) == ("high_touch", date(2025, 9, 1))

    def test_returner_is_gone_for_five_months(self):
        assert arr("story-returner", date(2025, 4, 30)) > 0 < arr("story-returner", date(2025, 10, 31))
        assert arr("story-returner", date(2025, 7, 31)) == 0
        assert happened("usage", "story-returner", "2025-07").is_empty()

    def test_recovered_account_dips_and_comes_back(self):
        before, ill, well = (
            happened("usage", "story-recovered", month)["events"].sum() for month in ("2025-07", "2025-08", "2025-10")
        )
        assert ill < before / 3 < well

    def test_chronic_account_never_uses_a_fifth_of_its_seats(self):
        seats = contracts("story-chronic")["seats"].max()
        for month in ("2024-11", "2025-08", "2026-10"):
            assert happened("usage", "story-chronic", month)["active_users"].max() < seats / 5

    def test_spike_lasts_a_month(self):
        ends = [date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)]
        before, during, after = (arr("story-spike", day) for day in ends)
        assert before == after < during / 3

    def test_contract_event_brings_a_new_product(self):
        before, after = (arr("story-contract-event", day) for day in (date(2026, 2, 28), date(2026, 3, 31)))
        assert after > 2 * before
        assert set(contracts("story-contract-event")["product"]) == {"Suite", "Insights"}

    def test_merged_account_is_billed_on(self):
        merge = TABLES["account_merges"].row(0, named=True)
        assert (merge["from_account_id"], merge["into_account_id"]) == ("story-merged-from", "story-merged-into")
        assert happened("invoices", "story-merged-from", "2026-06").height == 1

    def test_new_customer_is_seen_for_17_days_and_never_again(self):
        used = happened("usage", "story-onboarding-silent", "2026-08")["date"].unique().sort().to_list()
        assert used == [date(2026, 8, day) for day in range(1, 18)]
        assert happened("touchpoints", "story-onboarding-silent", "2026-08")["date"].max() <= date(2026, 8, 17)
        for month in ("2026-09", "2026-10"):
            for source in ("usage", "tickets", "touchpoints"):
                assert happened(source, "story-onboarding-silent", month).is_empty(), source
        assert arr("story-onboarding-silent", date(2026, 7, 31)) == 0
        assert arr("story-onboarding-silent", date(2026, 8, 31)) == 72_000


class TestAdded:
    """Stories that were added later leave the files of everybody else as they were."""

    @pytest.fixture
    def without(self, monkeypatch):
        """Files by source and month of the sample as it was without them."""
        with monkeypatch.context() as context:
            for account_id in ADDED_STORIES:
                context.delitem(LIVES, account_id)
            forget()
            files = all_files()
        forget()
        return files

    def test_there_are_some_and_they_come_last(self):
        assert {*list(LIVES)[-len(ADDED_STORIES) :]} == ADDED_STORIES != set()

    def test_other_rows_are_the_same_to_the_letter(self, without):
        files = all_files()
        assert files.keys() == without.keys()
        own = 0
        for name, rows in files.items():
            others = rows.filter(~of_added_stories(rows))
            assert others.equals(without[name]), name
            own += rows.height - others.height
        assert own > 20


def forget():
    """Draw everything anew."""
    for cached in (profiles, terms, activity):
        cached.cache_clear()


def all_files() -> dict[str, pl.DataFrame]:
    """What the demo writes, with fewer accounts."""
    files = {source: with_dirt(source, exported(source, rows)) for source, rows in sample_tables(FEW).items()}
    for month, sources in deliveries(FEW):
        files |= {f"{source} {month}": with_dirt(source, exported(source, rows)) for source, rows in sources.items()}
    return files


def of_added_stories(rows: pl.DataFrame) -> pl.Expr:
    """Whether one of them is named in the row."""
    return pl.any_horizontal(
        pl.lit(value=False),
        *(
            pl.col(name).fill_null("").str.contains_any(sorted(ADDED_STORIES))
            for name, dtype in rows.schema.items()
            if dtype == pl.String
        ),
    )
