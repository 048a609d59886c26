"""Wrong ways to write the activation functions, each with what it shows."""

import math

import numpy as np

from grader.testing import misconception


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _phi(z):
    scaled = np.asarray(z, dtype=float) / math.sqrt(2)
    return 0.5 * (1 + np.vectorize(math.erf, otypes=[float])(scaled))


@misconception(
    "A1-01",
    of="sigmoid",
    hint="Put z = 10 into your function. Should the curve be near 1 or near 0 there?",
    second_hint="Print your result for z = -10, 0 and 10. It should climb, and yours falls: look "
    "at what exp does to a positive z, and what it does once the denominator has it.",
)
def sigmoid_without_the_minus(z):
    return 1 / (1 + np.exp(np.asarray(z)))


@misconception(
    "A1-03",
    of="sigmoid",
    hint="The values are right, though exp overflows on the way. Which sign of the "
    "exponent keeps exp small on each side?",
    second_hint="Run the call under Repeat with np.seterr(all='raise') before it: for which z does "
    "Python stop? np.where computes both of its branches for all entries, even those it "
    "does not take: part the entries before exp sees them.",
    loses_points=False,
)
def sigmoid_in_one_line(z):
    return 1 / (1 + np.exp(-np.asarray(z)))


@misconception(
    "A1-04",
    of="sigmoid",
    hint="On paper the two forms are equal. What does the computer make of exp(1000), "
    "and of that divided by itself?",
    second_hint="Treat the two halves of the array apart. For z below 0 your form is fine; for z "
    "above 0 divide numerator and denominator by the same thing, so that exp only "
    "ever sees numbers below 0.",
)
def sigmoid_as_infinity_over_infinity(z):
    return np.exp(z) / (1 + np.exp(z))


@misconception(
    "A1-06",
    of="sigmoid",
    hint="When the caller passes integers, which dtype does the array have that you fill?",
    second_hint="Print out.dtype for z = np.array([-1, 0, 1]). Whatever was made like z holds "
    "whole numbers: turn z into floats in the first line.",
)
def sigmoid_into_an_integer_array(z):
    z = np.asarray(z)
    out = np.empty_like(z)
    out[...] = 1 / (1 + np.exp(-z))
    return out


@misconception(
    "A1-07",
    of="sigmoid",
    hint="Print the caller's array before and after the call.",
)
def sigmoid_in_the_callers_array(z):
    if isinstance(z, np.ndarray) and z.dtype.kind == "f":
        z *= -1
        np.exp(z, out=z)
        z += 1
        return 1 / z
    return 1 / (1 + np.exp(-np.asarray(z)))


@misconception(
    "A2-02",
    of="sigmoid_prime",
    hint="Follow one number through your function and count how often the sigmoid is applied.",
    second_hint="Put a print into your sigmoid and call sigmoid_prime(0.0). It should be called "
    "on 0.0 alone, and yours is called on 0.5 as well: call it once, keep the result "
    "under a name, and use that name.",
)
def sigmoid_prime_of_the_activation(z):
    s = _sigmoid(_sigmoid(z))
    return s * (1 - s)


@misconception(
    "A2-04",
    of="sigmoid_prime",
    hint="The steepest point is at z = 0. Is your slope 0.25 there?",
    second_hint="That is the slope of another S-shaped curve, the one that runs from -1 to 1. "
    "Let a be the sigmoid's value: your slope must be 0 both where a is 0 and where "
    "a is 1. Is it in both places?",
)
def sigmoid_prime_as_for_tanh(z):
    return 1 - _sigmoid(z) ** 2


@misconception(
    "A2-05",
    of="sigmoid_prime",
    hint="The sigmoid rises everywhere. Which sign must its slope have?",
)
def sigmoid_prime_negative(z):
    s = _sigmoid(z)
    return -s * (1 - s)


@misconception(
    "A2-06",
    of="sigmoid_prime",
    hint="Right near 0. At z = -1000, what are numerator and denominator in floating point?",
)
def sigmoid_prime_unsimplified(z):
    z = np.asarray(z, dtype=float)
    return np.exp(-z) / (1 + np.exp(-z)) ** 2


@misconception(
    "A2-X1",
    of="sigmoid_prime",
    hint="The short form of this slope is written in the activation. Is z one?",
    second_hint="Try z = 5: yours gives -20, and no slope of the sigmoid is above 0.25. The "
    "short form wants a number between 0 and 1 in both of its places: which line "
    "makes such a number from z?",
)
def sigmoid_prime_z_one_minus_z(z):
    z = np.asarray(z, dtype=float)
    return z * (1 - z)


@misconception(
    "A2-X2",
    of="sigmoid_prime",
    hint="One of your two factors is written in the activation. Is the other?",
)
def sigmoid_prime_half_in_z(z):
    z = np.asarray(z, dtype=float)
    return _sigmoid(z) * (1 - z)


@misconception(
    "A2-X3",
    of="sigmoid_prime",
    hint="Two S-shaped curves are in this exercise. Which of them has a slope of 1 at z = 0, and "
    "which of 0.25?",
    second_hint="A sigmoid climbs from 0 to 1, the other curve from -1 to 1, in half the "
    "width. Write "
    "the slope that you have with the value of its own curve, and look which curve that is.",
)
def sigmoid_prime_that_is_tanhs(z):
    return 1 - np.tanh(z) ** 2


@misconception(
    "A3-01",
    of="tanh_prime",
    hint="In 1 - a**2, is a what goes into tanh or what comes out of it?",
    second_hint="At z = 2 yours is -3, and tanh rises everywhere. Compute tanh once, give it a "
    "name, and look which of the two names stands in your formula.",
)
def tanh_prime_of_the_input(z):
    return 1 - np.asarray(z, dtype=float) ** 2


@misconception(
    "A3-04",
    of="tanh_prime",
    hint="tanh rises everywhere; look at the sign of your slope at z = -1.",
)
def tanh_prime_as_for_the_sigmoid(z):
    t = np.tanh(z)
    return t * (1 - t)


@misconception(
    "A3-X4",
    of="tanh_prime",
    hint="At its steepest place tanh has a slope of 1. Is yours 1 at z = 0?",
    second_hint="Yours is 0.25 at z = 0, as the slope of another S-shaped curve of this "
    "exercise is. "
    "Write tanh's slope with the value of tanh itself.",
)
def tanh_prime_that_is_the_sigmoids(z):
    s = _sigmoid(z)
    return s * (1 - s)


@misconception(
    "A3-X1",
    of="tanh_prime",
    hint="A slope of tanh is never above 1. Is yours at z = -1?",
)
def tanh_prime_not_squared(z):
    return 1 - np.tanh(z)


@misconception(
    "A3-X2",
    of="tanh_prime",
    hint="What do you square: z, or what tanh makes of it?",
)
def tanh_prime_of_the_square(z):
    return 1 - np.tanh(np.asarray(z, dtype=float) ** 2)


@misconception(
    "A3-X3",
    of="tanh_prime",
    hint="Is your curve too wide? Something is to be squared that is not.",
)
def tanh_prime_by_cosh_not_squared(z):
    return 1 / np.cosh(np.asarray(z, dtype=float))


@misconception(
    "A4-01",
    of="relu_prime",
    hint="At the kink there is no slope, so the docstring fixes one. Which?",
    second_hint="Call it with z = 0.0 alone and read the docstring's sentence on 0 beside the "
    "answer. The difference is one comparison sign.",
)
def relu_prime_one_at_zero(z):
    return (np.asarray(z) >= 0).astype(float)


@misconception(
    "A4-04",
    of="relu_prime",
    hint="Is the array that you return the caller's own?",
)
def relu_prime_in_the_callers_array(z):
    z[z > 0] = 1
    z[z <= 0] = 0
    return z


@misconception(
    "A4-X2",
    of="relu_prime",
    hint="For negative z relu is flat. How steep is a flat line?",
)
def relu_prime_as_sign(z):
    return np.sign(z)


@misconception(
    "A4-05",
    of="relu",
    hint="np.max and np.maximum do different things with a second argument. Which shape came back?",
)
def relu_by_max(z):
    return np.max(z, 0)


@misconception(
    "A4-X1",
    of="relu",
    hint="What should come out for z = -2: something, or nothing?",
)
def relu_as_absolute_value(z):
    return np.abs(z)


@misconception(
    "A5-02",
    of="leaky_relu",
    hint="Call it with alpha = 0.5. Does anything change?",
)
def leaky_relu_with_a_fixed_alpha(z, alpha=0.01):
    z = np.asarray(z)
    return np.where(z > 0, z, 0.01 * z)


@misconception(
    "A5-X1",
    of="leaky_relu",
    hint="A leaky ReLU never falls. Go from z = -2 to z = -1: does yours?",
)
def leaky_relu_falling(z, alpha=0.01):
    z = np.asarray(z, dtype=float)
    return np.where(z > 0, z, -alpha * z)


@misconception(
    "A5-X2",
    of="leaky_relu",
    hint="Do z = -1 and z = -2 get different answers from you?",
)
def leaky_relu_with_a_floor_of_alpha(z, alpha=0.01):
    return np.maximum(alpha, np.asarray(z, dtype=float))


@misconception(
    "A5-04",
    of="leaky_relu_prime",
    hint="From z = -2 to z = -1, does leaky ReLU rise or fall?",
)
def leaky_relu_prime_falling(z, alpha=0.01):
    return np.where(np.asarray(z) > 0, 1.0, -alpha)


@misconception(
    "A5-05",
    of="leaky_relu_prime",
    hint="The left branch is a straight line. Does the slope of a line depend on z?",
    second_hint="Left of 0 the function goes through (-1, -alpha) and (-2, -2 alpha). Compute "
    "rise over run between these two points, and then between two others.",
)
def leaky_relu_prime_with_z_left(z, alpha=0.01):
    z = np.asarray(z)
    return np.where(z > 0, 1.0, alpha * z)


@misconception(
    "A5-X3",
    of="leaky_relu_prime",
    hint="The caller may choose alpha. Is it read anywhere?",
)
def leaky_relu_prime_with_a_fixed_alpha(z, alpha=0.01):
    return np.where(np.asarray(z) > 0, 1.0, 0.01)


@misconception(
    "A6-02",
    of="gelu",
    hint="Very near, but this is an approximation. Which function is given to you for the "
    "exact form?",
)
def gelu_by_tanh(z):
    z = np.asarray(z, dtype=float)
    return 0.5 * z * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))


@misconception(
    "A6-03",
    of="gelu",
    hint="Your curve is off by about 0.02 near |z| = 2. Which distribution function does the "
    "docstring name?",
)
def gelu_by_sigmoid(z):
    z = np.asarray(z, dtype=float)
    return z * _sigmoid(1.702 * z)


@misconception(
    "A6-X1",
    of="gelu",
    hint="This is the SiLU, also called swish. Which other S-shaped curve does GELU multiply by?",
)
def gelu_as_swish(z):
    z = np.asarray(z, dtype=float)
    return z * _sigmoid(z)


@misconception(
    "A6-X4",
    of="gelu",
    hint="For large z GELU is all but z itself. What is yours?",
)
def gelu_with_the_density(z):
    z = np.asarray(z, dtype=float)
    return z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


@misconception(
    "A6-05",
    of="gelu_prime",
    hint="In the second term of the product rule one factor stays as it was. Which one, "
    "and where is it?",
)
def gelu_prime_without_the_factor(z):
    z = np.asarray(z, dtype=float)
    return _phi(z) + np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


@misconception(
    "A6-X2",
    of="gelu_prime",
    hint="GELU is a product. In how many of its factors does z appear?",
)
def gelu_prime_first_term_only(z):
    return _phi(z)


@misconception(
    "A6-X3",
    of="gelu_prime",
    hint="Compare your normal density with that of the docstring, symbol by symbol.",
)
def gelu_prime_with_a_narrow_density(z):
    z = np.asarray(z, dtype=float)
    return _phi(z) + z * np.exp(-(z**2)) / np.sqrt(2 * np.pi)


@misconception(
    "A6-X5",
    of="gelu_prime",
    hint="What is your normal density at 0? Compare it with the docstring's, symbol by symbol.",
)
def gelu_prime_with_a_density_without_the_root(z):
    z = np.asarray(z, dtype=float)
    return _phi(z) + z * np.exp(-(z**2) / 2) / (2 * np.pi)


@misconception(
    "A6-X6",
    of="gelu_prime",
    hint="The derivative of a product has two terms. What stands between yours?",
)
def gelu_prime_as_one_product(z):
    z = np.asarray(z, dtype=float)
    return _phi(z) * z * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)


@misconception(
    "A2-X20",
    of="sigmoid_prime",
    hint="z may be a plain number, which has no shape. What of numpy takes a number and an array?",
)
def sigmoid_prime_of_arrays_only(z):
    slope = np.zeros(z.shape)
    s = 0.5 * (1 + np.tanh(0.5 * z))
    slope[...] = s * (1 - s)
    return slope


@misconception(
    "A4-X20",
    of="relu_prime",
    hint="z may be a plain number, which has no shape. What of numpy takes a number and an array?",
)
def relu_prime_of_arrays_only(z):
    slope = np.zeros(z.shape)
    slope[z > 0] = 1
    return slope


@misconception(
    "A5-X20",
    of="leaky_relu_prime",
    hint="z may be a plain number, which has no shape. What of numpy takes a number and an array?",
)
def leaky_relu_prime_of_arrays_only(z, alpha=0.01):
    slope = np.ones(z.shape)
    slope[z <= 0] = alpha
    return slope
