"""Every supported expectation returns the verdict and the counts of Great Expectations' own engine on pandas."""

from __future__ import annotations

import warnings

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.expectations.polars_engine.catalogue import CORNERS, FORMS, FRAMES, OPTIONS, with_options
from tests.expectations.polars_engine.harness import as_pandas, comparable, validate

TYPES = pytest.mark.parametrize("kind", FORMS, ids=lambda kind: kind.__name__)

# Shrinking validates a hundred times to make frames of eight rows smaller.
WITHOUT_SHRINKING = (Phase.explicit, Phase.reuse, Phase.generate)


def assert_alike(frame, checks):
    here = [comparable(result) for result in validate(frame.lazy(), checks)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas warns of infinities, and of how Great Expectations uses it
        there = [comparable(result) for result in validate(as_pandas(frame), checks)]
    for check, ours, theirs in zip(checks, here, there, strict=True):
        assert ours == theirs, check.configuration


def compare(kind, frame, data):
    forms = data.draw(st.lists(st.sampled_from(FORMS[kind]), min_size=1, max_size=4, unique_by=id))
    options = data.draw(st.sampled_from(list(OPTIONS.values())))
    assert_alike(frame, [with_options(form, options) for form in forms])


@TYPES
@settings(max_examples=4, phases=WITHOUT_SHRINKING)
@given(frame=FRAMES, data=st.data())
def test_of_any_data(kind, frame, data):
    compare(kind, frame, data)


@pytest.mark.parametrize("corner", CORNERS)
def test_of_the_corners(corner):
    assert_alike(CORNERS[corner], [form for forms in FORMS.values() for form in forms])


@pytest.mark.torture
@TYPES
@settings(max_examples=100, phases=WITHOUT_SHRINKING, suppress_health_check=[HealthCheck.too_slow])
@given(frame=FRAMES, data=st.data())
def test_of_much_data(kind, frame, data):
    compare(kind, frame, data)
