"""Wrong ways to write the forward pass, as edits of the right one."""

from grader.testing import edit

EDITS = [
    edit(
        "C4-02",
        {"Z": "product"},
        of="affine_forward",
        what="the bias is not added",
        hint="Feed in a sample of zeros. What should come out?",
        second_hint="Feed in np.zeros((2, 3)): every row should come out as b. Print b and your "
        "result side by side.",
    ),
    edit(
        "C4-04",
        {"cache": "(Z, W, b)"},
        of="affine_forward",
        what="the cache holds Z instead of A_prev",
        hint="A weight's gradient depends on the number that was multiplied with it. Is that "
        "number in your cache?",
        second_hint="Imagine the way back: for dW you need the array that W was multiplied with, "
        "for the layer below you need W. For each member of your cache, name where you will need "
        "it.",
    ),
    edit(
        "C4-X1",
        {"weights": "W.T if W.shape[0] == W.shape[1] else W"},
        of="affine_forward",
        what="W is transposed",
        hint="Which axis of W has the length of a sample? Test with a W that is not square.",
        second_hint="Call it with N = 2, n_in = 3, n_out = 5. Write (2, 3) and the shape of W side "
        "by side: the inner two numbers have to be the same without any transpose.",
    ),
    edit(
        "C4-X2",
        {"bias": "np.resize(b, (len(A_prev), 1))"},
        of="affine_forward",
        what="the bias is added by row instead of by unit",
        hint="Does a bias belong to a sample or to a unit?",
        second_hint="Print b.shape, and the shape of the product. The last axis counts units: b "
        "must line up with that one, and broadcasting does it without help.",
    ),
    edit(
        "C4-X3",
        {"cache": "(W, b, A_prev)"},
        of="affine_forward",
        what="the cache has another order",
        hint="In which order does the docstring list the three arrays of the cache?",
    ),
    edit(
        "C4-X4",
        {"Z": "_sigmoid(product + bias)"},
        of="affine_forward",
        what="an activation is applied",
        hint="Is there anything nonlinear in the result that the docstring asks for?",
    ),
    edit(
        "C4-X5",
        {"cache": "(A_prev.copy(), W, b)", "return": "_write_into(A_prev, Z), cache"},
        of="affine_forward",
        what="the result is written into the caller's array",
        hint="Where did your product put its result? Look at the caller's arrays afterwards.",
    ),
    edit(
        "C4-X6",
        {"bias": "b.sum()"},
        of="affine_forward",
        what="the sum of all biases is added to every unit",
        hint="Feed in a sample of zeros. Should every unit give the same number?",
    ),
    edit(
        "C5-X9",
        {"Z": "A_prev @ W", "a": "_sigmoid(Z) + bias"},
        of="mlp_forward",
        what="the bias is added after the sigmoid",
        hint="Can an output of a sigmoid be above 1? Look at what you add after it.",
    ),
    edit(
        "C5-01",
        {"A": "Z if is_last else a"},
        of="mlp_forward",
        what="the last layer has no sigmoid",
        hint="Are your outputs all between 0 and 1? Should they be?",
        second_hint="Does the docstring give every layer an activation, or all but the last? Then "
        "print how often your loop calls the activation for a network of two layers.",
    ),
    edit(
        "C5-02",
        {"slope_input": "_sigmoid(Z)"},
        of="mlp_forward",
        what="the cache holds the activation instead of Z",
        hint="The slopes of this course are functions of the pre-activation. Did you keep it?",
        second_hint="Print caches[0]. One of its members should hold numbers below 0 or above 1 "
        "for large inputs, because it has not been through the sigmoid. At which moment of the "
        "loop do you store it?",
    ),
    edit(
        "C5-05",
        {"returned": "caches[::-1]"},
        of="mlp_forward",
        what="the caches begin with the last layer",
        hint="Which layer's input should caches[0] hold?",
    ),
    edit(
        "C5-X1",
        {"A": "Z", "output": "_sigmoid(A)"},
        of="mlp_forward",
        what="only the last layer has a sigmoid",
        hint="Which of your layers have an activation? Compare with the docstring.",
    ),
    edit(
        "C5-X2",
        {"A_prev": "X if X.shape[1] == W.shape[0] else A"},
        of="mlp_forward",
        what="a later layer reads X instead of the output of the layer before",
        hint="What does the second layer get to read, the data or the first layer's output?",
    ),
    edit(
        "C5-X3",
        {"cache": "(slope_input, A_prev)"},
        of="mlp_forward",
        what="each cache has its two members in the wrong order",
        hint="A cache has two members. Which one does the docstring name first?",
    ),
    edit(
        "C5-X4",
        {"cache": "(a, slope_input)"},
        of="mlp_forward",
        what="each cache holds the layer's output instead of its input",
        hint="Which A do you store: the one that the layer got, or the one that it made?",
    ),
    edit(
        "C5-X5",
        {"returned": "caches[:-1]"},
        of="mlp_forward",
        what="the last layer has no cache",
        hint="How many caches do you return, and how many layers are there?",
        second_hint="Print len(caches) beside the number of layers. If your code treats the last "
        "layer on its own, compare it with the others: what do they do that it does not?",
    ),
    edit(
        "C5-X6",
        {
            "cache": "(A_prev.copy(), slope_input)",
            "A": "_write_into(A_prev, a)",
        },
        of="mlp_forward",
        what="the activations are written into the caller's array",
        hint="At the very start, A is a second name for an array of the caller. Which one?",
    ),
    edit(
        "C5-X7",
        {"a": "1 - _sigmoid(Z)"},
        of="mlp_forward",
        what="the sigmoid falls where it should rise",
        hint="Take z = 3. Should the sigmoid be near 1 or near 0 there?",
    ),
    edit(
        "C5-X8",
        {"bias": "0"},
        of="mlp_forward",
        what="the biases are not added",
        hint="Change b in the second layer. Does your output move?",
        second_hint="Set all of X to 0. In your network every layer then sees nothing but 0; with "
        "biases it does not. Compare the line that computes z with affine_forward's "
        "docstring.",
    ),
]
