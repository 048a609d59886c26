"""Wrong ways to write the optimisers, each with what it shows."""

import numpy as np

from grader.testing import misconception


def _means(w, g, state, beta1, beta2):
    """Update Adam's memory as it should be."""
    if state is None:
        state = {"m": np.zeros(w.shape), "v": np.zeros(w.shape), "t": 0}
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * g**2
    return m, v, state["t"] + 1


def _corrected(m, v, t, beta1, beta2):
    return m / (1 - beta1**t), v / (1 - beta2**t)


@misconception(
    "E1-02",
    of="sgd_step",
    hint="Print the caller's weights before and after the call. What does -= change?",
    second_hint="Keep before = w.copy(), call, and compare. -= writes into the array that the "
    "caller owns; an expression with a minus makes a new one.",
)
def sgd_in_the_callers_array(w, g, lr):
    w -= lr * g
    return w


@misconception(
    "E1-03",
    of="sgd_step",
    hint="Call it with lr = 0.1 and with lr = 0.2. Is the second step twice as long?",
)
def sgd_without_lr(w, g, lr):
    return w - g


@misconception(
    "E1-04",
    of="sgd_step",
    hint="Take a gradient twice as steep. Does your step get longer?",
)
def sgd_by_sign(w, g, lr):
    return w - lr * np.sign(g)


@misconception(
    "E1-X1",
    of="sgd_step",
    hint="At w = 1 on the parabola w**2, to which side does your step go?",
    second_hint="For w**2 at w = 1 the gradient is 2: the loss grows to the right. Print the new "
    "w: it should be nearer to 0 than 1 was.",
)
def sgd_uphill(w, g, lr):
    return w + lr * g


@misconception(
    "E1-X2",
    of="sgd_step",
    hint="The gradient has its 1/N already. What else do you divide by?",
)
def sgd_averaging_again(w, g, lr):
    return w - lr * g / len(g)


@misconception(
    "E1-X3",
    of="sgd_step",
    hint="Which dtype has an array that you make like one of integers?",
)
def sgd_into_an_integer_array(w, g, lr):
    new = np.empty_like(w)
    new[...] = w - lr * g
    return new


@misconception(
    "E2-01",
    of="momentum_step",
    hint="With one lr throughout, your weights are right. What should happen to old velocity "
    "when lr changes, and is your v the one of the docstring?",
    second_hint="Make two steps by hand with lr = 1 and then lr = 0.1, and write down v after "
    "each, once by the docstring and once by your code. In the docstring lr is "
    "inside of what is remembered.",
)
def momentum_with_lr_outside(w, g, v, lr, beta=0.9):
    v = beta * v + g
    return w - lr * v, v


@misconception(
    "E2-03",
    of="momentum_step",
    hint="From rest, into which direction should the very first step go?",
)
def momentum_uphill(w, g, v, lr, beta=0.9):
    v = beta * v + lr * g
    return w + v, v


@misconception(
    "E2-05",
    of="momentum_step",
    hint="Start from rest: does your first step move anything? Which of the two velocities "
    "do you add?",
    second_hint="From v = 0, print the new velocity and the amount that w moved by. They should "
    "be the same number: which of the two velocities is in scope where w is changed?",
)
def momentum_by_the_old_velocity(w, g, v, lr, beta=0.9):
    return w + v, beta * v - lr * g


@misconception(
    "E2-07",
    of="momentum_step",
    hint="Your step looks one step ahead. Is that what the docstring does with the new v?",
)
def momentum_by_nesterov(w, g, v, lr, beta=0.9):
    v = beta * v - lr * g
    return w + beta * v - lr * g, v


@misconception(
    "E2-08",
    of="momentum_step",
    hint="Right numbers. Look at the caller's v after the call, though.",
)
def momentum_in_the_callers_velocity(w, g, v, lr, beta=0.9):
    v *= beta
    v -= lr * g
    return w + v, v


@misconception(
    "E2-X1",
    of="momentum_step",
    hint="Set beta = 0.9 and start from rest. How long should the first step be, compared "
    "with plain descent?",
    second_hint="With v = 0 and beta = 0.9 the docstring's first step is as long as plain "
    "descent. Yours is a tenth: a factor stands before the gradient that the "
    "docstring does not have.",
)
def momentum_as_an_average(w, g, v, lr, beta=0.9):
    v = beta * v - (1 - beta) * lr * g
    return w + v, v


@misconception(
    "E2-X2",
    of="momentum_step",
    hint="Which of the two results is expected first?",
)
def momentum_in_the_other_order(w, g, v, lr, beta=0.9):
    v = beta * v - lr * g
    return v, w + v


@misconception(
    "E2-X3",
    of="momentum_step",
    hint="Call it with beta = 0.5. Does anything change?",
)
def momentum_with_a_fixed_beta(w, g, v, lr, beta=0.9):
    v = 0.9 * v - lr * g
    return w + v, v


@misconception(
    "E2-X4",
    of="momentum_step",
    hint="Which velocity does the next step get from you, the old one or the new one?",
)
def momentum_that_returns_the_old_velocity(w, g, v, lr, beta=0.9):
    return w + beta * v - lr * g, v


@misconception(
    "E2-X5",
    of="momentum_step",
    hint="From rest your weights go the right way. Does the velocity that you return point that "
    "way too?",
)
def momentum_with_a_velocity_uphill(w, g, v, lr, beta=0.9):
    v = beta * v + lr * g
    return w - v, v


@misconception(
    "E3-01",
    of="rmsprop_step",
    hint="Scale the gradient by 10 and follow the units. What was the second letter of RMS for?",
    second_hint="With a gradient of 10 and s = 100, what you divide by should be 10. Which "
    "operation leads from 100 to 10, and on which side of eps does the docstring "
    "have it?",
)
def rmsprop_without_the_root(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / (s + eps), s


@misconception(
    "E3-02",
    of="rmsprop_step",
    hint="Nobody can tell as long as eps is tiny. Put in eps = 0.1 and work one entry by hand.",
)
def rmsprop_with_eps_under_the_root(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s + eps), s


@misconception(
    "E3-04",
    of="rmsprop_step",
    hint="Feed the gradient 2 again and again. Towards which number should a mean of squares go?",
    second_hint="Feed the gradient 2 fifty times and print s. A mean of squares settles at 4; "
    "yours climbs. The old and the new part are both shares of a whole: do your "
    "shares sum to 1?",
)
def rmsprop_as_a_growing_sum(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + g**2
    return w - lr * g / (np.sqrt(s) + eps), s


@misconception(
    "E3-07",
    of="rmsprop_step",
    hint="In the first step s is 0. By what do you divide then?",
)
def rmsprop_by_the_old_mean(w, g, s, lr, rho=0.9, eps=1e-8):
    w = w - lr * g / (np.sqrt(s) + eps)
    return w, rho * s + (1 - rho) * g**2


@misconception(
    "E3-08",
    of="rmsprop_step",
    hint="What does your division give for a weight whose gradient was always 0?",
)
def rmsprop_without_eps(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g / np.sqrt(s), s


@misconception(
    "E3-X1",
    of="rmsprop_step",
    hint="With rho = 0.9, does the mean forget slowly or quickly? What share has the new square?",
)
def rmsprop_with_rho_swapped(w, g, s, lr, rho=0.9, eps=1e-8):
    s = (1 - rho) * s + rho * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


@misconception(
    "E3-X2",
    of="rmsprop_step",
    hint="Should a weight with a small gradient share its scale with one that has a large one?",
)
def rmsprop_with_one_mean_for_all(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * np.mean(g**2)
    return w - lr * g / (np.sqrt(s) + eps), s


@misconception(
    "E3-X3",
    of="rmsprop_step",
    hint="The numbers are right, but whose array do you keep the mean in?",
)
def rmsprop_in_the_callers_mean(w, g, s, lr, rho=0.9, eps=1e-8):
    s *= rho
    s += (1 - rho) * g**2
    return w - lr * g / (np.sqrt(s) + eps), s


@misconception(
    "E3-X4",
    of="rmsprop_step",
    hint="What is the running mean a mean of: the squares, or their roots?",
)
def rmsprop_that_keeps_the_root(w, g, s, lr, rho=0.9, eps=1e-8):
    s = np.sqrt(rho * s + (1 - rho) * g**2)
    return w - lr * g / (s + eps), s


@misconception(
    "E3-X5",
    of="rmsprop_step",
    hint="Where gradients have been large, should a step become longer or shorter?",
)
def rmsprop_multiplying_by_the_root(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return w - lr * g * (np.sqrt(s) + eps), s


@misconception(
    "E4-01",
    of="adam_step",
    hint="Your first step is about three times as long as lr. After one gradient, how far "
    "are m and v still from it?",
    second_hint="Print m after one step with gradient 1 and beta1 = 0.9: it is 0.1, a tenth of "
    "what it should stand for. By which number, made of beta1 and t, must it be "
    "divided to be 1, and what happens to that number as t grows?",
)
def adam_without_correction(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    return w - lr * m / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-02",
    of="adam_step",
    hint="What are the two denominators of the correction worth when t is still 0?",
    second_hint="Print t where the correction is computed in the very first call. It must count "
    "the step that is being made: bring it up to date before it is used.",
)
def adam_counting_from_zero(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = m / np.float64(1 - beta1 ** (t - 1)), v / np.float64(1 - beta2 ** (t - 1))
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-03",
    of="adam_step",
    hint="The first step is right. Which t does your third call work with?",
)
def adam_always_at_step_one(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, _ = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, 1, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": 1}


@misconception(
    "E4-05",
    of="adam_step",
    hint="Folding both corrections into lr moves something else as well. What is eps added "
    "to in the docstring?",
)
def adam_in_one_line(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    rate = lr * np.sqrt(1 - beta2**t) / (1 - beta1**t)
    return w - rate * m / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-06",
    of="adam_step",
    hint="Two means start at 0. For how many of them do you make up?",
    second_hint="After the first step with gradient g, the corrected means should be g and g "
    "squared. Print both of yours: one of them is still far too small.",
)
def adam_correcting_m_only(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, _ = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-10",
    of="adam_step",
    hint="v follows the square of something. Of the gradient, or of its mean?",
)
def adam_squaring_m(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = {"m": np.zeros(w.shape), "v": np.zeros(w.shape), "t": 0}
    t = state["t"] + 1
    m = beta1 * state["m"] + (1 - beta1) * g
    v = beta2 * state["v"] + (1 - beta2) * m**2
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-12",
    of="adam_step",
    hint="Make the gradient ten times as large. Should the first step get shorter?",
)
def adam_without_the_root(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (v_hat + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-13",
    of="adam_step",
    hint="Feed one and the same gradient many times. Does your m settle at it?",
)
def adam_with_a_heavy_ball(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    old, v, t = _means(w, g, state, beta1, beta2)
    m = old + beta1 * g
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-14",
    of="adam_step",
    hint="After ten steps, how much is left of the start: do the betas multiply or add up?",
)
def adam_with_beta_times_t(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat = m / np.float64(1 - beta1 * t)
    v_hat = v / np.float64(1 - beta2 * t)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-16",
    of="adam_step",
    hint="Keep a copy of the state that you pass in, and compare after the call.",
)
def adam_in_the_callers_state(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is None:
        state = {"m": np.zeros(w.shape), "v": np.zeros(w.shape), "t": 0}
    m, v, t = state["m"], state["v"], state["t"] + 1
    m *= beta1
    m += (1 - beta1) * g
    v *= beta2
    v += (1 - beta2) * g**2
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-17",
    of="adam_step",
    hint="Your weights shrink even where the gradient is 0. Who asked for that?",
)
def adam_with_weight_decay(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    w = (1 - lr * 0.01) * w - lr * m_hat / (np.sqrt(v_hat) + eps)
    return w, {"m": m, "v": v, "t": t}


@misconception(
    "E4-X1",
    of="adam_step",
    hint="What goes into the state, the means or the corrected means? And what would the "
    "next step make of it?",
)
def adam_that_keeps_corrected_means(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m_hat, "v": v_hat, "t": t}


@misconception(
    "E4-X2",
    of="adam_step",
    hint="Try eps = 0.1 on one entry by hand: is it added before or after the root is taken?",
)
def adam_with_eps_under_the_root(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / np.sqrt(v_hat + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X3",
    of="adam_step",
    hint="Train two weights by turns. What outlives a call of your function: a default that "
    "was made only once, a variable of the module?",
)
def adam_with_one_default_state(
    w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8, first={"m": 0.0, "v": 0.0, "t": 0}
):
    state = first if state is None else state
    state["t"] += 1
    state["m"] = beta1 * state["m"] + (1 - beta1) * g
    state["v"] = beta2 * state["v"] + (1 - beta2) * g**2
    m_hat, v_hat = _corrected(state["m"], state["v"], state["t"], beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), state


@misconception(
    "E4-X4",
    of="adam_step",
    hint="Which of the two means should be the slow one?",
)
def adam_with_betas_swapped(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta2, beta1)
    m_hat, v_hat = _corrected(m, v, t, beta2, beta1)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X5",
    of="adam_step",
    hint="Is your step longer than that of the docstring when the gradient keeps its sign? "
    "Something looks ahead.",
)
def adam_by_nesterov(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    ahead = beta1 * m_hat + (1 - beta1) * g / (1 - beta1**t)
    return w - lr * ahead / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X6",
    of="adam_step",
    hint="Call it again with the state it returned: what does t say?",
)
def adam_that_forgets_to_count(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t - 1}


@misconception(
    "E4-X7",
    of="adam_step",
    hint="Take a gradient of 1e-8 and the default eps. Who wins in your denominator?",
)
def adam_without_eps(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / np.sqrt(v_hat), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X8",
    of="adam_step",
    hint="You count the steps. Does your correction fade as they go by?",
)
def adam_with_the_first_correction_always(
    w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8
):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, 1, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X9",
    of="adam_step",
    hint="Which t does your very first correction work with? Count how often 1 is added to it.",
)
def adam_one_step_ahead(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t + 1, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X10",
    of="adam_step",
    hint="You take a root in the end. What was done to each gradient before it went into v?",
)
def adam_averaging_absolute_gradients(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, _, t = _means(w, g, state, beta1, beta2)
    before = np.zeros(w.shape) if state is None else state["v"]
    v = beta2 * before + (1 - beta2) * np.abs(g)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X11",
    of="adam_step",
    hint="Does every line of yours notice when the caller chooses other betas?",
)
def adam_correcting_with_fixed_betas(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, 0.9, 0.999)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X12",
    of="adam_step",
    hint="Each of the two means has a beta of its own. Have the two corrections?",
)
def adam_correcting_v_with_beta1(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta1)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


@misconception(
    "E4-X13",
    of="adam_step",
    hint="After the very first call, what does t in your state say?",
)
def adam_starting_at_t_1(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    t = t + 1 if state is None else t
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return w - lr * m_hat / (np.sqrt(v_hat) + eps), {"m": m, "v": v, "t": t}


def _in_kind(new, old):
    """Return new weights in an array like the old one."""
    kept = np.empty_like(old)
    kept[...] = new
    return kept


@misconception(
    "E2-X20",
    of="momentum_step",
    hint="Of which type is the array into which you write the new weights?",
)
def momentum_in_the_kind_of_w(w, g, v, lr, beta=0.9):
    v = beta * v - lr * g
    return _in_kind(w + v, w), v


@misconception(
    "E3-X20",
    of="rmsprop_step",
    hint="Of which type is the array into which you write the new weights?",
)
def rmsprop_in_the_kind_of_w(w, g, s, lr, rho=0.9, eps=1e-8):
    s = rho * s + (1 - rho) * g**2
    return _in_kind(w - lr * g / (np.sqrt(s) + eps), w), s


@misconception(
    "E4-X20",
    of="adam_step",
    hint="Of which type is the array into which you write the new weights?",
)
def adam_in_the_kind_of_w(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m, v, t = _means(w, g, state, beta1, beta2)
    m_hat, v_hat = _corrected(m, v, t, beta1, beta2)
    return _in_kind(w - lr * m_hat / (np.sqrt(v_hat) + eps), w), {"m": m, "v": v, "t": t}
