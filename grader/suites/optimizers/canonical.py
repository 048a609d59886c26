"""The optimisers with every step named, so that each can be replaced by a wrong one."""

import numpy as np


def _write_into(array, values):
    array[...] = values
    return array


def sgd_step(w, g, lr):
    rate = lr
    direction = g
    step = rate * direction
    result = w - step
    return result


def momentum_step(w, g, v, lr, beta=0.9):
    old = v
    kept = beta
    gradient = lr * g
    v = kept * old - gradient
    step = v
    new = w + step
    returned = v
    order = new, returned
    return order


def rmsprop_step(w, g, s, lr, rho=0.9, eps=1e-8):
    old = s
    square = g**2
    kept = rho
    share = 1 - rho
    s = kept * old + share * square
    used = s
    root = np.sqrt(used)
    scale = root + eps
    step = lr * g / scale
    new = w - step
    returned = s
    return new, returned


def adam_step(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = {"m": np.zeros(w.shape), "v": np.zeros(w.shape), "t": 0}
    first = state["t"] == 0
    t = state["t"] + 1
    beta_m = beta1
    share = 1 - beta_m
    m = beta_m * state["m"] + share * g
    square = g**2
    beta_v = beta2
    v = beta_v * state["v"] + (1 - beta_v) * square
    power = t
    base_m = beta_m
    base_v = beta_v
    correction_m = np.float64(1 - base_m**power)
    correction_v = np.float64(1 - base_v**power)
    m_hat = m / correction_m
    v_hat = v / correction_v
    direction = m_hat
    root = np.sqrt(v_hat)
    scale = root + eps
    step = lr * direction / scale
    decayed = w
    new = decayed - step
    kept_m, kept_v = m, v
    counted = t
    return new, {"m": kept_m, "v": kept_v, "t": counted}
