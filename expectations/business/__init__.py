"""Business checks: is a month plausible? Each check is a measure with limits.

Pure: frames and the policy in, measures out. :mod:`expectations.judge` judges them and :mod:`expectations.gate` stops
the month.
"""
