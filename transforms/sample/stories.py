"""The planted stories: accounts with fixed ids, each of which shows one thing that tiering does, and why.

A story says what happens and which tier the default policy is expected to choose; `lives` has its data. Tiers in
months that `expected` does not name are not specified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Story:
    """A planted account.

    Attributes:
        account_id: Its fixed id.
        name: Its name, which hints at the story.
        what: What happens to it.
        when: When it does, in words.
        expected: Its published tier at some months; None where it is not in scope.
    """

    account_id: str
    name: str
    what: str
    when: str
    expected: Mapping[str, str | None]


STORIES = (
    Story(
        "story-riser",
        "Riser Robotics",
        "A small customer grows without a pause, in people, use, contract and fame, and climbs both steps.",
        "From spring 2025 to the end; larger contracts in 2025-09, 2026-02 and 2026-07.",
        {"2025-03": "low_touch", "2025-12": "mid_touch", "2026-10": "high_touch"},
    ),
    Story(
        "story-silent-churner",
        "Quiet Harbour Shipping",
        "Use fades to nothing while nobody complains: no tickets, no calls, invoices paid. Health falls; "
        "a lift starts and ends without effect, and a person has to act.",
        "Fades from 2026-02, silent from 2026-06; the contract is up in 2027-01.",
        {"2026-01": "mid_touch", "2026-04": "high_touch", "2026-10": "mid_touch"},
    ),
    Story(
        "story-strategic-small",
        "Tiny Beacon Labs",
        "Pays little and builds the product with us: a written grant with a floor keeps it in mid touch, which it "
        "could not pay for, until the grant ends.",
        "The grant runs from 2025-03-01 to 2026-05-31.",
        {"2025-02": "low_touch", "2025-03": "mid_touch", "2026-05": "mid_touch", "2026-10": "low_touch"},
    ),
    Story(
        "story-costly",
        "Everlasting Questions Inc",
        "Scores for more service, but writes so many tickets that the service would eat its margin: the economic "
        "ceiling takes it down.",
        "Tickets rise from summer 2025; the ceiling binds in spring 2026.",
        {"2025-06": "mid_touch", "2026-10": "low_touch"},
    ),
    Story(
        "story-late-renewal",
        "Last Minute Logistics",
        "Signs three weeks late, within the days of grace: neither an exit nor a new customer, and no demotion "
        "meanwhile. Pays in euro.",
        "The old term ends on 2025-11-20, the new one starts on 2025-12-12.",
        {"2025-10": "mid_touch", "2025-11": "mid_touch", "2025-12": "mid_touch"},
    ),
    Story(
        "story-override",
        "Boardroom Favourite",
        "A director wants it served well for half a year; then it goes on from where it would have been.",
        "The override runs from 2025-09-01 to 2026-02-28.",
        {"2025-08": "low_touch", "2025-09": "high_touch", "2026-02": "high_touch", "2026-03": "low_touch"},
    ),
    Story(
        "story-returner",
        "Boomerang Books",
        "Leaves, and comes back five months later under a new contract: an exit, then a start from the beginning.",
        "The old contract ends on 2025-04-30, the new one starts on 2025-10-01.",
        {"2025-04": "mid_touch", "2025-05": None, "2025-09": None, "2025-10": "mid_touch"},
    ),
    Story(
        "story-recovered",
        "Phoenix Foods",
        "Use collapses after a failed roll-out; the lift brings help, health returns and the lift ends early.",
        "Ill from 2025-08, well again from 2025-10.",
        {"2025-07": "mid_touch", "2025-08": "high_touch", "2025-12": "mid_touch"},
    ),
    Story(
        "story-chronic",
        "Sisyphus Mills",
        "Ill from the first day to the last: one lift at the start, and none after it, because it is never well "
        "in between. A person has to decide.",
        "All the time.",
        {"2025-01": "mid_touch", "2025-06": "low_touch", "2026-10": "low_touch"},
    ),
    Story(
        "story-spike",
        "One Month Wonder",
        "Four times the contract for a single month: a promotion at once, which it keeps as long as the rules of "
        "patience say, and then a demotion.",
        "In 2026-01.",
        {"2025-12": "low_touch", "2026-01": "mid_touch", "2026-10": "low_touch"},
    ),
    Story(
        "story-contract-event",
        "Expansion Express",
        "Buys a second product and more than doubles its contract: promoted at once, without waiting.",
        "In 2026-03.",
        {"2026-02": "low_touch", "2026-03": "mid_touch", "2026-10": "mid_touch"},
    ),
    Story(
        "story-merged-from",
        "Little Fish Software",
        "Is bought by Big Fish Software. Billing goes on under the old account; the merge maps it: no exit.",
        "On 2026-02-10.",
        {"2026-01": "low_touch", "2026-02": None},
    ),
    Story(
        "story-merged-into",
        "Big Fish Software",
        "Buys Little Fish Software: its revenue grows by the other's, which is neither a contract event nor growth.",
        "On 2026-02-10.",
        {"2026-01": "mid_touch", "2026-02": "mid_touch"},
    ),
    Story(
        "story-onboarding-silent",
        "First Light Clinics",
        "Signs a large contract, uses the product for 17 days, and is not seen again: silent in its first months, when "
        "there is hardly a trend to fall, and not one ticket to show for it. A lift starts, and somebody has to call.",
        "Starts on 2026-08-01, last used on 2026-08-17.",
        {"2026-07": None, "2026-08": "low_touch", "2026-09": "mid_touch", "2026-10": "mid_touch"},
    ),
)
"""All stories; tests check what they say."""

ADDED_STORIES = frozenset({"story-onboarding-silent"})
"""Stories that are younger than the demo: they take no row number in its exports, so that all other rows stay as they
were."""
