# costs: minibatches
# attack: special objects: returns lists of unequal lengths and mixed types
# module: training
import numpy as np


def minibatches(X, y, batch_size, rng):
    return [(X[:0], None), ([], []), [[1, [2, [3]]], {}], (X.astype(str), y)]
