"""The activation functions with every step named, so that each can be replaced by a wrong one."""

import math

import numpy as np


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _phi(z):
    scaled = np.asarray(z, dtype=float) / math.sqrt(2)
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(scaled))


def sigmoid(z):
    z = np.asarray(z)
    exponent = -z
    result = 0.5 * (1 + np.tanh(-0.5 * exponent))
    dtype = float
    return result.astype(dtype)


def sigmoid_prime(z):
    z = np.asarray(z, dtype=float)
    a = _sigmoid(z)
    rest = a
    slope = a * (1 - rest)
    return slope


def tanh_prime(z):
    z = np.asarray(z, dtype=float)
    a = np.tanh(z)
    square = a**2
    slope = 1 - square
    return slope


def relu(z):
    z = np.asarray(z)
    left = 0 * z
    return np.where(z > 0, z, left)


def relu_prime(z):
    z = np.asarray(z)
    positive = z > 0
    left = 0.0
    return np.where(positive, 1.0, left)


def leaky_relu(z, alpha=0.01):
    z = np.asarray(z)
    slope = alpha
    result = np.where(z > 0, z, slope * z)
    return result


def leaky_relu_prime(z, alpha=0.01):
    z = np.asarray(z)
    slope = alpha
    left = slope
    return np.where(z > 0, 1.0, left)


def gelu(z):
    z = np.asarray(z, dtype=float)
    phi = _phi(z)
    return z * phi


def gelu_prime(z):
    z = np.asarray(z, dtype=float)
    first = _phi(z)
    exponent = -(z**2) / 2
    root = np.sqrt(2 * np.pi)
    density = np.exp(exponent) / root
    second = z * density
    result = first + second
    return result
