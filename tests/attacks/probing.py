"""A submission that knows nothing and probes: it answers each call with the same number."""

import itertools
import sys

import numpy as np

NUMBER, FORM = 1.0, "number"  # the test replaces this line


class Answer:
    """An object of any class: every operation returns such an object."""

    a = b = data = grad = NUMBER

    def __init__(self, *args):
        pass

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return lambda *args: self

    def operate(self, *args):
        return type(self)()

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = operate
    __truediv__ = __rtruediv__ = __pow__ = __neg__ = operate


def answer(*args, **kwargs):
    arrays = [np.asarray(a) for a in (*args, *kwargs.values()) if isinstance(a, np.ndarray)]
    first = np.full(arrays[0].shape, NUMBER) if arrays else NUMBER
    if FORM == "array":
        return first
    if FORM == "pair":
        return NUMBER, first
    if FORM == "arrays":
        return tuple(np.full(a.shape, NUMBER) for a in arrays)
    return NUMBER


globals().update({name: answer for name in """
    sigmoid sigmoid_prime tanh_prime relu relu_prime leaky_relu leaky_relu_prime gelu gelu_prime
    chain_derivative numerical_gradient relative_error mse bce bce_with_logits softmax
    softmax_cross_entropy softmax_backward affine_forward mlp_forward scalar_backprop
    output_delta hidden_delta weight_gradients weight_gradients_columns backprop
    network_gradients sgd_step momentum_step rmsprop_step adam_step minibatches
    clip_global_norm xavier_init he_init unique_hidden_units train delta_norms
    forward_derivative jacobian_passes
""".split()})
Dual = Value = Answer
