"""Wrong ways to write backpropagation, as edits of the right one."""

import numpy as np

from grader.testing import edit, misconception

from .canonical import _sigmoid

EDITS = [
    edit(
        "D1-02",
        {"through": "1"},
        of="scalar_backprop",
        what="w2 is missing in the backward pass",
        hint="In y_hat = w2 * a + b2, by how much does y_hat grow if a grows by 0.1?",
        second_hint="Draw the chain z, a, y_hat, L and write its slope beside each of the three "
        "arrows. Your gradient of b1 is a product of only two slopes. Which one is "
        "missing?",
    ),
    edit(
        "D1-05",
        {"read_by_w2": "z_h"},
        of="scalar_backprop",
        what="the gradient of w2 uses z instead of a",
        hint="Which number is w2 multiplied by in the forward pass?",
    ),
    edit(
        "D1-06",
        {"db1": "d_h * x"},
        of="scalar_backprop",
        what="the gradient of b1 is multiplied by x",
        hint="If b1 grows by 0.1, by how much does z grow? Does x play a part in that?",
        second_hint="In z = w1 x + b1, change b1 by 0.1, once with x = 1 and once with x = 100. By "
        "how much does z change each time, and what is its slope with respect to b1?",
    ),
    edit(
        "D1-07",
        {"factor": "2"},
        of="scalar_backprop",
        what="the residual is doubled",
        hint="Differentiate L exactly as it is in the docstring. Which factors cancel?",
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
        hint="Between z and a there is a sigmoid. Is its slope a factor of your gradient of w1?",
    ),
    edit(
        "D1-X3",
        {"at": "a_h"},
        of="scalar_backprop",
        what="the slope is taken at a instead of z",
        hint="Does your function for the slope apply the sigmoid itself? Then give it z, not a.",
    ),
    edit(
        "D1-X4",
        {"through": "w1"},
        of="scalar_backprop",
        what="the backward pass uses w1 instead of w2",
        hint="Which weight is between the hidden neuron and the output?",
    ),
    edit(
        "D1-X5",
        {"read_by_w2": "x"},
        of="scalar_backprop",
        what="the gradient of w2 uses x instead of a",
        hint="Which number is w2 multiplied by in the forward pass?",
    ),
    edit(
        "D2-01",
        {"slope": "1"},
        of="output_delta",
        what="the slope is missing",
        hint="The argument is dL/da, and the result is dL/dz. Which factor leads from one to"
        " the other?",
        second_hint="Change z by a tiny amount: a changes by that amount times its slope, and then "
        "L changes. Which of your three arguments computes that slope? Your answer does"
        " not use it yet.",
    ),
    edit(
        "D2-02",
        {"product": "factor @ slope.T"},
        of="output_delta",
        what="a matrix product is used instead of a product entry by entry",
        hint="Each a depends on one z only. Does your product mix different samples?",
        second_hint="Print the shape of your result for N = 2 and 3 units. Entry (i, j) of the "
        "result needs only entry (i, j) of both factors. Which operator does that?",
    ),
    edit(
        "D2-03",
        {"at": "_sigmoid(z)"},
        of="output_delta",
        what="the slope is taken at a instead of z",
        hint="Does f_prime need z or a? Read its line in the docstring.",
        second_hint="You apply the activation before you call f_prime. Print what you pass to "
        "f_prime and compare it with the argument z.",
    ),
    edit(
        "D2-X1",
        {"result": "np.multiply(dL_da, slope, out=dL_da)"},
        of="output_delta",
        what="the caller's array is overwritten",
        hint="Print dL_da before and after the call.",
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
        {"rows": "len(z)"},
        of="output_delta",
        what="the result is divided by the number of rows",
        hint="Which mean or sum is in dL_da already? Read its line in the docstring.",
    ),
    edit(
        "D2-X4",
        {"at": "dL_da"},
        of="output_delta",
        what="the slope is taken at dL_da instead of z",
        hint="Which of your arguments does f_prime need? Read its line in the docstring.",
    ),
    edit(
        "D2-X5",
        {"at": "dL_da", "factor": "z"},
        of="output_delta",
        what="dL_da and z are exchanged",
        hint="Which of your two arrays does f_prime need, and which one is a gradient already?",
    ),
    edit(
        "D3-01",
        {"weights": "W_next"},
        of="hidden_delta",
        what="W_next is not transposed",
        hint="Write down the shapes of both factors of your product. Which one has to be "
        "transposed for a result of shape (N, n)?",
        second_hint="Take 2 units here and 3 in the next layer. delta_next has 3 columns, and the "
        "result needs 2. Write the shape of W_next between them: which of its axes has "
        "to come first?",
    ),
    edit(
        "D3-04",
        {"slope": "f_prime(at) ** 2"},
        of="hidden_delta",
        what="the slope is applied twice",
        hint="Count how many times the slope is a factor of your result.",
    ),
    edit(
        "D3-05",
        {"weights": "np.abs(W_next).T"},
        of="hidden_delta",
        what="the signs of the weights are lost",
        hint="Take a negative weight. Should the sign of the result change?",
    ),
    edit(
        "D3-06",
        {"back": "delta_next.mean(axis=1, keepdims=True) @ W_next.sum(axis=1, keepdims=True).T"},
        of="hidden_delta",
        what="delta_next is averaged before it is multiplied by the weights",
        hint="Set all weights but one to zero. Which entries of delta_next should still count?",
    ),
    edit(
        "D3-08",
        {"slope": "z * (1 - z)"},
        of="hidden_delta",
        what="the slope is z (1 - z)",
        hint="f_prime is an argument. Use it for the slope.",
    ),
    edit(
        "D3-X1",
        {"slope": "1"},
        of="hidden_delta",
        what="the slope is missing",
        hint="Your product is the gradient with respect to this layer's a. Which factor "
        "leads from a to z?",
        second_hint="Pass an f_prime that returns 0. The result should then be 0, and yours is not."
        " Which of your arguments is never used?",
    ),
    edit(
        "D3-X2",
        {"result": "np.multiply(back, slope, out=z)"},
        of="hidden_delta",
        what="the caller's z is overwritten",
        hint="Print z before and after the call.",
    ),
    edit(
        "D3-X3",
        {"at": "_sigmoid(z)"},
        of="hidden_delta",
        what="the slope is taken at a instead of z",
        hint="Does f_prime need z or a? Read its line in the docstring.",
    ),
    edit(
        "D3-X4",
        {"back": "delta_next @ weights / W_next.shape[1]"},
        of="hidden_delta",
        what="the paths are averaged instead of added",
        hint="If the next layer has ten units instead of one, ten paths lead from this unit "
        "to the loss. Do their effects add up, or do you take their mean?",
    ),
    edit(
        "D3-X5",
        {"slope": "_sigmoid_prime(at)"},
        of="hidden_delta",
        what="the slope is always that of the sigmoid",
        hint="f_prime is an argument. Use it for the slope.",
    ),
    edit(
        "D3-X6",
        {"result": "f_prime(back)"},
        of="hidden_delta",
        what="f_prime is applied to the error instead of z",
        hint="Which of your arguments does f_prime need, and what is its result multiplied by?",
    ),
    edit(
        "D3-X7",
        {"weights": "W_next.reshape(W_next.shape[::-1])"},
        of="hidden_delta",
        what="W_next is reshaped instead of transposed",
        hint="Print a matrix of shape (2, 3), its transpose and its reshape to (3, 2). Are the "
        "last two the same?",
    ),
    edit(
        "D3-X8",
        {"result": "f_prime(back * z)"},
        of="hidden_delta",
        what="the slope is taken of a product",
        hint="Which of your arguments does f_prime need? Read its line in the docstring.",
    ),
    edit(
        "D3-X9",
        {"result": "back * z * slope"},
        of="hidden_delta",
        what="the result is multiplied by z",
        hint="Which factors does the chain rule have here? z itself is not one of them.",
    ),
    edit(
        "D4-02",
        {"dW": "product / len(delta)"},
        of="weight_gradients",
        what="dW is divided by the number of rows",
        hint="Read in the docstring where the 1/N of the loss is. Is anything left to divide by?",
        second_hint="Call it with one sample, then with the same sample twice and the same delta. "
        "Every sample should add its part, and your dW stays the same. Read in the "
        "docstring whether delta has its 1/N already.",
    ),
    edit(
        "D4-03",
        {"db": "sums / len(delta)"},
        of="weight_gradients",
        what="db is a mean instead of a sum",
        hint="dW is a sum over the samples. Is db a sum or a mean in your code?",
    ),
    edit(
        "D4-04",
        {"sums": "delta"},
        of="weight_gradients",
        what="db is not summed over the rows",
        hint="There is one b for the whole batch. How can its gradient have a row for each sample?",
        second_hint="b has one entry for each unit and is added to every row. So every row of delta"
        " contributes to the same entry of db. How are several contributions combined, "
        "and along which axis?",
    ),
    edit(
        "D4-06",
        {"sums": "np.full(delta.shape[1], delta.sum())"},
        of="weight_gradients",
        what="every entry of db is the sum of everything",
        hint="All entries of your db are the same number. Over which axis are the samples?",
    ),
    edit(
        "D4-07",
        {"sums": "delta.sum(axis=0, keepdims=True)"},
        of="weight_gradients",
        what="db has an axis too many",
        hint="Which shape has b - lr * db if b has one axis?",
    ),
    edit(
        "D4-X1",
        {"product": "delta.T @ A_prev"},
        of="weight_gradients",
        what="dW is transposed",
        hint="Could you subtract your dW from W? Compare their shapes.",
    ),
    edit(
        "D4-X2",
        {"product": "np.outer(A_prev.sum(axis=0), delta.sum(axis=0))"},
        of="weight_gradients",
        what="the samples are added before they are multiplied",
        hint="Each row of A_prev belongs to the same row of delta. Does your product keep them "
        "together?",
    ),
    edit(
        "D4-X3",
        {"sums": "delta.sum(axis=1)"},
        of="weight_gradients",
        what="db is summed over the units instead of the rows",
        hint="How many biases does the layer have, and how many numbers are in your db?",
    ),
    edit(
        "D4-X4",
        {"return": "db, dW"},
        of="weight_gradients",
        what="the two results have the wrong order",
        hint="Which of the two results does the docstring list first?",
    ),
    edit(
        "D4-X5",
        {"left": "A_prev.reshape(A_prev.shape[::-1])"},
        of="weight_gradients",
        what="A_prev is reshaped instead of transposed",
        hint="Print a matrix of shape (2, 3), its transpose and its reshape to (3, 2). Are the "
        "last two the same?",
    ),
    edit(
        "D4-X6",
        {"sums": "delta[0]"},
        of="weight_gradients",
        what="db is the first row only",
        hint="Change the last row of delta. Does your db change?",
    ),
    edit(
        "D5-01",
        {"product": "A_prev @ delta.T"},
        of="weight_gradients_columns",
        what="dW is transposed",
        hint="In this layout W has a row for each output. Compare the shape of your dW with it.",
    ),
    edit(
        "D5-02",
        {"sums": "delta.sum(axis=0, keepdims=True)"},
        of="weight_gradients_columns",
        what="db is summed over the units instead of the samples",
        hint="Which axis of delta counts the samples here?",
    ),
    edit(
        "D5-X1",
        {"sums": "delta.sum(axis=1)"},
        of="weight_gradients_columns",
        what="db has one axis instead of two",
        hint="Which shape does b have in this layout?",
    ),
    edit(
        "D5-X2",
        {"samples": "delta.shape[1]"},
        of="weight_gradients_columns",
        what="both are divided by the number of samples, but here delta has the 1/N already",
        hint="Read in the docstring where the 1/N of the loss is. Is anything left to divide by?",
    ),
    edit(
        "D6-01",
        {"rows": "len(X)"},
        of="backprop",
        what="everything is divided by the number of rows",
        hint="Is there a mean in the loss of the docstring?",
    ),
    edit(
        "D6-02",
        {"factor": "2"},
        of="backprop",
        what="the residual is doubled",
        hint="Differentiate the square in the loss. What happens to the factor in front of "
        "the sum?",
    ),
    edit(
        "D6-03",
        {"difference": "target - y_hat"},
        of="backprop",
        what="the residual has the wrong sign",
        hint="Where predictions are too high, a larger b2 makes the loss larger. Is your gradient "
        "of b2 positive there?",
    ),
    edit(
        "D6-04",
        {"at": "a1"},
        of="backprop",
        what="the slope is taken at a instead of z",
        hint="Do you pass z1 or a1 to your function for the slope of the sigmoid?",
        second_hint="Compute one entry by hand: z1 = 2 gives a1 = 0.88. Does your function for the "
        "slope apply the sigmoid itself? If it does, should its argument be 2 or 0.88?",
    ),
    edit(
        "D6-07",
        {"back": "_write_into(w2, w2 - 0.1 * dw2).T"},
        of="backprop",
        what="w2 is updated during the backward pass",
        hint="Use the w2 of the forward pass everywhere. Is yours still the same when you compute "
        "the hidden delta?",
    ),
    edit(
        "D6-09",
        {"read_by_w2": "z1"},
        of="backprop",
        what="the gradient of w2 uses z instead of a",
        hint="Which array is w2 multiplied by in the forward pass?",
    ),
    edit(
        "D6-X1",
        {"slope1": "1"},
        of="backprop",
        what="the slope of the sigmoid is missing",
        hint="Between z1 and a1 there is a sigmoid. Is its slope a factor of your hidden delta?",
    ),
    edit(
        "D6-X2",
        {"y_hat": "_sigmoid(z2)", "slope2": "_sigmoid_prime(z2)"},
        of="backprop",
        what="the output has a sigmoid in your code, but here it is linear",
        hint="Read in the docstring how y_pred is computed. Can yours become 3.0?",
    ),
    edit(
        "D6-X3",
        {"db1": "delta1.mean(axis=0)", "db2": "delta2.mean(axis=0)"},
        of="backprop",
        what="the gradients of the biases are means instead of sums",
        hint="The gradient of a bias adds up over the samples, as that of a weight. Which axis do "
        "you take a mean of?",
    ),
    edit(
        "D6-X4",
        {"db1": "delta1.sum(axis=0, keepdims=True)", "db2": "delta2.sum(axis=0, keepdims=True)"},
        of="backprop",
        what="the gradients of the biases have an axis too many",
        hint="Compare the shapes of your bias gradients with those of the biases.",
    ),
    edit(
        "D6-X5",
        {"difference": "np.subtract(y_hat, target, out=target)"},
        of="backprop",
        what="the caller's y is overwritten",
        hint="Print y before and after the call.",
    ),
    edit(
        "D6-X6",
        {"return": "_step({**weights, **biases}, grads)"},
        of="backprop",
        what="updated parameters are returned instead of gradients",
        hint="Backpropagation computes gradients and updates nothing. Which of the two do you "
        "return?",
    ),
    edit(
        "D6-X7",
        {"back": "w2"},
        of="backprop",
        what="a matrix in the backward pass is not transposed, or the wrong one is",
        hint="Write down the shapes of both factors, in each product of your backward pass. "
        "Samples are rows: which factor has to be transposed?",
    ),
    edit(
        "D6-X8",
        {"slope2": "_sigmoid_prime(z2)"},
        of="backprop",
        what="a slope is applied at the linear output",
        hint="Which activation does your forward pass use in the output layer, and which one "
        "your backward pass?",
    ),
    edit(
        "D6-X9",
        {"at": "X @ w1"},
        of="backprop",
        what="the slope is taken at X @ w1, without b1",
        hint="Of which z do you take the slope: of the one in your forward pass?",
    ),
    edit(
        "D6-X10",
        {"bias": "0"},
        of="backprop",
        what="the prediction leaves out b2",
        hint="Compare your line for the prediction with the one in the docstring, term by term.",
    ),
    edit(
        "D6-X11",
        {"slope1": "1 - a1"},
        of="backprop",
        what="one of the two factors of the slope is missing",
        hint="Write down the slope of the sigmoid. Your code has only one of its two factors.",
    ),
    edit(
        "D6-X12",
        {"back": "(w2 - 0.01 * dw2).T"},
        of="backprop",
        what="w2 is updated during the backward pass",
        hint="Use the w2 of the forward pass everywhere. Is yours still the same when you compute "
        "the hidden delta?",
    ),
    edit(
        "D6-X13",
        {"back": "w2.reshape(w2.shape[::-1])"},
        of="backprop",
        what="w2 is reshaped instead of transposed",
        hint="Print a matrix of shape (2, 3), its transpose and its reshape to (3, 2). Are the "
        "last two the same?",
    ),
    edit(
        "D6-X14",
        {"target": "y.reshape(y.shape[::-1]).T"},
        of="backprop",
        what="y is reshaped",
        hint="Print y before and after your reshape. Is each target still in the row of its "
        "sample?",
    ),
    edit(
        "D7-03",
        {"output_slope": "A * (1 - A)"},
        of="network_gradients",
        what="the slope of the output is applied once too often",
        hint="Under Notes the docstring gives delta of the last layer. Which factor of yours is "
        "not in it?",
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
        hint="Between z and a of a hidden layer there is a sigmoid. Is its slope a factor of your "
        "delta?",
    ),
    edit(
        "D7-07",
        {"again": "1 / N"},
        of="network_gradients",
        what="every layer divides by the number of rows",
        hint="In how many places does the loss divide by N? In how many does your backward pass?",
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
        what="the parameters are updated during the backward pass",
        hint="Use the weights of the forward pass for all deltas. Are yours still the same?",
    ),
    edit(
        "D7-11",
        {"db": "delta.mean(axis=0)"},
        of="network_gradients",
        what="db is a mean instead of a sum",
        hint="The delta has the 1/N already. Which line of yours divides by the number of rows "
        "again?",
    ),
    edit(
        "D7-X1",
        {"weights": "W"},
        of="network_gradients",
        what="W is not transposed",
        hint="Write down the shapes of both factors where delta goes back. Which factor has "
        "to be transposed for a result with a column for each unit before W?",
    ),
    edit(
        "D7-X2",
        {"weights": "params[layer - 1][0].T"},
        of="network_gradients",
        what="the weights of another layer are used in the backward pass",
        hint="Number the layers on paper. Between which two of them lies the weight matrix that "
        "you go back through?",
    ),
    edit(
        "D7-X3",
        {"difference": "Y - A"},
        of="network_gradients",
        what="the difference at the output has the wrong sign",
        hint="Where A is above Y, should dL/dZ be positive or negative? Compare with the Notes of "
        "the docstring.",
    ),
    edit(
        "D7-X4",
        {"loss_rows": "Y.size"},
        of="network_gradients",
        what="the loss is averaged over the columns, too",
        hint="With several outputs, by what do you divide the loss?",
    ),
    edit(
        "D7-X5",
        {"gradients": "grads[::-1]"},
        of="network_gradients",
        what="the last layer's gradients come first",
        hint="Your code collects the gradients from the last layer to the first. Which order"
        " does the docstring ask for?",
    ),
    edit(
        "D7-X6",
        {"gradients": "_update(params, grads)"},
        of="network_gradients",
        what="the parameters are updated",
        hint="Call it twice with the same params. Is the loss still the same?",
    ),
    edit(
        "D7-X7",
        {"db": "delta.sum(axis=0, keepdims=True)"},
        of="network_gradients",
        what="db has an axis too many",
        hint="Compare the shape of each db with that of its b.",
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
        hint="Does your function for the slope apply the sigmoid itself? Then give it z, not a.",
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
        hint="Compare your loss with the one in the docstring. What does it give where Y is 0?",
    ),
    edit(
        "D7-X12",
        {"db": "back.sum(axis=0)"},
        of="network_gradients",
        what="db is taken before the slope is applied",
        hint="Do db and dW of a hidden layer use the same delta in your code?",
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
        hint="Compare your line for Z with the one in the docstring, term by term.",
    ),
    edit(
        "D7-X15",
        {"loss": "-np.sum(terms[:, 0]) / loss_rows"},
        of="network_gradients",
        what="the loss is that of one column only",
        hint="How many columns of A and Y are in your loss?",
    ),
    edit(
        "D7-X16",
        {"weights": "W.reshape(W.shape[::-1])"},
        of="network_gradients",
        what="W is reshaped instead of transposed",
        hint="Print a matrix of shape (2, 3), its transpose and its reshape to (3, 2). Are the "
        "last two the same?",
    ),
    edit(
        "D4-X20",
        {"sums": "np.squeeze(delta.sum(axis=0, keepdims=True))"},
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
    edit(
        "D1-X6",
        {"factor": "0.5"},
        of="scalar_backprop",
        what="the residual is halved",
        hint="Differentiate the square in the loss: which factor does it bring?",
    ),
    edit(
        "D1-X7",
        {"y_hat": "_sigmoid(z_o)", "output_slope": "_sigmoid_prime(z_o)"},
        of="scalar_backprop",
        what="the output has a sigmoid in your code, but here it is linear",
        hint="Read in the docstring how y_hat is computed. Can your y_hat become 3.0?",
    ),
    edit(
        "D1-X8",
        {"output_slope": "_sigmoid_prime(z_o)"},
        of="scalar_backprop",
        what="a slope is applied at the linear output",
        hint="Which activation does the output neuron have in the docstring, and what is its "
        "slope?",
    ),
    edit(
        "D1-X9",
        {"y_hat": "_sigmoid(z_o)"},
        of="scalar_backprop",
        what="the prediction goes through a sigmoid",
        hint="Compare your line for y_hat with the one in the docstring.",
    ),
    edit(
        "D1-X10",
        {"read_by_w1": "1"},
        of="scalar_backprop",
        what="the gradient of w1 is not multiplied by x",
        hint="In z = w1 * x + b1, by how much does z change if w1 grows by 0.1?",
    ),
    edit(
        "D1-X11",
        {"read_by_w1": "a_h"},
        of="scalar_backprop",
        what="the gradient of w1 uses a instead of x",
        hint="Which number is w1 multiplied by in the forward pass?",
    ),
    edit(
        "D1-X12",
        {"slope": "1 - a_h"},
        of="scalar_backprop",
        what="one of the two factors of the slope is missing",
        hint="Write down the slope of the sigmoid. Your code has only one of its two factors.",
    ),
    edit(
        "D1-X13",
        {"slope": "a_h"},
        of="scalar_backprop",
        what="the activation is used in place of its slope",
        hint="Write down the slope of the sigmoid in terms of a. Does your code have all of it?",
    ),
    edit(
        "D1-X14",
        {"slope": "z_h * (1 - z_h)"},
        of="scalar_backprop",
        what="the slope is z (1 - z)",
        hint="In the slope a (1 - a), is a taken before or after the sigmoid?",
    ),
    edit(
        "D1-X15",
        {"slope": "1 - a_h**2"},
        of="scalar_backprop",
        what="the slope is that of tanh",
        hint="Which activation does the hidden neuron have, and what is the slope of that one?",
    ),
    edit(
        "D1-X16",
        {"slope": "_sigmoid_prime(at) ** 2"},
        of="scalar_backprop",
        what="the slope is applied twice",
        hint="Count how many times the slope of the sigmoid is a factor of your gradient of w1.",
    ),
    edit(
        "D1-X17",
        {"bias1": "0"},
        of="scalar_backprop",
        what="z leaves out b1",
        hint="Compare your line for z with the one in the docstring, term by term.",
    ),
    edit(
        "D1-X18",
        {"bias2": "0"},
        of="scalar_backprop",
        what="the prediction leaves out b2",
        hint="Compare your line for y_hat with the one in the docstring, term by term.",
    ),
    edit(
        "D1-X19",
        {"db1": "d_h * b1", "db2": "d_o * b2"},
        of="scalar_backprop",
        what="the gradients of the biases are multiplied by the biases",
        hint="In z = w1 * x + b1, by how much does z change if b1 grows by 0.1?",
    ),
    edit(
        "D1-X20",
        {"db2": "d_o * a_h"},
        of="scalar_backprop",
        what="the gradient of b2 is multiplied by a",
        hint="If b2 grows by 0.1, by how much does y_hat grow? Does that depend on a?",
    ),
    edit(
        "D1-X21",
        {"difference": "y_hat"},
        of="scalar_backprop",
        what="the target is not subtracted",
        hint="With which numbers does the loss compare y_hat? Look for y in your code.",
    ),
    edit(
        "D1-X22",
        {"difference": "(y_hat - y) ** 2 / 2"},
        of="scalar_backprop",
        what="the loss itself is passed back instead of its derivative",
        hint="Differentiate L with respect to y_hat. Is what you pass back that derivative?",
    ),
    edit(
        "D1-X23",
        {"read_by_w2": "1"},
        of="scalar_backprop",
        what="the gradient of w2 is not multiplied by a",
        hint="If w2 grows by 0.1, by how much does y_hat grow?",
    ),
    edit(
        "D1-X24",
        {"through": "w2 - 0.1 * dw2"},
        of="scalar_backprop",
        what="w2 is updated during the backward pass",
        hint="Use the w2 of the forward pass everywhere. Is yours still the same when you "
        "compute the gradient of w1?",
    ),
    edit(
        "D1-X25",
        {"grads": "(dw1, db1, dw2, db2)"},
        of="scalar_backprop",
        what="the gradients are returned as a tuple instead of a dict",
        hint="Read under Returns what the result has to be.",
    ),
    edit(
        "D1-X26",
        {"grads": "_rename({'w1': dw1, 'b1': db1, 'w2': dw2, 'b2': db2})"},
        of="scalar_backprop",
        what="the keys are dw1, db1, dw2, db2 in your code, but here they are w1, b1, w2, b2",
        hint="Read under Returns which keys the dict has.",
    ),
    edit(
        "D2-X6",
        {"rows": "z.size"},
        of="output_delta",
        what="the result is divided by the number of entries",
        hint="Which mean or sum is in dL_da already? Read its line in the docstring.",
    ),
    edit(
        "D2-X7",
        {"factor": "-dL_da"},
        of="output_delta",
        what="the result has the wrong sign",
        hint="Take a slope of 1 everywhere. Should your result be dL_da or -dL_da?",
    ),
    edit(
        "D2-X8",
        {"slope": "f_prime(at) ** 2"},
        of="output_delta",
        what="the slope is applied twice",
        hint="Count how many times the slope is a factor of your result.",
    ),
    edit(
        "D2-X9",
        {"factor": "1"},
        of="output_delta",
        what="dL_da is not used",
        hint="Which of your three arguments does not occur in your code?",
    ),
    edit(
        "D2-X10",
        {"slope": "z * (1 - z)"},
        of="output_delta",
        what="the slope is z (1 - z)",
        hint="f_prime is an argument. Use it for the slope.",
    ),
    edit(
        "D2-X11",
        {"product": "factor + slope"},
        of="output_delta",
        what="dL_da and the slope are added",
        hint="How does the chain rule combine two derivatives: by a sum or by a product?",
    ),
    edit(
        "D2-X12",
        {"result": "product.sum(axis=0)"},
        of="output_delta",
        what="the result is summed over the rows",
        hint="Compare the shape of your result with the one in the docstring.",
    ),
    edit(
        "D3-X10",
        {"passed": "-delta_next"},
        of="hidden_delta",
        what="the result has the wrong sign",
        hint="Take one unit, weight 1 and slope 1. Should your result be delta_next or "
        "-delta_next?",
    ),
    edit(
        "D3-X11",
        {"rows": "len(z)"},
        of="hidden_delta",
        what="the result is divided by the number of rows",
        hint="Read in the docstring where the 1/N of the loss is already.",
    ),
    edit(
        "D3-X12",
        {"at": "back"},
        of="hidden_delta",
        what="the slope is taken at the product with the weights instead of z",
        hint="Which of your arguments does f_prime need? Read its line in the docstring.",
    ),
    edit(
        "D3-X13",
        {"product": "back @ slope.T"},
        of="hidden_delta",
        what="a matrix product is used instead of a product entry by entry",
        hint="Print the shapes of both factors. Which operator multiplies entry by entry?",
    ),
    edit(
        "D3-X14",
        {"back": "W_next.T @ delta_next"},
        of="hidden_delta",
        what="samples are columns in your code, but here they are rows",
        hint="Write the shapes (N, n_next) and (n, n_next) side by side. In which order do they "
        "multiply to (N, n)?",
    ),
    edit(
        "D3-X15",
        {"back": "W_next @ delta_next"},
        of="hidden_delta",
        what="the two factors of the matrix product have the wrong order",
        hint="Write the shapes (N, n_next) and (n, n_next) side by side. In which order do they "
        "multiply to (N, n)?",
    ),
    edit(
        "D3-X16",
        {"back": "W_next @ delta_next.T"},
        of="hidden_delta",
        what="the product with the weights is transposed",
        hint="Print the shape of your matrix product and that of z. Samples are rows in both.",
    ),
    edit(
        "D3-X17",
        {"passed": "delta_next * f_prime(z)", "slope": "1"},
        of="hidden_delta",
        what="the slope is applied before the weights",
        hint="First go back through the weights, then through the activation of this layer. Does "
        "your code do it in this order?",
    ),
    edit(
        "D3-X18",
        {"slope": "1 - np.tanh(z) ** 2"},
        of="hidden_delta",
        what="the slope is always that of tanh",
        hint="f_prime is an argument. Use it for the slope.",
    ),
    edit(
        "D3-X19",
        {"slope": "z"},
        of="hidden_delta",
        what="z is used in place of its slope",
        hint="Which of your arguments gives the slope at z?",
    ),
    edit(
        "D3-X20",
        {"weights": "W_next if W_next.shape[0] == W_next.shape[1] else W_next.T"},
        of="hidden_delta",
        what="W_next is not transposed where it is square",
        hint="The rule is the same for a square W_next. Does your code look at the shape?",
    ),
    edit(
        "D4-X7",
        {"product": "delta @ A_prev.T", "sums": "delta.sum(axis=1, keepdims=True)"},
        of="weight_gradients",
        what="samples are columns in your code, but here they are rows",
        hint="Write the shapes of delta and A_prev one below the other. Which axis counts "
        "the samples, and which products of them have the shape of W?",
    ),
    edit(
        "D4-X8",
        {
            "product": "delta @ A_prev.T",
            "sums": "delta.sum(axis=1, keepdims=True)",
            "rows": "delta.shape[1]",
        },
        of="weight_gradients",
        what="samples are columns in your code and 1/m is applied, but here samples are rows"
        " and delta has the 1/N",
        hint="Read the shapes in the docstring and what it writes about 1/N.",
    ),
    edit(
        "D4-X9",
        {"product": "delta @ A_prev.T"},
        of="weight_gradients",
        what="A_prev is transposed for samples that are columns, but here they are rows",
        hint="Write down the shapes (N, n_out) and (N, n_in). Which factor has to be "
        "transposed for a result of shape (n_in, n_out)?",
    ),
    edit(
        "D4-X10",
        {"left": "A_prev"},
        of="weight_gradients",
        what="A_prev is not transposed",
        hint="Write down the shapes of both factors of your product. Which sizes have to be "
        "equal for a matrix product?",
    ),
    edit(
        "D4-X11",
        {"product": "A_prev @ delta.T"},
        of="weight_gradients",
        what="delta is transposed instead of A_prev",
        hint="Write down the shapes (N, n_in) and (N, n_out). Which factor has to be "
        "transposed for a result of shape (n_in, n_out)?",
    ),
    edit(
        "D4-X12",
        {"rows": "len(delta)"},
        of="weight_gradients",
        what="both are divided by the number of rows, but here delta has the 1/N already",
        hint="Read in the docstring where the 1/N of the loss is. Is anything left to divide by?",
    ),
    edit(
        "D4-X13",
        {"product": "(A_prev if delta.shape == A_prev.shape == left.shape else left) @ delta"},
        of="weight_gradients",
        what="A_prev is not transposed where all sizes are equal",
        hint="The rule is the same for equal sizes. Does your code look at the shapes?",
    ),
    edit(
        "D4-X14",
        {"sums": "delta.sum()"},
        of="weight_gradients",
        what="db is a single number",
        hint="How many biases does the layer have? Over which axis of delta are the samples?",
    ),
    edit(
        "D4-X15",
        {"sums": "A_prev.sum(axis=0)"},
        of="weight_gradients",
        what="db is the sum of A_prev instead of delta",
        hint="By how much does Z change if b grows by 0.1? Does A_prev play a part in that?",
    ),
    edit(
        "D4-X16",
        {"return": '{"dW": dW, "db": db}'},
        of="weight_gradients",
        what="the results are returned in a dict",
        hint="Read under Returns what comes first and what comes second.",
    ),
    edit(
        "D4-X17",
        {"rows": "len(delta)", "sums": "delta.sum(axis=0, keepdims=True)"},
        of="weight_gradients",
        what="both are divided by the number of rows and db has an axis too many, as in courses "
        "with 1/m and keepdims",
        hint="Read in the docstring where the 1/N of the loss is, and which shape db has.",
    ),
    edit(
        "D5-X3",
        {"dW": "product / delta.shape[1]"},
        of="weight_gradients_columns",
        what="dW is divided by the number of samples",
        hint="Read in the docstring where the 1/N of the loss is.",
    ),
    edit(
        "D5-X4",
        {"db": "sums / delta.shape[1]"},
        of="weight_gradients_columns",
        what="db is a mean instead of a sum",
        hint="Read in the docstring where the 1/N of the loss is. Is db a sum or a mean?",
    ),
    edit(
        "D5-X5",
        {"product": "A_prev.T @ delta", "sums": "delta.sum(axis=0)"},
        of="weight_gradients_columns",
        what="samples are rows in your code, but here they are columns",
        hint="Write the shapes of delta and A_prev one below the other. Which axis counts "
        "the samples in this function?",
    ),
    edit(
        "D5-X6",
        {"product": "A_prev.T @ delta"},
        of="weight_gradients_columns",
        what="A_prev is transposed for samples that are rows, but here they are columns",
        hint="Write down the shapes (n_out, N) and (n_in, N). Which factor has to be "
        "transposed for a result of shape (n_out, n_in)?",
    ),
    edit(
        "D5-X7",
        {"samples": "len(delta)"},
        of="weight_gradients_columns",
        what="both are divided by the number of units",
        hint="Which axis of delta counts the samples here? And is there anything left to divide "
        "by?",
    ),
    edit(
        "D5-X8",
        {"sums": "delta"},
        of="weight_gradients_columns",
        what="db is not summed over the samples",
        hint="There is one b for all samples. Which shape does its gradient have?",
    ),
    edit(
        "D5-X9",
        {"sums": "delta.sum()"},
        of="weight_gradients_columns",
        what="db is a single number",
        hint="How many biases does the layer have? Over which axis of delta are the samples?",
    ),
    edit(
        "D5-X10",
        {"product": "delta @ A_prev"},
        of="weight_gradients_columns",
        what="A_prev is not transposed",
        hint="Write down the shapes of both factors of your product. Which sizes have to be "
        "equal for a matrix product?",
    ),
    edit(
        "D5-X11",
        {"return": "db, dW"},
        of="weight_gradients_columns",
        what="the two results have the wrong order",
        hint="Which of the two results does the docstring list first?",
    ),
    edit(
        "D6-X21",
        {"rows": "y.size"},
        of="backprop",
        what="everything is divided by the number of entries",
        hint="Is there a mean in the loss of the docstring?",
    ),
    edit(
        "D6-X22",
        {"factor": "2", "rows": "len(X)"},
        of="backprop",
        what="your loss is the mean over rows of the squares, but here it is half of their sum",
        hint="Differentiate the loss exactly as the docstring has it: which factor remains, and "
        "is there a division?",
    ),
    edit(
        "D6-X23",
        {"factor": "2", "rows": "y.size"},
        of="backprop",
        what="your loss is the mean of all squares, as PyTorch's MSELoss, but here it is "
        "half of their sum",
        hint="Differentiate the loss exactly as the docstring has it: which factor remains, and "
        "is there a division?",
    ),
    edit(
        "D6-X24",
        {"factor": "0.5"},
        of="backprop",
        what="the residual is halved",
        hint="Differentiate the square in the loss: which factor does it bring?",
    ),
    edit(
        "D6-X25",
        {"y_hat": "_sigmoid(z2)"},
        of="backprop",
        what="the prediction goes through a sigmoid",
        hint="Compare your line for the prediction with the one in the docstring.",
    ),
    edit(
        "D6-X26",
        {"slope1": "_sigmoid_prime(at) ** 2"},
        of="backprop",
        what="the slope is applied twice",
        hint="Count how many times the slope of the sigmoid is a factor of your hidden delta.",
    ),
    edit(
        "D6-X27",
        {"slope1": "1 - a1**2"},
        of="backprop",
        what="the slope is that of tanh",
        hint="Which activation does the hidden layer have, and what is the slope of that one?",
    ),
    edit(
        "D6-X28",
        {"slope1": "z1 * (1 - z1)"},
        of="backprop",
        what="the slope is z (1 - z)",
        hint="In the slope a (1 - a), is a taken before or after the sigmoid?",
    ),
    edit(
        "D6-X29",
        {"slope1": "a1"},
        of="backprop",
        what="the activation is used in place of its slope",
        hint="Write down the slope of the sigmoid in terms of a. Does your code have all of it?",
    ),
    edit(
        "D6-X30",
        {"a1": "np.tanh(z1)", "slope1": "1 - a1**2"},
        of="backprop",
        what="the hidden layer has tanh in your code, but here it is a sigmoid",
        hint="Which activation does the docstring give to the hidden layer?",
    ),
    edit(
        "D6-X31",
        {"a1": "np.maximum(z1, 0)", "slope1": "(z1 > 0) * 1.0"},
        of="backprop",
        what="the hidden layer has ReLU in your code, but here it is a sigmoid",
        hint="Which activation does the docstring give to the hidden layer?",
    ),
    edit(
        "D6-X32",
        {"carried": "delta2"},
        of="backprop",
        what="w2 is missing in the backward pass",
        hint="Through which weights does a hidden unit reach the output? Look for them in your "
        "hidden delta.",
    ),
    edit(
        "D6-X33",
        {"z1": "w1 @ X + bias1"},
        of="backprop",
        what="samples are columns in your code, or a factor of a product is not transposed, "
        "but here samples are rows",
        hint="Write down the shapes of both factors in the line that raises. Samples are "
        "rows: in which order do they multiply, and does one have to be transposed?",
    ),
    edit(
        "D6-X34",
        {"z1": "w1.T @ X + bias1"},
        of="backprop",
        what="samples are columns in your code, or X is not transposed in the backward pass,"
        " but here samples are rows",
        hint="Write down the shapes of both factors in the line that raises. Samples are "
        "rows: in which order do they multiply, and does one have to be transposed?",
    ),
    edit(
        "D6-X35",
        {"z1": "X @ w1.T + bias1"},
        of="backprop",
        what="weights are stored (out, in) or samples are columns in your code, but here "
        "weights are (in, out) and samples are rows",
        hint="Write down the shapes of both factors in the line that raises. Samples are "
        "rows: in which order do they multiply, and does one have to be transposed?",
    ),
    edit(
        "D6-X37",
        {"back": "w2 if w2.shape[0] == w2.shape[1] else w2.T"},
        of="backprop",
        what="w2 is not transposed where it is square",
        hint="The rule is the same for a square w2. Does your code look at the shape?",
    ),
    edit(
        "D6-X38",
        {"read_by_w2": "X"},
        of="backprop",
        what="the gradient of w2 uses X instead of a1",
        hint="Which array is w2 multiplied by in the forward pass?",
    ),
    edit(
        "D6-X39",
        {"read_by_w1": "a1"},
        of="backprop",
        what="the gradient of w1 uses a1 instead of X",
        hint="Which array is w1 multiplied by in the forward pass?",
    ),
    edit(
        "D6-X40",
        {"db1": "delta1", "db2": "delta2"},
        of="backprop",
        what="the gradients of the biases are not summed over the rows",
        hint="There is one b for the whole batch. Which shape does its gradient have?",
    ),
    edit(
        "D6-X41",
        {"db1": "delta1.sum(axis=1)", "db2": "delta2.sum(axis=1)"},
        of="backprop",
        what="the gradients of the biases are summed over the units instead of the rows",
        hint="Over which axis of delta are the samples? How many biases does the layer have?",
    ),
    edit(
        "D6-X42",
        {"db1": "delta1.sum()", "db2": "delta2.sum()"},
        of="backprop",
        what="each gradient of a bias is a single number",
        hint="Over which axis of delta are the samples? How many biases does the layer have?",
    ),
    edit(
        "D6-X43",
        {"dw1": "delta1.T @ read_by_w1", "dw2": "delta2.T @ read_by_w2"},
        of="backprop",
        what="weights are stored (out, in) in your code, as in PyTorch, but here they are "
        "(in, out)",
        hint="Compare the shapes of your gradients with those of w1 and w2.",
    ),
    edit(
        "D6-X44",
        {"grads": "_rename({'w1': dw1, 'b1': db1, 'w2': dw2, 'b2': db2})"},
        of="backprop",
        what="the keys are dw1, db1, dw2, db2 in your code, but here they are w1, b1, w2, b2",
        hint="Read under Returns which keys the dict has.",
    ),
    edit(
        "D6-X45",
        {"grads": '({"w1": dw1, "w2": dw2}, {"b1": db1, "b2": db2})'},
        of="backprop",
        what="the gradients of weights and biases are returned in two dicts",
        hint="Read under Returns how many dicts there are.",
    ),
    edit(
        "D6-X46",
        {"grads": "(dw1, db1, dw2, db2)"},
        of="backprop",
        what="the gradients are returned as a tuple instead of a dict",
        hint="Read under Returns what the result has to be.",
    ),
    edit(
        "D6-X47",
        {"bias1": "0"},
        of="backprop",
        what="the hidden layer leaves out b1",
        hint="Compare your line for z1 with the one in the docstring, term by term.",
    ),
    edit(
        "D6-X48",
        {"difference": "y_hat"},
        of="backprop",
        what="the targets are not subtracted",
        hint="With what does the loss compare the predictions? Look for y in your code.",
    ),
    edit(
        "D6-X49",
        {"back": "(w2 - 0.5 * dw2).T"},
        of="backprop",
        what="w2 is updated during the backward pass",
        hint="Use the w2 of the forward pass everywhere. Is yours still the same when you "
        "compute the hidden delta?",
    ),
    edit(
        "D6-X50",
        {"db1": "delta1.sum(axis=1, keepdims=True)", "db2": "delta2.sum(axis=1, keepdims=True)"},
        of="backprop",
        what="the gradients of the biases are summed as if samples were columns, but here "
        "they are rows",
        hint="Over which axis of delta are the samples? Which shape do b1 and b2 have?",
    ),
    edit(
        "D7-X18",
        {"factor": "2"},
        of="network_gradients",
        what="the delta at the output is doubled",
        hint="Read in the docstring what delta of the last layer is. Where does your 2 come from?",
    ),
    edit(
        "D7-X19",
        {"factor": "0.5"},
        of="network_gradients",
        what="the delta at the output is halved",
        hint="Read in the docstring what delta of the last layer is. Where does your 1/2 come "
        "from?",
    ),
    edit(
        "D7-X21",
        {"terms": "-0.5 * (A - Y) ** 2"},
        of="network_gradients",
        what="the loss is the squared error instead of the cross-entropy",
        hint="Which loss does the docstring define? Compare it with your line, term by term.",
    ),
    edit(
        "D7-X22",
        {"terms": "-0.5 * (A - Y) ** 2", "output_slope": "A * (1 - A)"},
        of="network_gradients",
        what="loss and delta are those of half the squared error, mean over rows, but here "
        "the loss is the cross-entropy",
        hint="Which loss does the docstring define? Its delta at the output is given under Notes.",
    ),
    edit(
        "D7-X23",
        {
            "terms": "-0.5 * (A - Y) ** 2",
            "output_slope": "A * (1 - A)",
            "loss_rows": "1",
            "rows": "1",
        },
        of="network_gradients",
        what="loss and delta are those of half the sum of squares, but here the loss is the "
        "cross-entropy",
        hint="Which loss does the docstring define? Its delta at the output is given under Notes.",
    ),
    edit(
        "D7-X24",
        {
            "terms": "-((A - Y) ** 2)",
            "factor": "2",
            "output_slope": "A * (1 - A)",
            "loss_rows": "Y.size",
            "rows": "Y.size",
        },
        of="network_gradients",
        what="loss and delta are those of the mean of all squares, as PyTorch's MSELoss, but"
        " here the loss is the cross-entropy",
        hint="Which loss does the docstring define? Its delta at the output is given under Notes.",
    ),
    edit(
        "D7-X25",
        {"terms": "-((A - Y) ** 2)", "factor": "2", "output_slope": "A * (1 - A)"},
        of="network_gradients",
        what="loss and delta are those of the mean over rows of the squares, but here the "
        "loss is the cross-entropy",
        hint="Which loss does the docstring define? Its delta at the output is given under Notes.",
    ),
    edit(
        "D7-X26",
        {"loss_rows": "Y.size", "rows": "Y.size"},
        of="network_gradients",
        what="the mean is over all entries in your code, as in PyTorch, but here it is over "
        "the rows",
        hint="With several outputs, by what does the loss of the docstring divide?",
    ),
    edit(
        "D7-X27",
        {"loss_rows": "1", "rows": "1"},
        of="network_gradients",
        what="nothing is divided by the number of rows",
        hint="Where does the loss of the docstring have a 1/N? Look for it in your code.",
    ),
    edit(
        "D7-X28",
        {"loss_sign": "1"},
        of="network_gradients",
        what="the loss has the wrong sign",
        hint="Is your loss positive? A logarithm of a number below 1 is negative.",
    ),
    edit(
        "D7-X29",
        {"slope": "A_prev * (1 - A_prev) if layer == len(params) - 1 else 1"},
        of="network_gradients",
        what="the slope is applied for the last hidden layer only",
        hint="Run it with four layers. For which of them does your loop multiply by the slope?",
    ),
    edit(
        "D7-X30",
        {"slope": "(A_prev * (1 - A_prev)) ** 2"},
        of="network_gradients",
        what="the slope is applied twice",
        hint="Count how many times the slope of a hidden layer is a factor of its delta.",
    ),
    edit(
        "D7-X31",
        {"slope": "1 - A_prev"},
        of="network_gradients",
        what="one of the two factors of the slope is missing",
        hint="Write down the slope of the sigmoid. Your code has only one of its two factors.",
    ),
    edit(
        "D7-X32",
        {"slope": "A_prev"},
        of="network_gradients",
        what="the activation is used in place of its slope",
        hint="Write down the slope of the sigmoid in terms of a. Does your code have all of it?",
    ),
    edit(
        "D7-X33",
        {"slope": "1 - A_prev**2"},
        of="network_gradients",
        what="the slope is that of tanh",
        hint="Which activation do the hidden layers have, and what is the slope of that one?",
    ),
    edit(
        "D7-X34",
        {"slope": "activations[layer + 1] * (1 - activations[layer + 1])"},
        of="network_gradients",
        what="the slope is taken in the layer above",
        hint="Number the layers on paper. When delta has gone back through W, in which layer is "
        "it? The slope belongs to the same layer.",
    ),
    edit(
        "D7-X35",
        {"back": "delta"},
        of="network_gradients",
        what="the weights are missing in the backward pass",
        hint="Through which weights does a hidden unit reach the next layer? Look for them in "
        "the line that computes its delta.",
    ),
    edit(
        "D7-X36",
        {"dW": "delta.T @ read"},
        of="network_gradients",
        what="weights are stored (out, in) in your code, as in PyTorch, but here they are "
        "(in, out)",
        hint="Compare the shape of each dW with that of its W.",
    ),
    edit(
        "D7-X37",
        {"dW": "delta @ read.T"},
        of="network_gradients",
        what="dW is computed as if samples were columns, but here they are rows",
        hint="Write down the shapes of delta and of the activations before it. Which factor "
        "has to be transposed for the shape of W?",
    ),
    edit(
        "D7-X38",
        {"dW": "read @ delta"},
        of="network_gradients",
        what="the activations are not transposed in dW",
        hint="Write down the shapes of both factors of dW. Which sizes have to be equal for "
        "a matrix product?",
    ),
    edit(
        "D7-X39",
        {"read": "zs[layer - 1] if layer else X"},
        of="network_gradients",
        what="dW uses z instead of a",
        hint="Which array is W multiplied by in the forward pass?",
    ),
    edit(
        "D7-X40",
        {"db": "delta"},
        of="network_gradients",
        what="db is not summed over the rows",
        hint="There is one b for the whole batch. Which shape does its gradient have?",
    ),
    edit(
        "D7-X41",
        {"db": "delta.sum(axis=1)"},
        of="network_gradients",
        what="db is summed over the units instead of the rows",
        hint="Over which axis of delta are the samples? How many biases does the layer have?",
    ),
    edit(
        "D7-X42",
        {"db": "delta.sum()"},
        of="network_gradients",
        what="db is a single number",
        hint="Over which axis of delta are the samples? How many biases does the layer have?",
    ),
    edit(
        "D7-X43",
        {"gradients": "([dW for dW, _ in grads], [db for _, db in grads])"},
        of="network_gradients",
        what="the gradients are returned as two lists, one of dW and one of db, but here "
        "they are pairs",
        hint="Read under Returns what one entry of the list of gradients is.",
    ),
    edit(
        "D7-X44",
        {"return": "loss, [dW for dW, _ in grads], [db for _, db in grads]"},
        of="network_gradients",
        what="three results are returned, with dW and db in two lists, but here gradients "
        "are one list of pairs",
        hint="Read under Returns how many results there are, and what one entry of the list of "
        "gradients is.",
    ),
    edit(
        "D7-X45",
        {"gradients": "_rename(_number(grads))"},
        of="network_gradients",
        what="the gradients are returned in a dict with the keys dW1, db1 and so on, but "
        "here they are a list of pairs",
        hint="Read under Returns what one entry of the list of gradients is.",
    ),
    edit(
        "D7-X46",
        {"gradients": "[array for pair in grads for array in pair]"},
        of="network_gradients",
        what="the gradients are returned in one flat list, but here they are pairs",
        hint="Read under Returns what one entry of the list of gradients is.",
    ),
    edit(
        "D7-X47",
        {"gradients": "[(db, dW) for dW, db in grads]"},
        of="network_gradients",
        what="db comes before dW in each pair",
        hint="Which of dW and db comes first in each pair?",
    ),
    edit(
        "D7-X48",
        {"return": "gradients, loss"},
        of="network_gradients",
        what="the gradients come first and the loss second",
        hint="Which of the two results does the docstring list first?",
    ),
    edit(
        "D7-X49",
        {"z": "activations[-1] @ W.T + bias"},
        of="network_gradients",
        what="weights are stored (out, in) in your code, as in PyTorch, but here they are "
        "(in, out)",
        hint="Read the shape of W in the docstring. Does it need to be transposed in the forward "
        "pass?",
    ),
    edit(
        "D7-X50",
        {"z": "W @ activations[-1] + bias"},
        of="network_gradients",
        what="samples are columns in your code, but here they are rows",
        hint="Write down the shapes of X and W. In which order do they multiply to (N, n_out)?",
    ),
    edit(
        "D7-X51",
        {"z": "W.T @ activations[-1] + bias"},
        of="network_gradients",
        what="samples are columns in your code, and weights are transposed, but here samples"
        " are rows",
        hint="Write down the shapes of X and W. In which order do they multiply to (N, n_out)?",
    ),
    edit(
        "D7-X52",
        {"a": "_softmax(z) if len(zs) == len(params) - 1 else _sigmoid(z)", "other": "0"},
        of="network_gradients",
        what="the output is a softmax in your code, but here each output is a sigmoid of its own",
        hint="Read in the docstring which activation the last layer has. Can a row of Y have two "
        "ones?",
    ),
    edit(
        "D7-X53",
        {
            "a": "_sigmoid(z) if len(zs) == len(params) - 1 else np.maximum(z, 0)",
            "slope": "(A_prev > 0) * 1.0",
        },
        of="network_gradients",
        what="the hidden layers have ReLU in your code, but here they are sigmoids",
        hint="Which activation does the docstring give to the hidden layers?",
    ),
    edit(
        "D7-X54",
        {"difference": "(A - Y) / (A * (1 - A))"},
        of="network_gradients",
        what="the slope of the output is missing",
        hint="Your delta at the output is dL/dA. Which factor leads from there to dL/dZ?",
    ),
    edit(
        "D7-X55",
        {"difference": "-Y * (1 - A)"},
        of="network_gradients",
        what="the term of the zeros is missing in the delta",
        hint="Differentiate both terms of the loss. What does the second one give where Y is 0?",
    ),
    edit(
        "D7-X56",
        {"rows": "N**2"},
        of="network_gradients",
        what="the gradients are divided by the number of rows twice",
        hint="Look for every place where your code divides by N or takes a mean. One of them is "
        "enough.",
    ),
    edit(
        "D7-X57",
        {"weights": "W if W.shape[0] == W.shape[1] else W.T"},
        of="network_gradients",
        what="W is not transposed if it is square",
        hint="The rule is the same for a square W. Does your code look at the shape?",
    ),
    edit(
        "D7-X58",
        {"weights": "(W - 0.5 * dW).T"},
        of="network_gradients",
        what="weights are updated before delta passes back through them",
        hint="Use the weights of the forward pass for all deltas. Are yours still the same?",
    ),
    edit(
        "D7-X59",
        {"weights": "(W - 0.01 * dW).T"},
        of="network_gradients",
        what="weights are updated before delta passes back through them",
        hint="Use the weights of the forward pass for all deltas. Are yours still the same?",
    ),
    edit(
        "D7-X60",
        {"difference": "A"},
        of="network_gradients",
        what="the targets are not subtracted",
        hint="With what does the loss compare A? Look for Y in your delta at the output.",
    ),
    edit(
        "D6-X51",
        {"back": "(w2 - dw2).T"},
        of="backprop",
        what="w2 is updated during the backward pass",
        hint="Use the w2 of the forward pass everywhere. Is yours still the same when you "
        "compute the hidden delta?",
    ),
    edit(
        "D7-X61",
        {"weights": "(W - dW).T"},
        of="network_gradients",
        what="weights are updated before delta passes back through them",
        hint="Use the weights of the forward pass for all deltas. Are yours still the same?",
    ),
    edit(
        "D7-X62",
        {"read": "activations[layer + 1]"},
        of="network_gradients",
        what="dW uses the activations of its own layer instead of those before it",
        hint="Which array is W multiplied by in the forward pass?",
    ),
    edit(
        "D7-X63",
        {"terms": "-((A - Y) ** 2)", "loss_rows": "Y.size"},
        of="network_gradients",
        what="the loss is the mean squared error instead of the cross-entropy",
        hint="Which loss does the docstring define? Compare it with your line, term by term.",
    ),
    edit(
        "D7-X64",
        {"terms": "-((A - Y) ** 2)", "loss_rows": "Y.size", "output_slope": "A * (1 - A)"},
        of="network_gradients",
        what="the loss is the mean squared error, and delta is that of a squared error, but "
        "here the loss is the cross-entropy",
        hint="Which loss does the docstring define? Its delta at the output is given under Notes.",
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
    what="each parameter is changed by itself, which needs a forward pass each time",
    hint="How many forward passes does your function need for a million parameters? How many"
    " does backpropagation need?",
    second_hint="One delta of a layer gives the gradients of all its weights at once. Write the "
    "backward pass with deltas: then no parameter has to be changed and no loss "
    "computed again.",
)
def backprop_by_differences(X, y, weights, biases):
    p = {key: np.array(value) for key, value in {**weights, **biases}.items()}

    def loss():
        return np.sum((_sigmoid(X @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"] - y) ** 2) / 2

    return dict(zip(p, _differences(loss, p.values()), strict=True))


@misconception(
    "D7-X17",
    of="network_gradients",
    what="each parameter is changed by itself, which needs a forward pass each time",
    hint="How many forward passes does your function need for a million parameters? How many"
    " does backpropagation need?",
    second_hint="One delta of a layer gives the gradients of all its weights at once. Write the "
    "backward pass with deltas: then no parameter has to be changed and no loss "
    "computed again.",
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
