"""The report of a month: one HTML file that needs no network, for leaders and for those who look after accounts."""
