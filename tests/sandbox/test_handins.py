"""Submissions in the styles of many tools, loaded and called."""

from __future__ import annotations

import re

import numpy as np
import pytest
from support.handins import HAND_INS, HandIn
from support.loading import loaded

INPUTS = np.array([-2.0, -0.5, 0.0, 0.5, 2.0])
RIGHT = {"sigmoid": 1 / (1 + np.exp(-INPUTS)), "relu": np.maximum(INPUTS, 0)}


@pytest.mark.parametrize("hand_in", HAND_INS, ids=lambda hand_in: hand_in.name)
def test_a_hand_in_answers_and_says_what_was_left_out(hand_in: HandIn) -> None:
    """Both functions answer rightly, and there is a note exactly where one is due."""
    options = {"siblings": hand_in.siblings, "limit_s": 2.0}
    with loaded(*hand_in.cells, text=hand_in.text, **options) as module:
        assert sorted(module.defined) == ["relu", "sigmoid"]
        for name in module.defined:
            np.testing.assert_allclose(getattr(module.module, name)(INPUTS), RIGHT[name])
        if hand_in.says:
            assert any(re.search(hand_in.says, note) for note in module.notes), module.notes
        else:
            assert [note for note in module.notes if not note.startswith("it imports ")] == []


@pytest.mark.parametrize("hand_in", HAND_INS, ids=lambda hand_in: hand_in.name)
def test_a_hand_in_answers_where_only_what_is_needed_runs(hand_in: HandIn) -> None:
    """A file that passed the limit of time is loaded again, and answers all the same."""
    options = {"siblings": hand_in.siblings, "limit_s": 2.0, "needed_only": True}
    with loaded(*hand_in.cells, text=hand_in.text, **options) as module:
        assert sorted(module.defined) == ["relu", "sigmoid"]
        for name in module.defined:
            np.testing.assert_allclose(getattr(module.module, name)(INPUTS), RIGHT[name])


def test_the_corpus_is_as_large_as_it_says() -> None:
    """At least forty notebooks, and sixty in all."""
    assert sum(bool(hand_in.cells) for hand_in in HAND_INS) >= 40
    assert len(HAND_INS) >= 60
