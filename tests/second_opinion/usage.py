"""What usage says of an account, from daily rows of a small company: rhythm, slots, rates, expected events, recency."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
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


@dataclass(frozen=True, slots=True)
class Company:
    """Rows of (account, day, events), and the spans in which accounts are in service, ends inclusive or open."""

    rows: list[tuple[str, date, int]]
    service: dict[str, list[tuple[date, date | None]]]
    known_since: int  # the first known month; months are year * 12 + month - 1
    rhythm: str | None = None  # as set by the company
    is_lost: dict[date, bool] = field(default_factory=dict)  # found once a day

    def active_days(self, account: str) -> list[date]:
        """The days with events, in order."""
        return sorted({day for name, day, events in self.rows if name == account and events > 0})

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


def gaps(company: Company, month: int) -> list[int]:
    """Days between one active day of an account and its next, all of both within the window."""
    window = set(window_of(month))
    found = []
    for account in company.service:
        days = [day for day in company.active_days(account) if day in window]
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


def is_lost(company: Company, day: date) -> bool:
    """True where hardly anyone of many is active who usually is on such a weekday of the last months."""
    if day not in company.is_lost:
        alike = [one for one in window_of(month_of(day)) if one.weekday() == day.weekday()]
        active = {one: {name for name, then, events in company.rows if then == one and events > 0} for one in alike}
        usual = median(len(names) for names in active.values())
        company.is_lost[day] = usual >= FEWEST_USUAL_ACCOUNTS and len(active[day]) < LOST_SHARE * usual
    return company.is_lost[day]


def weekday_of(company: Company, account: str, month: int) -> int:
    """The weekday on which an account reports, or else the source."""
    window = set(window_of(month))
    own = Counter(day.weekday() for day in company.active_days(account) if day in window)
    if not own:
        own = Counter(day.weekday() for name in company.service for day in company.active_days(name) if day in window)
    most = max(own.values(), default=0)
    return min((weekday for weekday, count in own.items() if count == most), default=0)


def slots(company: Company, account: str, month: int, of_month: int) -> int:
    """How often the account can report in a month, by the rhythm of the month that is judged."""
    served = [day for day in days_of(of_month) if company.is_in_service(account, day)]
    kind = rhythm(company, month)
    if kind == "monthly":
        return 1 if served else 0
    if kind == "weekly":
        weekday = weekday_of(company, account, month)
        return sum(day.weekday() == weekday for day in served)
    return sum(not is_lost(company, day) for day in served)


def events_in(company: Company, account: str, month: int) -> int:
    """All events of a month."""
    return sum(events for name, day, events in company.rows if name == account and month_of(day) == month)


def base_rates(company: Company, account: str, month: int) -> list[float | None]:
    """The rates of the twelve months before, oldest first; None where unknown or not lived through whole."""
    rates: list[float | None] = []
    for then in range(month - BASE_MONTHS, month):
        is_whole = all(company.is_in_service(account, day) for day in days_of(then))
        count = slots(company, account, month, then)
        is_base = then >= company.known_since and is_whole and count > 0
        rates.append(events_in(company, account, then) / count if is_base else None)
    return rates


def expected_events(company: Company, account: str, month: int) -> float | None:
    """The usual rate times this month's slots; None without anything to go by."""
    rates = base_rates(company, account, month)
    known = [rate for rate in rates if rate is not None]
    served = sum(company.is_in_service(account, day) for day in days_of(month))
    if not known or served < FEWEST_SERVICE_DAYS:
        return None
    count = slots(company, account, month, month)
    expected = median(known) * count
    if events_in(company, account, month) == 0 and expected < PRIOR_EVENTS:
        best = highest_median(rates)
        return best * count if best > 0 else None
    return expected


def highest_median(rates: list[float | None]) -> float:
    """The highest median of three months on end; of what there is where no three are known."""
    triples = [rates[start : start + 3] for start in range(len(rates) - 2)]
    whole = [median(triple) for triple in triples if None not in triple]
    return max(whole) if whole else median([rate for rate in rates if rate is not None])


def usage_trend(company: Company, account: str, month: int) -> float | None:
    """Actual against expected events, both with the prior, less 1."""
    expected = expected_events(company, account, month)
    if expected is None:
        return None
    return (events_in(company, account, month) + PRIOR_EVENTS) / (expected + PRIOR_EVENTS) - 1


def usage_recency(company: Company, account: str, month: int) -> float:
    """Idle days up to the source's last day in the month, less what lies within the usual gap."""
    last_row = max(day for _, day, _ in company.rows if month_of(day) == month)
    active = [day for day in company.active_days(account) if day <= last_row]
    since = active[-1] if active else min(start for start, _ in company.service[account])
    return max(0.0, (last_row - since).days - (usual_gap(company, month) - 1))


def has_sudden_silence(company: Company, accounts: list[str], month: int) -> bool:
    """True where far more of last month's users than usual are silent; `accounts` are in scope in the month."""

    def shares(then: int) -> tuple[int, float]:
        used = [one for one in accounts if events_in(company, one, then - 1) > 0]
        lost = [one for one in used if events_in(company, one, then) == 0]
        return len(used), len(lost) / len(used) if used else 0.0

    number, share = shares(month)
    if number < FEWEST_USUAL_ACCOUNTS or month - RHYTHM_MONTHS - 1 < company.known_since:
        return False
    usual = median(shares(then)[1] for then in range(month - RHYTHM_MONTHS, month))
    return share > SUDDEN_SHARE and share > SUDDEN_FACTOR * usual
