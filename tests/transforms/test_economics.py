"""What serving costs and leaves, worked out by hand with the default rates: 60 support, 120 CSM, margin 0.80."""

from __future__ import annotations

import polars as pl
import pytest

from transforms.economics import with_economics


@pytest.mark.parametrize(
    ("support_hours", "csm_hours", "expected"),
    [
        # (10x60 + 5x120) x 4 = 4800 of 24000 x 0.8 = 19200.
        pytest.param(10.0, 5.0, (4800, 14400, 0.2), id="both"),
        pytest.param(10.0, None, (2400, 16800, 0.1), id="support-alone"),
        pytest.param(None, 5.0, (2400, 16800, 0.1), id="contact-alone"),
        pytest.param(0.0, 0.0, (0, 19200, 0), id="served-for-nothing"),
        pytest.param(100.0, 0.0, (24000, -4800, 1), id="a-loss"),
        pytest.param(None, None, (None, None, None), id="neither-known"),
    ],
)
def test_cost_to_serve_and_margin(policy, support_hours, csm_hours, expected):
    features = pl.LazyFrame(
        {"arr": [24_000.0], "support_hours": [support_hours], "csm_hours": [csm_hours]},
        schema={"arr": pl.Float64, "support_hours": pl.Float64, "csm_hours": pl.Float64},
    )
    [row] = with_economics(features, policy.economics).collect().to_dicts()
    assert row["gross_profit"] == 19_200
    assert (row["cost_to_serve"], row["margin"], row["cost_to_serve_ratio"]) == expected
