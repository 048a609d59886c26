"""Correct ways to write the chain rule and the gradient checker, unlike the solution's."""

import math

import numpy as np

from grader.testing import variant


@variant(of="chain_derivative")
def chain_backwards(fs, dfs, x):
    inputs = [x]
    for f in fs[:-1]:
        inputs.append(f(inputs[-1]))
    slope = 1.0
    for df, at in zip(reversed(dfs), reversed(inputs), strict=True):
        slope *= df(at)
    return slope


@variant(of="chain_derivative")
def chain_by_recursion(fs, dfs, x):
    def go(k, at):
        return 1.0 if k == len(fs) else dfs[k](at) * go(k + 1, fs[k](at))

    return go(0, x)


@variant(of="chain_derivative")
def chain_by_product_of_slopes(fs, dfs, x):
    slopes = []
    for k in range(len(fs)):
        slopes.append(dfs[k](x))
        x = fs[k](x)
    return np.prod(slopes)


@variant(of="chain_derivative")
def chain_on_arrays(fs, dfs, x):
    fs, dfs = list(fs), list(dfs)
    value, slope = np.array([x]), np.ones(1)
    while fs:
        f, df = fs.pop(0), dfs.pop(0)
        value, slope = f(value), slope * df(value)
    return slope


@variant(of="numerical_gradient")
def gradient_by_unit_vectors(f, x, h=1e-5):
    x = np.asarray(x, dtype=float)
    columns = []
    for unit in np.eye(x.size):
        step = h * unit.reshape(x.shape)
        columns.append((f(x + step) - f(x - step)) / (2 * h))
    return np.array(columns).reshape(x.shape)


@variant(of="numerical_gradient")
def gradient_with_nditer(f, x, h=1e-5):
    x = np.array(x, dtype="float64")
    out = np.zeros(x.shape)
    it = np.nditer(x, flags=["multi_index"])
    while not it.finished:
        place = it.multi_index
        above, below = x.copy(), x.copy()
        above[place] += h
        below[place] -= h
        out[place] = 0.5 / h * (f(above) - f(below))
        it.iternext()
    return out


@variant(of="numerical_gradient")
def gradient_on_a_flat_view(f, x, h=1e-5):
    x = np.array(x, dtype=float)
    flat = x.reshape(-1)
    out = []
    for i in range(flat.size):
        old = float(flat[i])
        values = []
        for moved in (old + h, old - h):
            flat[i] = moved
            values.append(float(f(x)))
        flat[i] = old
        out.append((values[0] - values[1]) / (2.0 * h))
    return np.reshape(out, x.shape).tolist()


@variant(of="numerical_gradient")
def gradient_in_the_callers_array_put_back(f, x, h=1e-5):
    # The very same number is put back, so nobody can see that it was moved.
    if not (isinstance(x, np.ndarray) and x.dtype == np.float64):
        x = np.array(x, dtype=float)
    out = np.zeros_like(x)
    for i in np.ndindex(*x.shape):
        old = x[i]
        x[i] = old + h
        out[i] = f(x)
        x[i] = old - h
        out[i] -= f(x)
        x[i] = old
    return out / (2 * h)


@variant(of="relative_error")
def error_with_loops(a, b):
    a, b = np.ravel(a), np.ravel(b)
    difference = math.sqrt(sum((p - q) ** 2 for p, q in zip(a, b, strict=True)))
    size = math.sqrt(sum(p * p for p in a)) + math.sqrt(sum(q * q for q in b))
    if size == 0:
        return 0
    return difference / size


@variant(of="relative_error")
def error_with_a_floor(a, b):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    return np.linalg.norm(a - b) / max(np.linalg.norm(a) + np.linalg.norm(b), 1e-300)


@variant(of="relative_error")
def error_with_a_tiny_safety_term(a, b):
    a, b = np.array(a, dtype=float), np.array(b, dtype=float)
    size = np.sqrt(np.sum(a * a)) + np.sqrt(np.sum(b * b))
    return np.sqrt(np.sum(np.square(a - b))) / (size + 1e-12)


@variant(of="relative_error")
def error_scaled_first(a, b):
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    largest = max(np.abs(a).max(), np.abs(b).max())
    if not largest:
        return np.array(0.0)
    a, b = a / largest, b / largest
    return np.sqrt(np.vdot(a - b, a - b)) / (np.sqrt(np.vdot(a, a)) + np.sqrt(np.vdot(b, b)))


@variant(of="chain_derivative", float32=True)
def chain_in_single_precision(fs, dfs, x):
    slope, x = np.float32(1), np.float32(x)
    for f, df in zip(fs, dfs, strict=True):
        slope, x = slope * np.float32(df(x)), np.float32(f(x))
    return float(slope)


@variant(of="relative_error", float32=True)
def error_in_single_precision(a, b):
    a, b = np.asarray(a, dtype=np.float32).ravel(), np.asarray(b, dtype=np.float32).ravel()
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size else 0.0
