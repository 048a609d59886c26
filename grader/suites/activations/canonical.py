"""The activation functions with every step named, so that each can be replaced by a wrong one."""

import math

import numpy as np


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _phi(z):
    scaled = np.asarray(z, dtype=float) / math.sqrt(2)
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(scaled))


def _write_into(array, values):
    """Write values into the caller's array, as ``z[z < 0] = 0`` does."""
    array[...] = values
    return array


def _overwrite(array, values):
    """Write values into the caller's array where there is one, as ``z *= -1`` does."""
    if isinstance(array, np.ndarray) and array.dtype.kind == "f":
        array[...] = values
    return values


def sigmoid(z):
    given = z
    array = given
    z = np.asarray(array)
    exponent = -z
    result = 0.5 * (1 + np.tanh(-0.5 * exponent))
    dtype = float
    return result.astype(dtype)


def sigmoid_prime(z):
    given = z
    array = given
    z = np.asarray(array, dtype=float)
    a = _sigmoid(z)
    rest = a
    other = 1 - rest
    result = a * other
    dtype = float
    return result.astype(dtype)


def tanh_prime(z):
    given = z
    array = given
    z = np.asarray(array, dtype=float)
    a = np.tanh(z)
    square = a**2
    result = 1 - square
    dtype = float
    return result.astype(dtype)


def relu(z):
    given = z
    array = given
    z = np.asarray(array)
    right = z
    left = 0 * z
    result = np.where(z > 0, right, left)
    return result


def relu_prime(z):
    given = z
    array = given
    z = np.asarray(array)
    positive = z > 0
    right = 1.0
    left = 0.0
    result = np.where(positive, right, left)
    return result


def leaky_relu(z, alpha=None):
    given = z
    array = given
    z = np.asarray(array)
    default = 0.01
    slope = default if alpha is None else alpha
    right = z
    left = slope * z
    result = np.where(z > 0, right, left)
    dtype = float
    return result.astype(dtype)


def leaky_relu_prime(z, alpha=None):
    given = z
    array = given
    z = np.asarray(array)
    default = 0.01
    slope = default if alpha is None else alpha
    right = 1.0
    left = slope
    result = np.where(z > 0, right, left)
    dtype = float
    return result.astype(dtype)


def gelu(z):
    given = z
    array = given
    z = np.asarray(array, dtype=float)
    phi = _phi(z)
    result = z * phi
    dtype = float
    return result.astype(dtype)


def gelu_prime(z):
    given = z
    array = given
    z = np.asarray(array, dtype=float)
    first = _phi(z)
    exponent = -(z**2) / 2
    root = np.sqrt(2 * np.pi)
    density = np.exp(exponent) / root
    second = z * density
    result = first + second
    dtype = float
    return result.astype(dtype)
