"""Wrong ways to write backpropagation, each with what it shows."""

import numpy as np

from grader.testing import misconception


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(z)))


def _sigmoid_prime(z):
    s = _sigmoid(z)
    return s * (1 - s)


def _forward(params, X, Y):
    activations = [X]
    for W, b in params:
        activations.append(_sigmoid(activations[-1] @ W + b))
    A = activations[-1]
    return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(X), activations


def _backward(params, activations, delta):
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, delta.sum(axis=0)))
        delta = (delta @ params[layer][0].T) * A * (1 - A)
    return grads


@misconception(
    "D1-02",
    of="scalar_backprop",
    hint="Change z of the hidden neuron a little: on its way to y_hat, what is that change "
    "multiplied by?",
    second_hint="Draw the chain z_h, a_h, y_hat, L and write the slope of every arrow on it. "
    "There are three arrows; your d_h is a product of two.",
)
def scalar_backprop_without_w2(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    a_h = _sigmoid(z_h)
    d_o = w2 * a_h + b2 - y
    d_h = d_o * _sigmoid_prime(z_h)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * a_h, "b2": d_o}


@misconception(
    "D1-05",
    of="scalar_backprop",
    hint="Look at the line of the forward pass in which w2 stands. Which number is it "
    "multiplied by there?",
)
def scalar_backprop_w2_times_z(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    d_o = w2 * _sigmoid(z_h) + b2 - y
    d_h = d_o * w2 * _sigmoid_prime(z_h)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * z_h, "b2": d_o}


@misconception(
    "D1-06",
    of="scalar_backprop",
    hint="If b1 grows by 0.1, by how much does z grow? Does x play a part in that?",
    second_hint="In z = w1 x + b1, change x from 1 to 100 and ask each time by how much z moves "
    "when b1 moves by 0.1. It is always the same, so what is the slope of that "
    "arrow?",
)
def scalar_backprop_b1_times_x(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    a_h = _sigmoid(z_h)
    d_o = w2 * a_h + b2 - y
    d_h = d_o * w2 * _sigmoid_prime(z_h)
    return {"w1": d_h * x, "b1": d_h * x, "w2": d_o * a_h, "b2": d_o}


@misconception(
    "D1-07",
    of="scalar_backprop",
    hint="Everything is off by the same factor. Differentiate L exactly as the docstring "
    "writes it.",
)
def scalar_backprop_twice_the_residual(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    a_h = _sigmoid(z_h)
    d_o = 2 * (w2 * a_h + b2 - y)
    d_h = d_o * w2 * _sigmoid_prime(z_h)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * a_h, "b2": d_o}


@misconception(
    "D1-X1",
    of="scalar_backprop",
    hint="When the prediction is too high, does a larger b2 make the loss larger or smaller?",
)
def scalar_backprop_downhill(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    a_h = _sigmoid(z_h)
    d_o = y - (w2 * a_h + b2)
    d_h = d_o * w2 * _sigmoid_prime(z_h)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * a_h, "b2": d_o}


@misconception(
    "D1-X2",
    of="scalar_backprop",
    hint="Between z and a stands a function. Has its slope been counted on the way back?",
)
def scalar_backprop_without_slope(x, y, w1, b1, w2, b2):
    a_h = _sigmoid(w1 * x + b1)
    d_o = w2 * a_h + b2 - y
    d_h = d_o * w2
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * a_h, "b2": d_o}


@misconception(
    "D1-X3",
    of="scalar_backprop",
    hint="Is the number that you put into the slope of the sigmoid one that has been through "
    "the sigmoid already?",
)
def scalar_backprop_slope_at_a(x, y, w1, b1, w2, b2):
    a_h = _sigmoid(w1 * x + b1)
    d_o = w2 * a_h + b2 - y
    d_h = d_o * w2 * _sigmoid_prime(a_h)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * a_h, "b2": d_o}


@misconception(
    "D1-X4",
    of="scalar_backprop",
    hint="Going back from the output you cross one weight before you reach the hidden "
    "neuron. Is it the one that comes before that neuron?",
)
def scalar_backprop_through_w1(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    a_h = _sigmoid(z_h)
    d_o = w2 * a_h + b2 - y
    d_h = d_o * w1 * _sigmoid_prime(z_h)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * a_h, "b2": d_o}


@misconception(
    "D1-X5",
    of="scalar_backprop",
    hint="Between x and w2 stands a neuron. What arrives at w2?",
)
def scalar_backprop_w2_times_x(x, y, w1, b1, w2, b2):
    z_h = w1 * x + b1
    d_o = w2 * _sigmoid(z_h) + b2 - y
    d_h = d_o * w2 * _sigmoid_prime(z_h)
    return {"w1": d_h * x, "b1": d_h, "w2": d_o * x, "b2": d_o}


@misconception(
    "D2-01",
    of="output_delta",
    hint="You are given dL/da and asked for dL/dz. What lies between z and a?",
    second_hint="Move z by a tiny amount: a moves by that amount times something, and only then "
    "L reacts. That something is one of your three arguments, evaluated at another, "
    "and it is not in your answer yet.",
)
def output_delta_is_loss_gradient(dL_da, z, f_prime):
    return dL_da


@misconception(
    "D2-02",
    of="output_delta",
    hint="Each a depends on one z only. Does your product mix different samples?",
    second_hint="Print the shape of your result for N = 2 and 3 units. Entry (i, j) of the "
    "answer needs only entry (i, j) of both factors: which operator does that?",
)
def output_delta_as_matrix_product(dL_da, z, f_prime):
    return dL_da @ f_prime(z).T


@misconception(
    "D2-03",
    of="output_delta",
    hint="Look up in the docstring what f_prime wants to be given.",
    second_hint="You apply the activation before you call f_prime. Print what goes into f_prime "
    "and compare it with the z that was handed to you.",
)
def output_delta_slope_at_a(dL_da, z, f_prime):
    return dL_da * f_prime(_sigmoid(z))


@misconception(
    "D2-X1",
    of="output_delta",
    hint="The values are right. Print dL_da before and after the call.",
)
def output_delta_in_the_callers_array(dL_da, z, f_prime):
    dL_da *= f_prime(z)
    return dL_da


@misconception(
    "D2-X2",
    of="output_delta",
    hint="Not every layer is a sigmoid. Does your function change when f_prime does?",
)
def output_delta_always_sigmoid(dL_da, z, f_prime):
    a = _sigmoid(z)
    return dL_da * a * (1 - a)


@misconception(
    "D2-X3",
    of="output_delta",
    hint="If the loss takes a mean, dL/da knows of it already. What does your division add?",
)
def output_delta_divided_by_rows(dL_da, z, f_prime):
    return dL_da * f_prime(z) / len(z)


@misconception(
    "D2-X4",
    of="output_delta",
    hint="Look up in the docstring what f_prime wants to be given. Which argument do you give it?",
)
def output_delta_with_the_slope_at_the_gradient(dL_da, z, f_prime):
    return dL_da * f_prime(dL_da)


@misconception(
    "D2-X5",
    of="output_delta",
    hint="One of your arguments is a gradient already. Is it the one that goes into f_prime?",
)
def output_delta_with_both_arguments_swapped(dL_da, z, f_prime):
    return z * f_prime(dL_da)


@misconception(
    "D3-01",
    of="hidden_delta",
    hint="One weight leads from unit 0 of this layer to unit 1 of the next. Which entry of "
    "delta_next does your product multiply it with?",
    second_hint="Take 2 units here and 3 in the next layer. delta_next has 3 columns and the "
    "answer 2: write the shape of W_next between them, and see which of its axes has "
    "to come first.",
)
def hidden_delta_without_transpose(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next) * f_prime(z)


@misconception(
    "D3-04",
    of="hidden_delta",
    hint="How many activation functions does a change in z pass before it reaches z_next?",
)
def hidden_delta_slope_twice(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next.T) * f_prime(z) ** 2


@misconception(
    "D3-05",
    of="hidden_delta",
    hint="Where a weight is negative, raising this unit lowers the next one. Can one see that "
    "in your delta?",
)
def hidden_delta_by_size_of_weights(delta_next, W_next, z, f_prime):
    return (delta_next @ np.abs(W_next).T) * f_prime(z)


@misconception(
    "D3-06",
    of="hidden_delta",
    hint="Set all weights but one to zero. Which of the next layer's deltas should still count?",
)
def hidden_delta_from_mean_error(delta_next, W_next, z, f_prime):
    error = delta_next.mean(axis=1, keepdims=True)
    return (error @ W_next.sum(axis=1, keepdims=True).T) * f_prime(z)


@misconception(
    "D3-08",
    of="hidden_delta",
    hint="You have f_prime at hand, and it takes z. The shortcut that you use instead is for "
    "something that came out of a sigmoid.",
)
def hidden_delta_z_one_minus_z(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next.T) * (z * (1 - z))


@misconception(
    "D3-X1",
    of="hidden_delta",
    hint="You have come back as far as this layer's a. One step is left to z.",
    second_hint="Set f_prime to a function that returns 0. A layer that does not react to its z "
    "has a delta of 0, and yours has not. Which of your arguments is never used?",
)
def hidden_delta_without_slope(delta_next, W_next, z, f_prime):
    return delta_next @ W_next.T


@misconception(
    "D3-X2",
    of="hidden_delta",
    hint="The values are right. Print z before and after the call.",
)
def hidden_delta_into_z(delta_next, W_next, z, f_prime):
    return np.multiply(delta_next @ W_next.T, f_prime(z), out=z)


@misconception(
    "D3-X3",
    of="hidden_delta",
    hint="At which point does f_prime want to be evaluated: before the activation or after?",
)
def hidden_delta_slope_at_a(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next.T) * f_prime(_sigmoid(z))


@misconception(
    "D3-X4",
    of="hidden_delta",
    hint="With ten next units instead of one, ten paths lead from this unit to the loss. Do "
    "their effects add up or average out?",
)
def hidden_delta_averaged_over_paths(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next.T) / W_next.shape[1] * f_prime(z)


@misconception(
    "D3-X5",
    of="hidden_delta",
    hint="Is every hidden layer a sigmoid? Try yours with the slope of tanh.",
)
def hidden_delta_always_sigmoid(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next.T) * _sigmoid_prime(z)


@misconception(
    "D3-X6",
    of="hidden_delta",
    hint="What do you put into f_prime: a gradient, or a pre-activation?",
)
def hidden_delta_slope_at_the_error(delta_next, W_next, z, f_prime):
    return f_prime(delta_next @ W_next.T)


@misconception(
    "D3-X7",
    of="hidden_delta",
    hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its transpose "
    "and its reshape: are they the same?",
)
def hidden_delta_by_reshape(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next.reshape(W_next.shape[::-1])) * f_prime(z)


@misconception(
    "D3-X8",
    of="hidden_delta",
    hint="Look up in the docstring what f_prime wants to be given, and give it nothing else.",
)
def hidden_delta_with_the_slope_of_the_product(delta_next, W_next, z, f_prime):
    return f_prime((delta_next @ W_next.T) * z)


@misconception(
    "D3-X9",
    of="hidden_delta",
    hint="Where z is 0, your delta is 0. Should it be, for a sigmoid?",
)
def hidden_delta_times_z(delta_next, W_next, z, f_prime):
    return (delta_next @ W_next.T) * z * f_prime(z)


@misconception(
    "D4-02",
    of="weight_gradients",
    hint="Where does the docstring say that the 1/N of the loss has gone?",
    second_hint="Compute it for one sample, then for the same sample twice with the same delta. "
    "Every sample adds its part: yours stays the same. The docstring says whether "
    "delta has its 1/N already.",
)
def weight_gradients_dw_mean(delta, A_prev):
    return A_prev.T @ delta / len(delta), delta.sum(axis=0)


@misconception(
    "D4-03",
    of="weight_gradients",
    hint="dW is right. Treat the bias as a weight whose input is always 1: what becomes of db?",
)
def weight_gradients_db_mean(delta, A_prev):
    return A_prev.T @ delta, delta.mean(axis=0)


@misconception(
    "D4-04",
    of="weight_gradients",
    hint="There is one b for the whole batch. How can its gradient have a row for each sample?",
    second_hint="b has one entry for each unit and is added to every row. All rows of delta "
    "therefore blame the same entry: how are several blames put together, and along "
    "which axis?",
)
def weight_gradients_db_is_delta(delta, A_prev):
    return A_prev.T @ delta, delta.copy()


@misconception(
    "D4-06",
    of="weight_gradients",
    hint="All entries of your db are the same number. Over which axis are the samples?",
)
def weight_gradients_db_sum_of_all(delta, A_prev):
    return A_prev.T @ delta, np.full(delta.shape[1], delta.sum())


@misconception(
    "D4-07",
    of="weight_gradients",
    hint="The numbers are right. What would b - lr * db look like if b has one axis?",
)
def weight_gradients_db_keepdims(delta, A_prev):
    return A_prev.T @ delta, delta.sum(axis=0, keepdims=True)


@misconception(
    "D4-X1",
    of="weight_gradients",
    hint="Could you subtract your dW from W? Compare their shapes.",
)
def weight_gradients_dw_transposed(delta, A_prev):
    return delta.T @ A_prev, delta.sum(axis=0)


@misconception(
    "D4-X2",
    of="weight_gradients",
    hint="Does each sample's input meet that sample's delta, or the deltas of all?",
)
def weight_gradients_of_summed_samples(delta, A_prev):
    return np.outer(A_prev.sum(axis=0), delta.sum(axis=0)), delta.sum(axis=0)


@misconception(
    "D4-X3",
    of="weight_gradients",
    hint="How many biases does the layer have, and how many numbers are in your db?",
)
def weight_gradients_db_over_units(delta, A_prev):
    return A_prev.T @ delta, delta.sum(axis=1)


@misconception(
    "D4-X4",
    of="weight_gradients",
    hint="Which of the two is to be returned first?",
)
def weight_gradients_in_wrong_order(delta, A_prev):
    return delta.sum(axis=0), A_prev.T @ delta


@misconception(
    "D4-X5",
    of="weight_gradients",
    hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its transpose "
    "and its reshape: are they the same?",
)
def weight_gradients_by_reshape(delta, A_prev):
    return A_prev.reshape(A_prev.shape[::-1]) @ delta, delta.sum(axis=0)


@misconception(
    "D4-X6",
    of="weight_gradients",
    hint="Change the last row of delta. Does your db notice?",
)
def weight_gradients_with_db_of_one_row(delta, A_prev):
    return A_prev.T @ delta, delta[0]


@misconception(
    "D5-01",
    of="weight_gradients_columns",
    hint="In this layout W has a row for each output. Has your dW?",
)
def weight_gradients_columns_as_in_rows(delta, A_prev):
    return A_prev @ delta.T, delta.sum(axis=1, keepdims=True)


@misconception(
    "D5-02",
    of="weight_gradients_columns",
    hint="Which axis of delta counts the samples here?",
)
def weight_gradients_columns_db_over_units(delta, A_prev):
    return delta @ A_prev.T, delta.sum(axis=0, keepdims=True)


@misconception(
    "D5-X1",
    of="weight_gradients_columns",
    hint="The numbers are right. Which shape does b have in this layout?",
)
def weight_gradients_columns_db_flat(delta, A_prev):
    return delta @ A_prev.T, delta.sum(axis=1)


@misconception(
    "D5-X2",
    of="weight_gradients_columns",
    hint="Many papers put the 1/m here. Where is it in this exercise?",
)
def weight_gradients_columns_mean(delta, A_prev):
    m = delta.shape[1]
    return delta @ A_prev.T / m, delta.sum(axis=1, keepdims=True) / m


@misconception(
    "D6-01",
    of="backprop",
    hint="Is there a mean in the loss of the docstring?",
)
def backprop_of_a_mean(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = (a1 @ weights["w2"] + biases["b2"] - y) / len(X)
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-02",
    of="backprop",
    hint="What becomes of the factor in front of the sum when you differentiate the square?",
)
def backprop_twice_the_residual(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = 2 * (a1 @ weights["w2"] + biases["b2"] - y)
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-03",
    of="backprop",
    hint="Raise b2 a little where the predictions are too high. Does your gradient say that "
    "the loss grows?",
)
def backprop_downhill(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = y - (a1 @ weights["w2"] + biases["b2"])
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-04",
    of="backprop",
    hint="The second layer is right. Which of z1 and a1 goes into the slope of the sigmoid?",
    second_hint="Compute one entry with numbers: z1 = 2 gives a1 = 0.88. Look up whether your "
    "helper applies the sigmoid itself. If it does, which of 2 and 0.88 does it "
    "want?",
)
def backprop_slope_at_a(X, y, weights, biases):
    a1 = _sigmoid(X @ weights["w1"] + biases["b1"])
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(a1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-07",
    of="backprop",
    hint="The error has to go back through the weights that made the prediction. Are they "
    "still the same when you use them?",
)
def backprop_updates_w2_on_the_way(X, y, weights, biases):
    lr = 0.1
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    dW2 = a1.T @ d2
    weights["w2"] -= lr * dW2
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": dW2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-09",
    of="backprop",
    hint="Only w2 is wrong. Which array stands to the left of w2 in the forward pass?",
)
def backprop_w2_from_z1(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    d2 = _sigmoid(z1) @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": z1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X1",
    of="backprop",
    hint="The second layer is right. On the way back to z1, what is there besides w2?",
)
def backprop_without_slope(X, y, weights, biases):
    a1 = _sigmoid(X @ weights["w1"] + biases["b1"])
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = d2 @ weights["w2"].T
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X2",
    of="backprop",
    hint="Can your network predict 3.0? Read again what the output layer does.",
)
def backprop_with_sigmoid_output(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    z2 = a1 @ weights["w2"] + biases["b2"]
    d2 = (_sigmoid(z2) - y) * _sigmoid_prime(z2)
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X3",
    of="backprop",
    hint="The weights' gradients add up over the samples. Why should those of the biases not?",
)
def backprop_bias_mean(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.mean(axis=0), "w2": a1.T @ d2, "b2": d2.mean(axis=0)}


@misconception(
    "D6-X4",
    of="backprop",
    hint="The numbers are right. Compare the shapes of your bias gradients with those of the "
    "biases.",
)
def backprop_bias_keepdims(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    b1, b2 = d1.sum(axis=0, keepdims=True), d2.sum(axis=0, keepdims=True)
    return {"w1": X.T @ d1, "b1": b1, "w2": a1.T @ d2, "b2": b2}


@misconception(
    "D6-X5",
    of="backprop",
    hint="The values are right. Does the caller still have the targets that were passed?",
)
def backprop_residual_in_y(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = np.subtract(a1 @ weights["w2"] + biases["b2"], y, out=y)
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X6",
    of="backprop",
    hint="Backpropagation finds the gradients; taking a step is another function's work. Which "
    "of the two do you return?",
)
def backprop_returns_new_parameters(X, y, weights, biases):
    lr = 0.1
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {
        "w1": weights["w1"] - lr * X.T @ d1,
        "b1": biases["b1"] - lr * d1.sum(axis=0),
        "w2": weights["w2"] - lr * a1.T @ d2,
        "b2": biases["b2"] - lr * d2.sum(axis=0),
    }


@misconception(
    "D6-X7",
    of="backprop",
    hint="Is w2.T needed? Try a network whose layers have different widths.",
)
def backprop_without_transpose(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"]) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X8",
    of="backprop",
    hint="Which activation has the output layer in your forward pass, and which one on your way "
    "back?",
)
def backprop_with_output_slope(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    z2 = a1 @ weights["w2"] + biases["b2"]
    d2 = (z2 - y) * _sigmoid_prime(z2)
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X9",
    of="backprop",
    hint="The forward pass is right. Of which z do you take the slope on the way back: of the "
    "same?",
)
def backprop_with_the_slope_without_b1(X, y, weights, biases):
    a1 = _sigmoid(X @ weights["w1"] + biases["b1"])
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(X @ weights["w1"])
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X10",
    of="backprop",
    hint="Begin with the forward pass: set all weights to 0. What do you predict, and what should "
    "you?",
)
def backprop_predicting_without_b2(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] - y
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X11",
    of="backprop",
    hint="Far to the left a sigmoid is flat. Is your slope of it near 0 there?",
)
def backprop_with_half_a_slope(X, y, weights, biases):
    a1 = _sigmoid(X @ weights["w1"] + biases["b1"])
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * (1 - a1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X12",
    of="backprop",
    hint="The error has to go back through the weights that made the prediction. Are they still "
    "the same when you use them?",
)
def backprop_after_a_small_step_of_w2(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    stepped = weights["w2"] - 0.01 * (a1.T @ d2)
    d1 = (d2 @ stepped.T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X13",
    of="backprop",
    hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its transpose "
    "and its reshape: are they the same?",
)
def backprop_by_reshape(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].reshape(weights["w2"].shape[::-1])) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D6-X14",
    of="backprop",
    hint="You put the targets into another shape. Does each still stand beside its prediction?",
)
def backprop_with_reshaped_targets(X, y, weights, biases):
    z1 = X @ weights["w1"] + biases["b1"]
    a1 = _sigmoid(z1)
    d2 = a1 @ weights["w2"] + biases["b2"] - y.reshape(y.shape[::-1]).T
    d1 = (d2 @ weights["w2"].T) * _sigmoid_prime(z1)
    return {"w1": X.T @ d1, "b1": d1.sum(axis=0), "w2": a1.T @ d2, "b2": d2.sum(axis=0)}


@misconception(
    "D7-03",
    of="network_gradients",
    hint="Work out dL/dA for this loss and multiply it by the slope of the sigmoid. What is "
    "left over?",
)
def network_gradients_output_slope_kept(params, X, Y):
    loss, activations = _forward(params, X, Y)
    A = activations[-1]
    return loss, _backward(params, activations, (A - Y) * A * (1 - A) / len(X))


@misconception(
    "D7-04",
    of="network_gradients",
    hint="Write the batch down twice, one below the other. The loss stays as it is; do your "
    "gradients?",
)
def network_gradients_without_mean(params, X, Y):
    loss, activations = _forward(params, X, Y)
    return loss, _backward(params, activations, activations[-1] - Y)


@misconception(
    "D7-06",
    of="network_gradients",
    hint="The last layer is right. A hidden layer bends its z before passing it on: where is "
    "that on the way back?",
)
def network_gradients_without_slope(params, X, Y):
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (activations[layer].T @ delta, delta.sum(axis=0)))
        delta = delta @ params[layer][0].T
    return loss, grads


@misconception(
    "D7-07",
    of="network_gradients",
    hint="The further back, the smaller your gradients. In how many places does the loss "
    "divide by N?",
)
def network_gradients_mean_in_every_layer(params, X, Y):
    N = len(X)
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / N
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, delta.sum(axis=0)))
        delta = (delta @ params[layer][0].T) * A * (1 - A) / N
    return loss, grads


@misconception(
    "D7-09",
    of="network_gradients",
    hint="A slope of the sigmoid lies between 0 and 0.25. Do all of yours?",
)
def network_gradients_z_one_minus_z(params, X, Y):
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        grads.insert(0, (activations[layer].T @ delta, delta.sum(axis=0)))
        if layer:
            W, b = params[layer - 1]
            z = activations[layer - 1] @ W + b
            delta = (delta @ params[layer][0].T) * z * (1 - z)
    return loss, grads


@misconception(
    "D7-10",
    of="network_gradients",
    hint="When an earlier layer's delta is computed, are the weights still those that made the "
    "prediction?",
)
def network_gradients_updates_on_the_way(params, X, Y):
    lr = 0.1
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        W, b = params[layer]
        A = activations[layer]
        dW, db = A.T @ delta, delta.sum(axis=0)
        W -= lr * dW
        b -= lr * db
        grads.insert(0, (dW, db))
        delta = (delta @ W.T) * A * (1 - A)
    return loss, grads


@misconception(
    "D7-11",
    of="network_gradients",
    hint="Every dW is right and every db too small. Which of them knows already that the loss "
    "is a mean?",
)
def network_gradients_bias_mean(params, X, Y):
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, delta.mean(axis=0)))
        delta = (delta @ params[layer][0].T) * A * (1 - A)
    return loss, grads


@misconception(
    "D7-X1",
    of="network_gradients",
    hint="With equal widths it runs and is wrong. In which direction do the weights carry the "
    "error?",
)
def network_gradients_without_transpose(params, X, Y):
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, delta.sum(axis=0)))
        if layer:
            delta = (delta @ params[layer][0]) * A * (1 - A)
    return loss, grads


@misconception(
    "D7-X2",
    of="network_gradients",
    hint="Number the layers on paper. Between which two of them lies the weight matrix that you "
    "go back through?",
)
def network_gradients_weights_of_another_layer(params, X, Y):
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, delta.sum(axis=0)))
        if layer:
            delta = (delta @ params[layer - 1][0].T) * A * (1 - A)
    return loss, grads


@misconception(
    "D7-X3",
    of="network_gradients",
    hint="Every sign is turned. Where A is above Y, should dL/dZ be positive or negative?",
)
def network_gradients_downhill(params, X, Y):
    loss, activations = _forward(params, X, Y)
    return loss, _backward(params, activations, (Y - activations[-1]) / len(X))


@misconception(
    "D7-X4",
    of="network_gradients",
    hint="The gradients are right. With several outputs, by what does your loss divide?",
)
def network_gradients_loss_mean_of_entries(params, X, Y):
    _, activations = _forward(params, X, Y)
    A = activations[-1]
    loss = -np.mean(Y * np.log(A) + (1 - Y) * np.log(1 - A))
    return loss, _backward(params, activations, (A - Y) / len(X))


@misconception(
    "D7-X5",
    of="network_gradients",
    hint="You collect the gradients from the back. In which order are they asked for?",
)
def network_gradients_last_layer_first(params, X, Y):
    loss, activations = _forward(params, X, Y)
    return loss, _backward(params, activations, (activations[-1] - Y) / len(X))[::-1]


@misconception(
    "D7-X6",
    of="network_gradients",
    hint="Everything returned is right. Call it twice with the same params: is the loss still "
    "the same?",
)
def network_gradients_updates_at_the_end(params, X, Y):
    lr = 0.1
    loss, activations = _forward(params, X, Y)
    grads = _backward(params, activations, (activations[-1] - Y) / len(X))
    for place, ((W, b), (dW, db)) in enumerate(zip(params, grads, strict=True)):
        params[place] = W - lr * dW, b - lr * db
    return loss, grads


@misconception(
    "D7-X7",
    of="network_gradients",
    hint="The numbers are right. Compare the shape of each db with that of its b.",
)
def network_gradients_bias_keepdims(params, X, Y):
    loss, activations = _forward(params, X, Y)
    grads = _backward(params, activations, (activations[-1] - Y) / len(X))
    return loss, [(dW, db[None, :]) for dW, db in grads]


@misconception(
    "D7-X8",
    of="network_gradients",
    hint="Does the number of outputs change what you divide by? Read the loss again: over "
    "what is the mean?",
)
def network_gradients_divided_by_entries(params, X, Y):
    loss, activations = _forward(params, X, Y)
    return loss, _backward(params, activations, (activations[-1] - Y) / Y.size)


@misconception(
    "D7-X9",
    of="network_gradients",
    hint="The last layer is right. What you put into the slope of the sigmoid: has it been "
    "through the sigmoid already?",
)
def network_gradients_slope_at_a(params, X, Y):
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, delta.sum(axis=0)))
        delta = (delta @ params[layer][0].T) * _sigmoid_prime(A)
    return loss, grads


@misconception(
    "D7-X10",
    of="network_gradients",
    hint="Your loss grows with the size of the batch. Does the one in the docstring?",
)
def network_gradients_loss_sum(params, X, Y):
    loss, activations = _forward(params, X, Y)
    grads = _backward(params, activations, (activations[-1] - Y) / len(X))
    return loss * len(X), grads


@misconception(
    "D7-X11",
    of="network_gradients",
    hint="What should a confident answer cost where Y is 0? Does your loss have a part for it?",
)
def network_gradients_loss_of_ones_only(params, X, Y):
    _, activations = _forward(params, X, Y)
    A = activations[-1]
    grads = _backward(params, activations, (A - Y) / len(X))
    return -np.sum(Y * np.log(A)) / len(X), grads


@misconception(
    "D7-X12",
    of="network_gradients",
    hint="Every dW is right, and so is the last db. Do the other db start from the same delta as "
    "their dW?",
)
def network_gradients_bias_without_slope(params, X, Y):
    loss, activations = _forward(params, X, Y)
    back = delta = (activations[-1] - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, back.sum(axis=0)))
        back = delta @ params[layer][0].T
        delta = back * A * (1 - A)
    return loss, grads


@misconception(
    "D7-X13",
    of="network_gradients",
    hint="Which activation does the docstring give to the hidden layers, and what is its slope?",
)
def network_gradients_with_tanh_inside(params, X, Y):
    activations = [X]
    for W, b in params[:-1]:
        activations.append(np.tanh(activations[-1] @ W + b))
    W, b = params[-1]
    A = _sigmoid(activations[-1] @ W + b)
    loss = -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(X)
    delta = (A - Y) / len(X)
    grads = []
    for layer in reversed(range(len(params))):
        A = activations[layer]
        grads.insert(0, (A.T @ delta, delta.sum(axis=0)))
        delta = (delta @ params[layer][0].T) * (1 - A**2)
    return loss, grads


@misconception(
    "D7-X14",
    of="network_gradients",
    hint="Add 1 to a bias. Does your loss move?",
)
def network_gradients_forward_without_biases(params, X, Y):
    loss, activations = _forward([(W, 0.0) for W, _ in params], X, Y)
    return loss, _backward(params, activations, (activations[-1] - Y) / len(X))


@misconception(
    "D7-X15",
    of="network_gradients",
    hint="With one column of targets your loss is right. How many columns does it look at?",
)
def network_gradients_loss_of_one_column(params, X, Y):
    _, activations = _forward(params, X, Y)
    A, y = activations[-1][:, 0], Y[:, 0]
    loss = -np.sum(y * np.log(A) + (1 - y) * np.log(1 - A)) / len(X)
    return loss, _backward(params, activations, (activations[-1] - Y) / len(X))


@misconception(
    "D7-X16",
    of="network_gradients",
    hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its transpose "
    "and its reshape: are they the same?",
)
def network_gradients_by_reshape(params, X, Y):
    loss, activations = _forward(params, X, Y)
    delta = (activations[-1] - Y) / len(X)
    grads = []
    for (W, _), A in zip(reversed(params), reversed(activations[:-1]), strict=True):
        grads.insert(0, (A.T @ delta, delta.sum(axis=0)))
        delta = (delta @ W.reshape(W.shape[::-1])) * A * (1 - A)
    return loss, grads


def _differences(loss, arrays, h=1e-6):
    """Return a difference quotient of a loss for every entry of some arrays, which it moves."""
    found = []
    for array in arrays:
        slopes = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            kept = array[index]
            array[index] = kept + h
            above = loss()
            array[index] = kept - h
            slopes[index] = (above - loss()) / (2 * h)
            array[index] = kept
        found.append(slopes)
    return found


@misconception(
    "D6-X15",
    of="backprop",
    hint="How many forward passes does one call of yours make for a million parameters, and how "
    "many would it need?",
    second_hint="A delta of the layer behind gives the gradients of all its weights at once. "
    "Nothing needs to be moved and computed again.",
)
def backprop_by_differences(X, y, weights, biases):
    p = {key: np.array(value) for key, value in {**weights, **biases}.items()}

    def loss():
        return np.sum((_sigmoid(X @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"] - y) ** 2) / 2

    return dict(zip(p, _differences(loss, p.values()), strict=True))


@misconception(
    "D7-X17",
    of="network_gradients",
    hint="How many forward passes does one call of yours make for a million parameters, and how "
    "many would it need?",
    second_hint="A delta of the layer behind gives the gradients of all its weights at once. "
    "Nothing needs to be moved and computed again.",
)
def network_gradients_by_differences(params, X, Y):
    arrays = [np.array(array) for pair in params for array in pair]

    def loss():
        return _forward(list(zip(arrays[::2], arrays[1::2], strict=True)), X, Y)[0]

    found = _differences(loss, arrays)
    return loss(), list(zip(found[::2], found[1::2], strict=True))


@misconception(
    "D4-X20",
    of="weight_gradients",
    hint="Which shape does your db have for a layer with a single unit?",
)
def weight_gradients_squeezed(delta, A_prev):
    return A_prev.T @ delta, np.squeeze(delta.sum(axis=0, keepdims=True))


@misconception(
    "D6-X20",
    of="backprop",
    hint="Which shapes do your bias gradients have for a single output?",
)
def backprop_squeezed(X, y, weights, biases):
    a = _sigmoid(X @ weights["w1"] + biases["b1"])
    d2 = a @ weights["w2"] + biases["b2"] - y
    d1 = (d2 @ weights["w2"].T) * a * (1 - a)
    return {
        "w1": X.T @ d1,
        "b1": np.squeeze(d1.sum(axis=0)),
        "w2": a.T @ d2,
        "b2": np.squeeze(d2.sum(axis=0)),
    }


@misconception(
    "D7-X20",
    of="network_gradients",
    hint="Which shapes do your bias gradients have for a single output?",
)
def network_gradients_squeezed(params, X, Y):
    loss, activations = _forward(params, X, Y)
    grads = _backward(params, activations, (activations[-1] - Y) / len(X))
    return loss, [(dW, np.squeeze(db)) for dW, db in grads]
