"""Wrong ways to write the optimisers: edits of the right ones, and others."""

import numpy as np

from grader.testing import edit, misconception

EDITS = [
    edit(
        "E1-02",
        {"result": "np.subtract(w, step, out=w)"},
        of="sgd_step",
        what="the caller's weights are overwritten",
        hint="Print the caller's weights before and after the call. What does -= change?",
        second_hint="Keep before = w.copy(), call, and compare. -= writes into the array that "
        "the caller owns; an expression with a minus makes a new one.",
    ),
    edit(
        "E1-03",
        {"rate": "1"},
        of="sgd_step",
        what="lr is not used",
        hint="Call it with lr = 0.1 and with lr = 0.2. Is the second step twice as long?",
    ),
    edit(
        "E1-04",
        {"direction": "np.sign(g)"},
        of="sgd_step",
        what="only the sign of the gradient is used",
        hint="Take a gradient twice as steep. Does your step get longer?",
    ),
    edit(
        "E1-X1",
        {"result": "w + step"},
        of="sgd_step",
        what="the step goes uphill",
        hint="At w = 1 on the parabola w**2, to which side does your step go?",
        second_hint="For w**2 at w = 1 the gradient is 2: the loss grows to the right. Print the "
        "new w: it should be nearer to 0 than 1 was.",
    ),
    edit(
        "E1-X2",
        {"direction": "g / len(g)"},
        of="sgd_step",
        what="the gradient is averaged a second time",
        hint="The gradient has its 1/N already. What else do you divide by?",
    ),
    edit(
        "E1-X3",
        {"result": "(w - step).astype(w.dtype)"},
        of="sgd_step",
        what="the result takes over the dtype of w",
        hint="Which dtype has an array that you make like one of integers?",
    ),
    edit(
        "E2-01",
        {"gradient": "-g", "step": "-lr * v"},
        of="momentum_step",
        what="lr is not part of the velocity",
        hint="With one lr throughout, your weights are right. What should happen to old velocity "
        "when lr changes, and is your v the one of the docstring?",
        second_hint="Make two steps by hand with lr = 1 and then lr = 0.1, and write down v "
        "after each, once by the docstring and once by your code. In the docstring lr is inside "
        "of what is remembered.",
    ),
    edit(
        "E2-03",
        {"gradient": "-lr * g"},
        of="momentum_step",
        what="the step goes uphill",
        hint="From rest, into which direction should the very first step go?",
    ),
    edit(
        "E2-05",
        {"step": "old"},
        of="momentum_step",
        what="the step uses the old velocity",
        hint="Start from rest: does your first step move anything? Which of the two velocities "
        "do you add?",
        second_hint="From v = 0, print the new velocity and the amount that w moved by. They "
        "should be the same number: which of the two velocities is in scope where w is changed?",
    ),
    edit(
        "E2-07",
        {"step": "kept * v - gradient"},
        of="momentum_step",
        what="this is Nesterov's momentum",
        hint="Your step looks one step ahead. Is that what the docstring does with the new v?",
    ),
    edit(
        "E2-08",
        {"v": "_write_into(old, kept * old - gradient)"},
        of="momentum_step",
        what="the caller's velocity is overwritten",
        hint="Right numbers. Look at the caller's v after the call, though.",
    ),
    edit(
        "E2-X1",
        {"gradient": "(1 - beta) * lr * g"},
        of="momentum_step",
        what="the gradient is multiplied by 1 - beta",
        hint="Set beta = 0.9 and start from rest. How long should the first step be, compared "
        "with plain descent?",
        second_hint="With v = 0 and beta = 0.9 the docstring's first step is as long as plain "
        "descent. Yours is a tenth: a factor stands before the gradient that the docstring does "
        "not have.",
    ),
    edit(
        "E2-X2",
        {"order": "returned, new"},
        of="momentum_step",
        what="the two results have the wrong order",
        hint="Which of the two results is expected first?",
    ),
    edit(
        "E2-X3",
        {"kept": "0.9"},
        of="momentum_step",
        what="beta is not used",
        hint="Call it with beta = 0.5. Does anything change?",
    ),
    edit(
        "E2-X4",
        {"returned": "old"},
        of="momentum_step",
        what="the old velocity is returned",
        hint="Which velocity does the next step get from you, the old one or the new one?",
    ),
    edit(
        "E2-X5",
        {"gradient": "-lr * g", "step": "-v"},
        of="momentum_step",
        what="the velocity that is returned points uphill",
        hint="From rest your weights go the right way. Does the velocity that you return point "
        "that way too?",
    ),
    edit(
        "E3-01",
        {"root": "used"},
        of="rmsprop_step",
        what="the root is missing",
        hint="Scale the gradient by 10 and follow the units. What was the second letter of RMS "
        "for?",
        second_hint="With a gradient of 10 and s = 100, what you divide by should be 10. Which "
        "operation leads from 100 to 10, and on which side of eps does the docstring have it?",
    ),
    edit(
        "E3-02",
        {"scale": "np.sqrt(used + eps)"},
        of="rmsprop_step",
        what="eps is added under the root",
        hint="Nobody can tell as long as eps is tiny. Put in eps = 0.1 and work one entry by hand.",
    ),
    edit(
        "E3-04",
        {"share": "1"},
        of="rmsprop_step",
        what="the new square is not multiplied by its share",
        hint="Feed the gradient 2 again and again. Towards which number should a mean of squares "
        "go?",
        second_hint="Feed the gradient 2 fifty times and print s. A mean of squares settles at "
        "4; yours climbs. The old and the new part are both shares of a whole: do your shares "
        "sum to 1?",
    ),
    edit(
        "E3-07",
        {"used": "old"},
        of="rmsprop_step",
        what="the step divides by the old mean",
        hint="In the first step s is 0. By what do you divide then?",
    ),
    edit(
        "E3-08",
        {"scale": "root"},
        of="rmsprop_step",
        what="eps is not added",
        hint="What does your division give for a weight whose gradient was always 0?",
    ),
    edit(
        "E3-X1",
        {"kept": "1 - rho", "share": "rho"},
        of="rmsprop_step",
        what="rho and 1 - rho are exchanged",
        hint="With rho = 0.9, does the mean forget slowly or quickly? What share has the new "
        "square?",
    ),
    edit(
        "E3-X2",
        {"square": "np.mean(g**2)"},
        of="rmsprop_step",
        what="all weights share one mean",
        hint="Should a weight with a small gradient share its scale with one that has a large one?",
    ),
    edit(
        "E3-X3",
        {"s": "_write_into(old, kept * old + share * square)"},
        of="rmsprop_step",
        what="the caller's mean is overwritten",
        hint="The numbers are right, but whose array do you keep the mean in?",
    ),
    edit(
        "E3-X4",
        {"s": "np.sqrt(kept * old + share * square)", "root": "used"},
        of="rmsprop_step",
        what="the root is kept instead of the mean of squares",
        hint="What is the running mean a mean of: the squares, or their roots?",
    ),
    edit(
        "E3-X5",
        {"step": "lr * g * scale"},
        of="rmsprop_step",
        what="the step is multiplied by the root instead of divided",
        hint="Where gradients have been large, should a step become longer or shorter?",
    ),
    edit(
        "E4-01",
        {"correction_m": "1", "correction_v": "1"},
        of="adam_step",
        what="neither mean is corrected",
        hint="Your first step is about three times as long as lr. After one gradient, how far "
        "are m and v still from it?",
        second_hint="Print m after one step with gradient 1 and beta1 = 0.9: it is 0.1, a tenth "
        "of what it should stand for. By which number, made of beta1 and t, must it be divided "
        "to be 1, and what happens to that number as t grows?",
    ),
    edit(
        "E4-02",
        {"power": "t - 1"},
        of="adam_step",
        what="the correction uses t before it is increased",
        hint="What are the two denominators of the correction worth when t is still 0?",
        second_hint="Print t where the correction is computed in the very first call. It must "
        "count the step that is being made: bring it up to date before it is used.",
    ),
    edit(
        "E4-03",
        {"t": "1"},
        of="adam_step",
        what="t is always 1",
        hint="The first step is right. Which t does your third call work with?",
    ),
    edit(
        "E4-05",
        {"step": "lr * np.sqrt(correction_v) / correction_m * m / (np.sqrt(v) + eps)"},
        of="adam_step",
        what="eps is added to the root of the uncorrected mean",
        hint="Folding both corrections into lr moves something else as well. What is eps added "
        "to in the docstring?",
    ),
    edit(
        "E4-06",
        {"correction_v": "1"},
        of="adam_step",
        what="the mean of squares is not corrected",
        hint="Two means start at 0. For how many of them do you make up?",
        second_hint="After the first step with gradient g, the corrected means should be g and g "
        "squared. Print both of yours: one of them is still far too small.",
    ),
    edit(
        "E4-10",
        {"square": "m**2"},
        of="adam_step",
        what="m is squared instead of the gradient",
        hint="v follows the square of something. Of the gradient, or of its mean?",
    ),
    edit(
        "E4-12",
        {"root": "v_hat"},
        of="adam_step",
        what="the root is missing",
        hint="Make the gradient ten times as large. Should the first step get shorter?",
    ),
    edit(
        "E4-13",
        {"share": "1"},
        of="adam_step",
        what="the gradient is not multiplied by 1 - beta1",
        hint="Feed one and the same gradient many times. Does your m settle at it?",
    ),
    edit(
        "E4-14",
        {
            "correction_m": "np.float64(1 - base_m * power)",
            "correction_v": "np.float64(1 - base_v * power)",
        },
        of="adam_step",
        what="the betas are multiplied by t instead of raised to it",
        hint="After ten steps, how much is left of the start: do the betas multiply or add up?",
    ),
    edit(
        "E4-16",
        {
            "m": '_write_into(state["m"], beta_m * state["m"] + share * g)',
            "v": '_write_into(state["v"], beta_v * state["v"] + (1 - beta_v) * square)',
        },
        of="adam_step",
        what="the arrays of the caller's state are overwritten",
        hint="Keep a copy of the state that you pass in, and compare after the call.",
    ),
    edit(
        "E4-17",
        {"decayed": "(1 - lr * 0.01) * w"},
        of="adam_step",
        what="the weights decay",
        hint="Your weights shrink even where the gradient is 0. Who asked for that?",
    ),
    edit(
        "E4-X1",
        {"(kept_m, kept_v)": "m_hat, v_hat"},
        of="adam_step",
        what="the corrected means are kept in the state",
        hint="What goes into the state, the means or the corrected means? And what would the "
        "next step make of it?",
    ),
    edit(
        "E4-X2",
        {"scale": "np.sqrt(v_hat + eps)"},
        of="adam_step",
        what="eps is added under the root",
        hint="Try eps = 0.1 on one entry by hand: is it added before or after the root is taken?",
    ),
    edit(
        "E4-X4",
        {"beta_m": "beta2", "beta_v": "beta1"},
        of="adam_step",
        what="the two betas are exchanged",
        hint="Which of the two means should be the slow one?",
    ),
    edit(
        "E4-X5",
        {"direction": "base_m * m_hat + share * g / correction_m"},
        of="adam_step",
        what="this is Nesterov's variant of Adam",
        hint="Is your step longer than that of the docstring when the gradient keeps its sign? "
        "Something looks ahead.",
    ),
    edit(
        "E4-X6",
        {"counted": "t - 1"},
        of="adam_step",
        what="the t that is returned is not increased",
        hint="Call it again with the state it returned: what does t say?",
    ),
    edit(
        "E4-X7",
        {"scale": "root"},
        of="adam_step",
        what="eps is not added",
        hint="Take a gradient of 1e-8 and the default eps. Who wins in your denominator?",
    ),
    edit(
        "E4-X8",
        {"power": "1"},
        of="adam_step",
        what="the correction always uses t = 1",
        hint="You count the steps. Does your correction fade as they go by?",
    ),
    edit(
        "E4-X9",
        {"power": "t + 1"},
        of="adam_step",
        what="the correction uses a t that is 1 too large",
        hint="Which t does your very first correction work with? Count how often 1 is added to it.",
    ),
    edit(
        "E4-X10",
        {"square": "np.abs(g)"},
        of="adam_step",
        what="the gradient is not squared",
        hint="You take a root in the end. What was done to each gradient before it went into v?",
    ),
    edit(
        "E4-X11",
        {"base_m": "0.9", "base_v": "0.999"},
        of="adam_step",
        what="the correction ignores beta1 and beta2",
        hint="Does every line of yours notice when the caller chooses other betas?",
    ),
    edit(
        "E4-X12",
        {"base_v": "beta_m"},
        of="adam_step",
        what="both corrections use beta1",
        hint="Each of the two means has a beta of its own. Have the two corrections?",
    ),
    edit(
        "E4-X13",
        {"t": 'state["t"] + 1 + first'},
        of="adam_step",
        what="t starts at 1 instead of 0",
        hint="After the very first call, what does t in your state say?",
    ),
    edit(
        "E2-X20",
        {"new": "_write_into(np.empty_like(w), w + step)"},
        of="momentum_step",
        what="new weights take over the type of the old ones",
        hint="Of which type is the array into which you write the new weights?",
    ),
    edit(
        "E3-X20",
        {"new": "_write_into(np.empty_like(w), w - step)"},
        of="rmsprop_step",
        what="new weights take over the type of the old ones",
        hint="Of which type is the array into which you write the new weights?",
    ),
    edit(
        "E4-X20",
        {"new": "_write_into(np.empty_like(w), decayed - step)"},
        of="adam_step",
        what="new weights take over the type of the old ones",
        hint="Of which type is the array into which you write the new weights?",
    ),
]


def _corrected(m, v, t, beta1, beta2):
    return m / (1 - beta1**t), v / (1 - beta2**t)


@misconception(
    "E4-X3",
    of="adam_step",
    what="the default state outlives a call",
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
