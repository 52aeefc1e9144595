"""The words of the demo's company: what it sells, to whom, and what its customers do with it."""

from __future__ import annotations

USE_CASES = {
    "plan projects": ("boards", "timelines", "milestones", "dependencies", "workloads"),
    "report results": ("dashboards", "scheduled_reports", "data_export", "benchmarks", "goals"),
    "automate work": ("rules", "templates", "bulk_edit", "webhooks", "scripts"),
    "serve requests": ("request_forms", "queues", "service_levels", "portal", "canned_replies"),
    "share knowledge": ("pages", "search", "comments", "mentions", "page_history"),
    "control access": ("single_sign_on", "roles", "audit_log", "guests", "two_factor"),
    "track time": ("timesheets", "approvals", "budgets", "rates_card", "calendar_sync"),
    "connect systems": ("api", "crm_sync", "chat_bridge", "file_sync", "mobile_app"),
}
"""What customers want to achieve, and the features that they use for it."""

FEATURES = tuple(feature for features in USE_CASES.values() for feature in features)
FEATURES_PER_USE_CASE = 5

INDUSTRIES = ("software", "manufacturing", "retail", "finance", "healthcare", "logistics", "education", "energy")
INDUSTRY_WEIGHTS = (22, 17, 14, 13, 11, 10, 8, 5)

REGIONS = {
    "amer": ("US", "CA", "BR"),
    "emea": ("DE", "FR", "SE", "PL"),
    "uki": ("GB", "IE"),
    "apac": ("AU", "JP", "SG"),
}
REGION_WEIGHTS = (46, 31, 11, 12)
EURO_COUNTRIES = ("DE", "FR", "IE")

PLANS = ("starter", "team", "business", "enterprise")
PLAN_FACTORS = (0.7, 1.0, 1.25, 1.5)
"""The price of a seat on each plan, relative to the list price."""

MAIN_PRODUCT = "Suite"
PRODUCTS = (
    {"product": "Suite", "list_price": 40.0, "is_per_seat": True, "eligible_plans": None},
    {"product": "Insights", "list_price": 9.0, "is_per_seat": True, "eligible_plans": "team|business|enterprise"},
    {"product": "Automate", "list_price": 7.0, "is_per_seat": True, "eligible_plans": "team|business|enterprise"},
    {"product": "Connect", "list_price": 450.0, "is_per_seat": False, "eligible_plans": "business|enterprise"},
)

FIRST_WORDS = (
    "Northwind", "Bluebird", "Granite", "Solstice", "Juniper", "Harbour", "Copper", "Meridian", "Falcon", "Willow",
    "Atlas", "Cobalt", "Ember", "Fjord", "Goldfinch", "Hazel", "Indigo", "Jasper", "Kestrel", "Lumen",
    "Maple", "Nimbus", "Orchard", "Pioneer", "Quartz", "Redwood", "Saffron", "Thistle", "Umbra", "Velvet",
    "Westlake", "Xenia", "Yarrow", "Zephyr", "Müller", "Søndergaard", "Łódzka", "Señorío", "L'Atelier", "Ångström",
    "Bright & Early", "Café Zürich", "O'Neill", "“Quoted”", "東京", "Smith; Jones", "A/B", "Third, Fourth",
    "100%", "St. Mary's", "Čapek", "Delta-9", "E=mc²",
)  # fmt: skip
SECOND_WORDS = (
    "Analytics", "Bakeries", "Capital", "Dental", "Electric", "Foods", "Games", "Hotels", "Insurance",
    "Journals", "Kitchens", "Labs", "Motors", "Networks", "Optics", "Partners", "Quarries", "Robotics",
    "Studios", "Textiles", "Utilities", "Ventures", "Works", "Yachts", "Zoo Supplies", "Airways", "Brewing",
    "Clinics", "Design", "Engineering", "Freight", "Gardens", "Holdings", "Instruments", "Joinery", "Logistics",
    "Media", "Nurseries", "Outfitters", "Paper", "Rail", "Systems", "Timber", "University", "Vision",
    "Water", "Security", "Mills", "Pharma", "Publishing", "Software", "Steel", "Telecom", "Tools",
    "Toys", "Travel", "Trust", "Glass", "Farms",
)  # fmt: skip
