"""Wrong ways to write backpropagation, as edits of the right one."""

import numpy as np

from grader.testing import edit, misconception

from .canonical import _sigmoid

EDITS = [
    edit(
        "D1-02",
        {"through": "1"},
        of="scalar_backprop",
        what="w2 is missing on the way back",
        hint="Change z of the hidden neuron a little: on its way to y_hat, what is that change "
        "multiplied by?",
        second_hint="Draw the chain z_h, a_h, y_hat, L and write the slope of every arrow on it. "
        "There are three arrows; your d_h is a product of two.",
    ),
    edit(
        "D1-05",
        {"read_by_w2": "z_h"},
        of="scalar_backprop",
        what="the gradient of w2 uses z instead of a",
        hint="Look at the line of the forward pass in which w2 stands. Which number is it "
        "multiplied by there?",
    ),
    edit(
        "D1-06",
        {"db1": "d_h * x"},
        of="scalar_backprop",
        what="the gradient of b1 is multiplied by x",
        hint="If b1 grows by 0.1, by how much does z grow? Does x play a part in that?",
        second_hint="In z = w1 x + b1, change x from 1 to 100 and ask each time by how much z "
        "moves when b1 moves by 0.1. It is always the same, so what is the slope of that arrow?",
    ),
    edit(
        "D1-07",
        {"factor": "2"},
        of="scalar_backprop",
        what="the residual is doubled",
        hint="Everything is off by the same factor. Differentiate L exactly as the docstring "
        "writes it.",
    ),
    edit(
        "D1-X1",
        {"difference": "y - y_hat"},
        of="scalar_backprop",
        what="the residual has the wrong sign",
        hint="When the prediction is too high, does a larger b2 make the loss larger or smaller?",
    ),
    edit(
        "D1-X2",
        {"slope": "1"},
        of="scalar_backprop",
        what="the slope of the sigmoid is missing",
        hint="Between z and a stands a function. Has its slope been counted on the way back?",
    ),
    edit(
        "D1-X3",
        {"at": "a_h"},
        of="scalar_backprop",
        what="the slope is taken at a instead of z",
        hint="Is the number that you put into the slope of the sigmoid one that has been through "
        "the sigmoid already?",
    ),
    edit(
        "D1-X4",
        {"through": "w1"},
        of="scalar_backprop",
        what="the way back uses w1 instead of w2",
        hint="Going back from the output you cross one weight before you reach the hidden "
        "neuron. Is it the one that comes before that neuron?",
    ),
    edit(
        "D1-X5",
        {"read_by_w2": "x"},
        of="scalar_backprop",
        what="the gradient of w2 uses x instead of a",
        hint="Between x and w2 stands a neuron. What arrives at w2?",
    ),
    edit(
        "D2-01",
        {"slope": "1"},
        of="output_delta",
        what="the slope is missing",
        hint="You are given dL/da and asked for dL/dz. What lies between z and a?",
        second_hint="Move z by a tiny amount: a moves by that amount times something, and only "
        "then L reacts. That something is one of your three arguments, evaluated at another, and "
        "it is not in your answer yet.",
    ),
    edit(
        "D2-02",
        {"result": "factor @ slope.T"},
        of="output_delta",
        what="a matrix product takes the place of the product by entry",
        hint="Each a depends on one z only. Does your product mix different samples?",
        second_hint="Print the shape of your result for N = 2 and 3 units. Entry (i, j) of the "
        "answer needs only entry (i, j) of both factors: which operator does that?",
    ),
    edit(
        "D2-03",
        {"at": "_sigmoid(z)"},
        of="output_delta",
        what="the slope is taken at a instead of z",
        hint="Look up in the docstring what f_prime wants to be given.",
        second_hint="You apply the activation before you call f_prime. Print what goes into "
        "f_prime and compare it with the z that was handed to you.",
    ),
    edit(
        "D2-X1",
        {"result": "np.multiply(dL_da, slope, out=dL_da)"},
        of="output_delta",
        what="the caller's array is overwritten",
        hint="The values are right. Print dL_da before and after the call.",
    ),
    edit(
        "D2-X2",
        {"slope": "_sigmoid_prime(z)"},
        of="output_delta",
        what="the slope is always that of the sigmoid",
        hint="Not every layer is a sigmoid. Does your function change when f_prime does?",
    ),
    edit(
        "D2-X3",
        {"result": "factor * slope / len(z)"},
        of="output_delta",
        what="the result is divided by the number of rows",
        hint="If the loss takes a mean, dL/da knows of it already. What does your division add?",
    ),
    edit(
        "D2-X4",
        {"at": "dL_da"},
        of="output_delta",
        what="the slope is taken at dL_da instead of z",
        hint="Look up in the docstring what f_prime wants to be given. Which argument do you "
        "give it?",
    ),
    edit(
        "D2-X5",
        {"at": "dL_da", "factor": "z"},
        of="output_delta",
        what="dL_da and z are exchanged",
        hint="One of your arguments is a gradient already. Is it the one that goes into f_prime?",
    ),
    edit(
        "D3-01",
        {"weights": "W_next"},
        of="hidden_delta",
        what="W_next is not transposed",
        hint="One weight leads from unit 0 of this layer to unit 1 of the next. Which entry of "
        "delta_next does your product multiply it with?",
        second_hint="Take 2 units here and 3 in the next layer. delta_next has 3 columns and the "
        "answer 2: write the shape of W_next between them, and see which of its axes has to come "
        "first.",
    ),
    edit(
        "D3-04",
        {"slope": "f_prime(at) ** 2"},
        of="hidden_delta",
        what="the slope is applied twice",
        hint="How many activation functions does a change in z pass before it reaches z_next?",
    ),
    edit(
        "D3-05",
        {"weights": "np.abs(W_next).T"},
        of="hidden_delta",
        what="the signs of the weights are lost",
        hint="Where a weight is negative, raising this unit lowers the next one. Can one see "
        "that in your delta?",
    ),
    edit(
        "D3-06",
        {"back": "delta_next.mean(axis=1, keepdims=True) @ W_next.sum(axis=1, keepdims=True).T"},
        of="hidden_delta",
        what="the errors are averaged before the weights are applied",
        hint="Set all weights but one to zero. Which of the next layer's deltas should still "
        "count?",
    ),
    edit(
        "D3-08",
        {"slope": "z * (1 - z)"},
        of="hidden_delta",
        what="the slope is z (1 - z)",
        hint="You have f_prime at hand, and it takes z. The shortcut that you use instead is for "
        "something that came out of a sigmoid.",
    ),
    edit(
        "D3-X1",
        {"slope": "1"},
        of="hidden_delta",
        what="the slope is missing",
        hint="You have come back as far as this layer's a. One step is left to z.",
        second_hint="Set f_prime to a function that returns 0. A layer that does not react to "
        "its z has a delta of 0, and yours has not. Which of your arguments is never used?",
    ),
    edit(
        "D3-X2",
        {"result": "np.multiply(back, slope, out=z)"},
        of="hidden_delta",
        what="the caller's z is overwritten",
        hint="The values are right. Print z before and after the call.",
    ),
    edit(
        "D3-X3",
        {"at": "_sigmoid(z)"},
        of="hidden_delta",
        what="the slope is taken at a instead of z",
        hint="At which point does f_prime want to be evaluated: before the activation or after?",
    ),
    edit(
        "D3-X4",
        {"back": "delta_next @ weights / W_next.shape[1]"},
        of="hidden_delta",
        what="the paths are averaged instead of added",
        hint="With ten next units instead of one, ten paths lead from this unit to the loss. Do "
        "their effects add up or average out?",
    ),
    edit(
        "D3-X5",
        {"slope": "_sigmoid_prime(at)"},
        of="hidden_delta",
        what="the slope is always that of the sigmoid",
        hint="Is every hidden layer a sigmoid? Try yours with the slope of tanh.",
    ),
    edit(
        "D3-X6",
        {"result": "f_prime(back)"},
        of="hidden_delta",
        what="the slope is taken of the error that came back",
        hint="What do you put into f_prime: a gradient, or a pre-activation?",
    ),
    edit(
        "D3-X7",
        {"weights": "W_next.reshape(W_next.shape[::-1])"},
        of="hidden_delta",
        what="W_next is reshaped instead of transposed",
        hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its "
        "transpose and its reshape: are they the same?",
    ),
    edit(
        "D3-X8",
        {"result": "f_prime(back * z)"},
        of="hidden_delta",
        what="the slope is taken of a product",
        hint="Look up in the docstring what f_prime wants to be given, and give it nothing else.",
    ),
    edit(
        "D3-X9",
        {"result": "back * z * slope"},
        of="hidden_delta",
        what="the result is multiplied by z",
        hint="Where z is 0, your delta is 0. Should it be, for a sigmoid?",
    ),
    edit(
        "D4-02",
        {"dW": "left @ delta / len(delta)"},
        of="weight_gradients",
        what="dW is divided by the number of rows",
        hint="Where does the docstring say that the 1/N of the loss has gone?",
        second_hint="Compute it for one sample, then for the same sample twice with the same "
        "delta. Every sample adds its part: yours stays the same. The docstring says whether "
        "delta has its 1/N already.",
    ),
    edit(
        "D4-03",
        {"db": "delta.mean(axis=0)"},
        of="weight_gradients",
        what="db is a mean instead of a sum",
        hint="dW is right. Treat the bias as a weight whose input is always 1: what becomes of db?",
    ),
    edit(
        "D4-04",
        {"db": "delta.copy()"},
        of="weight_gradients",
        what="db is not summed over the rows",
        hint="There is one b for the whole batch. How can its gradient have a row for each sample?",
        second_hint="b has one entry for each unit and is added to every row. All rows of delta "
        "therefore blame the same entry: how are several blames put together, and along which "
        "axis?",
    ),
    edit(
        "D4-06",
        {"db": "np.full(delta.shape[1], delta.sum())"},
        of="weight_gradients",
        what="every entry of db is the sum of everything",
        hint="All entries of your db are the same number. Over which axis are the samples?",
    ),
    edit(
        "D4-07",
        {"db": "delta.sum(axis=0, keepdims=True)"},
        of="weight_gradients",
        what="db has an axis too many",
        hint="The numbers are right. What would b - lr * db look like if b has one axis?",
    ),
    edit(
        "D4-X1",
        {"dW": "delta.T @ A_prev"},
        of="weight_gradients",
        what="dW is transposed",
        hint="Could you subtract your dW from W? Compare their shapes.",
    ),
    edit(
        "D4-X2",
        {"dW": "np.outer(A_prev.sum(axis=0), delta.sum(axis=0))"},
        of="weight_gradients",
        what="the samples are added before they are multiplied",
        hint="Does each sample's input meet that sample's delta, or the deltas of all?",
    ),
    edit(
        "D4-X3",
        {"db": "delta.sum(axis=1)"},
        of="weight_gradients",
        what="db is summed over the units instead of the rows",
        hint="How many biases does the layer have, and how many numbers are in your db?",
    ),
    edit(
        "D4-X4",
        {"order": "db, dW"},
        of="weight_gradients",
        what="the two results have the wrong order",
        hint="Which of the two is to be returned first?",
    ),
    edit(
        "D4-X5",
        {"left": "A_prev.reshape(A_prev.shape[::-1])"},
        of="weight_gradients",
        what="A_prev is reshaped instead of transposed",
        hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its "
        "transpose and its reshape: are they the same?",
    ),
    edit(
        "D4-X6",
        {"db": "delta[0]"},
        of="weight_gradients",
        what="db is the first row only",
        hint="Change the last row of delta. Does your db notice?",
    ),
    edit(
        "D5-01",
        {"dW": "A_prev @ delta.T"},
        of="weight_gradients_columns",
        what="dW is transposed",
        hint="In this layout W has a row for each output. Has your dW?",
    ),
    edit(
        "D5-02",
        {"db": "delta.sum(axis=0, keepdims=True)"},
        of="weight_gradients_columns",
        what="db is summed over the units instead of the samples",
        hint="Which axis of delta counts the samples here?",
    ),
    edit(
        "D5-X1",
        {"db": "delta.sum(axis=1)"},
        of="weight_gradients_columns",
        what="db is flat",
        hint="The numbers are right. Which shape does b have in this layout?",
    ),
    edit(
        "D5-X2",
        {"dW": "delta @ A_prev.T / delta.shape[1]", "db": "delta.mean(axis=1, keepdims=True)"},
        of="weight_gradients_columns",
        what="both are divided by the number of samples",
        hint="Many papers put the 1/m here. Where is it in this exercise?",
    ),
    edit(
        "D6-01",
        {"factor": "1 / len(X)"},
        of="backprop",
        what="everything is divided by the number of rows",
        hint="Is there a mean in the loss of the docstring?",
    ),
    edit(
        "D6-02",
        {"factor": "2"},
        of="backprop",
        what="the residual is doubled",
        hint="What becomes of the factor in front of the sum when you differentiate the square?",
    ),
    edit(
        "D6-03",
        {"difference": "target - y_hat"},
        of="backprop",
        what="the residual has the wrong sign",
        hint="Raise b2 a little where the predictions are too high. Does your gradient say that "
        "the loss grows?",
    ),
    edit(
        "D6-04",
        {"at": "a1"},
        of="backprop",
        what="the slope is taken at a instead of z",
        hint="The second layer is right. Which of z1 and a1 goes into the slope of the sigmoid?",
        second_hint="Compute one entry with numbers: z1 = 2 gives a1 = 0.88. Look up whether "
        "your helper applies the sigmoid itself. If it does, which of 2 and 0.88 does it want?",
    ),
    edit(
        "D6-07",
        {"back": "_write_into(w2, w2 - 0.1 * dw2).T"},
        of="backprop",
        what="w2 is updated on the way",
        hint="The error has to go back through the weights that made the prediction. Are they "
        "still the same when you use them?",
    ),
    edit(
        "D6-09",
        {"read_by_w2": "z1"},
        of="backprop",
        what="the gradient of w2 uses z instead of a",
        hint="Only w2 is wrong. Which array stands to the left of w2 in the forward pass?",
    ),
    edit(
        "D6-X1",
        {"slope1": "1"},
        of="backprop",
        what="the slope of the sigmoid is missing",
        hint="The second layer is right. On the way back to z1, what is there besides w2?",
    ),
    edit(
        "D6-X2",
        {"y_hat": "_sigmoid(z2)", "slope2": "_sigmoid_prime(z2)"},
        of="backprop",
        what="the output has a sigmoid",
        hint="Can your network predict 3.0? Read again what the output layer does.",
    ),
    edit(
        "D6-X3",
        {"db1": "delta1.mean(axis=0)", "db2": "delta2.mean(axis=0)"},
        of="backprop",
        what="the gradients of the biases are means instead of sums",
        hint="The weights' gradients add up over the samples. Why should those of the biases not?",
    ),
    edit(
        "D6-X4",
        {"db1": "delta1.sum(axis=0, keepdims=True)", "db2": "delta2.sum(axis=0, keepdims=True)"},
        of="backprop",
        what="the gradients of the biases have an axis too many",
        hint="The numbers are right. Compare the shapes of your bias gradients with those of the "
        "biases.",
    ),
    edit(
        "D6-X5",
        {"difference": "np.subtract(y_hat, target, out=target)"},
        of="backprop",
        what="the caller's y is overwritten",
        hint="The values are right. Does the caller still have the targets that were passed?",
    ),
    edit(
        "D6-X6",
        {"return": "_step({**weights, **biases}, grads)"},
        of="backprop",
        what="updated parameters are returned instead of gradients",
        hint="Backpropagation finds the gradients; taking a step is another function's work. "
        "Which of the two do you return?",
    ),
    edit(
        "D6-X7",
        {"back": "w2"},
        of="backprop",
        what="w2 is not transposed",
        hint="Is w2.T needed? Try a network whose layers have different widths.",
    ),
    edit(
        "D6-X8",
        {"slope2": "_sigmoid_prime(z2)"},
        of="backprop",
        what="a slope is applied at the linear output",
        hint="Which activation has the output layer in your forward pass, and which one on your "
        "way back?",
    ),
    edit(
        "D6-X9",
        {"at": "X @ w1"},
        of="backprop",
        what="the slope is taken without b1",
        hint="The forward pass is right. Of which z do you take the slope on the way back: of "
        "the same?",
    ),
    edit(
        "D6-X10",
        {"bias": "0"},
        of="backprop",
        what="the prediction leaves out b2",
        hint="Begin with the forward pass: set all weights to 0. What do you predict, and what "
        "should you?",
    ),
    edit(
        "D6-X11",
        {"slope1": "1 - a1"},
        of="backprop",
        what="one of the two factors of the slope is missing",
        hint="Far to the left a sigmoid is flat. Is your slope of it near 0 there?",
    ),
    edit(
        "D6-X12",
        {"back": "(w2 - 0.01 * dw2).T"},
        of="backprop",
        what="w2 is updated on the way",
        hint="The error has to go back through the weights that made the prediction. Are they "
        "still the same when you use them?",
    ),
    edit(
        "D6-X13",
        {"back": "w2.reshape(w2.shape[::-1])"},
        of="backprop",
        what="w2 is reshaped instead of transposed",
        hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its "
        "transpose and its reshape: are they the same?",
    ),
    edit(
        "D6-X14",
        {"target": "y.reshape(y.shape[::-1]).T"},
        of="backprop",
        what="y is reshaped",
        hint="You put the targets into another shape. Does each still stand beside its prediction?",
    ),
    edit(
        "D7-03",
        {"output_slope": "A * (1 - A)"},
        of="network_gradients",
        what="the slope of the output is applied once too often",
        hint="Work out dL/dA for this loss and multiply it by the slope of the sigmoid. What is "
        "left over?",
    ),
    edit(
        "D7-04",
        {"rows": "1"},
        of="network_gradients",
        what="the gradients are not divided by the number of rows",
        hint="Write the batch down twice, one below the other. The loss stays as it is; do your "
        "gradients?",
    ),
    edit(
        "D7-06",
        {"slope": "1"},
        of="network_gradients",
        what="the slope of the hidden layers is missing",
        hint="The last layer is right. A hidden layer bends its z before passing it on: where is "
        "that on the way back?",
    ),
    edit(
        "D7-07",
        {"again": "1 / N"},
        of="network_gradients",
        what="every layer divides by the number of rows",
        hint="The further back, the smaller your gradients. In how many places does the loss "
        "divide by N?",
    ),
    edit(
        "D7-09",
        {"slope": "zs[layer - 1] * (1 - zs[layer - 1])"},
        of="network_gradients",
        what="the slope is z (1 - z)",
        hint="A slope of the sigmoid lies between 0 and 0.25. Do all of yours?",
    ),
    edit(
        "D7-10",
        {"weights": "(_write_into(b, b - 0.1 * db), _write_into(W, W - 0.1 * dW))[1].T"},
        of="network_gradients",
        what="the parameters are updated on the way",
        hint="When an earlier layer's delta is computed, are the weights still those that made "
        "the prediction?",
    ),
    edit(
        "D7-11",
        {"db": "delta.mean(axis=0)"},
        of="network_gradients",
        what="db is a mean instead of a sum",
        hint="Every dW is right and every db too small. Which of them knows already that the "
        "loss is a mean?",
    ),
    edit(
        "D7-X1",
        {"weights": "W"},
        of="network_gradients",
        what="W is not transposed",
        hint="With equal widths it runs and is wrong. In which direction do the weights carry "
        "the error?",
    ),
    edit(
        "D7-X2",
        {"weights": "params[layer - 1][0].T"},
        of="network_gradients",
        what="the weights of another layer are used on the way back",
        hint="Number the layers on paper. Between which two of them lies the weight matrix that "
        "you go back through?",
    ),
    edit(
        "D7-X3",
        {"difference": "Y - A"},
        of="network_gradients",
        what="the difference at the output has the wrong sign",
        hint="Every sign is turned. Where A is above Y, should dL/dZ be positive or negative?",
    ),
    edit(
        "D7-X4",
        {"loss_rows": "Y.size"},
        of="network_gradients",
        what="the loss is averaged over the columns, too",
        hint="The gradients are right. With several outputs, by what does your loss divide?",
    ),
    edit(
        "D7-X5",
        {"returned": "grads[::-1]"},
        of="network_gradients",
        what="the last layer's gradients come first",
        hint="You collect the gradients from the back. In which order are they asked for?",
    ),
    edit(
        "D7-X6",
        {"returned": "_update(params, grads)"},
        of="network_gradients",
        what="the parameters are updated",
        hint="Everything returned is right. Call it twice with the same params: is the loss "
        "still the same?",
    ),
    edit(
        "D7-X7",
        {"db": "delta.sum(axis=0, keepdims=True)"},
        of="network_gradients",
        what="db has an axis too many",
        hint="The numbers are right. Compare the shape of each db with that of its b.",
    ),
    edit(
        "D7-X8",
        {"rows": "Y.size"},
        of="network_gradients",
        what="the gradients are divided by the number of entries",
        hint="Does the number of outputs change what you divide by? Read the loss again: over "
        "what is the mean?",
    ),
    edit(
        "D7-X9",
        {"slope": "_sigmoid_prime(A_prev)"},
        of="network_gradients",
        what="the slope is taken at a instead of z",
        hint="The last layer is right. What you put into the slope of the sigmoid: has it been "
        "through the sigmoid already?",
    ),
    edit(
        "D7-X10",
        {"loss_rows": "1"},
        of="network_gradients",
        what="the loss is not divided by the number of rows",
        hint="Your loss grows with the size of the batch. Does the one in the docstring?",
    ),
    edit(
        "D7-X11",
        {"other": "0"},
        of="network_gradients",
        what="the term of the zeros is missing in the loss",
        hint="What should a confident answer cost where Y is 0? Does your loss have a part for it?",
    ),
    edit(
        "D7-X12",
        {"db": "back.sum(axis=0)"},
        of="network_gradients",
        what="db is taken before the slope is applied",
        hint="Every dW is right, and so is the last db. Do the other db start from the same "
        "delta as their dW?",
    ),
    edit(
        "D7-X13",
        {
            "a": "_sigmoid(z) if len(zs) == len(params) - 1 else np.tanh(z)",
            "slope": "1 - A_prev**2",
        },
        of="network_gradients",
        what="the hidden layers use tanh",
        hint="Which activation does the docstring give to the hidden layers, and what is its "
        "slope?",
    ),
    edit(
        "D7-X14",
        {"bias": "0.0"},
        of="network_gradients",
        what="the biases are left out in the forward pass",
        hint="Add 1 to a bias. Does your loss move?",
    ),
    edit(
        "D7-X15",
        {"loss": "-np.sum(terms[:, 0]) / loss_rows"},
        of="network_gradients",
        what="the loss is that of one column only",
        hint="With one column of targets your loss is right. How many columns does it look at?",
    ),
    edit(
        "D7-X16",
        {"weights": "W.reshape(W.shape[::-1])"},
        of="network_gradients",
        what="W is reshaped instead of transposed",
        hint="reshape keeps the numbers in their order. Write down a matrix (2, 3), its "
        "transpose and its reshape: are they the same?",
    ),
    edit(
        "D4-X20",
        {"db": "np.squeeze(delta.sum(axis=0, keepdims=True))"},
        of="weight_gradients",
        what="db of a single unit loses its axis",
        hint="Which shape does your db have for a layer with a single unit?",
    ),
    edit(
        "D6-X20",
        {"db1": "np.squeeze(delta1.sum(axis=0))", "db2": "np.squeeze(delta2.sum(axis=0))"},
        of="backprop",
        what="bias gradients of a single unit lose their axis",
        hint="Which shapes do your bias gradients have for a single output?",
    ),
    edit(
        "D7-X20",
        {"db": "np.squeeze(delta.sum(axis=0))"},
        of="network_gradients",
        what="bias gradients of a single unit lose their axis",
        hint="Which shapes do your bias gradients have for a single output?",
    ),
]


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
    what="every parameter is moved by itself, which costs a forward pass each time",
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
    what="every parameter is moved by itself, which costs a forward pass each time",
    hint="How many forward passes does one call of yours make for a million parameters, and how "
    "many would it need?",
    second_hint="A delta of the layer behind gives the gradients of all its weights at once. "
    "Nothing needs to be moved and computed again.",
)
def network_gradients_by_differences(params, X, Y):
    arrays = [np.array(array) for pair in params for array in pair]

    def loss():
        A = X
        for W, b in zip(arrays[::2], arrays[1::2], strict=True):
            A = _sigmoid(A @ W + b)
        return -np.sum(Y * np.log(A) + (1 - Y) * np.log(1 - A)) / len(X)

    found = _differences(loss, arrays)
    return loss(), list(zip(found[::2], found[1::2], strict=True))
