"""Correct ways to write the activation functions that are not the solution's."""

import math

import numpy as np

from grader.testing import variant


def _phi(x):
    return (1.0 + math.erf(x / math.sqrt(2.0))) / 2.0


_PHI = np.vectorize(_phi, otypes=[float])


@variant(of="sigmoid")
def sigmoid_in_one_line(z):
    # Overflows inside at z = -1000 and is right all the same.
    return 1 / (1 + np.exp(-np.asarray(z)))


@variant(of="sigmoid")
def sigmoid_by_tanh(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


@variant(of="sigmoid")
def sigmoid_with_loops(z):
    z = np.asarray(z, dtype=float)
    out = np.empty(z.shape)
    for index in np.ndindex(z.shape):
        x = z[index]
        out[index] = 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
    return out


@variant(of="sigmoid", float32=True)
def sigmoid_single_precision(z):
    z = np.asarray(z, dtype=np.float32)
    return 1 / (1 + np.exp(-z))


@variant(of="sigmoid")
def sigmoid_as_nested_lists(z):
    return (0.5 * (1 + np.tanh(0.5 * np.asarray(z)))).tolist()


@variant(of="sigmoid_prime")
def sigmoid_prime_from_a(z):
    a = 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))
    return a * (1 - a)


@variant(of="sigmoid_prime")
def sigmoid_prime_both_sides(z):
    z = np.asarray(z)
    with np.errstate(over="ignore"):
        return 1 / (1 + np.exp(-z)) * (1 / (1 + np.exp(z)))


@variant(of="tanh_prime")
def tanh_prime_factored(z):
    t = np.tanh(z)
    return (1 - t) * (1 + t)


@variant(of="tanh_prime")
def tanh_prime_by_cosh(z):
    with np.errstate(over="ignore"):
        return np.cosh(np.asarray(z, dtype=float)) ** -2.0


@variant(of="relu")
def relu_by_mask(z):
    z = np.asarray(z)
    return z * (z > 0)


@variant(of="relu")
def relu_by_absolute_value(z):
    return (np.asarray(z) + np.abs(z)) / 2


@variant(of="relu")
def relu_in_place_on_a_copy(z):
    out = np.array(z, dtype=float)
    out[out < 0] = 0
    return out


@variant(of="relu_prime")
def relu_prime_as_booleans(z):
    return np.asarray(z) > 0


@variant(of="relu_prime")
def relu_prime_as_integers(z):
    return np.where(np.asarray(z) > 0, 1, 0)


@variant(of="relu_prime")
def relu_prime_by_heaviside(z):
    return np.heaviside(z, 0.0)


@variant(of="leaky_relu")
def leaky_relu_by_maximum(z, alpha=0.01):
    z = np.asarray(z)
    return np.maximum(z, alpha * z)


@variant(of="leaky_relu")
def leaky_relu_as_sum(z, alpha=0.01):
    return np.maximum(0, z) + alpha * np.minimum(0, z)


@variant(of="leaky_relu_prime")
def leaky_relu_prime_by_arithmetic(z, alpha=0.01):
    positive = np.asarray(z) > 0
    return positive * 1.0 + (1 - positive) * alpha


@variant(of="gelu")
def gelu_by_math(z):
    return np.vectorize(lambda x: x * _phi(x), otypes=[float])(z)


@variant(of="gelu")
def gelu_with_loops(z):
    z = np.asarray(z, dtype=float)
    return np.array([x * _phi(x) for x in z.ravel()]).reshape(z.shape)


@variant(of="gelu_prime")
def gelu_prime_by_math(z):
    def slope(x):
        return _phi(x) + x * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)

    return np.vectorize(slope, otypes=[float])(z)


def _single(f, z, *settings):
    """Return what f gives in single precision; for a number a Python float."""
    z = np.asarray(z, dtype=np.float32)
    got = f(z, *map(np.float32, settings)).astype(np.float32)
    return got if z.ndim else float(got)


@variant(of="sigmoid_prime", float32=True)
def sigmoid_prime_single_precision(z):
    """Computes in float32, and returns a Python float for a number."""
    return _single(lambda z: np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))) ** 2, z)


@variant(of="tanh_prime", float32=True)
def tanh_prime_single_precision(z):
    """Computes in float32, and returns a Python float for a number."""
    return _single(lambda z: 1 - np.tanh(z) ** 2, z)


@variant(of="relu", float32=True)
def relu_single_precision(z):
    """Computes in float32, and returns a Python float for a number."""
    return _single(lambda z: np.maximum(z, 0), z)


@variant(of="relu_prime", float32=True)
def relu_prime_single_precision(z):
    """Computes in float32, and returns a Python float for a number."""
    return _single(lambda z: np.heaviside(z, np.float32(0)), z)


@variant(of="leaky_relu", float32=True)
def leaky_relu_single_precision(z, alpha=0.01):
    """Computes in float32, and returns a Python float for a number."""
    return _single(lambda z, slope: np.where(z > 0, z, slope * z), z, alpha)


@variant(of="leaky_relu_prime", float32=True)
def leaky_relu_prime_single_precision(z, alpha=0.01):
    """Computes in float32, and returns a Python float for a number."""
    return _single(lambda z, slope: np.where(z > 0, np.float32(1), slope), z, alpha)


@variant(of="gelu", float32=True)
def gelu_single_precision(z):
    """Computes in float32, and returns a Python float for a number."""
    return _single(lambda z: z * _PHI(z).astype(np.float32), z)


@variant(of="gelu_prime", float32=True)
def gelu_prime_single_precision(z):
    """Computes in float32, and returns a Python float for a number."""

    def slope(z):
        density = np.exp(-z * z / 2) / np.float32(math.sqrt(2 * math.pi))
        return _PHI(z).astype(np.float32) + z * density

    return _single(slope, z)
