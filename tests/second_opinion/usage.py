"""What usage says of an account, from daily rows of a small company: rhythm, slots, rates, expected events, recency."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, cached_property
from itertools import pairwise
from statistics import median

PRIOR_EVENTS = 20
BASE_MONTHS = 12
RHYTHM_MONTHS = 6
REGULAR_SHARE = 0.9
FEWEST_SERVICE_DAYS = 15
FEWEST_USUAL_ACCOUNTS = 20
LOST_SHARE = 0.05
SUDDEN_SHARE = 0.05
SUDDEN_FACTOR = 3

DAY = timedelta(days=1)


@dataclass(frozen=True, eq=False)
class Company:
    """Rows of (account, day, events), and the spans in which accounts are in service, ends inclusive or open."""

    rows: list[tuple[str, date, int]]
    service: dict[str, list[tuple[date, date | None]]]
    known_since: int  # the first known month; months are year * 12 + month - 1
    rhythm: str | None = None  # as set by the company

    @cached_property
    def accounts_by_day(self) -> dict[date, set[str]]:
        """The accounts that are active on a day."""
        found: defaultdict[date, set[str]] = defaultdict(set)
        for account, day, events in self.rows:
            if events > 0:
                found[day].add(account)
        return found

    @cached_property
    def events_by_month(self) -> Counter[tuple[str, int]]:
        """All events of an account and month."""
        found: Counter[tuple[str, int]] = Counter()
        for account, day, events in self.rows:
            found[account, month_of(day)] += events
        return found

    @cached_property
    def days_by_account(self) -> dict[str, list[date]]:
        """The days with events of an account, in order."""
        return {
            account: sorted(day for day, accounts in self.accounts_by_day.items() if account in accounts)
            for account in self.service
        }

    def is_in_service(self, account: str, day: date) -> bool:
        """True within any span."""
        return any(start <= day and (end is None or day <= end) for start, end in self.service[account])


def days_of(month: int) -> list[date]:
    """All days of a month."""
    first, after = date(month // 12, month % 12 + 1, 1), date((month + 1) // 12, (month + 1) % 12 + 1, 1)
    return [first + number * DAY for number in range((after - first).days)]


def month_of(day: date) -> int:
    """The month of a day."""
    return day.year * 12 + day.month - 1


def window_of(month: int) -> list[date]:
    """All days of the months by which a source is judged."""
    return [day for one in range(month - RHYTHM_MONTHS + 1, month + 1) for day in days_of(one)]


@cache
def gaps(company: Company, month: int) -> list[int]:
    """Days between one active day of an account and its next, both within the known months of the window."""
    window = {day for day in window_of(month) if month_of(day) >= company.known_since}
    found = []
    for account in company.service:
        days = [day for day in company.days_by_account[account] if day in window]
        found += [(later - earlier).days for earlier, later in pairwise(days)]
    return found


def rhythm(company: Company, month: int) -> str:
    """How often the source reports."""
    if company.rhythm is not None:
        return company.rhythm
    found = gaps(company, month)
    if not found:
        return "daily"
    if sum(gap % 7 == 0 for gap in found) >= REGULAR_SHARE * len(found):
        return "weekly"
    if sum(28 <= gap <= 31 for gap in found) >= REGULAR_SHARE * len(found):
        return "monthly"
    return "daily"


def usual_gap(company: Company, month: int) -> float:
    """The median gap; a day where there is none."""
    return median(gaps(company, month) or [1])


@cache
def is_lost(company: Company, day: date) -> bool:
    """True where hardly anyone of many is active who usually is on such a weekday of the last months."""
    alike = [
        one
        for one in window_of(month_of(day))
        if one.weekday() == day.weekday() and month_of(one) >= company.known_since
    ]
    active = {one: len(company.accounts_by_day.get(one, ())) for one in alike}
    usual = median(active.values())
    return usual >= FEWEST_USUAL_ACCOUNTS and active[day] < LOST_SHARE * usual


def weekday_of(company: Company, account: str) -> int:
    """The weekday on which an account was last active; any other one, if it never was."""
    return max(company.days_by_account[account], default=date.min).weekday()


def slots(company: Company, account: str, month: int, of_month: int) -> int:
    """How often the account can report in a month, by the rhythm of the month that is judged."""
    served = [day for day in days_of(of_month) if company.is_in_service(account, day)]
    kind = rhythm(company, month)
    if kind == "monthly":
        return 1 if served else 0
    if kind == "weekly":
        weekday = weekday_of(company, account)
        return sum(day.weekday() == weekday for day in served)
    return sum(not is_lost(company, day) for day in served)


def events_in(company: Company, account: str, month: int) -> int:
    """All events of a month."""
    return company.events_by_month[account, month]


def base_rates(company: Company, account: str, month: int) -> list[float | None]:
    """The rates of the twelve months before, oldest first; None where unknown or not lived through whole."""
    rates: list[float | None] = []
    for then in range(month - BASE_MONTHS, month):
        if then < company.known_since:
            rates.append(None)
            continue
        is_whole = all(company.is_in_service(account, day) for day in days_of(then))
        count = slots(company, account, month, then)
        is_base = is_whole and count > 0
        rates.append(events_in(company, account, then) / count if is_base else None)
    return rates


def expected_events(company: Company, account: str, month: int) -> float | None:
    """The usual rate times this month's slots; None without anything to go by."""
    rates = base_rates(company, account, month)
    known = [rate for rate in rates if rate is not None]
    served = sum(company.is_in_service(account, day) for day in days_of(month))
    if not any(known) or served < FEWEST_SERVICE_DAYS:
        return None
    usual, count = median(known), slots(company, account, month, month)
    if events_in(company, account, month) == 0 and usual * count < PRIOR_EVENTS:
        usual = max(usual, highest_median(rates))
    return usual * count


def highest_median(rates: list[float | None]) -> float:
    """The highest median of three known months on end; 0 where no three are known."""
    triples = [rates[start : start + 3] for start in range(len(rates) - 2)]
    return max((median(triple) for triple in triples if None not in triple), default=0.0)


def usage_trend(company: Company, account: str, month: int) -> float | None:
    """Actual against expected events, both with the prior, less 1."""
    expected = expected_events(company, account, month)
    if expected is None:
        return None
    return (events_in(company, account, month) + PRIOR_EVENTS) / (expected + PRIOR_EVENTS) - 1


def usage_recency(company: Company, account: str, month: int) -> float:
    """Idle days up to the source's last day with use by anyone, less what lies within the usual gap."""
    last_row = max(day for _, day, events in company.rows if month_of(day) <= month and events > 0)
    active = [day for day in company.days_by_account[account] if day <= last_row]
    since = active[-1] if active else min(start for start, _ in company.service[account])
    return max(0.0, (last_row - since).days - (usual_gap(company, month) - 1))


def has_sudden_silence(company: Company, accounts: list[str], month: int) -> bool:
    """True where far more of last month's users than usual are silent; `accounts` are in scope in the month."""

    users, share = silent_share(company, accounts, month)
    past = [silent_share(company, accounts, then) for then in range(month - RHYTHM_MONTHS, month)]
    if month - RHYTHM_MONTHS - 1 < company.known_since or users < FEWEST_USUAL_ACCOUNTS or (0, 0.0) in past:
        return False
    return share > SUDDEN_SHARE and share > SUDDEN_FACTOR * median(one for _, one in past)


def silent_share(company: Company, accounts: list[str], month: int) -> tuple[int, float]:
    """How many used it the month before, and the share of them that did not in this one."""
    users = [one for one in accounts if events_in(company, one, month - 1) > 0]
    silent = [one for one in users if events_in(company, one, month) == 0]
    return len(users), len(silent) / len(users) if users else 0.0
