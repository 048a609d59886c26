"""Automatic differentiation: forward with dual numbers, backward through a graph.

Both classes represent numbers with derivatives. A formula that is written for floats and uses only
the operators ``+ - * / **`` works with them unchanged, and gives its derivative beside its value.
Functions are methods: write ``x.exp()`` instead of ``math.exp(x)``. Every number here is a single
float or int, not an array. No operation modifies its operands.
"""

import math


class Dual:
    """A number with its derivative, for derivatives in forward mode.

    A dual number has a value ``a`` and a derivative ``b``: how fast the value changes when the
    input changes. ``Dual(x, 1.0)`` is the input itself; a constant has derivative 0. Every
    operation returns a new Dual. Its ``a`` is the result of the operation on the values. Its
    ``b`` follows from the operands' values and derivatives by the rule of calculus for that
    operation.

    Parameters
    ----------
    a : number
        The value.
    b : number
        The derivative. Any number, not only 0 and 1: results are proportional to it.

    Attributes
    ----------
    a, b : number
        Value and derivative; the checks read them under these names.

    Notes
    -----
    ``+ - * /`` accept a Dual or a plain number on either side, so ``5 - x`` and ``1 / x`` work.
    A plain number is a constant. ``x ** n`` accepts a plain number n, which may be negative or
    a fraction. Also write unary minus, and the methods `exp` and `sigmoid`.

    Compute in double precision, as Python's numbers do. Single precision is not enough for the
    checks.

    In the checks everything is defined: they do not divide by 0, do not raise 0 to a power,
    raise negative numbers to whole powers only, and cause no overflow in exp. The operands are
    not modified: ``x + 1`` returns a new object and does not change x.

    Examples
    --------
    >>> x = Dual(3.0, 1.0)
    >>> y = x * x + x
    >>> float(y.a), float(y.b)
    (12.0, 7.0)
    >>> y = (5 - x) / (x**2 + 1)
    >>> round(float(y.a), 6), round(float(y.b), 6)
    (0.2, -0.22)
    >>> y = (2 * Dual(0.0, 1.0)).exp() - Dual(0.0, 1.0).sigmoid()
    >>> round(float(y.a), 6), round(float(y.b), 6)
    (0.5, 1.75)

    *Graded on* x_times_x_plus_x, x_cubed, two_x_cubed, one_over_x, x_over_2, five_minus_x,
    three_plus_two_x, quotient, exp_2x_times_x, x_minus_x_squared, constant_7, nested_sigmoid,
    minus_x, numbers_on_the_right, other_exponents, operands_not_modified.

    Derivation: derivations/autodiff.html#Dual
    """

    def __init__(self, a, b=0.0):
        """Keep value and derivative."""
        # TODO: implement Dual.__init__
        raise NotImplementedError

    def __add__(self, other):
        """Return ``self + other``; other is a Dual or a number."""
        # TODO: implement Dual.__add__
        raise NotImplementedError

    def __radd__(self, other):
        """Return ``other + self`` for a number on the left."""
        # TODO: implement Dual.__radd__
        raise NotImplementedError

    def __neg__(self):
        """Return ``-self``."""
        # TODO: implement Dual.__neg__
        raise NotImplementedError

    def __sub__(self, other):
        """Return ``self - other``; other is a Dual or a number."""
        # TODO: implement Dual.__sub__
        raise NotImplementedError

    def __rsub__(self, other):
        """Return ``other - self`` for a number on the left."""
        # TODO: implement Dual.__rsub__
        raise NotImplementedError

    def __mul__(self, other):
        """Return ``self * other``; other is a Dual or a number."""
        # TODO: implement Dual.__mul__
        raise NotImplementedError

    def __rmul__(self, other):
        """Return ``other * self`` for a number on the left."""
        # TODO: implement Dual.__rmul__
        raise NotImplementedError

    def __truediv__(self, other):
        """Return ``self / other``; other is a Dual or a number."""
        # TODO: implement Dual.__truediv__
        raise NotImplementedError

    def __rtruediv__(self, other):
        """Return ``other / self`` for a number on the left."""
        # TODO: implement Dual.__rtruediv__
        raise NotImplementedError

    def __pow__(self, n):
        """Return ``self ** n`` for a number n."""
        # TODO: implement Dual.__pow__
        raise NotImplementedError

    def exp(self):
        """Return e to the power of self."""
        # TODO: implement Dual.exp
        raise NotImplementedError

    def sigmoid(self):
        """Return ``1 / (1 + exp(-self))``."""
        # TODO: implement Dual.sigmoid
        raise NotImplementedError


def forward_derivative(f, x):
    """Return the derivative of f at x, by one evaluation of f at a dual number.

    Parameters
    ----------
    f : callable
        A function of a `Dual` that returns a Dual and uses only the operations of `Dual`. If f
        is constant, it may return a plain number.
    x : float
        The point at which the derivative is taken.

    Returns
    -------
    float
        f'(x) as a plain number, not a Dual. 0.0 if f returns a plain number.

    Notes
    -----
    The result is exact up to rounding, also for large x, because there is no step h as in
    centred differences. In the checks, f accepts only a Dual with the value x: it raises
    TypeError for a plain or complex number, and ValueError for another value. The checks test
    this function alone, so a mistake in `Dual` costs no points here. f and x are not modified.

    Examples
    --------
    >>> float(forward_derivative(lambda x: x * x + x, 3.0))
    7.0
    >>> float(forward_derivative(lambda x: 7, 3.0))
    0.0

    *Graded on* polynomial, function_with_exp, exact_for_large_x, constant_function.

    Derivation: derivations/autodiff.html#forward_derivative
    """
    # TODO: implement forward_derivative
    raise NotImplementedError


class Value:
    """A number that remembers what it was computed from, for derivatives in reverse mode.

    ``Value(data)`` makes a leaf: an input. Every operation returns a new Value, a node of a
    graph, which remembers the nodes that it was computed from. After ``y.backward()``,
    ``v.grad`` is dy/dv for every node v that y was computed from, whether it is a leaf or not.

    Parameters
    ----------
    data : number
        The value.

    Attributes
    ----------
    data : number
        The value; the checks read it under this name.
    grad : number
        0.0 until `backward` of an output reaches this node. Then the derivative of that output
        with respect to this node.

    Notes
    -----
    ``+ - * /`` accept a Value or a plain number on either side, so ``5 - x`` and ``1 / x``
    work. A plain number is a constant. ``x ** n`` accepts a plain number n, which may be
    negative or a fraction. Also write unary minus, and the methods `exp` and `relu`. The slope
    of relu at 0 is 0 by convention; no check tests it.

    What `backward` does:

    - The gradient of the output is 1, also if the output is a leaf.
    - A node that is used several times gets a contribution from each use. They are added.
    - A node passes its gradient on once, after all its contributions have arrived. It is not
      enough to visit every node once in any order, and it takes too long to follow every path
      through the graph: 40 doublings ``y = y + y`` make 2**40 paths.
    - Every call starts with gradients of 0: ignore what an earlier `backward`, of the same output
      or of another, has left in the nodes of this graph. So calling it twice gives the same as
      calling it once. (Some libraries add instead.)
    - It works for a chain of 3000 operations. By default, Python does not let a function call
      itself that often.

    Compute in double precision, as Python's numbers do. Single precision is not enough for the
    checks.

    In the checks everything is defined: they do not divide by 0, do not raise 0 to a power,
    raise negative numbers to whole powers only, and cause no overflow in exp. The operands are
    not modified: an operation changes neither data nor grad of its operands, and `backward`
    changes no data.

    Examples
    --------
    >>> a = Value(1.0)
    >>> b = a + a
    >>> c = b + b
    >>> c.backward()
    >>> float(c.data), float(a.grad)
    (4.0, 4.0)
    >>> x, w = Value(3.0), Value(2.0)
    >>> y = (5 - x) / (x**2 + 1) + 6 / w * x
    >>> y.backward()
    >>> round(float(y.data), 6), round(float(x.grad), 6), round(float(w.grad), 6)
    (9.2, 2.78, -4.5)

    *Graded on* x_times_x_plus_x, x_cubed, two_x_cubed, one_over_x, x_over_2, five_minus_x,
    three_plus_two_x, quotient, exp_2x_times_x, x_minus_x_squared, constant_7, minus_x,
    numbers_on_the_right, other_exponents, every_operation_inside, diamond, deep_diamond,
    short_way_and_long_way, ladder, two_leaves, relu_kills_negative_branch,
    leaf_shared_by_functions, backward_twice_idempotent, leaf_of_a_second_graph,
    chain_of_3000_nodes, many_paths, output_grad_is_1, operands_not_modified.

    Derivation: derivations/autodiff.html#Value
    """

    def __init__(self, data):
        """Make a leaf, with gradient 0.0."""
        # TODO: implement Value.__init__
        raise NotImplementedError

    def __add__(self, other):
        """Return ``self + other``; other is a Value or a number."""
        # TODO: implement Value.__add__
        raise NotImplementedError

    def __radd__(self, other):
        """Return ``other + self`` for a number on the left."""
        # TODO: implement Value.__radd__
        raise NotImplementedError

    def __neg__(self):
        """Return ``-self``."""
        # TODO: implement Value.__neg__
        raise NotImplementedError

    def __sub__(self, other):
        """Return ``self - other``; other is a Value or a number."""
        # TODO: implement Value.__sub__
        raise NotImplementedError

    def __rsub__(self, other):
        """Return ``other - self`` for a number on the left."""
        # TODO: implement Value.__rsub__
        raise NotImplementedError

    def __mul__(self, other):
        """Return ``self * other``; other is a Value or a number."""
        # TODO: implement Value.__mul__
        raise NotImplementedError

    def __rmul__(self, other):
        """Return ``other * self`` for a number on the left."""
        # TODO: implement Value.__rmul__
        raise NotImplementedError

    def __truediv__(self, other):
        """Return ``self / other``; other is a Value or a number."""
        # TODO: implement Value.__truediv__
        raise NotImplementedError

    def __rtruediv__(self, other):
        """Return ``other / self`` for a number on the left."""
        # TODO: implement Value.__rtruediv__
        raise NotImplementedError

    def __pow__(self, n):
        """Return ``self ** n`` for a number n."""
        # TODO: implement Value.__pow__
        raise NotImplementedError

    def exp(self):
        """Return e to the power of self."""
        # TODO: implement Value.exp
        raise NotImplementedError

    def relu(self):
        """Return self where it is positive, else 0."""
        # TODO: implement Value.relu
        raise NotImplementedError

    def backward(self):
        """Set the grad of every node that self was computed from; return nothing."""
        # TODO: implement Value.backward
        raise NotImplementedError


def jacobian_passes(n_in, n_out):
    """Return how many passes each mode needs for all derivatives of a function.

    The function has n_in inputs and n_out outputs, so its Jacobian has ``n_out * n_in``
    derivatives. One forward pass, as with `Dual`, gives the derivatives of all outputs in one
    direction of input space: one column of the Jacobian. One reverse pass, as with `Value`,
    gives the derivatives of one output with respect to all inputs: one row.

    Parameters
    ----------
    n_in, n_out : int
        The numbers of inputs and outputs, 1 or more.

    Returns
    -------
    dict of str to int
        Under 'forward' and 'reverse', the number of passes for the whole Jacobian in that mode
        alone.

    Notes
    -----
    Training differentiates one number, the loss, with respect to millions of weights. Your
    result shows why training uses reverse mode. The arguments are numbers and are not modified.

    Examples
    --------
    >>> jacobian_passes(1, 1) == {"forward": 1, "reverse": 1}
    True

    *Graded on* counts, one_loss_of_many_weights.

    Derivation: derivations/autodiff.html#jacobian_passes
    """
    # TODO: implement jacobian_passes
    raise NotImplementedError


if __name__ == "__main__":
    import sys

    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    print(f'To grade this file, run:  {python} -m grader submit "{__file__}"')
