"""The chain rule, and a numerical check of gradients.

Write this module before any backpropagation: with it you can check every later function yourself.
No function modifies its arguments. `numerical_gradient` has to compute in float64; elsewhere
results in float32 are accepted, too.

This module needs no other. To use functions of another module, copy them, or import that file
and hand in both.
"""

import numpy as np


def chain_derivative(fs, dfs, x):
    """Return the derivative of a chain of functions of one number.

    The chain is ``y = fs[-1](... fs[1](fs[0](x)))``: ``fs[0]`` is applied to x, and each
    further function to the result of the one before.

    Parameters
    ----------
    fs : list of callable
        The functions of the chain, one or more, each from a float to a float.
    dfs : list of callable
        Their derivatives: ``dfs[k]`` is the derivative of ``fs[k]``. Call these functions for
        the slopes: one check passes other functions here, to test that you do.
    x : float
        The point at which the derivative is taken.

    Returns
    -------
    float
        dy/dx at x.

    Notes
    -----
    Take the derivative of each function at the *input* of that function, which is x only for
    the first. The lists are not modified.

    Examples
    --------
    >>> square, square_prime = lambda x: x * x, lambda x: 2 * x
    >>> round(float(chain_derivative([square, np.exp], [square_prime, np.exp], 1.0)), 6)
    5.436564
    >>> round(float(chain_derivative([square, np.sin], [square_prime, np.cos], 0.7)), 6)
    1.235266

    *Graded on* one_link, two_links, four_links, slopes_are_those_of_dfs, lists_not_modified.

    Derivation: derivations/gradient_check.html#chain_derivative
    """
    # TODO: implement chain_derivative
    raise NotImplementedError


def numerical_gradient(f, x, h=1e-5):
    """Return the gradient of f at x by centred differences, one entry of x at a time.

    Entry i of the result is ``(f(x + h e_i) - f(x - h e_i)) / (2 h)``, where e_i is 1 at entry
    i and 0 elsewhere. Only one entry changes at a time, by exactly the h that is passed in.

    Parameters
    ----------
    f : callable
        A function from an array of x's shape to a number. It may combine several entries, and
        it does not modify its argument.
    x : ndarray of any shape
        The point at which the gradient is taken: floats of any precision, or integers.
    h : float
        The step, more than 0.

    Returns
    -------
    ndarray of x's shape
        The derivatives, as floats.

    Notes
    -----
    Work on a float64 copy of x: rounding loses most of the step in float32, and all of it in an
    integer array. For a quadratic f the result is exact up to rounding, even with a large h. x
    is not modified: it has the same values after the call.

    Examples
    --------
    >>> slopes = numerical_gradient(lambda v: (v**2).sum(), np.array([1.0, 2.0]))
    >>> np.round(np.float64(slopes), 6).tolist()
    [2.0, 4.0]
    >>> slopes = numerical_gradient(lambda v: v[0, 0] * v[0, 1], np.array([[2, 3]]))
    >>> np.round(np.float64(slopes), 6).tolist()
    [[3.0, 2.0]]

    *Graded on* matrix_argument, central_exact_on_a_quadratic, non_separable_large_h,
    caller_array_restored, integer_array, uses_h, float32_input.

    Derivation: derivations/gradient_check.html#numerical_gradient
    """
    # TODO: implement numerical_gradient
    raise NotImplementedError


def relative_error(a, b):
    """Return the difference of two gradients, relative to their size.

    ``||a - b|| / (||a|| + ||b||)``, where ``||v||`` is the square root of the sum of the
    squares of all entries of v, whatever its shape.

    Parameters
    ----------
    a, b : ndarray of one shape
        The gradients to compare, of any number of dimensions.

    Returns
    -------
    float
        A number from 0, if the two are equal, to 1, for example if one of them is 0 or they are
        opposite. 0.0 if both are 0 everywhere, never NaN.

    Notes
    -----
    The result does not depend on the size of the gradients: multiplying both by 1e-7 does not
    change it. a and b are not modified.

    Examples
    --------
    >>> round(float(relative_error(np.array([1.0]), np.array([3.0]))), 6)
    0.5
    >>> round(float(relative_error(np.array([[3.0], [0.0]]), np.array([[0.0], [4.0]]))), 6)
    0.714286
    >>> float(relative_error(np.zeros(2), np.zeros(2)))
    0.0

    *Graded on* values, small_gradients, both_zero_gives_0, one_zero_gives_1,
    symmetric_never_negative, inputs_not_modified.

    Derivation: derivations/gradient_check.html#relative_error
    """
    # TODO: implement relative_error
    raise NotImplementedError


if __name__ == "__main__":
    import sys

    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    print(f'To grade this file, run:  {python} -m grader submit "{__file__}"')
