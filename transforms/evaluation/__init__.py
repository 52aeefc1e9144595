"""What became of published months: outcomes, and how well what was published told them beforehand."""
