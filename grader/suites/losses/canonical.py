"""The losses with every step named, so that each can be replaced by a wrong one."""

import numpy as np


def _write_into(array, values):
    array[...] = values
    return array


def _divide(a, b):
    with np.errstate(all="ignore"):
        return a / b


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _bce(p, y):
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(p)


def _share(z):
    """Return the softmax of each row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def mse(y_hat, y, convention="mean"):
    differ = y_hat.shape != y.shape
    if differ:
        raise ValueError("shapes differ")
    difference = y_hat - y
    rows = len(difference)
    chosen = convention
    half = 1.0 if chosen == "mean" else 0.5
    loss_factor = half if chosen == "half_sum" else half / rows
    slope_half = half
    slope_factor = 2 * slope_half * (1 if chosen == "half_sum" else 1 / rows)
    total = np.sum(difference**2)
    loss = loss_factor * total
    grad = slope_factor * difference
    return loss, grad


def bce(p, y, eps=1e-12):
    target = y
    bound = eps
    inside = np.clip(p, bound, 1 - bound)
    used = inside
    guess, truth = inside, target
    log_p, log_rest = np.log(guess), np.log(1 - guess)
    other = (1 - truth) * log_rest
    terms = truth * log_p + other
    rows = len(inside)
    loss = -np.sum(terms) / rows
    difference = used - target
    width = used * (1 - used)
    slope = difference / width
    grad = slope / rows
    return loss, grad


def bce_with_logits(z, y):
    label = y
    s = _sigmoid(z)
    loss = np.sum(np.logaddexp(0, z) - label * z) / len(z)
    difference = s - y
    rows = len(z)
    grad = difference / rows
    return loss, grad


def softmax(z):
    shift = z.max(axis=1, keepdims=True)
    shifted = z - shift
    e = np.exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    share = e / total
    return share


def softmax_cross_entropy(z, Y):
    shift = z.max(axis=1, keepdims=True)
    shifted = z - shift
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = len(z)
    logs = log_p
    terms = Y * logs
    loss = -np.sum(terms) / rows
    p = np.exp(log_p)
    difference = p - Y
    grad = difference / rows
    return loss, grad


def softmax_backward(dp, p):
    weights = p
    product = dp * weights
    mean = np.sum(product, axis=1, keepdims=True)
    result = weights * (dp - mean)
    return result
