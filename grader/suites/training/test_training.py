"""Checks of batches, clipping, starting weights, the training loop and vanishing deltas.

Oracles: counting rows, the laws' known moments, and centred differences of a reference
loss; gradient descent is repeated with those differences for gradients.
"""

import math
from itertools import pairwise, product

import numpy as np

from grader.testing import (
    CheckFailed,
    Seeded,
    as_array,
    attach_bars,
    attach_curve,
    attach_region,
    by_source,
    check,
    close,
    close_after,
    describe,
    equal,
    expect,
    fail,
    finite,
    function,
    has_shape,
    numerical_gradient,
    results,
    sequence,
    unmodified,
    with_defaults,
)


def draw_seeds(rng):
    """Draw two different seeds for the generators that students are given."""
    first = int(rng.integers(0, 2**31))
    return first, first + 1


# Batches


def read_batches(got, X):
    """Return the batches as pairs (array of rows of X, whatever came as yb)."""
    if not isinstance(got, list | tuple):
        raise fail("not_a_sequence", f"expected pairs (Xb, yb) one by one, got {describe(got)}")
    batches = []
    for place, pair in enumerate(got):
        Xb, yb = sequence(pair, 2, f"batch {place}")
        rows = finite(Xb, f"Xb of batch {place}")
        if rows.ndim != 2 or rows.shape[1] != X.shape[1]:
            text = f"Xb of batch {place} has shape {rows.shape}, expected (rows, {X.shape[1]})"
            raise fail("wrong_shape", text)
        batches.append((rows, yb))
    return batches


def find_rows(rows, X):
    """Return which row of X each of some rows is; fail where one is none of them."""
    if len(rows) > len(X):
        raise fail("repeated", f"a batch has {len(rows)} rows, the data set has {len(X)}")
    distance = np.abs(rows[:, None, :] - X[None, :, :]).sum(axis=2)
    which = distance.argmin(axis=1)
    close(rows, X[which], "Xb beside the nearest rows of X")
    return which


def expect_batches(got, X, batch_size):
    """Return the batches; expect as many as are needed, and no more rows in each than fit."""
    batches = read_batches(got, X)
    for place, (rows, _) in enumerate(batches):
        text = f"batch {place} has {len(rows)} rows, and batch_size is {batch_size}"
        expect(len(rows) <= batch_size, text)
    # Whether there are empty ones is for another check.
    filled = sum(len(rows) > 0 for rows, _ in batches)
    enough = math.ceil(len(X) / batch_size)
    text = f"{filled} batches came for {len(X)} rows and a batch_size of {batch_size}"
    expect(filled == enough, text)
    return batches


def expect_each_once(got, X, batch_size):
    """Expect every row of X in exactly one of the batches, and no more batches than needed."""
    batches = expect_batches(got, X, batch_size)
    found = [which for rows, _ in batches for which in find_rows(rows, X)]
    missing = len(X) - len(set(found))
    expect(missing == 0, f"{missing} of the {len(X)} rows of X are in no batch")
    expect(len(found) == len(X), f"the batches hold {len(found)} rows in all, X has {len(X)}")


def draw_orders(student, rng, batch_size, count):
    """Return the order of 40 rows by each of some generators."""
    X, y = rng.normal(size=(40, 4)), rng.integers(0, 5, size=40)
    seed, orders = draw_seeds(rng)[0], []
    for number in range(count):
        got = student.minibatches(X, y, batch_size, Seeded(seed + number))
        batches = expect_batches(got, X, batch_size)
        orders.append([int(i) for rows, _ in batches for i in find_rows(rows, X)])
    return orders


# Of the batches of 10 rows, by batch_size; and what two misconceptions make of them.
SIZES = {4: [4, 4, 2], 5: [5, 5], 64: [10]}
WRONG_SIZES = {"E5-01": [[4, 4], [5, 5], []], "E5-X6": [[4, 4, 2], [5, 5, 0], [10]]}


@function("minibatches(X, y, batch_size, rng)", points=2, slips=False)
class TestMinibatches:
    @check(0.3, visible=True)
    def test_each_sample_once_batch_3(self, student, rng):
        """Every row once: 10 rows in batches of 3."""
        X, y = rng.normal(size=(10, 4)), rng.integers(0, 5, size=10)
        expect_each_once(student.minibatches(X, y, 3, Seeded(draw_seeds(rng)[0])), X, 3)

    @check(0.2)
    def test_each_sample_once_batch_5(self, student, rng):
        """Every row once: 10 rows in batches of 5."""
        X, y = rng.normal(size=(10, 4)), rng.integers(0, 5, size=10)
        expect_each_once(student.minibatches(X, y, 5, Seeded(draw_seeds(rng)[0])), X, 5)

    @check(0.2, kind="property")
    def test_each_sample_once_batch_10(self, student, rng):
        """Every row once: 10 rows in a batch of 10."""
        X, y = rng.normal(size=(10, 4)), rng.integers(0, 5, size=10)
        expect_each_once(student.minibatches(X, y, 10, Seeded(draw_seeds(rng)[0])), X, 10)

    @check(0.2, kind="property")
    def test_each_sample_once_batch_64(self, student, rng):
        """Every row once: fewer rows than a batch has room for."""
        X, y = rng.normal(size=(10, 4)), rng.integers(0, 5, size=10)
        expect_each_once(student.minibatches(X, y, 64, Seeded(draw_seeds(rng)[0])), X, 64)

    @check(0.25, kind="property")
    def test_batch_sizes(self, student, rng):
        """All batches are full but the last, and none is empty."""
        X, y = rng.normal(size=(10, 4)), rng.integers(0, 5, size=10)
        seed, _ = draw_seeds(rng)
        found = []
        for batch_size in SIZES:
            got = read_batches(student.minibatches(X, y, batch_size, Seeded(seed)), X)
            found.append([len(rows) for rows, _ in got])
        named = [name for name, sizes in WRONG_SIZES.items() if sizes == found]
        for (batch_size, want), sizes in zip(SIZES.items(), found, strict=True):
            text = f"10 rows by {batch_size} came in batches of {str(sizes)[:60]}, expected {want}"
            expect(sizes == want, text, identity=(named or ["property"])[0])

    @check(0.35, essential=True)
    def test_x_and_y_stay_aligned(self, student, rng):
        """Each row of y stays with its row of X, whether y has one axis or two."""
        X = rng.normal(size=(10, 4))
        for y in (rng.normal(size=(10, 3)), rng.normal(size=10)):
            got = student.minibatches(X, y, 3, Seeded(draw_seeds(rng)[0]))
            for place, (rows, yb) in enumerate(expect_batches(got, X, 3)):
                if len(rows):
                    close(yb, y[find_rows(rows, X)], f"yb of batch {place}")

    @check(0.2, kind="property", essential=True)
    def test_shuffled(self, student, rng):
        """Rows from all over the data set meet in a batch, in an order without a pattern."""
        orders = draw_orders(student, rng, 8, 6)
        for order in orders:
            # Eight neighbours in one batch come about by chance once in 400 000 orders; three
            # such batches of five never do.
            batches = [order[k : k + 8] for k in range(0, len(order), 8)]
            neighbours = sum(np.ptp(batch) + 1 <= 8 for batch in batches)
            text = f"{neighbours} of {len(batches)} batches hold only rows that were neighbours"
            expect(neighbours < 3, text)
            # Of 40 steps from row to row at random, 25 or so are different.
            steps = {(b - a) % 40 for a, b in pairwise(order)}
            expect(len(steps) > 8, "the steps from one row to the next have a pattern")
        stays = sum(len(set(places)) == 1 for places in zip(*orders, strict=True))
        expect(stays == 0, f"{stays} rows have the same place in the order of every generator")

    @check(0.2, kind="property")
    def test_rng_decides_the_order(self, student, rng):
        """Same seed, same batches; another seed, others."""
        X, y = rng.normal(size=(40, 4)), rng.integers(0, 5, size=40)
        seed, other = draw_seeds(rng)
        orders = []
        for one in (seed, seed, other):
            got = read_batches(student.minibatches(X, y, 7, Seeded(one)), X)
            orders.append([int(i) for rows, _ in got for i in find_rows(rows, X)])
        text = "two generators with the same seed gave different batches"
        expect(orders[0] == orders[1], text, identity="E5-X3")
        # Where nothing is shuffled no generator is used.
        identity = "E5-X32" if orders[0] != sorted(orders[0]) else "property"
        text = "generators with different seeds gave the same batches"
        expect(orders[0] != orders[2], text, identity=identity)

    @check(0.1, kind="property")
    def test_caller_arrays_untouched(self, student, rng):
        """Leaves the caller's arrays alone."""
        X, y = rng.normal(size=(10, 4)), rng.integers(0, 5, size=10)
        student.minibatches(X, y, 4, Seeded(draw_seeds(rng)[0]))
        unmodified(student)


# Clipping


def draw_gradients(rng):
    """Draw gradients of two layers; their global norm is between 6 and 25."""
    parts = [rng.uniform(1.0, 4.0, size=size) for size in ((5, 4), (4,), (4, 3), (3,))]
    signs = [rng.integers(0, 2, size=part.shape) * 2 - 1 for part in parts]
    return [part * sign for part, sign in zip(parts, signs, strict=True)]


def global_norm(grads):
    return sum(float(x) ** 2 for g in grads for x in np.ravel(g)) ** 0.5


def read_clipped(got, grads):
    """Return the clipped gradients as arrays of the right shapes, and the norm."""
    clipped, norm = results(got, "clipped", "norm")
    arrays = []
    for place, (array, want) in enumerate(
        zip(sequence(clipped, len(grads), "clipped"), grads, strict=True)
    ):
        has_shape(array, want.shape, f"clipped[{place}]")
        arrays.append(finite(array, f"clipped[{place}]"))
    return arrays, norm


@function("clip_global_norm(grads, max_norm)", points=2)
class TestClipGlobalNorm:
    @check(0.45, essential=True)
    def test_norm_after_clip_is_max_norm(self, student, rng):
        """After clipping, the global norm is max_norm."""
        grads = draw_gradients(rng)
        low = float(rng.uniform(1.2, 3.0))
        # Above every single entry, though below the norm.
        high = max(float(np.max(np.abs(g))) for g in grads) * float(rng.uniform(1.05, 1.15))
        near = global_norm(grads) * float(rng.uniform(0.95, 0.99))
        for max_norm in (low, high, near):
            clipped, _ = read_clipped(student.clip_global_norm(grads, max_norm), grads)
            norm = np.sqrt(sum(np.sum(g * g) for g in clipped))
            close(norm, max_norm, "the global norm after clipping")

    @check(0.5, visible=True, kind="property")
    def test_direction_kept(self, student, rng):
        """All gradients shrink by one common factor."""
        grads = draw_gradients(rng)
        max_norm = float(rng.uniform(1.2, 3.0))
        clipped, _ = read_clipped(student.clip_global_norm(grads, max_norm), grads)
        norm = float(np.sqrt(sum(np.sum(g * g) for g in clipped)))
        expect(norm > 0, "the clipped gradients are zero everywhere")
        expect(norm < 0.9 * global_norm(grads), "gradients above max_norm have not been shortened")
        for place, (array, g) in enumerate(zip(clipped, grads, strict=True)):
            want = g / global_norm(grads)
            close(array / norm, want, f"clipped[{place}], divided by the norm of all,")

    @check(0.3, kind="property")
    def test_below_threshold_unchanged(self, student, rng):
        """Gradients shorter than max_norm pass unchanged."""
        grads = draw_gradients(rng)
        for lowest, highest in ((1.5, 3.0), (1.01, 1.05)):
            max_norm = global_norm(grads) * float(rng.uniform(lowest, highest))
            clipped, _ = read_clipped(student.clip_global_norm(grads, max_norm), grads)
            for place, (array, g) in enumerate(zip(clipped, grads, strict=True)):
                close(array, g, f"clipped[{place}]")

    @check(0.35)
    def test_returns_norm_before_clipping(self, student, rng):
        """The second result is the norm before clipping."""
        grads = draw_gradients(rng)
        for max_norm in (float(rng.uniform(1.2, 3.0)), 1000.0):
            _, norm = results(student.clip_global_norm(grads, max_norm), "clipped", "norm")
            close(norm, global_norm(grads), "the norm before clipping")

    @check(0.2, kind="property")
    def test_zero_gradients_finite(self, student):
        """Gradients that are all 0 stay 0."""
        grads = [np.zeros((4, 3)), np.zeros(3)]
        clipped, norm = read_clipped(student.clip_global_norm(grads, 1.5), grads)
        for place, array in enumerate(clipped):
            close(array, grads[place], f"clipped[{place}]")
        close(norm, 0.0, "the norm before clipping")

    @check(0.2, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's gradients alone."""
        student.clip_global_norm(draw_gradients(rng), 1.5)
        unmodified(student)


# Starting weights

# About 36000 entries: the standard deviation that is measured lies within 3 % of the true one,
# and everything else within its margin, with 6.5 standard errors to spare. A uniform law
# leaves more room still.
ENTRIES = 36000
STD_MARGIN, MARGIN = 0.03, 0.04
# In standard deviations: quantiles of the uniform law and of the normal one. Those of a
# normal law that is cut off lie between.
QUANTILES = {0.1: (1.3856, 1.2816), 0.25: (0.8660, 0.6745), 0.4: (0.3464, 0.2533)}
QUANTILE_MARGIN = 0.06


def draw_sizes(rng):
    """Draw n_in and n_out of two matrices; no one number is the right deviation of both."""
    for fewest, most in rng.permutation([(85, 115), (30, 47)]):
        short = int(rng.integers(fewest, most + 1))
        n_in, n_out = rng.permutation([short, ENTRIES // short])
        yield int(n_in), int(n_out)


def read_sample(got, shape):
    """Return a large matrix of weights; whether it lies on its side is for another check."""
    weights = finite(got, "the weights")
    text = f"{weights.size} weights came back, expected {shape[0] * shape[1]}"
    expect(weights.size == shape[0] * shape[1], text)
    return weights if weights.shape == shape[::-1] else weights.reshape(shape)


def draw_small(student, name, n_in, n_out, rng):
    """Return 300 small matrices of weights as one array."""
    first = draw_seeds(rng)[0]
    arguments = [(n_in, n_out, Seeded(first + number)) for number in range(300)]
    answers = student.many(name, arguments)
    drawn = [read_sample(weights, (n_in, n_out)) for weights in answers]
    shapes = sorted({weights.shape for weights in drawn})
    text = f"the weights come back in two shapes, {' and '.join(map(str, shapes))}"
    expect(len(shapes) == 1, text, identity="wrong_shape")
    return np.array(drawn)


def expect_std(weights, want, wrong=None):
    """Expect a standard deviation within 3 %.

    ``wrong`` has those of misconceptions by id; the only one within 1.5 % is named, whatever
    the weights are drawn from.
    """
    std = float(np.std(weights))
    ratio = std / want
    text = f"the standard deviation of the weights is too {'large' if ratio > 1 else 'small'}"
    values = f"got {std:.5f}, {ratio:.3f} times the expected {want:.5f}"
    fitting = [name for name, other in (wrong or {}).items() if abs(std / other - 1) < 0.015]
    identity = fitting[0] if len(fitting) == 1 else "property"
    expect(abs(ratio - 1) <= STD_MARGIN, text, values, identity)


def wrong_for_xavier(n_in, n_out):
    """Return the standard deviations of misconceptions about Xavier's weights, by id."""
    variance = 2 / (n_in + n_out)
    variances = {
        "E7-04": 1 / n_in,
        "E7-X1": variance / 3,
        "E7-X2": variance**2,
        "E7-X7": 2 / n_in,
        "E7-X8": variance / 2,
        "E7-X9": 3 * variance,
        "E7-X10": 1 / (3 * n_in),
        "E7-X11": 1 / n_out,
        "E7-X12": 2 / n_out,
        "E7-X13": 2 / (n_in * n_out),
        "E7-X17": 1e-4,
        "E7-X18": 1.0,
        "E7-X19": 0.774 * variance,
    }
    return {name: value**0.5 for name, value in variances.items()}


def wrong_for_he(n_in, n_out):
    """Return the standard deviations of misconceptions about He's weights, by id."""
    variance = 2 / n_in
    variances = {
        "E7-01": variance**2,
        "E7-X3": 2 / n_out,
        "E7-X6": variance / 2,
        "E7-X21": 2 / (n_in + n_out),
        "E7-X22": 3 * variance,
        "E7-X23": variance / 3,
        "E7-X24": variance / 6,
        "E7-X27": 1e-4,
        "E7-X28": 1.0,
        "E7-X29": 0.774 * variance,
    }
    return {name: value**0.5 for name, value in variances.items()}


def expect_law(weights):
    """Expect what numbers look like that are independent, and normal or uniform."""
    ordered = np.sort(weights, axis=None)
    distinct = 1 + np.count_nonzero(np.diff(ordered))
    text = f"only {distinct} of the {weights.size} weights are different numbers"
    expect(distinct > 0.9 * weights.size, text)
    mean, std = np.mean(weights), np.std(weights)
    for share, (uniform, normal) in QUANTILES.items():
        place = round(share * weights.size)
        found = (mean - ordered[place]) / std, (ordered[-1 - place] - mean) / std
        text = "the weights are spread neither like a normal law nor like a uniform one"
        expect(min(found) >= normal - QUANTILE_MARGIN, text)
        expect(max(found) <= uniform + QUANTILE_MARGIN, text)
    scaled = (weights - mean) / std
    for neighbours in (scaled[1:] * scaled[:-1], scaled[:, 1:] * scaled[:, :-1]):
        text = "weights that stand side by side are not independent"
        expect(abs(float(np.mean(neighbours))) <= MARGIN, text)


def expect_mean_near_0(weights, std):
    """Expect a mean that is small beside the standard deviation."""
    mean = float(np.mean(weights))
    text = "the mean of the weights is too far from 0"
    expect(abs(mean) <= MARGIN * std, text, f"the mean is {mean:.5f}")


def expect_rng_used(draw, rng, unrepeatable="own_rng", unchanging="own_rng"):
    """Expect the same weights from the same seed, and others from another.

    The two names say which misconception shows where it is not so.
    """
    seed, other = draw_seeds(rng)
    first, again, third = (finite(draw(Seeded(one)), "the weights") for one in (seed, seed, other))
    text = "generators with the same seed gave different weights"
    expect(np.array_equal(again, first), text, identity=unrepeatable)
    text = "generators with different seeds gave the same weights"
    # Where all weights are equal no generator is used.
    identity = unchanging if first.size and np.ptp(first) else "own_rng"
    expect(not np.array_equal(third, first), text, identity=identity)


@function("xavier_init(n_in, n_out, rng)", points=1, slips=False)
class TestXavierInit:
    @check(0.2, kind="property")
    def test_shape(self, student, rng):
        """The shape is (n_in, n_out)."""
        shape = int(rng.integers(6, 10)), int(rng.integers(3, 6))
        got = student.xavier_init(*shape, Seeded(draw_seeds(rng)[0]))
        has_shape(got, shape, "the matrix")

    @check(0.4, visible=True)
    def test_std_within_3_percent(self, student, rng):
        """The standard deviation is right, and the law is normal or uniform."""
        for n_in, n_out in draw_sizes(rng):
            got = student.xavier_init(n_in, n_out, Seeded(draw_seeds(rng)[0]))
            weights = read_sample(got, (n_in, n_out))
            wrong = wrong_for_xavier(n_in, n_out)
            expect_std(weights, (2 / (n_in + n_out)) ** 0.5, wrong)
            expect_law(weights)

    @check(0.1, kind="property")
    def test_small_matrices(self, student, rng):
        """The standard deviation over 300 small matrices is right."""
        n_in, n_out = 17, int(rng.integers(5, 8))
        weights = draw_small(student, "xavier_init", n_in, n_out, rng)
        expect_std(weights, (2 / (n_in + n_out)) ** 0.5, wrong_for_xavier(n_in, n_out))

    @check(0.1, kind="property")
    def test_mean_near_0(self, student, rng):
        """The mean is near 0."""
        n_in, n_out = next(draw_sizes(rng))
        got = student.xavier_init(n_in, n_out, Seeded(draw_seeds(rng)[0]))
        expect_mean_near_0(read_sample(got, (n_in, n_out)), (2 / (n_in + n_out)) ** 0.5)

    @check(0.2, kind="property")
    def test_uses_the_rng(self, student, rng):
        """Draws from the generator that is passed in."""
        expect_rng_used(
            lambda generator: student.xavier_init(7, 4, generator), rng, "E7-X14", "E7-X15"
        )


@function("he_init(n_in, n_out, rng)", points=1, slips=False)
class TestHeInit:
    @check(0.2, kind="property")
    def test_shape(self, student, rng):
        """The shape is (n_in, n_out)."""
        shape = int(rng.integers(6, 10)), int(rng.integers(3, 6))
        got = student.he_init(*shape, Seeded(draw_seeds(rng)[0]))
        has_shape(got, shape, "the matrix")

    @check(0.4, visible=True)
    def test_std_within_3_percent(self, student, rng):
        """The standard deviation is right, and the law is normal or uniform."""
        for n_in, n_out in draw_sizes(rng):
            got = student.he_init(n_in, n_out, Seeded(draw_seeds(rng)[0]))
            weights = read_sample(got, (n_in, n_out))
            expect_std(weights, (2 / n_in) ** 0.5, wrong_for_he(n_in, n_out))
            expect_law(weights)

    @check(0.1, kind="property")
    def test_small_matrices(self, student, rng):
        """The standard deviation over 300 small matrices is right."""
        n_in, n_out = 17, int(rng.integers(5, 8))
        weights = draw_small(student, "he_init", n_in, n_out, rng)
        expect_std(weights, (2 / n_in) ** 0.5, wrong_for_he(n_in, n_out))

    @check(0.1, kind="property")
    def test_mean_near_0(self, student, rng):
        """The mean is near 0."""
        n_in, n_out = next(draw_sizes(rng))
        got = student.he_init(n_in, n_out, Seeded(draw_seeds(rng)[0]))
        expect_mean_near_0(read_sample(got, (n_in, n_out)), (2 / n_in) ** 0.5)

    @check(0.2, kind="property")
    def test_uses_the_rng(self, student, rng):
        """Draws from the generator that is passed in."""
        expect_rng_used(lambda generator: student.he_init(7, 4, generator), rng, "E7-08", "E7-X4")


# Copies among hidden units


def draw_copies(rng):
    """Draw of which distinct unit each unit is a copy, and how many distinct ones there are."""
    distinct = int(rng.integers(5, 30))
    more = rng.integers(0, distinct, size=int(rng.integers(6, 30)))
    return rng.permutation([*range(distinct), *more.tolist()]), distinct


def expect_count(student, W1, b1, want, *tol):
    equal(student.unique_hidden_units(W1, b1, *tol), want, "the number of distinct units")


@function("unique_hidden_units(W1, b1, tol=1e-12)", points=1, slips=False)
class TestUniqueHiddenUnits:
    @check(0.1, kind="property")
    def test_identical_columns_count_once(self, student, rng):
        """Columns and biases that are all equal are one unit."""
        expect_count(student, np.repeat(rng.normal(size=(3, 1)), 5, axis=1), np.full(5, 0.7), 1)
        expect_count(student, np.zeros((4, 4)), np.zeros(4), 1)

    @check(0.1, kind="property")
    def test_random_columns_all_distinct(self, student, rng):
        """Random columns are all distinct."""
        expect_count(student, rng.normal(size=(3, 5)), np.zeros(5), 5)
        expect_count(student, rng.normal(size=(6, 4)), rng.normal(size=4), 4)

    @check(0.2)
    def test_bias_breaks_the_tie(self, student, rng):
        """Equal columns with different biases are different units."""
        for _ in range(3):
            original, distinct = draw_copies(rng)
            W1 = np.repeat(rng.normal(size=(3, 1)), len(original), axis=1)
            expect_count(student, W1, original * 0.5 - 2.0, distinct)

    @check(0.3, visible=True)
    def test_two_groups(self, student, rng):
        """Copies that do not stand side by side are found."""
        for n_in, bias in ((3, 0.0), (7, -0.3), (4, 0.9)):
            original, distinct = draw_copies(rng)
            W1 = rng.normal(size=(n_in, distinct))[:, original]
            expect_count(student, W1, np.full(len(original), bias), distinct)
        # The same weights in another order make another unit.
        original, distinct = draw_copies(rng)
        weights = rng.normal(size=30)
        W1 = np.array([np.roll(weights, shift) for shift in original]).T
        expect_count(student, W1, np.zeros(len(original)), distinct)

    @check(0.2)
    def test_tiny_differences_above_tol_count(self, student, rng):
        """tol decides what counts as different."""
        original, distinct = draw_copies(rng)
        W1 = np.zeros((3, len(original)))
        W1[1] = original * 1e-9

        def expect(**passed):
            got = student.unique_hidden_units(W1, np.zeros(len(original)), **passed)
            equal(got, distinct, "the number of distinct units")

        with_defaults(student, expect, tol=1e-12)
        for difference in (3e-4, 1e-9):
            original, distinct = draw_copies(rng)
            W1 = np.repeat(rng.uniform(1.0, 3.0, size=(3, 1)), len(original), axis=1)
            W1[1] += original * difference
            expect_count(student, W1, np.zeros(len(original)), distinct)
        # Whole numbers with 0.01 more or less: far below a tol of 0.25, or above 1e-3.
        original, distinct = draw_copies(rng)
        more = rng.integers(-1, 2, size=len(original))
        W1 = np.array([original + 1.0, 3 + more * 0.01])
        expect_count(student, W1, np.zeros(len(original)), distinct, 0.25)
        pairs = len(set(zip(original.tolist(), more.tolist(), strict=True)))
        expect_count(student, W1, np.zeros(len(original)), pairs, 1e-3)
        # One of nine numbers differs, by four times tol; the mean difference is below tol.
        original, distinct = draw_copies(rng)
        W1 = np.repeat(rng.normal(size=(8, 1)), len(original), axis=1)
        W1[5] = original * 0.4
        expect_count(student, W1, np.zeros(len(original)), distinct, 0.1)
        # Copies on either side of numbers at which rounding, to tol or to 0.1, would part them.
        original, distinct = draw_copies(rng)
        W1 = np.array([original + 0.5, np.full(len(original), 3.05)])
        W1 += rng.uniform(-0.02, 0.02, size=W1.shape)
        expect_count(student, W1, np.full(len(original), 0.05), distinct, 0.2)

    @check(0.1, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        student.unique_hidden_units(rng.normal(size=(3, 5)), rng.normal(size=5))
        unmodified(student)


# The training loop

XOR_X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
XOR_Y = np.array([[0.0], [1.0], [1.0], [0.0]])
# A step is the difference of two weights, which in single precision are off by 2e-7 or so.
STEP_ATOL = 1e-6


def draw_params(rng, widths):
    """Draw N(0, 1) parameters of a network."""
    return [
        (rng.normal(size=(n_in, n_out)), rng.normal(size=n_out)) for n_in, n_out in pairwise(widths)
    ]


def draw_starts(rng):
    """Draw three starting points for XOR, at least one with output weights of both signs."""
    while True:
        starts = [draw_params(rng, (2, 3, 1)) for _ in range(3)]
        if any(W2.min() < 0 < W2.max() for _, (W2, _) in starts):
            return starts


def draw_start_for_xor(rng):
    """Draw parameters of eight hidden units: between them, all combinations of signs.

    Of 100000 such starts gradient descent needs at most 440 epochs to solve XOR with a loss
    below 0.05, and after 2000 epochs it is at 0.0052 or below.
    """
    signs = np.array(list(product((-1.0, 1.0), repeat=3)))
    units = rng.uniform(0.5, 1.5, size=(8, 3)) * signs
    b1, b2 = rng.uniform(-1.0, 1.0, size=8), rng.uniform(-1.0, 1.0, size=1)
    return [(units[:, :2].T, b1), (units[:, 2:], b2)]


def logits_of(params, X):
    """Return Z of the last layer; the outputs are its sigmoid."""
    A = X
    for W, b in params:
        Z = A @ W + b
        A = 1 / (1 + np.exp(-Z))
    return Z


def loss_of(params, X, Y):
    # In Z the cross-entropy has no logarithm of a difference, which would blur its slopes.
    Z = logits_of(params, X)
    return float(np.mean(np.sum(np.logaddexp(0.0, Z) - Y * Z, axis=1)))


def slopes_of(params, X, Y):
    """Return dL/dW and dL/db of every layer by centred differences."""

    def slope(layer, place):
        def loss(array):
            changed = [list(pair) for pair in params]
            changed[layer][place] = array
            return loss_of(changed, X, Y)

        return numerical_gradient(loss, params[layer][place])

    return [(slope(layer, 0), slope(layer, 1)) for layer in range(len(params))]


def descend(params, X, Y, lr, epochs):
    """Return the parameters after each of some updates, and the loss before each of them."""
    path, losses = [], []
    for _ in range(epochs):
        losses.append(loss_of(params, X, Y))
        slopes = slopes_of(params, X, Y)
        params = [
            tuple(p - lr * slope for p, slope in zip(*layer, strict=True))
            for layer in zip(params, slopes, strict=True)
        ]
        path.append(params)
    return path, losses


def draw_nearly_solved(rng):
    """Draw X, Y and parameters of one layer that is all but right already.

    Every logit is between 5 and 12 on the right side: the loss is below 0.01, and no output
    is so near to 0 or 1 that its logarithm would be lost.
    """
    while True:
        X, params = rng.normal(size=(4, 3)), draw_params(rng, (3, 1))
        Z = logits_of(params, X)
        smallest, largest = np.abs(Z).min(), np.abs(Z).max()
        if 0.2 < smallest and largest < 2.4 * smallest and Z.min() < 0 < Z.max():
            scale = 5.0 / smallest
            return X, (Z > 0).astype(float), [(scale * W, scale * b) for W, b in params]


def draw_large_steps(rng):
    """Draw a network whose gradients are longer than 1 and whose loss grows with a large lr.

    Return X, Y, the parameters, lr, and the parameters after each of three steps.
    """
    while True:
        X = rng.uniform(-6.0, 6.0, size=(7, 3))
        Y = rng.integers(0, 2, size=(7, 1)).astype(float)
        params, lr = [(rng.normal(0.0, 0.3, size=(3, 1)), rng.normal(size=1))], 2.0
        path, losses = descend(params, X, Y, lr, 3)
        longest = np.linalg.norm(path[0][0][0] - params[0][0]) / lr
        sizes = [np.abs(logits_of(p, X)).max() for p in [params, *path]]
        if longest > 1.2 and max(losses[1:]) > 1.2 * losses[0] and max(sizes) < 25:
            return X, Y, params, lr, path


def read_training(got, params):
    """Return trained parameters, one pair a layer, and the losses."""
    trained, losses = results(got, "params", "losses")
    layers = sequence(trained, len(params), "params")
    return [sequence(pair, 2, f"layer {k}") for k, pair in enumerate(layers, 1)], losses


def read_array(got, like, what):
    """Return an array in the shape of another; axes of length 1 may be there or not."""
    array = as_array(got, what)
    if array.size != like.size or max(array.shape, default=1) != max(like.shape):
        raise fail("wrong_shape", f"{what} has shape {array.shape}, expected {like.shape}")
    return array.reshape(like.shape)


def expect_params(got, want, sizes, step):
    """Expect trained parameters, last layer first: what is wrong there spreads backwards."""
    for layer in range(len(want), 0, -1):
        for letter, array, right in zip("Wb", got[layer - 1], want[layer - 1], strict=True):
            name = f"{letter}{layer}"
            rules = {"shape": "values", "atol": STEP_ATOL, "result": letter}
            close_after(step, array, right, name, sizes=sizes, **rules)


def is_at(got, where):
    """Return whether parameters are those of another place on the way."""
    try:
        expect_params(got, where, {}, 1)
    except CheckFailed:
        return False
    return True


def expect_no_decay(surplus, start):
    """Say so where a step is too long by a multiple of the weights themselves."""
    share = float(np.sum(surplus * start) / np.sum(start * start))
    rest = np.linalg.norm(surplus - share * start)
    if start.size >= 3 and rest < 1e-3 * np.linalg.norm(surplus):
        text = "the weights move also by a multiple of themselves, not only along the gradient"
        raise fail("E9-X9", text)


def expect_step(got, before, want, sizes):
    """Expect the parameters after one update, and speak of how far they were moved."""
    for layer in range(len(want), 0, -1):
        triples = zip("Wb", got[layer - 1], before[layer - 1], want[layer - 1], strict=True)
        for letter, array, start, right in triples:
            name = f"{letter}{layer}"
            after = read_array(array, start, name)
            moved = (start - after).astype(after.dtype if after.dtype.kind == "f" else float)
            what = f"the step of {name}, old minus new,"
            try:
                rules = {"atol": STEP_ATOL, "result": letter}
                close(moved, start - right, what, sizes=sizes, **rules)
            except CheckFailed as failed:
                if failed.observation.id == "values" and np.all(np.isfinite(moved)):
                    expect_no_decay(moved - (start - right), start)
                raise


def numbers(text):
    return np.array(text.split(), dtype=float)


# What training comes to from another start, the same for every seed: to look at, not to
# compare with. Made once with the reference: every 20th of the first 400 losses, and the
# parameters after 2000 epochs.
EXAMPLE_LOSSES = numbers(
    "0.835 0.635 0.582 0.506 0.408 0.308 0.225 0.165 0.125 0.0972 "
    "0.0781 0.0645 0.0544 0.0467 0.0407 0.036 0.0321 0.0289 0.0263 0.024"
)
EXAMPLE = [
    (
        np.array(
            [
                numbers("-2.88 -1.21 -3.55 -5.82 3.99 4.46 1.98 4.34"),
                numbers("-3.01 -0.754 4.87 4.63 -2.83 -5.58 1.67 4.43"),
            ]
        ),
        numbers("0.268 1.18 1.69 -2.22 1.38 -2.2 -2.71 -1.27"),
    ),
    (
        numbers("-2.89 1.64 -5.73 8.26 -4.4 7.38 -3.29 5.51").reshape(8, 1),
        numbers("-0.33"),
    ),
]


def draw_training(student, losses, trained):
    """Let the student's own training on XOR be seen."""
    first = losses[:400] if isinstance(losses, list | tuple) else losses
    attach_curve(
        student,
        "Loss on XOR",
        (np.arange(400), first),
        example=(np.arange(0, 400, 20), EXAMPLE_LOSSES),
        names=("epoch", "loss"),
        count=40,
    )
    attach_region(
        student,
        "Probability of 1 after training on XOR",
        lambda at: 0.5 * (1 + np.tanh(0.5 * logits_of(trained, at))),
        example=lambda at: 0.5 * (1 + np.tanh(0.5 * logits_of(EXAMPLE, at))),
        data={"0": XOR_X[XOR_Y.ravel() < 0.5], "1": XOR_X[XOR_Y.ravel() > 0.5]},
    )


@function("train(params, X, Y, lr, epochs)", points=4, slips=False)
class TestTrain:
    @check(0.75, visible=True)
    def test_trajectory_1_step(self, student, rng):
        """Parameters after 1 step on XOR, three starting points."""
        for params in draw_starts(rng):
            lr = float(rng.uniform(0.4, 0.9))
            got, _ = read_training(student.train(params, XOR_X, XOR_Y, lr, 1), params)
            (want,), _ = descend(params, XOR_X, XOR_Y, lr, 1)
            # XOR has as many inputs as sizes can be mistaken for: only these name an error.
            expect_step(got, params, want, {"N": 4, "H": 3, "lr": lr})

    @check(0.75)
    def test_trajectory_5_steps(self, student, rng):
        """Parameters after 1 to 5 steps on XOR, and where XOR is not the task."""
        for params in draw_starts(rng):
            self.expect_5_steps(student, params, XOR_X, XOR_Y, float(rng.uniform(0.6, 0.9)))
        X, Y, params = draw_nearly_solved(rng)
        try:
            self.expect_5_steps(student, params, X, Y, 0.8, tiny=True)
        except CheckFailed as failed:
            # XOR was right: the small loss makes the difference.
            got, _ = read_training(student.train(params, X, Y, 0.8, 5), params)
            path, _ = descend(params, X, Y, 0.8, 3)
            if any(is_at(got, earlier) for earlier in [params, *path]):
                text = "where the loss is small, training ends before its epochs are over"
                raise fail("E9-X8", text) from failed
            raise

    def expect_5_steps(self, student, params, X, Y, lr, *, tiny=False):
        path, _ = descend(params, X, Y, lr, 5)
        sizes = {"N": len(X), "lr": lr}
        for epochs, want in enumerate(path, 1):
            got, _ = read_training(student.train(params, X, Y, lr, epochs), params)
            # In single precision the difference of two large weights says little of a tiny step.
            if epochs == 1 and not tiny:
                expect_step(got, params, want, sizes)
            else:
                expect_params(got, want, sizes, epochs)

    @check(0.4)
    def test_trajectory_other_networks(self, student, rng):
        """Parameters after 1 step: one and three layers, all widths equal, one sample."""
        for N, widths in [(7, (4, 3)), (7, (6, 5, 4, 3)), (4, (4, 4, 4)), (1, (3, 5, 4))]:
            X, Y = rng.normal(size=(N, widths[0])), rng.integers(0, 2, size=(N, widths[-1]))
            params, lr = draw_params(rng, widths), float(rng.uniform(0.3, 0.8))
            got, _ = read_training(student.train(params, X, Y, lr, 1), params)
            (want,), _ = descend(params, X, Y, lr, 1)
            sizes = {"N": N, "C": widths[-1]} if N == 7 else {"all sizes": N}
            expect_step(got, params, want, {**sizes, "lr": lr})

    @check(0.1, kind="property")
    def test_large_steps(self, student, rng):
        """Parameters after 3 steps of a large lr, with which the loss grows."""
        X, Y, params, lr, path = draw_large_steps(rng)
        for epochs, want in enumerate(path, 1):
            got, _ = read_training(student.train(params, X, Y, lr, epochs), params)
            # A step of 10 is off by more than a weight.
            for layer, pair in enumerate(want):
                for name, array, right in zip("Wb", got[layer], pair, strict=True):
                    what = f"{name}{layer + 1}"
                    rules = {"shape": "values", "rtol": 1e-4, "atol": 1e-4, "result": name}
                    close_after(epochs, array, right, what, **rules)

    @check(0.5)
    def test_first_20_losses(self, student, rng):
        """The first 20 losses on XOR, three starting points."""
        for params in draw_starts(rng):
            lr = float(rng.uniform(0.6, 0.9))
            _, losses = read_training(student.train(params, XOR_X, XOR_Y, lr, 20), params)
            _, want = descend(params, XOR_X, XOR_Y, lr, 20)
            close(losses, want, "the list of losses", sizes={"N": 4}, shape="values")

    @check(0.3)
    def test_losses_length_and_first(self, student, rng):
        """One loss an epoch, however small; the first one before any update."""
        X, Y, params = draw_nearly_solved(rng)
        for epochs in (4, 9):
            _, losses = read_training(student.train(params, X, Y, 0.5, epochs), params)
            sequence(losses, epochs, "losses")
        X, Y = rng.normal(size=(5, 6)), rng.integers(0, 2, size=(5, 3))
        params = draw_params(rng, (6, 4, 3))
        _, losses = read_training(student.train(params, X, Y, 0.5, 7), params)
        losses = sequence(losses, 7, "losses")
        want = loss_of(params, X, Y)
        sizes = {"N": 5, "C": 3}
        close(losses[0], want, "losses[0]", sizes=sizes, shape="values")

    @check(0.2, kind="property")
    def test_caller_parameters_untouched(self, student, rng):
        """Leaves the caller's parameters and data alone."""
        X, Y = rng.normal(size=(5, 6)), rng.integers(0, 2, size=(5, 3)).astype(float)
        student.train(draw_params(rng, (6, 4, 3)), X, Y, 0.5, 3)
        unmodified(student)

    # Most wrong gradients solve XOR as well: this counts beside a check of values only.
    # Loops over single numbers take less than 0.2 s for these epochs.
    @check(1, kind="property", call_s=100, cpu_s=5, replay=False)
    def test_xor_solved(self, student, rng):
        """XOR is solved by 8 hidden units, three starting points."""
        for number in (1, 2, 3):
            params = draw_start_for_xor(rng)
            got, losses = read_training(student.train(params, XOR_X, XOR_Y, 1.0, 2000), params)
            trained = [
                tuple(
                    finite(read_array(array, like, "a parameter"), "a parameter")
                    for array, like in zip(pair, start, strict=True)
                )
                for pair, start in zip(got, params, strict=True)
            ]
            if number == 1:
                draw_training(student, losses, trained)
            right = int(np.sum((logits_of(trained, XOR_X) > 0) == (XOR_Y > 0.5)))
            start = f"starting point {number}"
            expect(right == 4, f"from {start}, {right} of the 4 rows of XOR come out right")
            loss = loss_of(trained, XOR_X, XOR_Y)
            expect(loss < 0.05, f"from {start}, the loss is {loss:.3f} in the end, not below 0.05")


# Deltas from layer to layer


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def sigmoid_prime(z):
    return 0.25 / np.cosh(0.5 * z) ** 2


def tanh(z):
    return np.tanh(z)


def tanh_prime(z):
    return 1 / np.cosh(z) ** 2


def relu(z):
    return np.maximum(z, 0.0)


def relu_prime(z):
    return np.where(z > 0, 1.0, 0.0)


def measure_norms(Ws, X, upstream, f):
    """Return the norm of dL/dZ of every layer by centred differences."""

    def loss(shift, shifted):
        A = X
        for place, W in enumerate(Ws):
            Z = A @ W
            A = f(Z + shift if place == shifted else Z)
        return float(np.sum(upstream * A))

    norms = []
    for layer, W in enumerate(Ws):
        zero = np.zeros((len(X), W.shape[1]))
        delta = numerical_gradient(lambda shift, layer=layer: loss(shift, layer), zero)
        norms.append(np.sum(delta * delta) ** 0.5)
    return norms


def draw_weights(rng, widths):
    return [rng.normal(size=(n_in, n_out)) for n_in, n_out in pairwise(widths)]


def distance_to_kink(Ws, X):
    """Return the smallest |Z| of a network of ReLU layers."""
    nearest, A = np.inf, X
    for W in Ws:
        Z = A @ W
        nearest, A = min(nearest, float(np.min(np.abs(Z)))), relu(Z)
    return nearest


def expect_norms(got, want):
    close(got, want, "the list of norms", shape="values", atol=1e-6)


@function("delta_norms(Ws, X, upstream, f, f_prime)", points=2)
class TestDeltaNorms:
    @check(0.5, visible=True)
    def test_per_layer_norms_sigmoid(self, student, rng):
        """Norms in three sigmoid layers, all sizes equal."""
        X, upstream = rng.normal(size=(4, 4)), rng.normal(size=(4, 4))
        Ws = draw_weights(rng, (4, 4, 4, 4))
        got = student.delta_norms(Ws, X, upstream, by_source(sigmoid), by_source(sigmoid_prime))
        want = measure_norms(Ws, X, upstream, sigmoid)
        attach_bars(student, "Norm of delta by layer", got, want, ("layer", "norm of delta"))
        expect_norms(got, want)

    @check(0.35)
    def test_per_layer_norms_relu(self, student, rng):
        """Norms in three ReLU layers."""
        # Drawn anew where a kink is near, or where a layer is all but dead.
        while True:
            X, upstream = rng.normal(size=(6, 5)), rng.normal(size=(6, 3))
            Ws = draw_weights(rng, (5, 4, 4, 3))
            want = measure_norms(Ws, X, upstream, relu)
            if distance_to_kink(Ws, X) > 1e-3 and min(want) > 0.1:
                break
        got = student.delta_norms(Ws, X, upstream, by_source(relu), by_source(relu_prime))
        expect_norms(got, want)

    @check(0.35)
    def test_per_layer_norms_tanh(self, student, rng):
        """Norms in three tanh layers, all sizes equal."""
        X, upstream = rng.normal(size=(5, 5)), rng.normal(size=(5, 5))
        Ws = draw_weights(rng, (5, 5, 5, 5))
        got = student.delta_norms(Ws, X, upstream, by_source(tanh), by_source(tanh_prime))
        expect_norms(got, measure_norms(Ws, X, upstream, tanh))

    @check(0.25, kind="property")
    def test_order_first_entry_is_layer_1(self, student, rng):
        """Through small sigmoid layers, layer 1 has the smallest norm and stands first."""
        # Weights below 0.5 and slopes below 0.25: each layer at least halves the delta.
        X, upstream = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
        Ws = [rng.uniform(-0.5, 0.5, size=(4, 4)) for _ in range(5)]
        got = student.delta_norms(Ws, X, upstream, by_source(sigmoid), by_source(sigmoid_prime))
        norms = finite(sequence(got, 5, "the list of norms"), "the list of norms").ravel()
        expect(norms.size == 5, "the list of norms does not hold one number a layer")
        smallest = int(np.argmin(norms))
        expect(bool(np.all(norms[0] < norms[1:])), f"the smallest norm stands at index {smallest}")

    @check(0.4)
    def test_non_square_layers(self, student, rng):
        """Norms in layers of different widths, one to five of them, and for one sample."""
        for N, widths in [
            (6, (5, 3, 4, 7)),
            (6, (3, 4)),
            (7, (3, 5, 4, 6, 8, 1)),
            (1, (4, 3, 6, 5, 7)),
        ]:
            X, upstream = rng.normal(size=(N, widths[0])), rng.normal(size=(N, widths[-1]))
            Ws = draw_weights(rng, widths)
            got = student.delta_norms(Ws, X, upstream, by_source(tanh), by_source(tanh_prime))
            expect_norms(got, measure_norms(Ws, X, upstream, tanh))

    @check(0.15, kind="property")
    def test_inputs_not_modified(self, student, rng):
        """Leaves the caller's arrays alone."""
        X, upstream = rng.normal(size=(6, 4)), rng.normal(size=(6, 3))
        Ws = draw_weights(rng, (4, 5, 3))
        student.delta_norms(Ws, X, upstream, by_source(tanh), by_source(tanh_prime))
        unmodified(student)
