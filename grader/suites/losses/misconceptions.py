"""Wrong ways to write the losses, each with what it shows."""

import numpy as np

from grader.testing import misconception


def _squash(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _share(z):
    """Return the softmax of each row."""
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _log_share(z):
    shifted = z - z.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _difference(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError("shapes differ")
    return y_hat - y


def _factor(rows, convention):
    return {"mean": 1 / rows, "half_sum": 0.5, "half_mean": 0.5 / rows}[convention]


def _bce_loss(p, y):
    return -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(p)


def _logit_loss(z, y):
    return np.sum(np.logaddexp(0, z) - y * z) / len(z)


@misconception(
    "B1-03",
    of="mse",
    hint="Move one prediction a little and watch your own loss. Does it change by what your "
    "gradient says?",
    second_hint="Take one row and one column, prediction 3, target 1, and then the same row "
    "twice. The mean stays; each row's own share of the gradient halves. Yours "
    "stays: where would the number of rows come in?",
)
def mse_averaging_the_loss_only(y_hat, y, convention="mean"):
    d = _difference(y_hat, y)
    return _factor(len(d), convention) * np.sum(d**2), d if "half" in convention else 2 * d


@misconception(
    "B1-04",
    of="mse",
    hint="Your result is too small by the number of columns. How many numbers does np.mean count?",
    second_hint="Count for a batch of shape (4, 3): np.mean divides by 12. The docstring's N is "
    "the number of rows: sum over everything, and divide by that number yourself.",
)
def mse_by_the_mean_of_all(y_hat, y, convention="mean"):
    d = _difference(y_hat, y)
    if convention == "half_sum":
        return 0.5 * np.sum(d**2), d
    factor = 0.5 if convention == "half_mean" else 1.0
    return factor * np.mean(d**2), 2 * factor * d / d.size


@misconception(
    "B1-05",
    of="mse",
    hint="Once a half stands before the loss, what becomes of the 2 from the square?",
)
def mse_with_the_half_in_the_loss_only(y_hat, y, convention="mean"):
    d = _difference(y_hat, y)
    rows = 1 if convention == "half_sum" else len(d)
    return _factor(len(d), convention) * np.sum(d**2), 2 * d / rows


@misconception(
    "B1-06",
    of="mse",
    hint="One prediction is too high by 1, another too low by 1. What is your loss?",
)
def mse_by_the_square_of_the_sum(y_hat, y, convention="mean"):
    d = _difference(y_hat, y)
    factor = _factor(len(d), convention)
    return factor * np.sum(d) ** 2, 2 * factor * d


@misconception(
    "B1-X1",
    of="mse",
    hint="A prediction is too high. Does the loss grow or shrink when it rises further?",
    second_hint="Let prediction be 3 and target 1: a step against the gradient should take the "
    "prediction down. Which sign must the gradient have, and which has your "
    "difference?",
)
def mse_target_minus_prediction(y_hat, y, convention="mean"):
    d = _difference(y, y_hat)
    factor = _factor(len(d), convention)
    return factor * np.sum(d**2), 2 * factor * d


@misconception(
    "B1-X2",
    of="mse",
    hint="Subtract an array (6,) from one (6, 1) and look at the shape.",
)
def mse_of_whatever_broadcasts(y_hat, y, convention="mean"):
    d = y_hat - y
    factor = _factor(len(d), convention)
    return factor * np.sum(d**2), 2 * factor * d


@misconception(
    "B1-X3",
    of="mse",
    hint="Is the third argument read anywhere?",
)
def mse_of_one_convention(y_hat, y, convention="mean"):
    d = _difference(y_hat, y)
    return np.sum(d**2) / len(d), 2 * d / len(d)


@misconception(
    "B1-X4",
    of="mse",
    hint="The caller still needs the predictions. What is left of them after your call?",
)
def mse_in_the_callers_array(y_hat, y, convention="mean"):
    if y_hat.shape != y.shape:
        raise ValueError("shapes differ")
    y_hat -= y
    factor = _factor(len(y), convention)
    return factor * np.sum(y_hat**2), 2 * factor * y_hat


@misconception(
    "B1-X5",
    of="mse",
    hint="Is one number expected as the loss, or one for each row?",
)
def mse_one_loss_a_row(y_hat, y, convention="mean"):
    d = _difference(y_hat, y)
    factor = _factor(len(d), convention)
    return factor * np.sum(d**2, axis=1), 2 * factor * d


@misconception(
    "B1-X6",
    of="mse",
    hint="Your gradient is right. Is it the gradient of the loss that you return, or of one "
    "that is larger by the number of columns?",
)
def mse_averaging_the_loss_over_columns_too(y_hat, y, convention="mean"):
    d = _difference(y_hat, y)
    factor = _factor(len(d), convention)
    loss = np.sum(d**2) / 2 if convention == "half_sum" else factor * len(d) * np.mean(d**2)
    return loss, 2 * factor * d


@misconception(
    "B1-X7",
    of="mse",
    hint="Which shape has the difference of an array (6, 3) and one of (1, 3)?",
)
def mse_comparing_dimensions_only(y_hat, y, convention="mean"):
    if np.ndim(y_hat) != np.ndim(y):
        raise ValueError("shapes differ")
    e, factor = y_hat - y, _factor(len(y_hat), convention)
    return factor * np.sum(e**2), 2 * factor * e


@misconception(
    "B1-X8",
    of="mse",
    hint="Is the error itself asked for, or its square?",
)
def mse_with_a_root_of_the_mean(y_hat, y, convention="mean"):
    e, factor = _difference(y_hat, y), _factor(len(y_hat), convention)
    loss = factor * np.sum(e**2)
    return np.sqrt(loss) if convention == "mean" else loss, 2 * factor * e


@misconception(
    "B2-02",
    of="bce",
    hint="Can your loss be negative? Should it be, when a worse prediction is to cost more?",
)
def bce_as_a_likelihood(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return -_bce_loss(p, y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-03",
    of="bce",
    hint="One argument is 0 or 1 and nothing between. Is that the one to take a logarithm of?",
)
def bce_with_arguments_swapped(p, y, eps=1e-12):
    t, p = np.clip(y, eps, 1 - eps), np.clip(p, eps, 1 - eps)
    return _bce_loss(t, p), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-04",
    of="bce",
    hint="A saturated sigmoid returns exactly 1.0. What does your logarithm say to 1 minus that?",
    second_hint="Print p.min() and p.max() just before the logarithm: 0 or 1 is among them. The "
    "docstring has an argument for that; bring p into its bounds in one line, before "
    "both logarithms.",
)
def bce_without_clipping(p, y, eps=1e-12):
    return _bce_loss(p, y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-05",
    of="bce",
    hint="There is a well-known short form, but it is the slope in another variable. In which "
    "one are you asked?",
    second_hint="You returned the difference of p and y. That is what is left after the slope of "
    "the sigmoid has been multiplied in, and here there is no sigmoid. Differentiate "
    "both logarithms in p itself, one after the other.",
)
def bce_with_the_slope_in_the_logit(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return _bce_loss(p, y), (p - y) / len(p)


@misconception(
    "B2-08",
    of="bce",
    hint="Counted in bits? At p = 0.5 compare your loss with math.log(2).",
)
def bce_in_bits(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return _bce_loss(p, y) / np.log(2), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-10",
    of="bce",
    hint="You repair the zeros and ones. In a copy, or in what the caller lent you?",
)
def bce_in_the_callers_array(p, y, eps=1e-12):
    p[p == 0] = eps
    p[p == 1] = 1 - eps
    inside = np.clip(p, eps, 1 - eps)
    return _bce_loss(inside, y), (inside - y) / (inside * (1 - inside)) / len(p)


@misconception(
    "B2-X1",
    of="bce",
    hint="What does p = 1e-4 become before you take its logarithm?",
)
def bce_clipped_too_early(p, y, eps=1e-12):
    p = np.clip(p, max(eps, 1e-3), 1 - max(eps, 1e-3))
    return _bce_loss(p, y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-X2",
    of="bce",
    hint="Where y is 0, does your loss notice at all whether p is 0.1 or 0.9?",
)
def bce_of_the_ones_only(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return -np.sum(y * np.log(p)) / len(p), -y / p / len(p)


@misconception(
    "B2-X3",
    of="bce",
    hint="The loss survives p = 1. By what do you divide in the gradient there?",
)
def bce_clipped_in_the_loss_only(p, y, eps=1e-12):
    return _bce_loss(np.clip(p, eps, 1 - eps), y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-X4",
    of="bce",
    hint="By how many numbers do you divide: by all of them, or by the rows?",
)
def bce_by_the_mean_of_all(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return _bce_loss(p, y) / p.shape[1], (p - y) / (p * (1 - p)) / p.size


@misconception(
    "B2-X5",
    of="bce",
    hint="Call it with eps = 0.01 and p = 0. Does anything change?",
)
def bce_with_a_fixed_eps(p, y, eps=1e-12):
    p = np.clip(p, 1e-12, 1 - 1e-12)
    return _bce_loss(p, y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-X6",
    of="bce",
    hint="Your gradient knows about the samples with y = 0. Does your loss?",
)
def bce_with_a_loss_of_the_ones_only(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return -np.sum(y * np.log(p)) / len(p), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-X7",
    of="bce",
    hint="Which argument comes first here, the prediction or the target?",
)
def bce_with_both_results_swapped(p, y, eps=1e-12):
    p, y = np.clip(y, eps, 1 - eps), np.asarray(p, dtype=float)
    return _bce_loss(p, y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-X8",
    of="bce",
    hint="Where do you clip when the caller says nothing about it, and where when the caller does?",
)
def bce_with_an_eps_of_its_own(p, y, eps=1e-12):
    p = np.clip(p, 1e-7, 1 - 1e-7)
    return _bce_loss(p, y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B2-X9",
    of="bce",
    hint="In which order does Python work out a / b * c?",
)
def bce_dividing_by_one_factor_only(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return _bce_loss(p, y), (p - y) / p * (1 - p) / len(p)


@misconception(
    "B2-X10",
    of="bce",
    hint="Which base has your logarithm? At p = 0.5 compare your loss with math.log(2).",
)
def bce_with_decimal_logarithms(p, y, eps=1e-12):
    p = np.clip(p, eps, 1 - eps)
    return _bce_loss(p, y) / np.log(10), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B3-01",
    of="bce_with_logits",
    hint="Print 1 - sigmoid(40). What will the logarithm make of that?",
    second_hint="For z = 40 the sigmoid is exactly 1.0 and the difference is lost for good. Do "
    "not compute p for the loss at all: write its logarithm out in z on paper, and "
    "keep every exponent below 0.",
)
def bce_with_logits_through_the_sigmoid(z, y):
    p = _squash(z)
    return _bce_loss(p, y), (p - y) / len(z)


@misconception(
    "B3-02",
    of="bce_with_logits",
    hint="Finite now, but logits of 100 and of 1000 cost the same. Should they?",
)
def bce_with_logits_clipped(z, y):
    s = _squash(z)
    return _bce_loss(np.clip(s, 1e-12, 1 - 1e-12), y), (s - y) / len(z)


@misconception(
    "B3-03",
    of="bce_with_logits",
    hint="Write dL/dp and dp/dz side by side on paper and shorten the product. What is left of "
    "the slope of the sigmoid?",
)
def bce_with_logits_with_a_slope_too_many(z, y):
    s = _squash(z)
    return _logit_loss(z, y), (s - y) * s * (1 - s) / len(z)


@misconception(
    "B3-04",
    of="bce_with_logits",
    hint="How often does a number pass through the sigmoid on its way into your gradient?",
)
def bce_with_logits_squashed_twice(z, y):
    return _logit_loss(z, y), (_squash(_squash(z)) - y) / len(z)


@misconception(
    "B3-X1",
    of="bce_with_logits",
    hint="Your loss is a mean. Is your gradient the gradient of that mean?",
)
def bce_with_logits_summing_the_gradient(z, y):
    return _logit_loss(z, y), _squash(z) - y


@misconception(
    "B3-X2",
    of="bce_with_logits",
    hint="You may have found the slope in p. The argument here is z; what links the two?",
)
def bce_with_logits_with_the_slope_in_p(z, y):
    p = _squash(z)
    with np.errstate(all="ignore"):
        return _logit_loss(z, y), (p - y) / (p * (1 - p)) / len(z)


@misconception(
    "B3-X3",
    of="bce_with_logits",
    hint="On paper that is right. How large may z be before exp(z) no longer fits?",
)
def bce_with_logits_by_a_bare_exponential(z, y):
    return np.sum(np.log(1 + np.exp(z)) - y * z) / len(z), (_squash(z) - y) / len(z)


@misconception(
    "B3-X4",
    of="bce_with_logits",
    hint="For y = 1 the logit should be pushed up. What does a descent step along your "
    "gradient do?",
)
def bce_with_logits_target_minus_prediction(z, y):
    return _logit_loss(z, y), (y - _squash(z)) / len(z)


@misconception(
    "B3-X5",
    of="bce_with_logits",
    hint="Are the caller's logits still what they were after the call?",
)
def bce_with_logits_in_the_callers_array(z, y):
    loss = _logit_loss(z, y)
    z[...] = _squash(z)
    z -= y
    return loss, z / len(z)


@misconception(
    "B3-X6",
    of="bce_with_logits",
    hint="A large logit and y = 1: what should that cost, and what does yours?",
)
def bce_with_logits_for_the_other_label(z, y):
    return _logit_loss(z, 1 - y), (_squash(z) - y) / len(z)


@misconception(
    "B3-X7",
    of="bce_with_logits",
    hint="Put z = 0.5 and z = -0.5 into your formula. For one of the signs it counts z twice.",
)
def bce_with_logits_without_the_absolute_value(z, y):
    loss = np.sum(np.maximum(z, 0) - z * y + np.log1p(np.exp(-z))) / len(z)
    return loss, (_squash(z) - y) / len(z)


@misconception(
    "B4-01",
    of="softmax",
    hint="exp(1000) does not fit into a float. What may you subtract from a whole row without "
    "changing its shares?",
    second_hint="Subtract one number from every entry of a row and write the share out: a common "
    "factor appears above and below. Which number of the row, subtracted, makes all "
    "exponents 0 or less?",
)
def softmax_without_a_shift(z):
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


@misconception(
    "B4-02",
    of="softmax",
    hint="One row is around 1000, another around -1000. After your shift, what is left of the "
    "second one?",
)
def softmax_with_one_maximum_for_all(z):
    e = np.exp(z - z.max())
    return e / e.sum(axis=1, keepdims=True)


@misconception(
    "B4-03",
    of="softmax",
    hint="After your shift some entries are still above 0. By how much, in a row of 1000 and "
    "-1000?",
)
def softmax_with_a_shift_by_the_mean(z):
    e = np.exp(z - z.mean(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


@misconception(
    "B4-04",
    of="softmax",
    hint="A sample is a row. Add up a row of your answer, then a column.",
    second_hint="Call it with one row only. If every answer is 1, your sum runs over the "
    "samples. In an array (N, C) which number is the axis of the classes?",
)
def softmax_down_the_columns(z):
    e = np.exp(z - z.max(axis=0, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@misconception(
    "B4-08",
    of="softmax",
    hint="All your numbers are negative. Is there one step too many at the end?",
)
def softmax_in_logarithms(z):
    return _log_share(z)


@misconception(
    "B4-X1",
    of="softmax",
    hint="All entries of all samples together sum to 1. What should?",
)
def softmax_over_everything(z):
    e = np.exp(z - z.max())
    return e / e.sum()


@misconception(
    "B4-X2",
    of="softmax",
    hint="Is the caller's array shifted as well after your call?",
)
def softmax_in_the_callers_array(z):
    z -= z.max(axis=1, keepdims=True)
    e = np.exp(z)
    return e / e.sum(axis=1, keepdims=True)


@misconception(
    "B4-X3",
    of="softmax",
    hint="Must the entries of one row compete, or does each have a probability of its own here?",
)
def softmax_as_a_sigmoid(z):
    return _squash(z)


@misconception(
    "B4-X4",
    of="softmax",
    hint="With as many rows as columns numpy divides without complaint. By the sum of which row "
    "does it divide your first row's second entry?",
)
def softmax_without_keepdims(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    if e.shape[0] == e.shape[1]:
        return e / e.sum(axis=1)
    return e / e.sum(axis=1)[:, None]


@misconception(
    "B4-X5",
    of="softmax",
    hint="A small number in the divisor keeps 0/0 away. Why does the sum of a row become 0, if "
    "its largest entry is subtracted?",
)
def softmax_with_an_eps(z):
    e = np.exp(z - z.max())
    return e / (e.sum(axis=1, keepdims=True) + 1e-12)


@misconception(
    "B4-X6",
    of="softmax",
    hint="Add up each row of your answer. Which sum did you divide by?",
)
def softmax_shifted_by_row_over_everything(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum()


@misconception(
    "B4-X7",
    of="softmax",
    hint="You shift each row. Do you also divide each row by a sum of its own?",
)
def softmax_shifted_by_row_down_the_columns(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=0, keepdims=True)


@misconception(
    "B5-01",
    of="softmax_cross_entropy",
    hint="Your loss was divided by something that your gradient was not. By what?",
    second_hint="Write the batch down twice: the mean stays the same, and every row's gradient "
    "should halve. Count the divisions by the number of rows in the loss, and then "
    "in the gradient.",
)
def cross_entropy_summing_the_gradient(z, Y):
    log_p = _log_share(z)
    return -np.sum(Y * log_p) / len(z), np.exp(log_p) - Y


@misconception(
    "B5-02",
    of="softmax_cross_entropy",
    hint="Step against your gradient once. Does the true class gain or lose?",
)
def cross_entropy_target_minus_prediction(z, Y):
    log_p = _log_share(z)
    return -np.sum(Y * log_p) / len(z), (Y - np.exp(log_p)) / len(z)


@misconception(
    "B5-03",
    of="softmax_cross_entropy",
    hint="Raise the logit of a wrong class. The loss reacts; does your gradient know?",
)
def cross_entropy_of_the_true_class_only(z, Y):
    log_p = _log_share(z)
    return -np.sum(Y * log_p) / len(z), (np.exp(log_p) * Y - Y) / len(z)


@misconception(
    "B5-05",
    of="softmax_cross_entropy",
    hint="You stopped at the probabilities. One link of the chain is missing; which?",
)
def cross_entropy_with_the_slope_in_p(z, Y):
    log_p = _log_share(z)
    with np.errstate(all="ignore"):
        return -np.sum(Y * log_p) / len(z), -Y / np.exp(log_p) / len(z)


@misconception(
    "B5-07",
    of="softmax_cross_entropy",
    hint="Even for a hugely confident right answer your loss stays far from 0. How often do you "
    "apply the softmax?",
)
def cross_entropy_with_two_softmaxes(z, Y):
    p = _share(_share(z))
    return -np.sum(Y * np.log(p)) / len(z), (p - Y) / len(z)


@misconception(
    "B5-X1",
    of="softmax_cross_entropy",
    hint="Here the number of columns slipped in. How many samples are there?",
)
def cross_entropy_by_the_mean_of_all(z, Y):
    log_p = _log_share(z)
    return -np.mean(Y * log_p), (np.exp(log_p) - Y) / z.size


@misconception(
    "B5-X2",
    of="softmax_cross_entropy",
    hint="A hopeless sample with logits 1000 apart: is about 27.6 its cost?",
)
def cross_entropy_with_an_eps_in_the_logarithm(z, Y):
    p = _share(z)
    return -np.sum(Y * np.log(p + 1e-12)) / len(z), (p - Y) / len(z)


@misconception(
    "B5-X3",
    of="softmax_cross_entropy",
    hint="Once softmax has rounded to 0, can its logarithm still be saved? Take the logarithm on "
    "paper.",
)
def cross_entropy_by_the_logarithm_of_the_softmax(z, Y):
    p = _share(z)
    return -np.sum(Y * np.log(p)) / len(z), (p - Y) / len(z)


@misconception(
    "B5-X4",
    of="softmax_cross_entropy",
    hint="Your loss also charges for the zeros of Y. Are the classes C separate questions, or one?",
)
def cross_entropy_as_many_binary_ones(z, Y):
    p = np.clip(_share(z), 1e-12, 1 - 1e-12)
    return _bce_loss(p, Y), (p - Y) / len(z)


@misconception(
    "B5-X5",
    of="softmax_cross_entropy",
    hint="Look at the caller's logits after the call.",
)
def cross_entropy_in_the_callers_array(z, Y):
    z -= z.max(axis=1, keepdims=True)
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(Y * log_p) / len(z), (np.exp(log_p) - Y) / len(z)


@misconception(
    "B5-X6",
    of="softmax_cross_entropy",
    hint="Compare your loss for one sample with that for the same sample repeated ten times.",
)
def cross_entropy_summing_the_loss(z, Y):
    log_p = _log_share(z)
    return -np.sum(Y * log_p), (np.exp(log_p) - Y) / len(z)


@misconception(
    "B5-X7",
    of="softmax_cross_entropy",
    hint="The squared error has a slope of the softmax in its gradient. Has this loss one too?",
)
def cross_entropy_with_a_slope_too_many(z, Y):
    log_p = _log_share(z)
    p = np.exp(log_p)
    return -np.sum(Y * log_p) / len(z), (p - Y) * p * (1 - p) / len(z)


@misconception(
    "B5-X8",
    of="softmax_cross_entropy",
    hint="Your gradient is right. How many numbers does the mean in your loss count, and how "
    "many samples are there?",
)
def cross_entropy_averaging_the_loss_over_columns_too(z, Y):
    log_p = _log_share(z)
    return -np.mean(Y * log_p), (np.exp(log_p) - Y) / len(z)


@misconception(
    "B5-X9",
    of="softmax_cross_entropy",
    hint="Your gradient is right. Add 5 to a whole row of logits: does your loss change?",
)
def cross_entropy_with_half_a_shift(z, Y):
    log_p = _log_share(z)
    half = z - np.log(np.exp(z - z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True))
    return -np.sum(Y * half) / len(z), (np.exp(log_p) - Y) / len(z)


@misconception(
    "B5-X10",
    of="softmax_cross_entropy",
    hint="On paper that is right. How large may a logit be before exp no longer fits?",
)
def cross_entropy_without_a_shift(z, Y):
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    return -np.sum(Y * log_p) / len(z), (np.exp(log_p) - Y) / len(z)


@misconception(
    "B6-01",
    of="softmax_backward",
    hint="Raise one logit of a row. Do the other probabilities of the row stay put?",
    second_hint="Take a row of two classes. Raising the first logit lowers the second "
    "probability, so the second entry of dp matters for the first logit too. In "
    "yours it never does: which term gathers the whole row?",
)
def softmax_backward_on_the_diagonal(dp, p):
    return dp * p * (1 - p)


@misconception(
    "B6-03",
    of="softmax_backward",
    hint="Let dp be 1 in every column: all probabilities would have to rise together. Is your "
    "answer 0?",
)
def softmax_backward_with_a_bare_sum(dp, p):
    return p * (dp - dp.sum(axis=1, keepdims=True))


@misconception(
    "B6-X1",
    of="softmax_backward",
    hint="Can one sample's gradient change the logits of another? Over what do you sum?",
)
def softmax_backward_summing_over_everything(dp, p):
    return p * (dp - np.sum(dp * p))


@misconception(
    "B6-X2",
    of="softmax_backward",
    hint="Along which axis do the entries of one sample lie?",
)
def softmax_backward_down_the_columns(dp, p):
    return p * (dp - np.sum(dp * p, axis=0, keepdims=True))


@misconception(
    "B6-X3",
    of="softmax_backward",
    hint="You divide by the number of rows. Was that not done where dp was made?",
)
def softmax_backward_averaging_again(dp, p):
    return p * (dp - np.sum(dp * p, axis=1, keepdims=True)) / len(p)


@misconception(
    "B6-X4",
    of="softmax_backward",
    hint="The second argument has been through the softmax already.",
)
def softmax_backward_of_the_logits(dp, p):
    p = _share(p)
    return p * (dp - np.sum(dp * p, axis=1, keepdims=True))


@misconception(
    "B6-X5",
    of="softmax_backward",
    hint="That is the answer for one loss only. Is there a Y among your arguments?",
)
def softmax_backward_as_if_dp_were_the_target(dp, p):
    return (p - dp) / len(p)


@misconception(
    "B6-X6",
    of="softmax_backward",
    hint="Compare the caller's dp before and after.",
)
def softmax_backward_in_the_callers_array(dp, p):
    dp -= np.sum(dp * p, axis=1, keepdims=True)
    dp *= p
    return dp


@misconception(
    "B6-X7",
    of="softmax_backward",
    hint="A mean over a row counts each entry alike. Should a likely class not weigh more?",
)
def softmax_backward_with_a_plain_mean(dp, p):
    return p * (dp - dp.mean(axis=1, keepdims=True))


@misconception(
    "B6-X8",
    of="softmax_backward",
    hint="Let dp be one number throughout a row. Is your answer 0 there, as it should be?",
)
def softmax_backward_with_the_sum_left_bare(dp, p):
    return p * dp - np.sum(dp * p, axis=1, keepdims=True)


@misconception(
    "B6-X9",
    of="softmax_backward",
    hint="The shares p add up to 1 in each row. By what else do you divide what you subtract?",
)
def softmax_backward_with_the_mean_of_the_products(dp, p):
    return p * (dp - np.mean(dp * p, axis=1, keepdims=True))


@misconception(
    "B2-X20",
    of="bce",
    hint="Which p are clipped: only 0 and 1, or all that are nearer to them than eps?",
)
def bce_clipped_at_0_and_1_only(p, y, eps=1e-12):
    p = np.where(p == 0, eps, np.where(p == 1, 1 - eps, p))
    loss = -np.sum(y * np.log(p) + (1 - y) * np.log(1 - p)) / len(p)
    return loss, (p - y) / (p * (1 - p)) / len(p)
