"""The optimisers with every step named, so that each can be replaced by a wrong one."""

import numpy as np


def _write_into(array, values):
    array[...] = values
    return array


def sgd_step(w, g, lr):
    rate = lr
    gradient = g
    direction = gradient
    step = rate * direction
    kept = w
    result = kept - step
    return result


def momentum_step(w, g, v, lr, beta=None):
    beta = 0.9 if beta is None else beta
    old = v
    kept = beta
    rate = lr
    slope = g
    gradient = rate * slope
    velocity = kept * old - gradient
    used = velocity
    step = used
    decayed = w
    w = decayed + step
    v = velocity
    return w, v


def rmsprop_step(w, g, s, lr, rho=None, eps=None):
    rho = 0.9 if rho is None else rho
    eps = 1e-8 if eps is None else eps
    old = s
    slope = g
    square = slope**2
    kept = rho
    share = 1 - rho
    mean = kept * old + share * square
    used = mean
    root = np.sqrt(used)
    added = eps
    scale = root + added
    rate = lr
    direction = slope
    step = rate * direction / scale
    decayed = w
    w = decayed - step
    s = mean
    return w, s


def adam_step(w, g, state=None, lr=None, beta1=None, beta2=None, eps=None):
    lr = 1e-3 if lr is None else lr
    beta1 = 0.9 if beta1 is None else beta1
    beta2 = 0.999 if beta2 is None else beta2
    eps = 1e-8 if eps is None else eps
    if state is None:
        state = {"m": np.zeros(w.shape), "v": np.zeros(w.shape), "t": 0}
    first = state["t"] == 0
    t = state["t"] + 1
    slope = g
    beta_m, beta_v = beta1, beta2
    kept_of_m = beta_m
    share = 1 - beta_m
    m = kept_of_m * state["m"] + share * slope
    square = slope**2
    kept_of_v = beta_v
    share_v = 1 - beta_v
    v = kept_of_v * state["v"] + share_v * square
    power = t
    base_m = beta_m
    base_v = beta_v
    correction_m = np.float64(1 - base_m**power)
    correction_v = np.float64(1 - base_v**power)
    m_hat = m / correction_m
    v_hat = v / correction_v
    direction = m_hat
    root = np.sqrt(v_hat)
    added = eps
    scale = root + added
    rate = lr
    step = rate * direction / scale
    decayed = w
    w = decayed - step
    kept_m, kept_v = m, v
    counted = t
    state = {"m": kept_m, "v": kept_v, "t": counted}
    return w, state
