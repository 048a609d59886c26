"""Activation functions and their slopes.

Every function takes z, the pre-activation, never the activation a. z is a number or an array of
any shape, not a list. The result has the shape of z; for a number, a 0-d array is accepted, too.
Every function accepts integers and has a check for them: an array that you fill must not take its
dtype from z. Results are floats, in double or single precision, with two exceptions: `relu` may
return integers for integers, and `relu_prime` may return integers or booleans for any z. No
function modifies its argument.

No other module needs this one. To use its functions elsewhere, copy them, or import this file and
hand in both.
"""

import math

import numpy as np


def normal_cdf(z):
    """Return Phi(z), the standard normal distribution function (numpy has no erf).

    This function is provided: use it, and do not change it.

    Parameters
    ----------
    z : ndarray of any shape

    Returns
    -------
    ndarray of z's shape
        The probability that a standard normal variable is at most z.
    """
    scaled = np.asarray(z, dtype=float) / math.sqrt(2.0)
    return 0.5 * (1.0 + np.vectorize(math.erf, otypes=[float])(scaled))


def sigmoid(z):
    """Return the sigmoid of z: ``1 / (1 + exp(-z))``, with a minus in the exponent.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations; integers are fine.

    Returns
    -------
    float or ndarray of z's shape
        The activations, as floats.

    Notes
    -----
    For z = 1000 the result is 1 and for z = -1000 it is 0, never NaN. An overflow warning from
    numpy costs no points if the result is right; a check without points shows whether your
    version causes one. The argument is not modified.

    Examples
    --------
    >>> round(float(sigmoid(0.0)), 6)
    0.5
    >>> np.round(np.float64(sigmoid(np.array([-2, 2]))), 4).tolist()
    [0.1192, 0.8808]

    *Graded on* values, scalar_input, integer_input, input_not_modified,
    large_z_finite_and_right, no_overflow_warning, symmetry.

    Derivation: derivations/activations.html#sigmoid
    """
    # TODO: implement sigmoid
    raise NotImplementedError


def sigmoid_prime(z):
    """Return the slope of the sigmoid at z, the pre-activation.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations (not activations); integers are fine.

    Returns
    -------
    float or ndarray of z's shape
        d sigmoid / dz, as floats. The largest value is 0.25, at z = 0.

    Notes
    -----
    For z = 1000 and z = -1000 the result is 0, never NaN. The argument is not modified.

    Examples
    --------
    >>> round(float(sigmoid_prime(0.0)), 6)
    0.25
    >>> np.round(np.float64(sigmoid_prime(np.array([-2, 3]))), 4).tolist()
    [0.105, 0.0452]

    *Graded on* values, matches_numeric_slope, scalar_input, integer_input, input_not_modified,
    large_z_finite_and_right, no_overflow_warning.

    Derivation: derivations/activations.html#sigmoid_prime
    """
    # TODO: implement sigmoid_prime
    raise NotImplementedError


def tanh_prime(z):
    """Return the slope of tanh at z: ``1 - tanh(z)**2``.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations (not activations); integers are fine.

    Returns
    -------
    float or ndarray of z's shape
        d tanh / dz, as floats. The largest value is 1, at z = 0.

    Notes
    -----
    For z = 1000 and z = -1000 the result is 0, never NaN. The argument is not modified.

    Examples
    --------
    >>> round(float(tanh_prime(0.0)), 6)
    1.0
    >>> np.round(np.float64(tanh_prime(np.array([-1, 2]))), 4).tolist()
    [0.42, 0.0707]

    *Graded on* values, matches_numeric_slope, scalar_input, integer_input, input_not_modified,
    large_z_finite_and_right, no_overflow_warning.

    Derivation: derivations/activations.html#tanh_prime
    """
    # TODO: implement tanh_prime
    raise NotImplementedError


def relu(z):
    """Return z where it is positive and 0 elsewhere.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations; integers are fine.

    Returns
    -------
    number or ndarray of z's shape
        ``max(0, z)``, entry by entry: floats, or integers where z holds integers.

    Notes
    -----
    The argument is not modified.

    Examples
    --------
    >>> (np.float64(relu(np.array([-1.5, 0.0, 2.0]))) + 0.0).tolist()
    [0.0, 0.0, 2.0]

    *Graded on* values, scalar_input, integer_input, input_not_modified.

    Derivation: derivations/activations.html#relu
    """
    # TODO: implement relu
    raise NotImplementedError


def relu_prime(z):
    """Return the slope of relu at z: 1 where z > 0, else 0.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations; integers are fine.

    Returns
    -------
    number or ndarray of z's shape
        The slopes, as floats, integers or booleans.

    Notes
    -----
    relu has no slope at z = 0. By convention the result there is 0. The argument is not
    modified.

    Examples
    --------
    >>> np.asarray(relu_prime(np.array([-1, 0, 2])), dtype=int).tolist()
    [0, 0, 1]

    *Graded on* values, scalar_input, at_zero_is_zero, integer_input, input_not_modified.

    Derivation: derivations/activations.html#relu_prime
    """
    # TODO: implement relu_prime
    raise NotImplementedError


def leaky_relu(z, alpha=0.01):
    """Return z where it is positive and ``alpha * z`` elsewhere.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations; integers are fine.
    alpha : float
        The slope on the negative side, 0 < alpha < 1.

    Returns
    -------
    float or ndarray of z's shape
        The activations, as floats.

    Notes
    -----
    The result is finite for z = 1000 and z = -1000. The argument is not modified.

    Examples
    --------
    >>> np.round(np.float64(leaky_relu(np.array([-2, 3]), 0.1)), 6).tolist()
    [-0.2, 3.0]

    *Graded on* values, scalar_input, integer_input, default_alpha, input_not_modified,
    large_z_finite_and_right, no_overflow_warning.

    Derivation: derivations/activations.html#leaky_relu
    """
    # TODO: implement leaky_relu
    raise NotImplementedError


def leaky_relu_prime(z, alpha=0.01):
    """Return the slope of leaky_relu at z: 1 where z > 0, alpha where z < 0.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations; integers are fine.
    alpha : float
        The slope on the negative side, 0 < alpha < 1.

    Returns
    -------
    float or ndarray of z's shape
        The slopes, as floats.

    Notes
    -----
    At z = 0 the result is alpha by convention; no check tests it. The argument is not modified.

    Examples
    --------
    >>> np.round(np.float64(leaky_relu_prime(np.array([-2, 3]), 0.1)), 6).tolist()
    [0.1, 1.0]

    *Graded on* values, default_alpha, integer_input, matches_numeric_slope, scalar_input,
    input_not_modified.

    Derivation: derivations/activations.html#leaky_relu_prime
    """
    # TODO: implement leaky_relu_prime
    raise NotImplementedError


def gelu(z):
    """Return the exact GELU, ``z * Phi(z)``, with Phi from `normal_cdf`.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations; integers are fine.

    Returns
    -------
    float or ndarray of z's shape
        The activations, as floats.

    Notes
    -----
    The approximation with tanh, which GPT and BERT used, differs by up to 4.7e-4 and is not
    accepted. For z = -1000 the result is 0, for z = 1000 it is 1000. The argument is not
    modified.

    Examples
    --------
    >>> round(float(gelu(1.0)), 6)
    0.841345
    >>> np.round(np.float64(gelu(np.array([-1, 2]))), 4).tolist()
    [-0.1587, 1.9545]

    *Graded on* values, scalar_input, integer_input, input_not_modified,
    large_z_finite_and_right, no_overflow_warning.

    Derivation: derivations/activations.html#gelu
    """
    # TODO: implement gelu
    raise NotImplementedError


def gelu_prime(z):
    """Return the slope of the exact GELU at z.

    Parameters
    ----------
    z : number or ndarray of any shape
        Pre-activations; integers are fine.

    Returns
    -------
    float or ndarray of z's shape
        d gelu / dz, as floats. Use the product rule: the slope of Phi is the standard normal
        density, ``exp(-z**2 / 2) / sqrt(2 pi)``.

    Notes
    -----
    The argument is not modified.

    Examples
    --------
    >>> round(float(gelu_prime(0.0)), 6)
    0.5
    >>> np.round(np.float64(gelu_prime(np.array([-1, 2]))), 4).tolist()
    [-0.0833, 1.0852]

    *Graded on* values, scalar_input, matches_numeric_slope, integer_input, input_not_modified.

    Derivation: derivations/activations.html#gelu_prime
    """
    # TODO: implement gelu_prime
    raise NotImplementedError


if __name__ == "__main__":
    import sys

    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    print(f'To grade this file, run:  {python} -m grader submit "{__file__}"')
