"""Addressed streams: same number for the same address, whatever else is drawn; independent otherwise."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from unmoor.base.errors import BadInput
from unmoor.base.random import normal, uniform, uniform_at

PLACES = st.integers(0, 10_000)


@given(seed=st.integers(0, 2**70), purpose=st.text(max_size=20), first=PLACES, count=st.integers(0, 60), start=PLACES)
def test_a_patient_keeps_its_number_in_any_batch(seed: int, purpose: str, first: int, count: int, start: int) -> None:
    whole = uniform(seed, purpose, min(first, start), max(first, start) + count - min(first, start))
    part = uniform(seed, purpose, max(first, start), count)
    assert np.array_equal(whole[max(first, start) - min(first, start) :], part)


@given(patients=st.sets(PLACES, max_size=30), draw=st.integers(0, 5))
def test_chosen_patients_get_the_numbers_of_the_whole_range(patients: set[int], draw: int) -> None:
    chosen = sorted(patients)
    assert np.array_equal(uniform_at(7, "age", chosen, draw), uniform(7, "age", 0, 10_001, draw)[chosen])


def test_an_independent_philox_gives_the_same_number() -> None:
    """Philox4x64-10 written out with Python integers (Salmon 2011), and the first SHA-256 bytes as its key."""
    mask, patient = 2**64 - 1, 1_234_567
    key = int.from_bytes(hashlib.sha256(b"42\n3\nweight").digest()[:16], "little")
    k0, k1 = key & mask, key >> 64
    x = [patient // 4 + 1, 0, 0, 0]  # numpy counts up before it makes a block
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * x[0], 0xCA5A826395121157 * x[2]
        x = [(b >> 64) ^ x[1] ^ k0, b & mask, (a >> 64) ^ x[3] ^ k1, a & mask]
        k0, k1 = (k0 + 0x9E3779B97F4A7C15) & mask, (k1 + 0xBB67AE8584CAA73B) & mask
    assert uniform(42, "weight", patient, 1, draw=3)[0] == ((x[patient % 4] >> 11) + 0.5) / 2**53


def test_numbers_are_uniform_normal_and_inside_the_open_interval() -> None:
    u = uniform(1, "age", 0, 200_000)
    assert u.min() > 0
    assert u.max() < 1
    assert stats.kstest(u, "uniform").pvalue > 1e-3
    assert stats.kstest(normal(1, "age", 0, 200_000), "norm").pvalue > 1e-3


@pytest.mark.parametrize("other", [(2, "age", 0), (1, "weight", 0), (1, "age", 1), (1, "0\nage", 0)])
def test_another_seed_purpose_or_draw_is_independent(other: tuple[int, str, int]) -> None:
    seed, purpose, draw = other
    here, there = normal(1, "age", 0, 100_000), normal(seed, purpose, 0, 100_000, draw)
    assert abs(np.corrcoef(here, there)[0, 1]) < 4 / np.sqrt(100_000)
    assert not np.any(here == there)


def test_neighbouring_patients_are_independent() -> None:
    z = normal(1, "age", 0, 100_001)
    for lag in (1, 2, 3, 4, 8):
        assert abs(np.corrcoef(z[:-lag], z[lag:])[0, 1]) < 4 / np.sqrt(100_000)


@pytest.mark.parametrize("seed", [-1, 1.5, "one", None, True])
def test_a_seed_that_is_no_whole_number_is_refused(seed: object) -> None:
    with pytest.raises(BadInput, match="seed is"):
        uniform(seed, "age", 0, 1)  # type: ignore[arg-type]


def test_numpy_integers_are_whole_numbers_too() -> None:
    assert uniform(np.int64(3), "age", 0, 2)[1] == uniform(3, "age", np.int32(1), 1)[0]  # type: ignore[arg-type]


def test_unordered_patients_are_refused() -> None:
    with pytest.raises(BadInput, match="increasing order"):
        uniform_at(1, "age", [3, 2])
