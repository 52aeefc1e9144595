"""Business checks: whether a month's numbers are plausible, each as a measure with its bounds.

Pure: frames and the policy in, measures out. Who gives the verdict, and what stops a month, is told elsewhere.
"""
