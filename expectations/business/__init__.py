"""Business checks: is a month plausible? Each check is a measure with limits.

Pure: frames and the policy in, measures out. :mod:`expectations.judge` gives the verdict and :mod:`expectations.gate`
stops the month.
"""
