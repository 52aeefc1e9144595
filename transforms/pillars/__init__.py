"""The metrics of an account in a month: health, growth, strategic value, complexity and revenue."""

from transforms.pillars.account_metrics import account_metrics
from transforms.pillars.inputs import MonthInputs

__all__ = ["MonthInputs", "account_metrics"]
