"""The stores: data is read from sources and written to the warehouse here."""
