"""Correct ways to write the losses that are not the solution's."""

import math

import numpy as np

from grader.testing import variant


def _half_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


@variant(of="mse")
def mse_as_a_list(y_hat, y, convention="mean"):
    if np.shape(y_hat) != np.shape(y):
        raise ValueError("shapes")
    rows = y.shape[0]
    grad = 2 * np.subtract(y_hat, y)
    loss = np.square(y_hat - y).sum()
    if convention == "half_sum":
        return [0.5 * loss, 0.5 * grad]
    if convention == "half_mean":
        return [0.5 * loss / rows, 0.5 * grad / rows]
    return [loss / rows, grad / rows]


@variant(of="mse")
def mse_with_loops(y_hat, y, convention="mean"):
    if y_hat.shape != y.shape:
        raise ValueError("shapes")
    rows, columns = y.shape
    factor = {"mean": 2 / rows, "half_sum": 1.0, "half_mean": 1 / rows}[convention]
    loss, grad = 0.0, []
    for i in range(rows):
        grad.append([])
        for j in range(columns):
            error = y_hat[i, j] - y[i, j]
            loss += factor / 2 * error * error
            grad[i].append(factor * error)
    return loss, grad


@variant(of="mse")
def mse_by_columns(y_hat, y, convention="mean"):
    if y_hat.ndim != y.ndim or y_hat.shape != y.shape:
        raise ValueError("shapes")
    error = y_hat - y
    if convention == "mean":
        return np.mean(error**2, axis=0).sum(), 2 * error / len(error)
    if convention == "half_mean":
        return 0.5 * np.mean(np.einsum("ij,ij->i", error, error)), error / len(error)
    return 0.5 * np.linalg.norm(error) ** 2, error


@variant(of="mse", float32=True)
def mse_single_precision(y_hat, y, convention="mean"):
    if y_hat.shape != y.shape:
        raise ValueError("shapes")
    error = y_hat.astype(np.float32) - y.astype(np.float32)
    factor = {"mean": 1 / len(y), "half_sum": 0.5, "half_mean": 0.5 / len(y)}[convention]
    return np.float32(factor) * np.sum(error * error), np.float32(2 * factor) * error


@variant(of="bce")
def bce_in_two_terms(p, y, eps=1e-12):
    p = np.minimum(np.maximum(p, eps), 1 - eps)
    loss = np.mean(-np.where(y == 1, np.log(p), np.log(1 - p)).sum(axis=1))
    return [loss, (-(y / p) + (1 - y) / (1 - p)) / p.shape[0]]


@variant(of="bce")
def bce_by_log1p(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    n = p.shape[0]
    loss = -(y * np.log(p)).sum() / n - ((1 - y) * np.log1p(-p)).sum() / n
    return float(loss), (p - y) / (p - p**2) / n


@variant(of="bce")
def bce_with_loops(p, y, eps=1e-12):
    rows, columns = p.shape
    loss, grad = 0.0, np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            q, t = min(max(p[i, j], eps), 1 - eps), y[i, j]
            loss -= math.log(q) if t else math.log(1 - q)
            grad[i, j] = (q - t) / (q * (1 - q)) / rows
    return loss / rows, grad


@variant(of="bce_with_logits")
def bce_with_logits_by_absolute_value(z, y):
    loss = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    return loss.sum(axis=1).mean(), (_half_tanh(z) - y) / z.shape[0]


@variant(of="bce_with_logits")
def bce_with_logits_by_signed_logit(z, y):
    signed = (1 - 2 * y) * z
    loss = np.logaddexp(0, signed).sum() / len(z)
    return [np.array([loss]), (1 - 2 * y) * _half_tanh(signed) / len(z)]


@variant(of="bce_with_logits")
def bce_with_logits_overflowing_on_the_way(z, y):
    # exp(1000) is infinite and its reciprocal 0: numpy warns, the answer is right.
    s = 1 / (1 + np.exp(-z))
    loss = np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z))
    return np.sum(loss) / len(z), (s - y) / len(z)


@variant(of="bce_with_logits", float32=True)
def bce_with_logits_single_precision(z, y):
    z = z.astype(np.float32)
    y = y.astype(np.float32)
    rows = np.float32(len(z))
    loss = np.sum(np.logaddexp(np.float32(0), z) - y * z) / rows
    return float(loss), (_half_tanh(z).astype(np.float32) - y) / rows


@variant(of="softmax")
def softmax_with_a_row_maximum(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@variant(of="softmax")
def softmax_on_columns(z):
    shifted = z.T - np.max(z, axis=1)
    e = np.exp(shifted)
    return (e / np.sum(e, axis=0)).T


@variant(of="softmax")
def softmax_as_nested_lists(z):
    rows = []
    for row in z:
        powers = [math.exp(x - max(row)) for x in row]
        rows.append([power / sum(powers) for power in powers])
    return rows


@variant(of="softmax", float32=True)
def softmax_single_precision(z):
    z = z.astype(np.float32)
    e = np.exp(z - z.max(axis=-1)[:, None])
    return e / e.sum(axis=-1)[:, None]


@variant(of="softmax_cross_entropy")
def cross_entropy_by_index(z, Y):
    rows = np.arange(len(z))
    labels = Y.argmax(axis=1)
    shifted = z - z.max(axis=1, keepdims=True)
    sums = np.exp(shifted).sum(axis=1)
    loss = np.mean(np.log(sums) - shifted[rows, labels])
    dz = np.exp(shifted) / sums[:, None]
    dz[rows, labels] -= 1
    return [loss, dz / len(z)]


@variant(of="softmax_cross_entropy")
def cross_entropy_by_logaddexp(z, Y):
    log_p = z - np.logaddexp.reduce(z, axis=1, keepdims=True)
    loss = -np.einsum("ij,ij->", Y, log_p) / z.shape[0]
    return loss, (np.exp(log_p) - Y) / z.shape[0]


@variant(of="softmax_cross_entropy")
def cross_entropy_with_loops(z, Y):
    count, loss, grad = len(z), 0.0, []
    for row, target in zip(z.tolist(), Y.tolist()):
        top = max(row)
        log_sum = top + math.log(sum(math.exp(x - top) for x in row))
        loss += sum(t * (log_sum - x) for x, t in zip(row, target)) / count
        grad.append([(math.exp(x - log_sum) - t) / count for x, t in zip(row, target)])
    return loss, grad


@variant(of="softmax_cross_entropy", float32=True)
def cross_entropy_single_precision(z, Y):
    z, Y = z.astype(np.float32), Y.astype(np.float32)
    shifted = z - z.max(axis=1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
    rows = np.float32(len(z))
    return -np.sum(Y * log_p) / rows, (np.exp(log_p) - Y) / rows


@variant(of="softmax_backward")
def softmax_backward_with_jacobians(dp, p):
    out = np.empty_like(p)
    for i, row in enumerate(p):
        out[i] = (np.diag(row) - np.outer(row, row)) @ dp[i]
    return out


@variant(of="softmax_backward")
def softmax_backward_by_einsum(dp, p):
    return dp * p - p * np.einsum("ij,ij->i", dp, p)[:, np.newaxis]


@variant(of="softmax_backward")
def softmax_backward_with_loops(dp, p):
    rows = []
    for slopes, chances in zip(dp.tolist(), p.tolist()):
        mean = sum(s * c for s, c in zip(slopes, chances))
        rows.append([c * (s - mean) for s, c in zip(slopes, chances)])
    return rows


@variant(of="softmax_backward", float32=True)
def softmax_backward_single_precision(dp, p):
    dp, p = dp.astype(np.float32), p.astype(np.float32)
    return p * (dp - (dp * p).sum(axis=1, keepdims=True))


class _ShapeError(ValueError):
    """Of arrays that do not fit."""


@variant(of="mse")
def mse_with_an_exception_of_its_own(y_hat, y, convention="mean"):
    if y_hat.shape != y.shape:
        raise _ShapeError(f"{y_hat.shape} and {y.shape}")
    total, rows = ((y_hat - y) ** 2).sum(), len(y)
    factor = {"mean": 1 / rows, "half_sum": 1 / 2, "half_mean": 1 / 2 / rows}[convention]
    return factor * total, 2 * factor * (y_hat - y)
