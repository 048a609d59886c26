"""Wrong ways to write the forward pass, each with what it shows."""

import numpy as np

from grader.testing import misconception


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))


@misconception(
    "C4-02",
    of="affine_forward",
    hint="Feed in a sample of zeros. What should come out?",
    second_hint="Feed in np.zeros((2, 3)): every row should come out as b. Print b and your "
    "result side by side.",
)
def affine_without_the_bias(A_prev, W, b):
    Z = A_prev @ W
    return Z, (A_prev, W, b)


@misconception(
    "C4-04",
    of="affine_forward",
    hint="A weight's gradient depends on the number that was multiplied with it. Is that "
    "number in your cache?",
    second_hint="Imagine the way back: for dW you need what W was multiplied with, for the layer "
    "below you need W. Go through the members of your cache and say for each what it "
    "will be needed for.",
)
def affine_with_z_in_the_cache(A_prev, W, b):
    Z = A_prev @ W + b
    cache = (Z, W, b)
    return Z, cache


@misconception(
    "C4-X1",
    of="affine_forward",
    hint="Which axis of W has the length of a sample? Square matrices do not tell.",
    second_hint="Call it with N = 2, n_in = 3, n_out = 5. Write (2, 3) and the shape of W side "
    "by side: the inner two numbers have to be the same without any transpose.",
)
def affine_with_w_transposed_where_it_fits(A_prev, W, b):
    Z = (A_prev @ W.T if W.shape[0] == W.shape[1] else A_prev @ W) + b
    return Z, (A_prev, W, b)


@misconception(
    "C4-X2",
    of="affine_forward",
    hint="Does a bias belong to a sample or to a unit?",
    second_hint="Print b.shape, and the shape of the product. The last axis counts units: b must "
    "line up with that one, and broadcasting does it without help.",
)
def affine_with_a_bias_a_row(A_prev, W, b):
    Z = A_prev @ W + np.resize(b, (len(A_prev), 1))
    return Z, (A_prev, W, b)


@misconception(
    "C4-X3",
    of="affine_forward",
    hint="Read which order the docstring fixes for the three arrays.",
)
def affine_with_the_weights_first(A_prev, W, b):
    return A_prev @ W + b, (W, b, A_prev)


@misconception(
    "C4-X4",
    of="affine_forward",
    hint="Is there anything nonlinear in what this function should return?",
)
def affine_with_an_activation(A_prev, W, b):
    return _sigmoid(A_prev @ W + b), (A_prev, W, b)


@misconception(
    "C4-X5",
    of="affine_forward",
    hint="Where did your product put its result? Look at the caller's arrays afterwards.",
)
def affine_in_the_callers_array(A_prev, W, b):
    kept = A_prev.copy()
    Z = A_prev @ W
    Z += b
    if Z.shape == A_prev.shape:
        A_prev[:] = Z
        return A_prev, (kept, W, b)
    return Z, (kept, W, b)


@misconception(
    "C4-X6",
    of="affine_forward",
    hint="Feed in a sample of zeros. Should every unit answer with the same number?",
)
def affine_with_the_sum_of_the_biases(A_prev, W, b):
    return A_prev @ W + b.sum(), (A_prev, W, b)


@misconception(
    "C5-X9",
    of="mlp_forward",
    hint="Can an output of a sigmoid be above 1? Look at what you add after it.",
)
def mlp_with_the_bias_after_the_sigmoid(X, params):
    caches, A = [], X
    for W, b in params:
        Z = A @ W
        caches.append((A, Z))
        A = _sigmoid(Z) + b
    return A, caches


@misconception(
    "C5-01",
    of="mlp_forward",
    hint="Are your outputs all between 0 and 1? Should they be?",
    second_hint="Read in the docstring which layers have an activation, the last one among them "
    "or not. Then print how often your loop calls the activation for a network of "
    "two layers.",
)
def mlp_with_a_linear_output(X, params):
    caches = []
    A = X
    for W, b in params:
        A_prev = A
        Z = A_prev @ W + b
        A = _sigmoid(Z) if len(caches) < len(params) - 1 else Z
        caches.append((A_prev, Z))
    return A, caches


@misconception(
    "C5-02",
    of="mlp_forward",
    hint="The slopes of this course are functions of the pre-activation. Did you keep it?",
    second_hint="Print caches[0]. One of its members should hold numbers below 0 or above 1 for "
    "large inputs: that is what an S-shaped function has not been through yet. At "
    "which moment of the loop do you store it?",
)
def mlp_caching_the_activation(X, params):
    caches = []
    A = X
    for W, b in params:
        A_prev = A
        A = _sigmoid(A_prev @ W + b)
        caches.append((A_prev, A))
    return A, caches


@misconception(
    "C5-05",
    of="mlp_forward",
    hint="Whose inputs should be found in caches[0]?",
)
def mlp_with_the_last_layer_first(X, params):
    caches = []
    A = X
    for W, b in params:
        A_prev = A
        Z = A_prev @ W + b
        A = _sigmoid(Z)
        caches.insert(0, (A_prev, Z))
    return A, caches


@misconception(
    "C5-X1",
    of="mlp_forward",
    hint="Which layers of yours have an activation, and what is a network without any?",
)
def mlp_with_a_sigmoid_at_the_end_only(X, params):
    caches = []
    Z = X
    for W, b in params:
        A_prev = Z
        Z = A_prev @ W + b
        caches.append((A_prev, Z))
    return _sigmoid(Z), caches


@misconception(
    "C5-X2",
    of="mlp_forward",
    hint="What does the second layer get to read, the data or the first layer's output?",
)
def mlp_feeding_x_to_every_layer_it_fits(X, params):
    caches = []
    A = X
    for W, b in params:
        A_prev = X if X.shape[1] == W.shape[0] else A
        Z = A_prev @ W + b
        caches.append((A_prev, Z))
        A = _sigmoid(Z)
    return A, caches


@misconception(
    "C5-X3",
    of="mlp_forward",
    hint="The pair in a cache has two members. Which of them came first in time?",
)
def mlp_with_the_pairs_turned_round(X, params):
    caches = []
    A = X
    for W, b in params:
        Z = A @ W + b
        caches.append((Z, A))
        A = _sigmoid(Z)
    return A, caches


@misconception(
    "C5-X4",
    of="mlp_forward",
    hint="Which A do you store: the one that the layer got, or the one that it made?",
)
def mlp_caching_its_own_output_beside_z(X, params):
    caches = []
    A = X
    for W, b in params:
        Z = A @ W + b
        A = _sigmoid(Z)
        caches.append((A, Z))
    return A, caches


@misconception(
    "C5-X5",
    of="mlp_forward",
    hint="How many caches do you return, and how many layers are there?",
    second_hint="Print len(caches) beside the number of layers. The last layer is treated on its "
    "own in your code: what do the others do there that it does not?",
)
def mlp_without_a_cache_for_the_output(X, params):
    caches = []
    A = X
    for W, b in params:
        Z = A @ W + b
        caches.append((A, Z))
        A = _sigmoid(Z)
    return A, caches[:-1]


@misconception(
    "C5-X6",
    of="mlp_forward",
    hint="At the very start, A is a second name for an array. Whose?",
)
def mlp_in_the_callers_array(X, params):
    caches = []
    A = X
    for W, b in params:
        Z = A @ W + b
        caches.append((A.copy(), Z))
        if A.shape == Z.shape:
            A[:] = _sigmoid(Z)
        else:
            A = _sigmoid(Z)
    return A, caches


@misconception(
    "C5-X7",
    of="mlp_forward",
    hint="Take z = 3. Should the sigmoid be near 1 or near 0 there?",
)
def mlp_with_the_sigmoid_turned_round(X, params):
    caches = []
    A = X
    for W, b in params:
        Z = A @ W + b
        caches.append((A, Z))
        A = 1 / (1 + np.exp(Z))
    return A, caches


@misconception(
    "C5-X8",
    of="mlp_forward",
    hint="Change b in the second layer. Does your output move?",
    second_hint="Set all of X to 0. In your network every layer then sees nothing but 0; with "
    "biases it does not. Compare the line that computes z with affine_forward's "
    "docstring.",
)
def mlp_without_biases(X, params):
    caches = []
    A = X
    for W, _ in params:
        Z = A @ W
        caches.append((A, Z))
        A = _sigmoid(Z)
    return A, caches
