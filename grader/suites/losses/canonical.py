"""The losses with every step named, so that each can be replaced by a wrong one."""

import numpy as np


def _write_into(array, values):
    array[...] = values
    return array


def _divide(a, b):
    with np.errstate(all="ignore"):
        return a / b


def _assert(condition):
    assert condition


def _sigmoid(z):
    """Return the sigmoid as most write it: its logarithm is infinite where theirs is."""
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z))


def _share(z, axis=1):
    """Return the softmax of each row."""
    e = np.exp(z - z.max(axis=axis, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def _binary_logs(p, y):
    return -(y * np.log(p) + (1 - y) * np.log(1 - p))


def _lower_by_number(p, labels):
    lowered = p.copy()
    lowered[np.arange(len(p)), labels] -= 1
    return lowered


def mse(y_hat, y, convention=None):
    default = "mean"
    chosen = default if convention is None else convention
    differ = y_hat.shape != y.shape
    if differ:
        raise ValueError("shapes differ")
    difference = y_hat - y
    total = np.sum(difference**2)
    half = 1.0 if chosen == "mean" else 0.5
    loss_half = half
    slope_half = half
    rows = len(difference)
    count = 1 if chosen == "half_sum" else rows
    loss_count = count
    slope_count = count
    loss = loss_half * total / loss_count
    slope = difference
    grad = 2 * slope_half * slope / slope_count
    return loss, grad


def bce(p, y, eps=None):
    default = 1e-12
    bound = default if eps is None else eps
    given, target = p, y
    low = bound
    high = 1 - bound
    inside = np.clip(given, low, high)
    used = inside
    guess, truth = inside, target
    log_p, log_rest = np.log(guess), np.log(1 - guess)
    first = truth * log_p
    other = (1 - truth) * log_rest
    terms = first + other
    total = np.sum(terms)
    rows = len(inside)
    loss_rows = rows
    loss = -total / loss_rows
    difference = used - target
    width = used * (1 - used)
    slope = difference / width
    slope_rows = rows
    grad = slope / slope_rows
    return loss, grad


def bce_with_logits(z, y):
    logits, target = z, y
    s = _sigmoid(logits)
    label = target
    terms = np.logaddexp(0, logits) - label * logits
    total = np.sum(terms)
    rows = len(logits)
    loss_rows = rows
    loss = total / loss_rows
    difference = s - target
    slope = difference
    slope_rows = rows
    grad = slope / slope_rows
    return loss, grad


def softmax(z):
    shift = z.max(axis=1, keepdims=True)
    shifted = z - shift
    e = np.exp(shifted)
    total = e.sum(axis=1, keepdims=True)
    share = e / total
    return share


def softmax_cross_entropy(z, Y):
    logits, target = z, Y
    axis = 1
    shift = logits.max(axis=axis, keepdims=True)
    shifted = logits - shift
    log_p = shifted - np.log(np.exp(shifted).sum(axis=axis, keepdims=True))
    logs = log_p
    terms = target * logs
    total = np.sum(terms)
    rows = len(logits)
    loss_rows = rows
    loss = -total / loss_rows
    p = np.exp(log_p)
    difference = p - target
    slope = difference
    slope_rows = rows
    grad = slope / slope_rows
    return loss, grad


def softmax_backward(dp, p):
    upstream, weights = dp, p
    product = upstream * weights
    mean = np.sum(product, axis=1, keepdims=True)
    inner = upstream - mean
    result = weights * inner
    return result
