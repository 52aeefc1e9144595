import polars as pl
import pytest

from transforms.sample.chance import SEED, bits, normal, pick, uniform, whole

KEYS = pl.DataFrame({"key": range(20_000)}, schema={"key": pl.UInt64})


def drawn(expression: pl.Expr, frame: pl.DataFrame = KEYS) -> pl.Series:
    return frame.select(expression.alias("drawn"))["drawn"]


def split_mix(number: int) -> int:
    """SplitMix64's finaliser, from its paper."""
    every_bit = 2**64 - 1
    number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9 & every_bit
    number = (number ^ (number >> 27)) * 0x94D049BB133111EB & every_bit
    return number ^ (number >> 31)


def test_bits_never_change_from_version_to_version():
    assert SEED == 2610
    assert drawn(bits("size", pl.col("key")), KEYS.head(3)).to_list() == [
        230_587_412_726_343_281,
        8_975_640_082_083_029,
        496_459_199_345_295_950,
    ]


def test_two_keys_are_mixed_one_after_the_other():
    once = drawn(bits("size", pl.col("key"))).to_list()
    twice = drawn(bits("size", pl.col("key"), pl.col("key") + 7)).to_list()
    assert twice == [split_mix(number ^ (key + 7)) for key, number in enumerate(once)]


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(bits("age", pl.col("key")), id="label"),
        pytest.param(bits("size", 1, pl.col("key")), id="fixed key"),
        pytest.param(bits("size", pl.col("key"), pl.col("key")), id="second key"),
        pytest.param(bits("size", pl.col("key") + 1), id="key"),
    ],
)
def test_draws_differ_by(other):
    assert (drawn(bits("size", pl.col("key"))) == drawn(other)).sum() == 0


def test_a_draw_does_not_depend_on_the_other_rows():
    everything = drawn(uniform("size", pl.col("key")))
    some = drawn(uniform("size", pl.col("key")), KEYS.sample(50, seed=1, shuffle=True).sort("key"))
    picked = KEYS.sample(50, seed=1, shuffle=True).sort("key")["key"].to_list()
    assert some.to_list() == [everything[key] for key in picked]


@pytest.mark.parametrize("rows", [0, 1])
def test_few_rows_draw_as_many(rows):
    assert len(drawn(normal("size", pl.col("key")), KEYS.head(rows))) == rows


def test_uniform_is_spread_evenly():
    values = drawn(uniform("size", pl.col("key")))
    assert values.min() >= 0
    assert values.max() < 1
    tenths = (values * 10).floor().value_counts()["count"]
    assert len(tenths) == 10
    assert tenths.min() > 1_800
    assert tenths.max() < 2_200


def test_normal_has_mean_0_and_variance_1():
    values = drawn(normal("size", pl.col("key")))
    assert abs(values.mean()) < 0.03
    assert abs(values.std() - 1) < 0.03
    assert 0.66 < (values.abs() < 1).mean() < 0.70


def test_whole_meets_whole_means_exactly_and_others_on_average():
    assert drawn(whole(pl.lit(3.0), "count", pl.col("key"))).unique().to_list() == [3]
    assert abs(drawn(whole(pl.lit(0.3), "count", pl.col("key"))).mean() - 0.3) < 0.02


def test_pick_follows_the_weights():
    counts = dict(drawn(pick(("a", "b", None), (70, 20, 10), "pick", pl.col("key"))).value_counts().iter_rows())
    assert {value: round(count / len(KEYS), 1) for value, count in counts.items()} == {"a": 0.7, "b": 0.2, None: 0.1}
