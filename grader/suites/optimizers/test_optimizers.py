"""Checks of the optimisers.

Oracles: what a running mean is as a weighted sum of everything that was put into it,
the closed form of descent on a quadratic, and figures computed once with PyTorch.

A trajectory hands the student's own memory (v, s or the state) back to the student and
compares how far the weights moved, so that a memory kept in another form costs only the
check that looks at it.
"""

from functools import partial

import numpy as np

from grader.testing import (
    Missing,
    Opaque,
    as_array,
    check,
    close,
    close_after,
    describe,
    expect,
    fail,
    finite,
    function,
    has_shape,
    mapping,
    path_drawn,
    results,
    unmodified,
    with_defaults,
)

# PyTorch 2.13.0 (CPU, float64) on a small quadratic. The third slope is so flat that its
# gradient, about 3e-8, is hardly larger than the default eps: dropping eps would show. The
# snippet was run three times, each time with one of the optimizers. These figures are the
# same for every seed, so who knows no more than them earns nothing: they count as properties.
#
#     import torch
#     c = torch.tensor([3.0, 0.25, 2e-8], dtype=torch.float64)
#     goal = torch.tensor([0.5, 1.0, -1.0], dtype=torch.float64)
#     w = torch.tensor([1.0, -2.0, 0.5], dtype=torch.float64, requires_grad=True)
#     optimizer = torch.optim.Adam([w], lr=0.1)                   # ADAM_DEFAULT_EPS
#     optimizer = torch.optim.Adam([w], lr=0.1, eps=0.1)          # ADAM_LARGE_EPS
#     optimizer = torch.optim.RMSprop([w], lr=0.05, alpha=0.9)    # RMSPROP
#     for _ in range(5):
#         optimizer.zero_grad()
#         (c * (w - goal) ** 2 / 2).sum().backward()
#         optimizer.step()
#         print([round(x, 14) for x in w.tolist()])
CURVATURE = np.array([3.0, 0.25, 2e-8])
GOAL = np.array([0.5, 1.0, -1.0])
START = np.array([1.0, -2.0, 0.5])
ADAM_DEFAULT_EPS = [
    [0.90000000066667, -1.90000000133333, 0.425],
    [0.80118742096868, -1.80010270976513, 0.35059579030366],
    [0.70487125150058, -1.70038152700029, 0.27688720498423],
    [0.61291539677343, -1.60091353581835, 0.20397812154183],
    [0.52781444965056, -1.50177946221476, 0.13197614087736],
]
ADAM_LARGE_EPS = [
    [0.90625, -1.91176470588235, 0.49999997000001],
    [0.81406323225679, -1.82376132083464, 0.49999994000002],
    [0.72453411226123, -1.73604771595947, 0.49999991000003],
    [0.6391137363725, -1.64868363049482, 0.49999988000004],
    [0.55963225138721, -1.56173055642557, 0.49999985000005],
]
RMSPROP = [
    [0.84188612032491, -1.84188612365825, 0.42302494707577],
    [0.74943530785522, -1.73016460227666, 0.36041363825334],
    [0.68459028133515, -1.63815687581566, 0.30561709360202],
    [0.63641244708482, -1.55753786881179, 0.25599361996579],
    [0.59989758124836, -1.48447728290871, 0.21014333623827],
]


def height(first, second):
    """Return the loss over the first two weights: the valley that PyTorch went down."""
    return (CURVATURE[0] * (first - GOAL[0]) ** 2 + CURVATURE[1] * (second - GOAL[1]) ** 2) / 2


def drawn(student, title, way, figures):
    """Let a way be seen beside PyTorch's, which is the same for every seed."""
    return path_drawn(student, title, way, ground=height, example=[START, *np.array(figures)])


def faded_sum(inputs, keep):
    """Add up inputs, the last with weight 1, the one before with `keep`, then `keep`²."""
    last = len(inputs) - 1
    return sum(keep ** (last - place) * value for place, value in enumerate(inputs))


def momentum_path(w, gradients, v, rates, beta):
    """Return weights and velocity after each step."""
    path = []
    pushes = [-lr * g for lr, g in zip(rates, gradients, strict=True)]
    for t in range(1, len(pushes) + 1):
        velocity = beta**t * v + faded_sum(pushes[:t], beta)
        w = w + velocity
        path.append((w, velocity))
    return path


def rmsprop_path(w, gradients, s, lr, rho=0.9, eps=1e-8):
    """Return weights and running mean after each step."""
    path = []
    squares = [g * g for g in gradients]
    for t in range(1, len(squares) + 1):
        mean = rho**t * s + (1 - rho) * faded_sum(squares[:t], rho)
        w = w - lr * gradients[t - 1] / (mean**0.5 + eps)
        path.append((w, mean))
    return path


def adam_path(w, gradients, lr, beta1=0.9, beta2=0.999, eps=1e-8):
    """Return the weights after each step.

    The corrected means are weighted averages: each sum over the sum of its weights.
    """
    path = []
    ones = [1.0] * len(gradients)
    squares = [g * g for g in gradients]
    for t in range(1, len(gradients) + 1):
        mean = faded_sum(gradients[:t], beta1) / faded_sum(ones[:t], beta1)
        mean_square = faded_sum(squares[:t], beta2) / faded_sum(ones[:t], beta2)
        w = w - lr * mean / (mean_square**0.5 + eps)
        path.append(w)
    return path


def draw_whole(rng):
    """Draw integer weights, which no update leaves whole."""
    return rng.integers(-3, 4, size=(3, 4))


def draw_gradients(rng, count, shape):
    return [rng.normal(size=shape) for _ in range(count)]


def with_memory(answer, name):
    """Take a pair (w, memory) apart; both are to be numbers, since they go back in."""
    w, memory = results(answer, "w", name)
    kept = memory if isinstance(memory, Missing) else as_array(memory, name)
    return as_array(w, "w"), kept


def with_state(answer):
    """Take a pair (w, state) apart.

    Whatever is in the state only goes back in: whether it is the right one is for another
    check to judge. What cannot travel is left out.
    """
    w, state = results(answer, "w", "state")
    if isinstance(state, Missing):
        return as_array(w, "w"), state
    kind = f"state is {describe(state)}; expected a dict with the keys m, v and t"
    expect(isinstance(state, dict), kind, identity="not_a_dict")
    kept = {}
    for key, value in state.items():
        if key in ("m", "v", "t"):
            array = as_array(value, f'state["{key}"]')
            # A plain t stays one: += would change an array in place, but not a number.
            kept[key] = value if isinstance(value, int | float) else array
        elif can_travel(value):
            kept[key] = value
    return as_array(w, "w"), kept


def both(answer):
    """Return weights and memory where both came: they go back in."""
    if isinstance(answer[1], Missing):
        raise fail("missing_result", answer[1].text)
    return answer


def can_travel(value):
    """Return whether a value can be sent back as it came."""
    if isinstance(value, dict):
        return all(map(can_travel, value.values()))
    if isinstance(value, list | tuple):
        return all(map(can_travel, value))
    return not isinstance(value, Opaque)


def moved(before, after):
    """Return old weights minus new ones; in single precision if the new ones are."""
    before = np.asarray(before)
    has_shape(after, before.shape, "w")
    after = as_array(after, "w")
    return (before - after).astype(after.dtype if after.dtype.kind == "f" else np.float64)


MOVED = "old w minus new w"


def follow(step, start, gradients, want, memory, **known):
    """Compare how far each of some steps moves the weights.

    ``step(w, g, memory, number)`` returns new weights and a new memory; ``want`` has the
    right weights after each step.
    """
    w, target = start, start
    for number, (g, right) in enumerate(zip(gradients, want, strict=True), start=1):
        before, (w, memory) = w, step(w, g, both((w, memory))[1], number)
        close_after(number, moved(before, w), target - right, MOVED, sizes=known)
        target = right


def follow_adam(student, start, gradients, want, **settings):
    """Compare the steps of Adam, also with those settings passed that are defaults."""

    def expect(**passed):
        def step(w, g, state, _):
            return with_state(student.adam_step(w, g, state, **settings, **passed))

        follow(step, start, gradients, want, None, **settings)

    defaults = {"beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    with_defaults(student, expect, **{key: x for key, x in defaults.items() if key not in settings})


@function("sgd_step(w, g, lr)", points=1)
class TestSgdStep:
    @check(0.4, visible=True)
    def test_value(self, student, rng):
        """One step from given weights."""
        w = rng.normal(size=(4, 3))
        g = rng.normal(size=(4, 3))
        close(moved(w, student.sgd_step(w, g, 0.3)), 0.3 * g, MOVED, sizes={"lr": 0.3})

    @check(0.25)
    def test_descends_a_quadratic(self, student, rng):
        """Eight steps down a quadratic bowl."""
        curvature = rng.uniform(0.3, 1.5, size=(5,))
        start = rng.normal(size=(5,))
        w = start
        for step in range(1, 9):
            # The gradient of sum(curvature * w**2) / 2; every step shrinks w by a factor.
            w = student.sgd_step(w, curvature * w, 0.4)
            close_after(step, w, (1 - 0.4 * curvature) ** step * start, "w")
            w = finite(w, "w")

    @check(0.15, kind="property")
    def test_integer_weights(self, student, rng):
        """Integer weights give floats."""
        w, g = draw_whole(rng), rng.normal(size=(3, 4))
        close(student.sgd_step(w, g, 0.3), w - 0.3 * g, "w from integer weights")

    @check(0.2, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.sgd_step(rng.normal(size=(3, 4)), rng.normal(size=(3, 4)), 0.2)
        unmodified(student)


@function("momentum_step(w, g, v, lr, beta=0.9)", points=2)
class TestMomentumStep:
    @check(0.5, visible=True)
    def test_two_steps_w(self, student, rng):
        """The weights after one and two steps from rest."""
        start = rng.normal(size=(4, 3))
        gradients = draw_gradients(rng, 2, (4, 3))
        want = momentum_path(start, gradients, np.zeros((4, 3)), [0.2, 0.2], 0.9)

        def expect(**passed):
            def step(w, g, v, _):
                return with_memory(student.momentum_step(w, g, v, 0.2, **passed), "v")

            targets = [w for w, _ in want]
            follow(step, start, gradients, targets, np.zeros((4, 3)), lr=0.2, beta=0.9)

        with_defaults(student, expect, beta=0.9)

    @check(0.45)
    def test_returned_v(self, student, rng):
        """The velocity that comes back, in the form of the docstring."""
        w = rng.normal(size=(5,))
        g = rng.normal(size=(5,))
        v = rng.normal(size=(5,))
        ((_, velocity),) = momentum_path(w, [g], v, [0.3], 0.7)
        _, got = with_memory(student.momentum_step(w, g, v, 0.3, beta=0.7), "v")
        close(got, velocity, "v")

    @check(0.3)
    def test_beta_0_is_sgd(self, student, rng):
        """With beta = 0 it is plain gradient descent."""
        w = rng.normal(size=(3, 3))
        g = rng.normal(size=(3, 3))
        v = rng.normal(size=(3, 3))
        got, _ = with_memory(student.momentum_step(w, g, v, 0.25, beta=0.0), "v")
        close(moved(w, got), 0.25 * g, f"{MOVED} for beta = 0", sizes={"lr": 0.25})

    @check(0.4)
    def test_varying_lr_between_steps(self, student, rng):
        """The learning rate changes from step to step."""
        rates = [0.1, 0.4, 0.05, 0.2]
        start = rng.normal(size=(2, 5))
        gradients = draw_gradients(rng, 4, (2, 5))
        want = momentum_path(start, gradients, np.zeros((2, 5)), rates, 0.8)

        def step(w, g, v, number):
            answer = student.momentum_step(w, g, v, rates[number - 1], beta=0.8)
            return with_memory(answer, "v")

        follow(step, start, gradients, [w for w, _ in want], np.zeros((2, 5)))

    @check(0.1, kind="property")
    def test_integer_weights(self, student, rng):
        """Integer weights give floats."""
        w, g, v = draw_whole(rng), rng.normal(size=(3, 4)), np.zeros((3, 4))
        got, _ = with_memory(student.momentum_step(w, g, v, 0.3, beta=0.8), "v")
        ((want, _),) = momentum_path(w, [g], v, [0.3], 0.8)
        close(got, want, "w from integer weights")

    @check(0.25, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        w, g, v = draw_gradients(rng, 3, (3, 4))
        student.momentum_step(w, g, v, 0.2)
        unmodified(student)


@function("rmsprop_step(w, g, s, lr, rho=0.9, eps=1e-8)", points=2)
class TestRmspropStep:
    @check(0.45, visible=True)
    def test_first_step_from_s_0(self, student, rng):
        """The first step: the weights and the running mean."""
        w = rng.normal(size=(4, 3))
        g = rng.normal(size=(4, 3))
        s = np.zeros((4, 3))
        ((weights, mean),) = rmsprop_path(w, [g], s, 0.2)

        def expect(**passed):
            got_w, got_s = with_memory(student.rmsprop_step(w, g, s, 0.2, **passed), "s")
            known = {"lr": 0.2, "rho": 0.9}
            close(got_s, mean, "s", sizes=known, result="s")
            what = f"s is right, but {MOVED}"
            close(moved(w, got_w), w - weights, what, sizes=known, result="w")

        with_defaults(student, expect, rho=0.9, eps=1e-8)

    @check(0.35)
    def test_three_steps(self, student, rng):
        """Three steps from a running mean that is not 0, with another rho."""
        start = rng.normal(size=(3, 5))
        gradients = draw_gradients(rng, 3, (3, 5))
        s = rng.uniform(0.2, 2.0, size=(3, 5))
        want = rmsprop_path(start, gradients, s, 0.2, rho=0.7)

        def expect(**passed):
            def step(w, g, s, _):
                return with_memory(student.rmsprop_step(w, g, s, 0.2, rho=0.7, **passed), "s")

            follow(step, start, gradients, [w for w, _ in want], s, lr=0.2, rho=0.7)

        with_defaults(student, expect, eps=1e-8)

    @check(0.35)
    def test_eps_outside_the_root(self, student, rng):
        """A large eps shows where it is added."""
        start = rng.normal(size=(6,))
        gradients = draw_gradients(rng, 2, (6,))
        want = rmsprop_path(start, gradients, np.zeros(6), 0.3, eps=0.07)

        def expect(**passed):
            def step(w, g, s, _):
                return with_memory(student.rmsprop_step(w, g, s, 0.3, eps=0.07, **passed), "s")

            known = {"lr": 0.3, "rho": 0.9, "eps": 0.07}
            follow(step, start, gradients, [w for w, _ in want], np.zeros(6), **known)

        with_defaults(student, expect, rho=0.9)

    @check(0.25, kind="property")
    def test_same_as_pytorch(self, student):
        """Five steps give the figures of PyTorch's RMSprop."""
        way = [START]

        def expect(**passed):
            del way[1:]
            w, s = START, np.zeros(3)
            for step, target in enumerate(RMSPROP, start=1):
                g = CURVATURE * (w - GOAL)
                w, s = both(with_memory(student.rmsprop_step(w, g, s, 0.05, **passed), "s"))
                way.append(w)
                close_after(step, w, target, "w")
                w = finite(w, "w")

        with drawn(student, "Five steps of rmsprop_step", way, RMSPROP):
            with_defaults(student, expect, rho=0.9, eps=1e-8)

    @check(0.25, kind="property")
    def test_zero_gradient_does_not_move(self, student, rng):
        """A gradient of 0 moves nothing, at the start and later."""
        w = rng.normal(size=(3, 4))
        seen = rng.uniform(0.2, 2.0, size=(3, 4))
        for s in (np.zeros((3, 4)), seen):
            got, _ = with_memory(student.rmsprop_step(w, np.zeros((3, 4)), s, 0.1), "s")
            close(got, w, "w after a gradient of 0")

    @check(0.1, kind="property")
    def test_integer_weights(self, student, rng):
        """Integer weights give floats."""
        w, g, s = draw_whole(rng), rng.normal(size=(3, 4)), rng.uniform(0.2, 2.0, size=(3, 4))
        got, _ = with_memory(student.rmsprop_step(w, g, s, 0.2, rho=0.7), "s")
        ((want, _),) = rmsprop_path(w, [g], s, 0.2, rho=0.7)
        close(got, want, "w from integer weights")

    @check(0.25, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        w, g, s = (*draw_gradients(rng, 2, (3, 4)), rng.uniform(0.2, 2.0, size=(3, 4)))
        student.rmsprop_step(w, g, s, 0.1)
        unmodified(student)


@function(
    "adam_step(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8)",
    points=4,
)
class TestAdamStep:
    @check(0.6, visible=True)
    def test_first_step_has_size_lr(self, student, rng):
        """The first step, with the default lr and with another."""
        w = rng.normal(size=(4, 3))
        g = rng.normal(size=(4, 3))
        follow_adam(student, w, [g], adam_path(w, [g], 0.15), lr=0.15)

        def expect(**passed):
            got, _ = with_state(student.adam_step(w, g, **passed))
            close(moved(w, got), w - adam_path(w, [g], 0.001)[0], MOVED)

        with_defaults(student, expect, lr=0.001)

    @check(0.7)
    def test_five_steps(self, student, rng):
        """The weights after each of five steps."""
        w = rng.normal(size=(3, 5))
        gradients = draw_gradients(rng, 5, (3, 5))
        follow_adam(student, w, gradients, adam_path(w, gradients, 0.15), lr=0.15)

    @check(0.45)
    def test_state_m_v_t_after_3_steps(self, student, rng):
        """The state that comes back after three steps."""
        w = rng.normal(size=(2, 3))
        gradients = draw_gradients(rng, 3, (2, 3))
        squares = [g * g for g in gradients]

        def expect(**passed):
            after, state = w, None
            for g in gradients:
                answer = student.adam_step(after, g, state, lr=0.15, **passed)
                after, state = both(with_state(answer))
            # A key more does no harm; it goes back in with the others.
            known = {key: state[key] for key in ("m", "v", "t") if key in state}
            state = mapping(known, ["m", "v", "t"], "state")
            betas = {"beta1": 0.9, "beta2": 0.999}
            close(state["t"], 3.0, 'state["t"] after 3 steps', shape="values")
            want = 0.1 * faded_sum(gradients, 0.9)
            close(state["m"], want, 'state["m"] after 3 steps', sizes=betas)
            want = 0.001 * faded_sum(squares, 0.999)
            close(state["v"], want, 'state["v"] after 3 steps', sizes=betas)

        with_defaults(student, expect, beta1=0.9, beta2=0.999)

    @check(0.45)
    def test_eps_placement(self, student, rng):
        """Three steps with a large eps, which shows where it is added."""
        w = rng.normal(size=(6,))
        gradients = draw_gradients(rng, 3, (6,))
        want = adam_path(w, gradients, 0.2, eps=0.07)
        follow_adam(student, w, gradients, want, lr=0.2, eps=0.07)

    @check(0.4)
    def test_non_default_betas(self, student, rng):
        """Four steps with other betas."""
        w = rng.normal(size=(4, 4))
        gradients = draw_gradients(rng, 4, (4, 4))
        want = adam_path(w, gradients, 0.15, beta1=0.6, beta2=0.7)
        follow_adam(student, w, gradients, want, lr=0.15, beta1=0.6, beta2=0.7)

    @check(0.35, kind="property")
    def test_same_as_pytorch(self, student):
        """Five steps give the figures of PyTorch's Adam, for two values of eps."""

        def expect(want, way, **passed):
            del way[1:]
            w, state = START, None
            for step, target in enumerate(want, start=1):
                g = CURVATURE * (w - GOAL)
                w, state = both(with_state(student.adam_step(w, g, state, lr=0.1, **passed)))
                way.append(w)
                close_after(step, w, target, "w")
                w = finite(w, "w")

        betas = {"beta1": 0.9, "beta2": 0.999}
        for settings, defaults, want in (
            ({}, betas | {"eps": 1e-8}, ADAM_DEFAULT_EPS),
            ({"eps": 0.1}, betas, ADAM_LARGE_EPS),
        ):
            way = [START]
            eps = f", eps = {settings['eps']}" if settings else ""
            with drawn(student, f"Five steps of adam_step{eps}", way, want):
                with_defaults(student, partial(expect, want, way, **settings), **defaults)

    @check(0.1, kind="property")
    def test_integer_weights(self, student, rng):
        """Integer weights give floats."""
        w, gradients = draw_whole(rng), draw_gradients(rng, 1, (3, 4))
        got, _ = with_state(student.adam_step(w, gradients[0], lr=0.15))
        close(got, adam_path(w, gradients, 0.15)[0], "w from integer weights")

    @check(0.35)
    def test_two_parameters_do_not_share_state(self, student, rng):
        """Two parameters of the same shape, trained by turns."""
        starts = draw_gradients(rng, 2, (3, 2))
        gradients = [draw_gradients(rng, 3, (3, 2)) for _ in starts]
        want = [adam_path(w, g, 0.15) for w, g in zip(starts, gradients, strict=True)]
        kept = [(w, None) for w in starts]
        for step in range(3):
            for which, (w, state) in enumerate(kept):
                answer = student.adam_step(w, gradients[which][step], state, lr=0.15)
                kept[which] = both(with_state(answer))
                target = want[which][step]
                close_after(step + 1, kept[which][0], target, f"w of parameter {which + 1}")

    @check(0.25, kind="property")
    def test_zero_gradient_finite(self, student, rng):
        """A gradient of 0 moves nothing and gives no NaN."""
        start = rng.normal(size=(3, 4))
        w, state = both(with_state(student.adam_step(start, np.zeros((3, 4)), lr=0.1)))
        close(w, start, "w after a gradient of 0")
        w, _ = with_state(student.adam_step(w, np.zeros((3, 4)), state, lr=0.1))
        close(w, start, "w after two gradients of 0")

    @check(0.35, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays and the caller's state alone."""
        w = rng.normal(size=(3, 4))
        g = rng.normal(size=(3, 4))
        w, state = both(with_state(student.adam_step(w, g)))
        unmodified(student)
        student.adam_step(w, g, state)
        unmodified(student)
