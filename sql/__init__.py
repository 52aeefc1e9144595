"""The stores: data comes in from sources and leaves to the warehouse here."""
