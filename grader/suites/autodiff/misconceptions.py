"""Wrong ways to write dual numbers and a graph of values, as edits of the right ones."""

from grader.testing import edit

EDITS = [
    edit(
        "F1-02",
        {"__truediv__.numerator": "self.a * other.b - self.b * other.a"},
        of="Dual",
        what="the difference in the quotient rule is turned round",
        hint="Is the derivative of 1 / x positive or negative for x > 0? Compare with yours.",
    ),
    edit(
        "F1-05",
        {"__rsub__.return": "self - other"},
        of="Dual",
        what="5 - x is computed as x - 5",
        hint="Python calls x.__rsub__(5) for 5 - x. Which of the two numbers is self there?",
        second_hint="Put a print into __rsub__, and compare 5 - x with x - 5 for x = 1: the "
        "answers should differ in sign, in a and in b.",
    ),
    edit(
        "F1-06",
        {"constant.b": "1.0"},
        of="Dual",
        what="plain numbers get the derivative 1",
        hint="When x moves, by how much does the 3 in x + 3 move?",
    ),
    edit(
        "F1-07",
        {"exp.inner": "1.0"},
        of="Dual",
        what="exp forgets the derivative of its argument",
        hint="Your exp(2x) has the derivative that is right for exp(x). Where does the "
        "derivative of the argument enter?",
        second_hint="For exp(2x) the argument moves twice as fast as x, and its b shows that. "
        "Print self.b in your exp: it is 2, and your result does not use it.",
    ),
    edit(
        "F1-09",
        {"sigmoid.inner": "1.0"},
        of="Dual",
        what="sigmoid forgets the derivative of its argument",
        hint="At 0, how much steeper is sigmoid(3x) than sigmoid(x)? Compare with your class.",
    ),
    edit(
        "F1-X1",
        {"__mul__.b": "self.b * other.b"},
        of="Dual",
        what="the derivatives of a product are multiplied",
        hint="By your rule x * x at x = 3 rises by 1 for every 1 that x rises. From 3 to 3.1, how "
        "much does it really rise?",
        second_hint="Let x be 3 and grow to 3 + e, and multiply out (3 + e)(3 + e) on paper. The "
        "terms with a single e are the derivative: each is a value of one factor times the "
        "movement of the other.",
    ),
    edit(
        "F1-X2",
        {"__pow__.inner": "1.0"},
        of="Dual",
        what="a power forgets the derivative of its base",
        hint="x ** 3 is right where x is the input. Which factor is missing for (2 * x) ** 3?",
    ),
    edit(
        "F1-X3",
        {"__init__.default": "1.0"},
        of="Dual",
        what="b is 1 by default",
        hint="Dual(7.0) is a constant. What should its b be?",
    ),
    edit(
        "F1-X4",
        {"__truediv__.b": "self.b / other.a"},
        of="Dual",
        what="the derivative of a quotient takes the denominator for a constant",
        hint="Let the numerator be constant and the denominator grow. Does your derivative notice?",
    ),
    edit(
        "F1-X10",
        {"__truediv__.denominator": "other.a"},
        of="Dual",
        what="the square is missing in the quotient rule",
        hint="Only divisions are wrong. By what does the quotient rule divide the difference?",
    ),
    edit(
        "F1-X5",
        {"__add__.return": "_change(self, a=self.a + other.a, b=b)"},
        of="Dual",
        what="addition changes its operand",
        hint="Print x before and after z = x + 1. Does your addition make a new object?",
    ),
    edit(
        "F1-X6",
        {"seed": "0.0"},
        of="forward_derivative",
        what="the input gets the derivative of a constant",
        hint="How fast does x change when x changes? Which argument of Dual takes that?",
    ),
    edit(
        "F1-X11",
        {"seed": "x"},
        of="forward_derivative",
        what="the input gets x as its derivative",
        hint="How fast does x change when x changes? Does that depend on where x is?",
    ),
    edit(
        "F1-X7",
        {"result": "y.a if isinstance(y, Dual) else y"},
        of="forward_derivative",
        what="the value is returned instead of the derivative",
        hint="A dual number has two parts. Which of them does the docstring ask for?",
    ),
    edit(
        "F1-X12",
        {"result": "y.a if isinstance(y, Dual) else 0.0"},
        of="forward_derivative",
        what="the value is returned instead of the derivative",
        hint="A dual number has two parts. Which of them do you return?",
    ),
    edit(
        "F1-X8",
        {"y": "f(Dual(x + 1e-5)) - f(Dual(x - 1e-5))", "result": "y.a / 2e-5"},
        of="forward_derivative",
        what="f is called at another place than x",
        hint="Call f once, with a Dual whose a is x. What is the a of yours?",
        second_hint="Print the a and b of every Dual that you pass to f. A difference quotient "
        "needs two places near x, and a dual number needs x alone.",
    ),
    edit(
        "F1-X9",
        {"result": "y.b"},
        of="forward_derivative",
        what="f is expected to return a Dual always",
        hint="What does f return if it ignores its argument? Does that have a b?",
    ),
    edit(
        "F2-01",
        {"backward.kept": "0.0"},
        of="Value",
        what="gradients are overwritten instead of added",
        hint="In x * x + x there are three ways to x. Which of their contributions are in x.grad "
        "at the end?",
        second_hint="Build y = x + x and call backward: x.grad should be 2, and yours is 1. The "
        "second contribution replaces the first. Which assignment in your local rules should "
        "collect instead?",
    ),
    edit(
        "F2-04",
        {"backward.order": "_go_depth_first(self)"},
        of="Value",
        what="a node passes its gradient on before all of it has arrived",
        hint="Take a node that two others use. When it passes its gradient on, have both of them "
        "contributed?",
        second_hint="Take a = x + 1, b = a * 2, c = a * 3, y = b + c, and write down the order in "
        "which your backward visits the nodes. a may only be visited after both b and c: sort "
        "the whole graph before anything is passed on.",
    ),
    edit(
        "F2-05",
        {"backward.seed": "0.0"},
        of="Value",
        what="the gradient of the output is not set to 1",
        hint="Every gradient is a multiple of the output's own. How fast does y change with y?",
        second_hint="Print y.grad after y.backward(): it should be how fast y changes with y. All "
        "others are multiples of that one, so a 0 there makes everything 0.",
    ),
    edit(
        "F2-07",
        {"__mul__.to_self": "self.data", "__mul__.to_other": "other.data"},
        of="Value",
        what="the slopes of a product are exchanged",
        hint="In x * 5, by how much does the product grow when x grows by 1?",
    ),
    edit(
        "F2-08",
        {"__neg__.to_self": "1.0"},
        of="Value",
        what="the gradient of -x has the wrong sign",
        hint="When x goes up, which way does -x go?",
    ),
    edit(
        "F2-X5",
        {"__sub__.to_other": "1.0"},
        of="Value",
        what="a difference passes its gradient on without the minus",
        hint="When y goes up, does x - y rise or fall? Does the gradient of y show that?",
    ),
    edit(
        "F2-12",
        {"__rtruediv__.return": "self / other"},
        of="Value",
        what="4 / x is computed as x / 4",
        hint="In 4 / x with x = 2, which number does Python pass as self and which as other?",
    ),
    edit(
        "F2-X4",
        {"__truediv__.to_other": "0.0"},
        of="Value",
        what="the denominator gets no gradient",
        hint="The denominator is a Value too. Which way does x / y go when y grows?",
    ),
    edit(
        "F2-11",
        {"exp.slope": "self.data"},
        of="Value",
        what="the slope of exp is its argument",
        hint="How steep is exp at 0? Compare with x.grad.",
    ),
    edit(
        "F2-10",
        {"relu.slope": "1.0"},
        of="Value",
        what="relu passes every gradient on",
        hint="Left of 0 relu is flat. What should arrive at x from there?",
    ),
    edit(
        "F2-X6",
        {"relu.slope": "1.0", "relu.return": "_change(made, receive=lambda grad: max(grad, 0.0))"},
        of="Value",
        what="relu looks at the sign of the gradient",
        hint="Gradients may be negative. Whose sign decides in relu: that of data or that of grad?",
    ),
    edit(
        "F2-X8",
        {"__pow__.return": "_change(made, receive=lambda grad: 1.0)"},
        of="Value",
        what="an operation does not use the gradient that arrives",
        hint="An operation is right as the last step and wrong where another follows. What comes "
        "back to it from there, and does its rule use that?",
    ),
    edit(
        "F2-X1",
        {"backward.sweep": "_go_every_way(self)"},
        of="Value",
        what="a node passes its gradient on several times",
        hint="A node that is visited twice passes its first contribution on twice. How often may "
        "it pass its gradient on?",
    ),
    edit(
        "F2-X2",
        {"backward.start": "node.grad"},
        of="Value",
        what="backward adds to the gradients of an earlier call",
        hint="Call backward twice and print the gradient after each. What should the second call "
        "begin with?",
        second_hint="Call y.backward() twice: the gradients should be the same afterwards. Before "
        "anything is passed on, go through all nodes of the graph once, and set each gradient "
        "back.",
    ),
    edit(
        "F2-X10",
        {"backward.start": "node.grad if node.parents else 0.0"},
        of="Value",
        what="backward sets only the gradients of leaves back",
        hint="Call backward twice. Which nodes begin the second call with what the first one left?",
    ),
    edit(
        "F2-X7",
        {"backward.start": "0.0 if node.parents else 1.0", "backward.seed": "self.grad"},
        of="Value",
        what="the gradient is set to 1 at the leaves instead of the output",
        hint="Which gradient is known before backward begins: that of a leaf or of the output?",
    ),
    edit(
        "F2-X3",
        {"backward.order": "_sort_by_recursion(self)"},
        of="Value",
        what="backward calls itself for every node of a chain",
        hint="How deep do your calls nest in a chain of 3000 nodes? How deep may they in Python?",
    ),
    edit(
        "F2-X9",
        {"backward.sweep": "order[::-1]"},
        of="Value",
        what="only the nodes next to the output get a gradient",
        hint="Print the nodes in the order in which they pass their gradient on. Which should be "
        "first, and do all of them pass it on?",
    ),
    edit(
        "F2-X11",
        {"node.known": "dict.fromkeys(parents)"},
        of="Value",
        what="a node that is both operands gets one contribution only",
        hint="In x + x both operands are the same node. How many contributions does it get?",
    ),
    edit(
        "F3-01",
        {"forward": "n_out", "reverse": "n_in"},
        of="jacobian_passes",
        what="the two modes are exchanged",
        hint="A forward pass starts with b = 1 at one input. Which entries of the Jacobian does "
        "it give?",
        second_hint="Take one input and 1000 outputs. One forward pass carries one input's "
        "movement to all outputs: how many are needed? Then ask the same of a reverse pass, "
        "which starts at one output.",
    ),
    edit(
        "F3-X1",
        {"forward": "n_in * n_out", "reverse": "n_in * n_out"},
        of="jacobian_passes",
        what="a pass is counted for every entry of the Jacobian",
        hint="One pass gives more than one entry of the Jacobian. Which ones?",
    ),
    edit(
        "F3-X2",
        {"reverse": "1"},
        of="jacobian_passes",
        what="one reverse pass is counted for all outputs",
        hint="One reverse pass starts at one output. How many do several outputs need?",
    ),
]
