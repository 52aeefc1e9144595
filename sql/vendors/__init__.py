"""Vendor kits: what makes sources of the tables that connectors land, for vendors whose systems are widely used."""
