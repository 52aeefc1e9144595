"""Files, SQL and a company's own templates, as LazyFrames that match their contracts."""
