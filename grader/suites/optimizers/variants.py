"""Correct ways to write the optimisers that are not the solution's."""

import math

import numpy as np

from grader.testing import variant


@variant(of="sgd_step")
def sgd_on_a_copy(w, g, lr):
    new = np.array(w, dtype=float)
    new -= lr * g
    return new


@variant(of="sgd_step")
def sgd_with_loops(w, g, lr):
    new = np.zeros(w.shape)
    for index in np.ndindex(w.shape):
        new[index] = w[index] - lr * g[index]
    return new


@variant(of="sgd_step", float32=True)
def sgd_single_precision(w, g, lr):
    return w.astype(np.float32) - np.float32(lr) * g.astype(np.float32)


@variant(of="sgd_step")
def sgd_as_nested_lists(w, g, lr):
    return (w - lr * g).tolist()


@variant(of="momentum_step")
def momentum_as_a_list(w, g, v, lr, beta=0.9):
    step = beta * v - lr * g
    return [w + step, step]


@variant(of="momentum_step")
def momentum_with_the_opposite_sign_inside(w, g, v, lr, beta=0.9):
    down = lr * g - beta * v
    return w - down, -down


@variant(of="momentum_step")
def momentum_on_copies(w, g, v, lr, beta=0.9):
    w, v = w.astype(float), v.copy()
    v *= beta
    v -= lr * g
    w += v
    return w, v


@variant(of="momentum_step", float32=True)
def momentum_single_precision(w, g, v, lr, beta=0.9):
    w, g, v = (np.asarray(x, dtype=np.float32) for x in (w, g, v))
    v = np.float32(beta) * v - np.float32(lr) * g
    return w + v, v


@variant(of="rmsprop_step")
def rmsprop_as_a_moving_target(w, g, s, lr, rho=0.9, eps=1e-8):
    s = s + (1 - rho) * (np.square(g) - s)
    scale = lr / (np.power(s, 0.5) + eps)
    return w - scale * g, s


@variant(of="rmsprop_step")
def rmsprop_with_loops(w, g, s, lr, rho=0.9, eps=1e-8):
    new_w, new_s = np.empty(w.shape), np.empty(w.shape)
    for index in np.ndindex(w.shape):
        new_s[index] = rho * s[index] + (1 - rho) * g[index] ** 2
        new_w[index] = w[index] - lr * g[index] / (math.sqrt(new_s[index]) + eps)
    return [new_w, new_s]


@variant(of="rmsprop_step", float32=True)
def rmsprop_single_precision(w, g, s, lr, rho=0.9, eps=1e-8):
    w, g, s = (np.asarray(x, dtype=np.float32) for x in (w, g, s))
    s = np.float32(rho) * s + np.float32(1 - rho) * g * g
    return w - np.float32(lr) * g / (np.sqrt(s) + np.float32(eps)), s


@variant(of="adam_step")
def adam_with_another_key_order(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    old = state or {"t": 0, "v": 0.0, "m": 0.0}
    new = {"t": old["t"] + 1}
    new["v"] = old["v"] + (1 - beta2) * (g * g - old["v"])
    new["m"] = old["m"] + (1 - beta1) * (g - old["m"])
    rate = lr / (1 - beta1 ** new["t"])
    root = np.sqrt(new["v"] / (1 - beta2 ** new["t"]))
    return [w - rate * new["m"] / (root + eps), new]


@variant(of="adam_step")
def adam_in_one_line_with_a_scaled_eps(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    # The short form of the paper; eps is scaled so that nothing changes.
    state = state or {"m": np.zeros(w.shape), "v": np.zeros(w.shape), "t": 0.0}
    t = state["t"] + 1.0
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * g**2
    root = math.sqrt(1 - beta2**t)
    step = lr * root / (1 - beta1**t) * m / (np.sqrt(v) + eps * root)
    return w - step, {"m": m, "v": v, "t": t}


@variant(of="adam_step")
def adam_with_a_counting_array(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = dict(m=np.zeros_like(g), v=np.zeros_like(g), t=np.array(0))
    state = {key: np.copy(value) for key, value in state.items()}
    state["t"] += 1
    state["m"] *= beta1
    state["m"] += (1 - beta1) * g
    state["v"] *= beta2
    state["v"] += (1 - beta2) * g**2
    m_hat = state["m"] / (1 - beta1 ** state["t"])
    v_hat = state["v"] / (1 - beta2 ** state["t"])
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), state


@variant(of="adam_step", float32=True)
def adam_single_precision(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    w, g = np.asarray(w, dtype=np.float32), np.asarray(g, dtype=np.float32)
    if state is None:
        state = {"m": np.zeros_like(w), "v": np.zeros_like(w), "t": 0}
    t = int(state["t"]) + 1
    m = np.float32(beta1) * state["m"] + np.float32(1 - beta1) * g
    v = np.float32(beta2) * state["v"] + np.float32(1 - beta2) * g * g
    m_hat, v_hat = m / np.float32(1 - beta1**t), v / np.float32(1 - beta2**t)
    w = w - np.float32(lr) * m_hat / (np.sqrt(v_hat) + np.float32(eps))
    return w, {"m": m, "v": v, "t": t}


@variant(of="adam_step")
def adam_on_a_shallow_copy(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    new = dict(state) if state is not None else {"m": 0 * w, "v": 0 * w, "t": 0}
    new["t"] += 1
    new["m"] = beta1 * new["m"] + (1 - beta1) * g
    new["v"] = beta2 * new["v"] + (1 - beta2) * g**2
    m_hat = new["m"] / (1 - beta1 ** new["t"])
    v_hat = new["v"] / (1 - beta2 ** new["t"])
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), new


@variant(of="adam_step")
def adam_with_powers_in_the_state(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    # Keeps the products of the betas besides, and so needs no power.
    old = state or {"m": 0.0, "v": 0.0, "t": 0, "left1": 1.0, "left2": 1.0}
    left1, left2 = old["left1"] * beta1, old["left2"] * beta2
    m = beta1 * old["m"] + (1 - beta1) * g
    v = beta2 * old["v"] + (1 - beta2) * g**2
    w = w - lr * (m / (1 - left1)) / (np.sqrt(v / (1 - left2)) + eps)
    return w, {"t": old["t"] + 1, "m": m, "v": v, "left1": left1, "left2": left2}
