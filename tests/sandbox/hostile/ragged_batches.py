# costs: minibatches
# module: training
import numpy as np


def minibatches(X, y, batch_size, rng):
    return [(X[:0], None), ([], []), [[1, [2, [3]]], {}], (X.astype(str), y)]
