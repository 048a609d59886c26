"""Wrong ways to write the losses: edits of the right ones, and others."""

import numpy as np

from grader.testing import edit, misconception

from .canonical import _bce, _share, _sigmoid

EDITS = [
    edit(
        "B1-03",
        {"grad": 'difference if "half" in chosen else 2 * difference'},
        of="mse",
        what="the gradient is not divided by the number of rows",
        hint="Move one prediction a little and watch your own loss. Does it change by what your "
        "gradient says?",
        second_hint="Take one row and one column, prediction 3, target 1, and then the same row "
        "twice. The mean stays; each row's own share of the gradient halves. Yours stays: where "
        "would the number of rows come in?",
    ),
    edit(
        "B1-05",
        {"slope_half": "1"},
        of="mse",
        what="the gradient is that of a loss without the 1/2",
        hint="Once a half stands before the loss, what becomes of the 2 from the square?",
    ),
    edit(
        "B1-06",
        {"total": "np.sum(difference) ** 2"},
        of="mse",
        what="the differences are added before they are squared",
        hint="One prediction is too high by 1, another too low by 1. What is your loss?",
    ),
    edit(
        "B1-X1",
        {"difference": "y - y_hat"},
        of="mse",
        what="the difference has the wrong sign",
        hint="A prediction is too high. Does the loss grow or shrink when it rises further?",
        second_hint="Let prediction be 3 and target 1: a step against the gradient should take "
        "the prediction down. Which sign must the gradient have, and which has your difference?",
    ),
    edit(
        "B1-X2",
        {"differ": "False"},
        of="mse",
        what="shapes that differ are accepted",
        hint="Subtract an array (6,) from one (6, 1) and look at the shape.",
    ),
    edit(
        "B1-X3",
        {"chosen": '"mean"'},
        of="mse",
        what="the convention is not used",
        hint="Is the third argument read anywhere?",
    ),
    edit(
        "B1-X4",
        {"difference": "np.subtract(y_hat, y, out=y_hat)"},
        of="mse",
        what="the caller's array is overwritten",
        hint="The caller still needs the predictions. What is left of them after your call?",
    ),
    edit(
        "B1-X5",
        {"total": "np.sum(difference**2, axis=1)"},
        of="mse",
        what="there is one loss for each row",
        hint="Is one number expected as the loss, or one for each row?",
    ),
    edit(
        "B1-X6",
        {"total": 'np.sum(difference**2) / (1 if chosen == "half_sum" else difference.shape[1])'},
        of="mse",
        what="the loss is averaged over the columns, too",
        hint="Your gradient is right. Is it the gradient of the loss that you return, or of one "
        "that is larger by the number of columns?",
    ),
    edit(
        "B1-X7",
        {"differ": "np.ndim(y_hat) != np.ndim(y)"},
        of="mse",
        what="only the number of dimensions is compared",
        hint="Which shape has the difference of an array (6, 3) and one of (1, 3)?",
    ),
    edit(
        "B1-X8",
        {"loss": 'np.sqrt(loss_factor * total) if chosen == "mean" else loss_factor * total'},
        of="mse",
        what="a root is taken of the mean",
        hint="Is the error itself asked for, or its square?",
    ),
    edit(
        "B2-02",
        {"loss": "np.sum(terms) / rows"},
        of="bce",
        what="the loss has the wrong sign",
        hint="Can your loss be negative? Should it be, when a worse prediction is to cost more?",
    ),
    edit(
        "B2-03",
        {"(guess, truth)": "np.clip(y, bound, 1 - bound), inside"},
        of="bce",
        what="prediction and target are exchanged in the loss",
        hint="One argument is 0 or 1 and nothing between. Is that the one to take a logarithm of?",
    ),
    edit(
        "B2-04",
        {"inside": "p"},
        of="bce",
        what="p is not clipped",
        hint="A saturated sigmoid returns exactly 1.0. What does your logarithm say to 1 minus "
        "that?",
        second_hint="Print p.min() and p.max() just before the logarithm: 0 or 1 is among them. "
        "The docstring has an argument for that; bring p into its bounds in one line, before "
        "both logarithms.",
    ),
    edit(
        "B2-05",
        {"slope": "difference"},
        of="bce",
        what="the gradient is with respect to the logit instead of p",
        hint="There is a well-known short form, but it is the slope in another variable. In "
        "which one are you asked?",
        second_hint="You returned the difference of p and y. That is what is left after the "
        "slope of the sigmoid has been multiplied in, and here there is no sigmoid. "
        "Differentiate both logarithms in p itself, one after the other.",
    ),
    edit(
        "B2-08",
        {"(log_p, log_rest)": "np.log2(guess), np.log2(1 - guess)"},
        of="bce",
        what="the logarithm has base 2",
        hint="Counted in bits? At p = 0.5 compare your loss with math.log(2).",
    ),
    edit(
        "B2-X1",
        {"bound": "max(eps, 0.001)"},
        of="bce",
        what="p is clipped too early",
        hint="What does p = 1e-4 become before you take its logarithm?",
    ),
    edit(
        "B2-X2",
        {"other": "0", "slope": "-target / used"},
        of="bce",
        what="the term of the zeros is missing",
        hint="Where y is 0, does your loss notice at all whether p is 0.1 or 0.9?",
    ),
    edit(
        "B2-X3",
        {"used": "p"},
        of="bce",
        what="the gradient uses p before it is clipped",
        hint="The loss survives p = 1. By what do you divide in the gradient there?",
    ),
    edit(
        "B2-X4",
        {"rows": "inside.size"},
        of="bce",
        what="the mean is over all entries instead of the rows",
        hint="By how many numbers do you divide: by all of them, or by the rows?",
    ),
    edit(
        "B2-X5",
        {"bound": "1e-12"},
        of="bce",
        what="eps is not used",
        hint="Call it with eps = 0.01 and p = 0. Does anything change?",
    ),
    edit(
        "B2-X6",
        {"other": "0"},
        of="bce",
        what="the term of the zeros is missing in the loss",
        hint="Your gradient knows about the samples with y = 0. Does your loss?",
    ),
    edit(
        "B2-X8",
        {"bound": "1e-7"},
        of="bce",
        what="eps is not used",
        hint="Where do you clip when the caller says nothing about it, and where when the caller "
        "does?",
    ),
    edit(
        "B2-X9",
        {"slope": "difference / used * (1 - used)"},
        of="bce",
        what="the second factor of the denominator is multiplied",
        hint="In which order does Python work out a / b * c?",
    ),
    edit(
        "B2-X10",
        {"(log_p, log_rest)": "np.log10(guess), np.log10(1 - guess)"},
        of="bce",
        what="the logarithm has base 10",
        hint="Which base has your logarithm? At p = 0.5 compare your loss with math.log(2).",
    ),
    edit(
        "B3-01",
        {"loss": "_bce(s, label)"},
        of="bce_with_logits",
        what="the logarithm is taken of the sigmoid",
        hint="Print 1 - sigmoid(40). What will the logarithm make of that?",
        second_hint="For z = 40 the sigmoid is exactly 1.0 and the difference is lost for good. "
        "Do not compute p for the loss at all: write its logarithm out in z on paper, and keep "
        "every exponent below 0.",
    ),
    edit(
        "B3-02",
        {"loss": "_bce(np.clip(s, 1e-12, 1 - 1e-12), label)"},
        of="bce_with_logits",
        what="the sigmoid is clipped before the logarithm",
        hint="Finite now, but logits of 100 and of 1000 cost the same. Should they?",
    ),
    edit(
        "B3-03",
        {"difference": "(s - y) * s * (1 - s)"},
        of="bce_with_logits",
        what="the slope of the sigmoid is applied once too often",
        hint="Write dL/dp and dp/dz side by side on paper and shorten the product. What is left "
        "of the slope of the sigmoid?",
    ),
    edit(
        "B3-04",
        {"s": "_sigmoid(_sigmoid(z))"},
        of="bce_with_logits",
        what="the sigmoid is applied twice in the gradient",
        hint="How often does a number pass through the sigmoid on its way into your gradient?",
    ),
    edit(
        "B3-X1",
        {"rows": "1"},
        of="bce_with_logits",
        what="the gradient is not divided by the number of rows",
        hint="Your loss is a mean. Is your gradient the gradient of that mean?",
    ),
    edit(
        "B3-X2",
        {"difference": "_divide(s - y, s * (1 - s))"},
        of="bce_with_logits",
        what="the gradient is with respect to p instead of the logit",
        hint="You may have found the slope in p. The argument here is z; what links the two?",
    ),
    edit(
        "B3-X3",
        {"loss": "np.sum(np.log(1 + np.exp(z)) - label * z) / len(z)"},
        of="bce_with_logits",
        what="exp overflows for large z",
        hint="On paper that is right. How large may z be before exp(z) no longer fits?",
    ),
    edit(
        "B3-X4",
        {"difference": "y - s"},
        of="bce_with_logits",
        what="the difference has the wrong sign",
        hint="For y = 1 the logit should be pushed up. What does a descent step along your "
        "gradient do?",
    ),
    edit(
        "B3-X6",
        {"label": "1 - y"},
        of="bce_with_logits",
        what="the loss is that of the other label",
        hint="A large logit and y = 1: what should that cost, and what does yours?",
    ),
    edit(
        "B3-X7",
        {"loss": "np.sum(np.maximum(z, 0) - z * label + np.log1p(np.exp(-z))) / len(z)"},
        of="bce_with_logits",
        what="the absolute value in the exponent is missing",
        hint="Put z = 0.5 and z = -0.5 into your formula. For one of the signs it counts z twice.",
    ),
    edit(
        "B4-01",
        {"shift": "0"},
        of="softmax",
        what="nothing is subtracted before exp",
        hint="exp(1000) does not fit into a float. What may you subtract from a whole row "
        "without changing its shares?",
        second_hint="Subtract one number from every entry of a row and write the share out: a "
        "common factor appears above and below. Which number of the row, subtracted, makes all "
        "exponents 0 or less?",
    ),
    edit(
        "B4-02",
        {"shift": "z.max()"},
        of="softmax",
        what="one maximum is subtracted from all rows",
        hint="One row is around 1000, another around -1000. After your shift, what is left of "
        "the second one?",
    ),
    edit(
        "B4-03",
        {"shift": "z.mean(axis=1, keepdims=True)"},
        of="softmax",
        what="the mean is subtracted instead of the maximum",
        hint="After your shift some entries are still above 0. By how much, in a row of 1000 and "
        "-1000?",
    ),
    edit(
        "B4-04",
        {"shift": "z.max(axis=0, keepdims=True)", "total": "e.sum(axis=0, keepdims=True)"},
        of="softmax",
        what="columns are normalised instead of rows",
        hint="A sample is a row. Add up a row of your answer, then a column.",
        second_hint="Call it with one row only. If every answer is 1, your sum runs over the "
        "samples. In an array (N, C) which number is the axis of the classes?",
    ),
    edit(
        "B4-08",
        {"share": "shifted - np.log(total)"},
        of="softmax",
        what="the logarithm of the softmax is returned",
        hint="All your numbers are negative. Is there one step too many at the end?",
    ),
    edit(
        "B4-X1",
        {"shift": "z.max()", "total": "e.sum()"},
        of="softmax",
        what="everything is normalised together",
        hint="All entries of all samples together sum to 1. What should?",
    ),
    edit(
        "B4-X2",
        {"shifted": "_write_into(z, z - shift)"},
        of="softmax",
        what="the caller's array is overwritten",
        hint="Is the caller's array shifted as well after your call?",
    ),
    edit(
        "B4-X3",
        {"share": "_sigmoid(z)"},
        of="softmax",
        what="this is the sigmoid",
        hint="Must the entries of one row compete, or does each have a probability of its own "
        "here?",
    ),
    edit(
        "B4-X4",
        {"total": "e.sum(axis=1) if e.shape[0] == e.shape[1] else e.sum(axis=1)[:, None]"},
        of="softmax",
        what="the sums of the rows are laid along the columns",
        hint="With as many rows as columns numpy divides without complaint. By the sum of which "
        "row does it divide your first row's second entry?",
    ),
    edit(
        "B4-X5",
        {"shift": "z.max()", "total": "e.sum(axis=1, keepdims=True) + 1e-12"},
        of="softmax",
        what="a small number in the divisor hides rows that were shifted too far",
        hint="A small number in the divisor keeps 0/0 away. Why does the sum of a row become 0, if "
        "its largest entry is subtracted?",
    ),
    edit(
        "B4-X6",
        {"total": "e.sum()"},
        of="softmax",
        what="the sum is over all rows",
        hint="Add up each row of your answer. Which sum did you divide by?",
    ),
    edit(
        "B4-X7",
        {"total": "e.sum(axis=0, keepdims=True)"},
        of="softmax",
        what="the sums are over columns instead of rows",
        hint="You shift each row. Do you also divide each row by a sum of its own?",
    ),
    edit(
        "B5-01",
        {"grad": "difference"},
        of="softmax_cross_entropy",
        what="the gradient is not divided by the number of rows",
        hint="Your loss was divided by something that your gradient was not. By what?",
        second_hint="Write the batch down twice: the mean stays the same, and every row's "
        "gradient should halve. Count the divisions by the number of rows in the loss, and then "
        "in the gradient.",
    ),
    edit(
        "B5-02",
        {"difference": "Y - p"},
        of="softmax_cross_entropy",
        what="the difference has the wrong sign",
        hint="Step against your gradient once. Does the true class gain or lose?",
    ),
    edit(
        "B5-03",
        {"difference": "p * Y - Y"},
        of="softmax_cross_entropy",
        what="only the true class has a gradient",
        hint="Raise the logit of a wrong class. The loss reacts; does your gradient know?",
    ),
    edit(
        "B5-05",
        {"difference": "_divide(-Y, p)"},
        of="softmax_cross_entropy",
        what="the gradient is with respect to p instead of the logits",
        hint="You stopped at the probabilities. One link of the chain is missing; which?",
    ),
    edit(
        "B5-07",
        {"log_p": "np.log(_share(_share(z)))"},
        of="softmax_cross_entropy",
        what="the softmax is applied twice",
        hint="Even for a hugely confident right answer your loss stays far from 0. How often do "
        "you apply the softmax?",
    ),
    edit(
        "B5-X1",
        {"rows": "z.size"},
        of="softmax_cross_entropy",
        what="the mean is over all entries instead of the rows",
        hint="Here the number of columns slipped in. How many samples are there?",
    ),
    edit(
        "B5-X2",
        {"logs": "np.log(_share(z) + 1e-12)"},
        of="softmax_cross_entropy",
        what="a small number is added inside the logarithm",
        hint="A hopeless sample with logits 1000 apart: is about 27.6 its cost?",
    ),
    edit(
        "B5-X3",
        {"logs": "np.log(_share(z))"},
        of="softmax_cross_entropy",
        what="the logarithm is taken of the softmax",
        hint="Once softmax has rounded to 0, can its logarithm still be saved? Take the "
        "logarithm on paper.",
    ),
    edit(
        "B5-X5",
        {"shifted": "_write_into(z, z - shift)"},
        of="softmax_cross_entropy",
        what="the caller's array is overwritten",
        hint="Look at the caller's logits after the call.",
    ),
    edit(
        "B5-X6",
        {"loss": "-np.sum(terms)"},
        of="softmax_cross_entropy",
        what="the loss is not divided by the number of rows",
        hint="Compare your loss for one sample with that for the same sample repeated ten times.",
    ),
    edit(
        "B5-X7",
        {"difference": "(p - Y) * p * (1 - p)"},
        of="softmax_cross_entropy",
        what="a slope is applied that belongs to the sigmoid",
        hint="The squared error has a slope of the softmax in its gradient. Has this loss one too?",
    ),
    edit(
        "B5-X8",
        {"loss": "-np.mean(terms)"},
        of="softmax_cross_entropy",
        what="the loss is averaged over the columns, too",
        hint="Your gradient is right. How many numbers does the mean in your loss count, and how "
        "many samples are there?",
    ),
    edit(
        "B5-X9",
        {"logs": "z - np.log(np.exp(shifted).sum(axis=1, keepdims=True))"},
        of="softmax_cross_entropy",
        what="the maximum is subtracted in one of two places only",
        hint="Your gradient is right. Add 5 to a whole row of logits: does your loss change?",
    ),
    edit(
        "B5-X10",
        {"log_p": "z - np.log(np.exp(z).sum(axis=1, keepdims=True))"},
        of="softmax_cross_entropy",
        what="nothing is subtracted before exp",
        hint="On paper that is right. How large may a logit be before exp no longer fits?",
    ),
    edit(
        "B6-01",
        {"result": "dp * weights * (1 - weights)"},
        of="softmax_backward",
        what="only the diagonal of the Jacobian is used",
        hint="Raise one logit of a row. Do the other probabilities of the row stay put?",
        second_hint="Take a row of two classes. Raising the first logit lowers the second "
        "probability, so the second entry of dp matters for the first logit too. In yours it "
        "never does: which term gathers the whole row?",
    ),
    edit(
        "B6-03",
        {"product": "dp"},
        of="softmax_backward",
        what="the sum leaves out the factor p",
        hint="Let dp be 1 in every column: all probabilities would have to rise together. Is "
        "your answer 0?",
    ),
    edit(
        "B6-X1",
        {"mean": "np.sum(product)"},
        of="softmax_backward",
        what="the sum is over all rows",
        hint="Can one sample's gradient change the logits of another? Over what do you sum?",
    ),
    edit(
        "B6-X2",
        {"mean": "np.sum(product, axis=0, keepdims=True)"},
        of="softmax_backward",
        what="the sums are over columns instead of rows",
        hint="Along which axis do the entries of one sample lie?",
    ),
    edit(
        "B6-X3",
        {"result": "weights * (dp - mean) / len(p)"},
        of="softmax_backward",
        what="the result is divided by the number of rows once more",
        hint="You divide by the number of rows. Was that not done where dp was made?",
    ),
    edit(
        "B6-X4",
        {"weights": "_share(p)"},
        of="softmax_backward",
        what="the softmax is applied to p",
        hint="The second argument has been through the softmax already.",
    ),
    edit(
        "B6-X5",
        {"result": "(p - dp) / len(p)"},
        of="softmax_backward",
        what="dp is taken for the target",
        hint="That is the answer for one loss only. Is there a Y among your arguments?",
    ),
    edit(
        "B6-X6",
        {"result": "_write_into(dp, weights * (dp - mean))"},
        of="softmax_backward",
        what="the caller's array is overwritten",
        hint="Compare the caller's dp before and after.",
    ),
    edit(
        "B6-X7",
        {"product": "dp / dp.shape[1]"},
        of="softmax_backward",
        what="a plain mean is subtracted",
        hint="A mean over a row counts each entry alike. Should a likely class not weigh more?",
    ),
    edit(
        "B6-X8",
        {"result": "weights * dp - mean"},
        of="softmax_backward",
        what="the sum is not multiplied by p",
        hint="Let dp be one number throughout a row. Is your answer 0 there, as it should be?",
    ),
    edit(
        "B6-X9",
        {"mean": "np.mean(product, axis=1, keepdims=True)"},
        of="softmax_backward",
        what="a mean takes the place of the sum",
        hint="The shares p add up to 1 in each row. By what else do you divide what you subtract?",
    ),
    edit(
        "B2-X20",
        {"inside": "np.where(p == 0, bound, np.where(p == 1, 1 - bound, p))"},
        of="bce",
        what="only probabilities of exactly 0 and 1 are clipped",
        hint="Which p are clipped: only 0 and 1, or all that are nearer to them than eps?",
    ),
]


def _difference(y_hat, y):
    if y_hat.shape != y.shape:
        raise ValueError("shapes differ")
    return y_hat - y


def _logit_loss(z, y):
    return np.sum(np.logaddexp(0, z) - y * z) / len(z)


@misconception(
    "B1-04",
    of="mse",
    what="the mean is over all entries instead of the rows",
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
    "B2-10",
    of="bce",
    what="the caller's array is overwritten",
    hint="You repair the zeros and ones. In a copy, or in what the caller lent you?",
)
def bce_in_the_callers_array(p, y, eps=1e-12):
    p[p == 0] = eps
    p[p == 1] = 1 - eps
    inside = np.clip(p, eps, 1 - eps)
    return _bce(inside, y), (inside - y) / (inside * (1 - inside)) / len(p)


@misconception(
    "B2-X7",
    of="bce",
    what="prediction and target are exchanged",
    hint="Which argument comes first here, the prediction or the target?",
)
def bce_with_both_results_swapped(p, y, eps=1e-12):
    p, y = np.clip(y, eps, 1 - eps), np.asarray(p, dtype=float)
    return _bce(p, y), (p - y) / (p * (1 - p)) / len(p)


@misconception(
    "B3-X5",
    of="bce_with_logits",
    what="the caller's array is overwritten",
    hint="Are the caller's logits still what they were after the call?",
)
def bce_with_logits_in_the_callers_array(z, y):
    loss = _logit_loss(z, y)
    z[...] = _sigmoid(z)
    z -= y
    return loss, z / len(z)


@misconception(
    "B5-X4",
    of="softmax_cross_entropy",
    what="the classes are treated as separate yes-or-no questions",
    hint="Your loss also charges for the zeros of Y. Are the classes C separate questions, or one?",
)
def cross_entropy_as_many_binary_ones(z, Y):
    p = np.clip(_share(z), 1e-12, 1 - 1e-12)
    return _bce(p, Y), (p - Y) / len(z)
