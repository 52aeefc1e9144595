"""Golden months: small files in, published rows out, checked by hand."""
