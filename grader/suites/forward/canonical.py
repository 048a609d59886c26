"""The forward pass with every step named, so that each can be replaced by a wrong one."""

import numpy as np


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


def _share(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _write_into(array, values):
    if array.shape != values.shape:
        return values
    array[:] = values
    return array


def affine_forward(A_prev, W, b):
    weights = W
    product = A_prev @ weights
    bias = b
    total = product + bias
    Z = total
    stored = A_prev
    cache = (stored, W, b)
    return Z, cache


def mlp_forward(X, params):
    caches = []
    layers = params
    A = X
    for W, b in layers:
        is_last = len(caches) == len(params) - 1
        A_prev = A
        weights = W
        product = A_prev @ weights
        bias = b
        Z = product + bias
        slope_input = Z
        a = _sigmoid(Z)
        stored = A_prev
        cache = (stored, slope_input)
        caches.append(cache)
        A = a
    output = A
    returned = caches
    return output, returned
