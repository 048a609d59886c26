"""Wrong ways to write the activation functions: edits of the right ones, and others."""

import numpy as np

from grader.testing import edit, misconception

EDITS = [
    edit(
        "A1-01",
        {"exponent": "z"},
        of="sigmoid",
        what="the sign in the exponent is missing",
        hint="Put z = 10 into your function. Should the curve be near 1 or near 0 there?",
        second_hint="Print your result for z = -10, 0 and 10. It should climb, and yours falls: "
        "look at what exp does to a positive z, and what it does once the denominator has it.",
    ),
    edit(
        "A1-03",
        {"result": "1 / (1 + np.exp(exponent))"},
        of="sigmoid",
        what="exp overflows for large negative z",
        hint="The values are right, though exp overflows on the way. Which sign of the exponent "
        "keeps exp small on each side?",
        second_hint="Run the call under Repeat with np.seterr(all='raise') before it: for which "
        "z does Python stop? np.where computes both of its branches for all entries, even those "
        "it does not take: part the entries before exp sees them.",
        loses_points=False,
    ),
    edit(
        "A1-04",
        {"result": "np.exp(-exponent) / (1 + np.exp(-exponent))"},
        of="sigmoid",
        what="exp overflows, and infinity is divided by infinity",
        hint="On paper the two forms are equal. What does the computer make of exp(1000), and of "
        "that divided by itself?",
        second_hint="Treat the two halves of the array apart. For z below 0 your form is fine; "
        "for z above 0 divide numerator and denominator by the same thing, so that exp only ever "
        "sees numbers below 0.",
    ),
    edit(
        "A1-06",
        {"dtype": "z.dtype"},
        of="sigmoid",
        what="the result takes over the dtype of the argument",
        hint="When the caller passes integers, which dtype does the array have that you fill?",
        second_hint="Print out.dtype for z = np.array([-1, 0, 1]). Whatever was made like z "
        "holds whole numbers: turn z into floats in the first line.",
    ),
    edit(
        "A2-02",
        {"a": "_sigmoid(_sigmoid(z))"},
        of="sigmoid_prime",
        what="the sigmoid is applied twice",
        hint="Follow one number through your function and count how often the sigmoid is applied.",
        second_hint="Put a print into your sigmoid and call sigmoid_prime(0.0). It should be "
        "called on 0.0 alone, and yours is called on 0.5 as well: call it once, keep the result "
        "under a name, and use that name.",
    ),
    edit(
        "A2-04",
        {"slope": "1 - a**2"},
        of="sigmoid_prime",
        what="the slope has the form of tanh's",
        hint="The steepest point is at z = 0. Is your slope 0.25 there?",
        second_hint="That is the slope of another S-shaped curve, the one that runs from -1 to "
        "1. Let a be the sigmoid's value: your slope must be 0 both where a is 0 and where a is "
        "1. Is it in both places?",
    ),
    edit(
        "A2-05",
        {"slope": "-a * (1 - rest)"},
        of="sigmoid_prime",
        what="the slope has the wrong sign",
        hint="The sigmoid rises everywhere. Which sign must its slope have?",
    ),
    edit(
        "A2-06",
        {"slope": "np.exp(-z) / (1 + np.exp(-z)) ** 2"},
        of="sigmoid_prime",
        what="exp overflows for large negative z",
        hint="Right near 0. At z = -1000, what are numerator and denominator in floating point?",
    ),
    edit(
        "A2-X1",
        {"a": "z", "rest": "z"},
        of="sigmoid_prime",
        what="z is used where the activation belongs",
        hint="The short form of this slope is written in the activation. Is z one?",
        second_hint="Try z = 5: yours gives -20, and no slope of the sigmoid is above 0.25. The "
        "short form wants a number between 0 and 1 in both of its places: which line makes such "
        "a number from z?",
    ),
    edit(
        "A2-X2",
        {"rest": "z"},
        of="sigmoid_prime",
        what="one of the two factors uses z instead of the activation",
        hint="One of your two factors is written in the activation. Is the other?",
    ),
    edit(
        "A2-X3",
        {"slope": "1 - np.tanh(z) ** 2"},
        of="sigmoid_prime",
        what="this is the slope of tanh",
        hint="Two S-shaped curves are in this exercise. Which of them has a slope of 1 at z = 0, "
        "and which of 0.25?",
        second_hint="A sigmoid climbs from 0 to 1, the other curve from -1 to 1, in half the "
        "width. Write the slope that you have with the value of its own curve, and look which "
        "curve that is.",
    ),
    edit(
        "A3-01",
        {"a": "z"},
        of="tanh_prime",
        what="z is squared instead of tanh(z)",
        hint="In 1 - a**2, is a what goes into tanh or what comes out of it?",
        second_hint="At z = 2 yours is -3, and tanh rises everywhere. Compute tanh once, give it "
        "a name, and look which of the two names stands in your formula.",
    ),
    edit(
        "A3-04",
        {"slope": "a * (1 - a)"},
        of="tanh_prime",
        what="the slope has the form of the sigmoid's",
        hint="tanh rises everywhere; look at the sign of your slope at z = -1.",
    ),
    edit(
        "A3-X4",
        {"slope": "_sigmoid(z) * (1 - _sigmoid(z))"},
        of="tanh_prime",
        what="this is the slope of the sigmoid",
        hint="At its steepest place tanh has a slope of 1. Is yours 1 at z = 0?",
        second_hint="Yours is 0.25 at z = 0, as the slope of another S-shaped curve of this "
        "exercise is. Write tanh's slope with the value of tanh itself.",
    ),
    edit(
        "A3-X1",
        {"square": "a"},
        of="tanh_prime",
        what="the square is missing",
        hint="A slope of tanh is never above 1. Is yours at z = -1?",
    ),
    edit(
        "A3-X2",
        {"square": "np.tanh(z**2)"},
        of="tanh_prime",
        what="z is squared before tanh",
        hint="What do you square: z, or what tanh makes of it?",
    ),
    edit(
        "A3-X3",
        {"slope": "1 / np.cosh(z)"},
        of="tanh_prime",
        what="the square is missing",
        hint="Is your curve too wide? Something is to be squared that is not.",
    ),
    edit(
        "A4-01",
        {"positive": "z >= 0"},
        of="relu_prime",
        what="the slope at 0 is 1",
        hint="At the kink there is no slope, so the docstring fixes one. Which?",
        second_hint="Call it with z = 0.0 alone and read the docstring's sentence on 0 beside "
        "the answer. The difference is one comparison sign.",
    ),
    edit(
        "A4-X2",
        {"left": "-1.0 * (z < 0)"},
        of="relu_prime",
        what="the slope for negative z is -1",
        hint="For negative z relu is flat. How steep is a flat line?",
    ),
    edit(
        "A4-X1",
        {"left": "-z"},
        of="relu",
        what="negative z become positive",
        hint="What should come out for z = -2: something, or nothing?",
    ),
    edit(
        "A5-02",
        {"slope": "0.01"},
        of="leaky_relu",
        what="alpha is not used",
        hint="Call it with alpha = 0.5. Does anything change?",
    ),
    edit(
        "A5-X1",
        {"slope": "-alpha"},
        of="leaky_relu",
        what="the left branch falls",
        hint="A leaky ReLU never falls. Go from z = -2 to z = -1: does yours?",
    ),
    edit(
        "A5-X2",
        {"result": "np.maximum(slope, z)"},
        of="leaky_relu",
        what="the left branch is the constant alpha",
        hint="Do z = -1 and z = -2 get different answers from you?",
    ),
    edit(
        "A5-04",
        {"slope": "-alpha"},
        of="leaky_relu_prime",
        what="the left slope has the wrong sign",
        hint="From z = -2 to z = -1, does leaky ReLU rise or fall?",
    ),
    edit(
        "A5-05",
        {"left": "slope * z"},
        of="leaky_relu_prime",
        what="the left slope is multiplied by z",
        hint="The left branch is a straight line. Does the slope of a line depend on z?",
        second_hint="Left of 0 the function goes through (-1, -alpha) and (-2, -2 alpha). "
        "Compute rise over run between these two points, and then between two others.",
    ),
    edit(
        "A5-X3",
        {"slope": "0.01"},
        of="leaky_relu_prime",
        what="alpha is not used",
        hint="The caller may choose alpha. Is it read anywhere?",
    ),
    edit(
        "A6-02",
        {"phi": "0.5 * (1 + np.tanh(np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)))"},
        of="gelu",
        what="this is the approximation by tanh",
        hint="Very near, but this is an approximation. Which function is given to you for the "
        "exact form?",
    ),
    edit(
        "A6-03",
        {"phi": "_sigmoid(1.702 * z)"},
        of="gelu",
        what="this is the approximation by a sigmoid",
        hint="Your curve is off by about 0.02 near |z| = 2. Which distribution function does the "
        "docstring name?",
    ),
    edit(
        "A6-X1",
        {"phi": "_sigmoid(z)"},
        of="gelu",
        what="a sigmoid takes the place of the normal distribution function",
        hint="This is the SiLU, also called swish. Which other S-shaped curve does GELU multiply "
        "by?",
    ),
    edit(
        "A6-X4",
        {"phi": "np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)"},
        of="gelu",
        what="the density takes the place of the distribution function",
        hint="For large z GELU is all but z itself. What is yours?",
    ),
    edit(
        "A6-05",
        {"second": "density"},
        of="gelu_prime",
        what="the second term lacks a factor",
        hint="In the second term of the product rule one factor stays as it was. Which one, and "
        "where is it?",
    ),
    edit(
        "A6-X2",
        {"second": "0"},
        of="gelu_prime",
        what="the second term of the product rule is missing",
        hint="GELU is a product. In how many of its factors does z appear?",
    ),
    edit(
        "A6-X3",
        {"exponent": "-(z**2)"},
        of="gelu_prime",
        what="the exponent of the density is wrong",
        hint="Compare your normal density with that of the docstring, symbol by symbol.",
    ),
    edit(
        "A6-X5",
        {"root": "2 * np.pi"},
        of="gelu_prime",
        what="the density is divided by the wrong number",
        hint="What is your normal density at 0? Compare it with the docstring's, symbol by symbol.",
    ),
    edit(
        "A6-X6",
        {"result": "first * second"},
        of="gelu_prime",
        what="the two terms are multiplied instead of added",
        hint="The derivative of a product has two terms. What stands between yours?",
    ),
    edit(
        "A2-X20",
        {"z": "z", "slope": "np.reshape(a * (1 - rest), z.shape)"},
        of="sigmoid_prime",
        what="only arrays are taken, not a plain number",
        hint="z may be a plain number, which has no shape. What of numpy takes a number and an "
        "array?",
    ),
    edit(
        "A4-X20",
        {"z": "z", "left": "np.zeros(z.shape)"},
        of="relu_prime",
        what="only arrays are taken, not a plain number",
        hint="z may be a plain number, which has no shape. What of numpy takes a number and an "
        "array?",
    ),
    edit(
        "A5-X20",
        {"z": "z", "left": "np.full(z.shape, slope)"},
        of="leaky_relu_prime",
        what="only arrays are taken, not a plain number",
        hint="z may be a plain number, which has no shape. What of numpy takes a number and an "
        "array?",
    ),
]


@misconception(
    "A1-07",
    of="sigmoid",
    what="the caller's array is overwritten",
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
    "A4-04",
    of="relu_prime",
    what="the caller's array is overwritten",
    hint="Is the array that you return the caller's own?",
)
def relu_prime_in_the_callers_array(z):
    z[z > 0] = 1
    z[z <= 0] = 0
    return z


@misconception(
    "A4-05",
    of="relu",
    what="np.max takes the place of np.maximum",
    hint="np.max and np.maximum do different things with a second argument. Which shape came back?",
)
def relu_by_max(z):
    return np.max(z, 0)
