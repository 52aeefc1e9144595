"""The report of a month: one HTML file that needs no network, for leaders and CSMs."""
