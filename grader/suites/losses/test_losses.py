"""Checks of the losses.

Oracles: the definitions written out with Python's ``math`` one number at a time, centred
differences of those, and figures worked by hand for the extreme values.
"""

import math

import numpy as np

from grader.testing import (
    Raised,
    check,
    close,
    expect,
    fail,
    finite,
    function,
    gradient,
    has_shape,
    numerical_gradient,
    results,
    unmodified,
    with_defaults,
)

# At p = 1 - eps rounding leaves few digits of 1 - p; which ones depends on the formula.
ROUGH = 1e-3


def add_up(f, *arrays):
    """Sum a function of one number from each array over all entries."""
    columns = [np.ravel(array).tolist() for array in arrays]
    return math.fsum(f(*entries) for entries in zip(*columns, strict=True))


def squares(y_hat, y):
    return add_up(lambda a, b: (a - b) * (a - b), y_hat, y)


def bce(p, y):
    def cost(a, b):
        return -b * math.log(a) - (1 - b) * math.log(1 - a)

    return add_up(cost, p, y) / len(p)


def softplus(x):
    """Return log(1 + exp(x)), which is -log(sigmoid(-x))."""
    return math.log1p(math.exp(x)) if x < 0 else x + math.log1p(math.exp(-x))


def sigmoid(x):
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))


def bce_of_logits(z, y):
    return add_up(lambda a, b: b * softplus(-a) + (1 - b) * softplus(a), z, y) / len(z)


def softmax_of(row):
    """Return the probabilities of one sample, as a list."""
    top = max(row)
    powers = [math.exp(x - top) for x in row]
    return [power / math.fsum(powers) for power in powers]


def row_by_row(f, z):
    """Apply a function of a list to every row."""
    return np.array([f(row) for row in np.asarray(z).tolist()])


def cross_entropy(z, labels):
    """Return the mean of log-sum-exp minus the true class's logit."""
    costs = []
    for row, label in zip(np.asarray(z).tolist(), labels, strict=True):
        top = max(row)
        costs.append(top - row[label] + math.log(math.fsum(math.exp(x - top) for x in row)))
    return math.fsum(costs) / len(costs)


def bce_slopes(p, y):
    """Return the slope of the loss in each probability; every y is 0 or 1."""
    return np.where(y == 1, -1 / p, 1 / (1 - p)) / len(p)


def draw_certain(rng):
    """Draw probabilities that are exactly 0 or 1, too many to come twice."""
    return rng.integers(0, 2, size=(6, 4)).astype(float)


def draw_huge(rng):
    """Draw four logits of which exp overflows, and five rows of ordinary ones.

    In eighths, which are exact in single precision too.
    """
    return rng.integers(6000, 7984, size=4) / 8, rng.integers(-16, 17, size=(5, 4)) / 8


def one_hot(labels, classes):
    return np.eye(classes)[labels]


def sized(array):
    """Return the sizes by which an answer may turn out to be off; equal ones are declared."""
    rows, columns = array.shape
    return {"N = C": rows} if rows == columns else {"N": rows, "C": columns}


# One row, where N is 1, and one column, where C is.
THIN = ((1, 3), (5, 1))


def loss_and(answer, name):
    """Take a pair (loss, gradient) apart."""
    return results(answer, "loss", name)


def close_loss(answer, want, sizes, name="grad"):
    loss, _ = loss_and(answer, name)
    close(loss, want, "loss", shape="values", sizes=sizes, result="loss")


def expect_mse_gradient(answer, y_hat, y, factor):
    _, grad = loss_and(answer, "grad")
    numeric = numerical_gradient(lambda x: factor * squares(x, y), y_hat)
    gradient(grad, numeric, "grad", sizes=sized(y_hat), result="grad")


@function('mse(y_hat, y, convention="mean")', points=3)
class TestMse:
    @check(0.35, visible=True)
    def test_loss_mean(self, student, rng):
        """The loss, averaged over the rows by default."""
        y_hat = rng.normal(size=(7, 3))
        y = rng.normal(size=(7, 3))

        def expect(**passed):
            close_loss(student.mse(y_hat, y, **passed), squares(y_hat, y) / 7, sized(y))

        with_defaults(student, expect, convention="mean")

    @check(0.5)
    def test_grad_vs_numeric_mean(self, student, rng):
        """The gradient for "mean" agrees with centred differences."""
        y_hat = rng.normal(size=(7, 4))
        y = rng.normal(size=(7, 4))
        expect_mse_gradient(student.mse(y_hat, y, "mean"), y_hat, y, 1 / 7)

    @check(0.3)
    def test_loss_half_sum(self, student, rng):
        """The loss for "half_sum"."""
        y_hat = rng.normal(size=(5, 4))
        y = rng.normal(size=(5, 4))
        close_loss(student.mse(y_hat, y, "half_sum"), squares(y_hat, y) / 2, sized(y))

    @check(0.4)
    def test_grad_vs_numeric_half_sum(self, student, rng):
        """The gradient for "half_sum" agrees with centred differences."""
        y_hat = rng.normal(size=(5, 4))
        y = rng.normal(size=(5, 4))
        expect_mse_gradient(student.mse(y_hat, y, "half_sum"), y_hat, y, 0.5)

    @check(0.3)
    def test_loss_half_mean(self, student, rng):
        """The loss for "half_mean"."""
        y_hat = rng.normal(size=(7, 3))
        y = rng.normal(size=(7, 3))
        close_loss(student.mse(y_hat, y, "half_mean"), squares(y_hat, y) / 14, sized(y))

    @check(0.4)
    def test_grad_vs_numeric_half_mean(self, student, rng):
        """The gradient for "half_mean" agrees with centred differences."""
        y_hat = rng.normal(size=(7, 3))
        y = rng.normal(size=(7, 3))
        expect_mse_gradient(student.mse(y_hat, y, "half_mean"), y_hat, y, 1 / 14)

    @check(0.1, kind="property")
    def test_one_row(self, student, rng):
        """Loss and gradient for one row, and for one column."""
        for shape in THIN:
            y_hat, y = rng.normal(size=shape), rng.normal(size=shape)
            loss, grad = loss_and(student.mse(y_hat, y, "half_mean"), "grad")
            close(loss, squares(y_hat, y) / 2 / shape[0], "loss", shape="values")
            close(grad, (y_hat - y) / shape[0], "grad")

    @check(0.25, kind="property")
    def test_shape_mismatch_raises(self, student, rng):
        """Different shapes raise ValueError: (N, 1) and (N,), (N, C) and (1, C), and so on."""
        for first, second in [((6, 1), (6,)), ((6, 3), (1, 3)), ((6, 3), (6, 1))]:
            try:
                student.mse(rng.normal(size=first), rng.normal(size=second))
            except Raised as error:
                text = "it raised something that is not a ValueError"
                expect("ValueError" in error.kinds, text, identity="exception")
            else:
                shapes = f"y_hat of shape {first} with y of shape {second}"
                raise fail("no_exception", f"{shapes} went through without a ValueError")

    @check(0.15, kind="property")
    def test_perfect_prediction(self, student, rng):
        """Loss and gradient are 0 where the prediction is perfect."""
        y = rng.normal(size=(6, 3))
        for convention in ("mean", "half_sum", "half_mean"):
            loss, grad = loss_and(student.mse(y, y, convention), "grad")
            close(loss, 0.0, "loss", shape="values")
            close(grad, np.zeros((6, 3)), "grad")

    @check(0.25, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.mse(rng.normal(size=(6, 3)), rng.normal(size=(6, 3)))
        unmodified(student)


@function("bce(p, y, eps=1e-12)", points=3)
class TestBce:
    @check(0.6, visible=True)
    def test_loss(self, student, rng):
        """The loss at ordinary probabilities."""
        p = rng.uniform(0.1, 0.9, size=(7, 3))
        y = rng.integers(0, 2, size=(7, 3))
        close_loss(student.bce(p, y), bce(p, y), sized(p))

    @check(0.75)
    def test_grad_vs_numeric(self, student, rng):
        """The gradient agrees with centred differences in p."""
        p = rng.uniform(0.1, 0.9, size=(7, 4))
        y = rng.integers(0, 2, size=(7, 4))
        _, grad = loss_and(student.bce(p, y), "grad")
        numeric = numerical_gradient(lambda x: bce(x, y), p)
        gradient(grad, numeric, "grad", sizes=sized(p) | {"p": p}, result="grad")

    @check(0.1, kind="property")
    def test_one_row(self, student, rng):
        """Loss and gradient for one row, and for one column."""
        for shape in THIN:
            p, y = rng.uniform(0.1, 0.9, size=shape), rng.integers(0, 2, size=shape)
            loss, grad = loss_and(student.bce(p, y), "grad")
            close(loss, bce(p, y), "loss", shape="values")
            close(grad, bce_slopes(p, y), "grad")

    @check(0.25, kind="property")
    def test_p_0_and_1_finite(self, student, rng):
        """Right and certain: p is exactly 0 or 1, as y is."""
        p = draw_certain(rng)

        def expect(**passed):
            loss, grad = loss_and(student.bce(p, p.astype(int), **passed), "grad")
            close(loss, 0.0, "loss", shape="values")
            return grad

        grad = with_defaults(student, expect, eps=1e-12)
        has_shape(grad, (6, 4), "grad")
        finite(grad, "grad")

    @check(0.4, kind="property")
    def test_wrong_and_certain_is_large_but_finite(self, student, rng):
        """Wrong and certain: p is exactly 0 or 1, and y is not."""
        p = draw_certain(rng)

        def expect(**passed):
            loss, grad = loss_and(student.bce(p, 1 - p.astype(int), **passed), "grad")
            # Four entries a row, each -log(1e-12); slopes of 1/eps towards y, over 6 rows.
            close(loss, 4 * 27.631021, "loss", shape="values", rtol=ROUGH)
            close(grad, np.where(p == 0, -1e12, 1e12) / 6, "grad", rtol=ROUGH)

        with_defaults(student, expect, eps=1e-12)

    @check(0.4)
    def test_p_1e_4_accurate(self, student, rng):
        """Small probabilities are not altered."""
        # From 1e-6 to 5e-4, and as far from 1; exact in single precision too.
        small = rng.integers(1, 500, size=(4, 3)) / 2**20
        p = np.where(rng.integers(0, 2, size=(4, 3)), small, 1 - small)
        y = rng.integers(0, 2, size=(4, 3))
        loss, grad = loss_and(student.bce(p, y), "grad")
        sizes = sized(p)
        close(loss, bce(p, y), "loss", shape="values", sizes=sizes, result="loss")
        close(grad, bce_slopes(p, y), "grad", sizes=sizes, result="grad")

    @check(0.2, kind="property")
    def test_eps_is_used(self, student, rng):
        """The caller's eps is where p is clipped."""
        eps = float(rng.uniform(0.01, 0.1))
        certain = rng.permutation([0.0, 0.0, 1.0, 1.0]).reshape(2, 2)
        # Nearer to 0 and 1 than eps, without being there.
        near = np.abs(rng.permutation([0.0, 1.0]).reshape(2, 1) - eps * rng.uniform(0.1, 0.9))
        p = np.hstack([certain, near, rng.uniform(0.2, 0.8, size=(2, 1))])
        y = np.hstack([1 - certain, near < 0.5, rng.integers(0, 2, size=(2, 1))]).astype(int)
        clipped = np.clip(p, eps, 1 - eps)
        loss, grad = loss_and(student.bce(p, y, eps), "grad")
        close(loss, bce(clipped, y), "loss for a large eps", shape="values")
        close(grad, bce_slopes(clipped, y), "grad for a large eps")

    @check(0.3, kind="property")
    def test_input_not_modified(self, student):
        """Leaves the caller's probabilities alone, zeros and ones too."""
        p = np.array([[0.0, 1.0], [0.25, 0.5], [1.0, 0.0]])
        student.bce(p, np.array([[0.0, 1.0], [1.0, 0.0], [0.0, 1.0]]))
        unmodified(student)


@function("bce_with_logits(z, y)", points=3)
class TestBceWithLogits:
    @check(0.6, visible=True)
    def test_loss(self, student, rng):
        """The loss at ordinary logits."""
        z = rng.normal(0.0, 2.0, size=(7, 3))
        y = rng.integers(0, 2, size=(7, 3))
        close_loss(student.bce_with_logits(z, y), bce_of_logits(z, y), sized(z), "dz")

    @check(0.9)
    def test_dz_vs_numeric(self, student, rng):
        """The gradient agrees with centred differences in z."""
        self.expect_dz(student, rng, 7, 4)

    @check(0.2)
    def test_square_case(self, student, rng):
        """Loss and gradient where there are as many rows as columns."""
        answer, cost = self.expect_dz(student, rng, 5, 5)
        close_loss(answer, cost, {"N = C": 5}, "dz")

    @check(0.1, kind="property")
    def test_one_row(self, student, rng):
        """Loss and gradient for one row, and for one column."""
        for shape in THIN:
            z, y = rng.normal(size=shape), rng.integers(0, 2, size=shape)
            loss, dz = loss_and(student.bce_with_logits(z, y), "dz")
            close(loss, bce_of_logits(z, y), "loss", shape="values")
            slopes = [sigmoid(x) for x in z.ravel().tolist()]
            close(dz, (np.reshape(slopes, shape) - y) / shape[0], "dz")

    @check(0.9, kind="property")
    def test_z_1000_finite_and_right(self, student, rng):
        """Right for logits up to 1000 and -1000, and for some about 40."""
        for size in (float(rng.uniform(710.0, 1000.0)), float(rng.uniform(38.0, 45.0))):
            z = np.array([[size, -size], [-size, size], [size, size]])
            y = np.array([[0, 0], [0, 1], [1, 0]])
            loss, dz = loss_and(student.bce_with_logits(z, y), "dz")
            # Only the logits at [0, 0] and [2, 1] are wrong; each costs its size.
            close(loss, 2 * size / 3, f"loss for |z| = {size:.4g}", shape="values")
            want = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]]) / 3
            close(dz, want, f"dz for |z| = {size:.4g}")

    @check(0.3, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        z = rng.normal(0.0, 3.0, size=(5, 3))
        student.bce_with_logits(z, np.array([[0.0, 1.0, 0.0]] * 5))
        unmodified(student)

    def expect_dz(self, student, rng, rows, columns):
        z = rng.normal(0.0, 1.5, size=(rows, columns))
        y = rng.integers(0, 2, size=(rows, columns))
        answer = student.bce_with_logits(z, y)
        _, dz = loss_and(answer, "dz")
        numeric = numerical_gradient(lambda x: bce_of_logits(x, y), z)
        gradient(dz, numeric, "dz", sizes=sized(z) | {"z": z}, result="dz")
        return answer, bce_of_logits(z, y)


@function("softmax(z)", points=3)
class TestSoftmax:
    @check(1.1, visible=True)
    def test_values(self, student, rng):
        """Right at ordinary logits."""
        for shape in ((7, 4), (5, 3)):
            z = rng.normal(0.0, 1.5, size=shape)
            close(student.softmax(z), row_by_row(softmax_of, z), "softmax(z)")

    @check(0.1, kind="property")
    def test_one_row(self, student, rng):
        """Right for one row; a single column gives ones."""
        for shape in THIN:
            z = rng.normal(size=shape)
            close(student.softmax(z), row_by_row(softmax_of, z), "softmax(z)")

    @check(0.4, kind="property")
    def test_rows_sum_to_1(self, student, rng):
        """Each row sums to 1, also where there are as many rows as columns."""
        for shape in ((7, 3), (4, 4)):
            z = rng.normal(0.0, 1.5, size=shape)
            p = finite(student.softmax(z), "softmax(z)")
            has_shape(p, shape, "softmax(z)")
            close(p.sum(axis=1), np.ones(shape[0]), "the sum of each row")

    @check(0.3, kind="property")
    def test_shift_invariance(self, student, rng):
        """A number added to a whole row changes nothing."""
        z = rng.normal(size=(5, 3))
        shift = np.array([[-30.0], [0.0], [7.5], [100.0], [-200.0]])
        close(student.softmax(z + shift), row_by_row(softmax_of, z), "softmax of shifted rows")

    @check(0.8, kind="property")
    def test_rows_1000_finite(self, student, rng):
        """Right up to 1000 and -1000, within a row and among rows."""
        far, near = draw_huge(rng)
        z = np.array(
            [far[0] + near[0], -far[0] + near[1], near[2], far * [1, -1, 0, -1], -far[[0] * 4]]
        )
        close(student.softmax(z), row_by_row(softmax_of, z), "softmax of large |z|")

    @check(0.3, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's array alone."""
        student.softmax(rng.normal(0.0, 2.0, size=(5, 3)))
        unmodified(student)


@function("softmax_cross_entropy(z, Y)", points=4)
class TestSoftmaxCrossEntropy:
    @check(0.8, visible=True)
    def test_loss(self, student, rng):
        """The loss at ordinary logits."""
        labels = rng.integers(0, 3, size=(5,))
        z = rng.normal(0.0, 1.5, size=(5, 3))
        answer = student.softmax_cross_entropy(z, one_hot(labels, 3))
        close_loss(answer, cross_entropy(z, labels), sized(z), "dz")

    @check(0.9)
    def test_dz_vs_numeric(self, student, rng):
        """The gradient agrees with centred differences in z."""
        self.expect_dz(student, rng, 7, 4)

    @check(0.1, kind="property")
    def test_one_row(self, student, rng):
        """Loss and gradient for one row."""
        answer, cost = self.expect_dz(student, rng, 1, 4)
        close_loss(answer, cost, {"N = 1": 1}, "dz")

    @check(0.4)
    def test_square_case(self, student, rng):
        """Loss and gradient where there are as many rows as columns."""
        answer, cost = self.expect_dz(student, rng, 5, 5)
        close_loss(answer, cost, {"N = C": 5}, "dz")

    @check(0.3, kind="property")
    def test_dz_rows_sum_to_0(self, student, rng):
        """Each row of the gradient sums to 0."""
        labels = rng.integers(0, 4, size=(6,))
        z = rng.normal(0.0, 1.5, size=(6, 4))
        _, dz = loss_and(student.softmax_cross_entropy(z, one_hot(labels, 4)), "dz")
        has_shape(dz, (6, 4), "dz")
        close(finite(dz, "dz").sum(axis=1), np.zeros(6), "the sum of each row of dz")

    @check(0.8, kind="property")
    def test_huge_logits_finite(self, student, rng):
        """Right for logits up to 1000 and -1000, also where the true class has the least."""
        far, near = draw_huge(rng)
        right, wrong = far * [1, -1, 0, 0.5], far * [-0.5, 1, 0, -1]
        z = np.array([right, wrong, far[[0] * 4], -far[0] + near[3], near[4]])
        labels = [0, 3, 1, 2, 0]
        Y = one_hot(labels, 4)
        loss, dz = loss_and(student.softmax_cross_entropy(z, Y), "dz")
        close(loss, cross_entropy(z, labels), "loss for large |z|", shape="values")
        close(dz, (row_by_row(softmax_of, z) - Y) / 5, "dz for large |z|", sizes={"N": 5, "C": 4})

    @check(0.3, kind="property")
    def test_chance_loss_is_log_c(self, student, rng):
        """Equal logits within each row cost log(C)."""
        levels = rng.normal(0.0, 3.0, size=(6, 1))
        labels = rng.integers(0, 5, size=(6,))
        answer = student.softmax_cross_entropy(np.repeat(levels, 5, axis=1), one_hot(labels, 5))
        close_loss(answer, math.log(5), {"N": 6, "C": 5}, "dz")

    @check(0.4, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        labels = rng.integers(0, 3, size=(6,))
        z = rng.normal(0.0, 1.5, size=(6, 3))
        student.softmax_cross_entropy(z, one_hot(labels, 3))
        unmodified(student)

    def expect_dz(self, student, rng, rows, classes):
        labels = rng.integers(0, classes, size=(rows,))
        z = rng.normal(0.0, 1.5, size=(rows, classes))
        answer = student.softmax_cross_entropy(z, one_hot(labels, classes))
        _, dz = loss_and(answer, "dz")
        numeric = numerical_gradient(lambda x: cross_entropy(x, labels), z)
        gradient(dz, numeric, "dz", sizes=sized(z) if rows > 1 else {"N = 1": 1}, result="dz")
        return answer, cross_entropy(z, labels)


@function("softmax_backward(dp, p)", points=3)
class TestSoftmaxBackward:
    @check(1.1, visible=True)
    def test_values_vs_numeric_jvp(self, student, rng):
        """Agrees with centred differences of sum(dp * softmax(z))."""
        self.expect_dz(student, rng, (5, 3))
        self.expect_dz(student, rng, (7, 4))

    @check(0.1, kind="property")
    def test_one_row(self, student, rng):
        """Right for one row."""
        dp, z = rng.normal(size=(1, 4)), rng.normal(size=(1, 4))
        p = row_by_row(softmax_of, z)
        close(student.softmax_backward(dp, p), p * (dp - np.sum(dp * p)), "dz")

    @check(0.5)
    def test_square_case(self, student, rng):
        """Agrees with centred differences where there are as many rows as columns."""
        self.expect_dz(student, rng, (5, 5))

    @check(0.7)
    def test_agrees_with_fused_form(self, student, rng):
        """With the dp of the cross-entropy it gives (p - Y) / N."""
        labels = rng.integers(0, 4, size=(7,))
        p = row_by_row(softmax_of, rng.normal(0.0, 1.5, size=(7, 4)))
        Y = one_hot(labels, 4)
        got = student.softmax_backward(-Y / p / 7, p)
        close(got, (p - Y) / 7, "dz", sizes={"N": 7, "C": 4})

    @check(0.25, kind="property")
    def test_constant_dp_gives_0(self, student, rng):
        """A dp that is one number throughout a row gives a row of zeros."""
        levels = rng.normal(0.0, 2.0, size=(5, 1))
        p = row_by_row(softmax_of, rng.normal(0.0, 1.5, size=(5, 3)))
        got = student.softmax_backward(np.repeat(levels, 3, axis=1), p)
        has_shape(got, (5, 3), "dz")
        # What is left of two cancelling terms in single precision is more than usual.
        close(got, np.zeros((5, 3)), "dz for a constant dp", atol=1e-5)

    @check(0.35, kind="property")
    def test_input_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        p = row_by_row(softmax_of, rng.normal(0.0, 1.5, size=(5, 3)))
        student.softmax_backward(rng.normal(size=(5, 3)), p)
        unmodified(student)

    def expect_dz(self, student, rng, shape):
        z = rng.normal(0.0, 1.5, size=shape)
        dp = rng.normal(size=shape)
        numeric = numerical_gradient(
            lambda x: add_up(lambda a, b: a * b, dp, row_by_row(softmax_of, x)), z
        )
        got = student.softmax_backward(dp, row_by_row(softmax_of, z))
        gradient(got, numeric, "dz", sizes=sized(z))
