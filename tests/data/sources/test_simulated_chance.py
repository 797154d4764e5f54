"""The building blocks of the simulator against plain loops and known constants."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.sources.simulated.chance import Wander, bell, decaying, generator, hashed, mixed
from data.sources.simulated.climate import usual_business
from data.sources.simulated.orders import order_sizes

finite = st.floats(-1e6, 1e6)


@given(st.lists(finite, min_size=1, max_size=200), st.floats(0.0, 0.999), finite)
def test_decaying_is_the_plain_recursion(values, factor, before):
    expected, last = [], before
    for value in values:
        last = value + factor * last
        expected.append(last)
    got = decaying(np.array(values), factor=factor, before=before)
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-3)


def test_decaying_carries_over_from_stretch_to_stretch():
    values = generator(1).standard_normal(1_000)
    whole = decaying(values, factor=0.97, before=0.0)
    first = decaying(values[:400], factor=0.97, before=0.0)
    second = decaying(values[400:], factor=0.97, before=first[-1])
    np.testing.assert_allclose(np.concatenate([first, second]), whole, atol=1e-9)


def test_mixed_is_splitmix64():
    # Vigna's splitmix64.c, seed 0: its first three outputs.
    golden = np.uint64(0x9E3779B97F4A7C15)
    states = np.arange(3, dtype=np.uint64) * golden
    expected = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert mixed(states).tolist() == expected


def test_a_hash_depends_on_value_and_salt():
    values = np.arange(1_000)
    one, other = hashed(values, 1), hashed(values, 2)
    assert np.unique(np.concatenate([one, other])).size == 2_000


def test_bell_is_centred_and_of_unit_variance():
    values = bell(hashed(np.arange(200_000), 5))
    assert abs(values.mean()) < 0.01
    assert values.std() == pytest.approx(1.0, abs=0.01)
    assert np.abs(values).max() <= 3.0


def test_a_generator_is_known_by_its_key():
    assert generator(1, 2, 3).integers(2**62) == generator(1, 2, 3).integers(2**62)
    assert generator(1, 2, 3).integers(2**62) != generator(1, 2, 4).integers(2**62)


def test_a_wander_stays_around_zero_with_its_variance():
    wander = Wander(((5.0, 0.3), (50.0, 0.4)))
    path = np.concatenate([wander.draw(10_000, generator(3, part)) for part in range(20)])
    assert path.var() == pytest.approx(wander.variance, rel=0.1)
    assert abs(path.mean()) < 0.05


def test_the_usual_business_is_about_one_on_a_weekday_and_peaks_in_new_york():
    wednesday = 1_794_960_000 * 10**9 + np.arange(1_440) * 60 * 10**9
    usual = usual_business(wednesday)
    assert usual.mean() == pytest.approx(1.0, abs=0.05)
    assert 13 <= usual.argmax() / 60 < 16
    saturday = wednesday + 3 * 86_400 * 10**9
    assert usual_business(saturday).mean() < 0.9 * usual.mean()


def test_order_sizes_have_the_median_asked_for_and_an_end():
    sizes = order_sizes(100_000, 1_000.0, generator(9))
    assert np.median(sizes) == pytest.approx(1_000.0, rel=0.05)
    assert sizes.max() <= 2_000_000.0
    assert sizes.min() > 0.0
