"""Right examples of the course's functions, by hand or by formulas of Python's ``math`` alone.

Nothing of the course is imported: the formulas are those of a textbook, one number at a time.
"""

from __future__ import annotations

import re
from math import cos, cosh, erf, exp, log, pi, sin, sqrt

_BY_HAND = """
sigmoid(0.0) == 0.5
sigmoid([[0.0, 0.0]]) == [[0.5, 0.5]]
sigmoid_prime(0.0) == 0.25
sigmoid_prime([0, 0]) == [1/4, 0.25]
tanh_prime(0.0) == 1.0
relu([-1.5, 0.0, 2.0]) == [0.0, 0.0, 2.0]
relu([[3, -3], [-1, 1]]) == [[3, 0], [0, 1]]
relu(z=-7.25) == 0
relu_prime([-1, 0, 2]) == [0, 0, 1]
relu_prime([[0.5], [-0.5]]) == [[1.0], [0.0]]
relu_prime(3.0) == True
leaky_relu([-2, 3], 0.1) == [-0.2, 3.0]
leaky_relu(-5.0) == -0.05
leaky_relu([[-100.0]], alpha=0.25) == [[-25.0]]
leaky_relu_prime([-2, 3], 0.1) == [0.1, 1.0]
leaky_relu_prime(-4.0) == 0.01
leaky_relu_prime([[2.0, -2.0]], alpha=1/2) == [[1.0, 0.5]]
gelu(0.0) == 0.0
gelu_prime(0.0) == 0.5
chain_derivative([square], [square_prime], 3.0) == 6.0
chain_derivative([square, cube], [square_prime, cube_prime], 2.0) == 192
chain_derivative([double, double, double], [two, two, two], -1.5) == 8.0
numerical_gradient(sum_of_squares, [1.0, -2.0]) == [2.0, -4.0]
numerical_gradient(sum_of_cubes, [[1.0, 2.0]]) == [[3.0, 12.0]]
numerical_gradient(product, [2.0, 3.0, 4.0]) == [12.0, 8.0, 6.0]
numerical_gradient(sum_of_squares, [3], h=0.5) == [6.0]
relative_error([1.0], [3.0]) == 0.5
relative_error([0.0, 0.0], [0, 0]) == 0.0
relative_error([[3.0, 4.0]], [[-3.0, -4.0]]) == 1.0
mse([[1.0], [2.0]], [[0.0], [4.0]], "half_sum") == (2.5, [[1.0], [-2.0]])
mse([[1.0], [2.0]], [[0.0], [4.0]]) == (2.5, [[1.0], [-2.0]])
mse([[1.0, 3.0]], [[0.0, 1.0]], convention="half_mean") == (2.5, [[1.0, 2.0]])
bce([[0.5]], [[1]]) == (np.log(2), [[-2.0]])
bce([[0.25], [0.5]], [[0], [1]]) == (0.490415, [[2/3], [-1.0]])
bce_with_logits([[0.0]], [[1]]) == (0.6931, [[-0.5]])
softmax([[0.0, 0.0]]) == [[0.5, 0.5]]
softmax([[5, 5, 5, 5], [-1, -1, -1, -1]]) == [[0.25, 0.25, 0.25, 0.25], [1/4, 1/4, 1/4, 1/4]]
softmax([[np.log(1), np.log(3)]]) == [[0.25, 0.75]]
softmax_cross_entropy([[0.0, 0.0, 0.0]], [[1, 0, 0]]) == (1.0986, [[-2/3, 1/3, 1/3]])
softmax_backward([[1.0, 0.0]], [[0.25, 0.75]]) == [[0.1875, -0.1875]]
softmax_backward([[2.0, 2.0]], [[0.5, 0.5]]) == [[0.0, 0.0]]
softmax_backward([[4.0, 0.0, 8.0]], [[0.5, 0.25, 0.25]]) == [[0.0, -1.0, 1.0]]
affine_forward([[1, 2]], [[1, 0], [0, 1]], [10, 20]) == ([[11, 22]], ([[1, 2]], [[1, 0], [0,
    1]], [10, 20]))
affine_forward([[2.0]], [[3.0, 4.0]], [0.5, 1.0]) == ([[6.5, 9.0]], ([[2.0]], [[3.0, 4.0]],
    [0.5, 1.0]))
affine_forward([[1.0], [2.0]], [[-1.0]], [0.0]) == ([[-1.0], [-2.0]], ([[1.0], [2.0]], [[-1.0]],
    [0.0]))
mlp_forward([[7.0]], [([[0.0]], [0.0])]) == ([[0.5]], [([[7.0]], [[0.0]])])
mlp_forward([[1, 2]], [([[0], [0]], [0]), ([[2]], [-1])]) == ([[0.5]], [([[1, 2]], [[0]]),
    ([[0.5]], [[0]])])
scalar_backprop(1.0, 0.0, 0.0, 0.0, 2.0, 0.0) == {"w1": 0.5, "b1": 0.5, "w2": 0.5, "b2": 1.0}
scalar_backprop(x=3.0, y=2.0, w1=0.0, b1=0.0, w2=2.0, b2=1.0) == {"w1": 0.0, "b1": 0.0, "w2":
    0.0, "b2": 0.0}
scalar_backprop(4.0, 1.0, 0.0, 0.0, 4.0, 0.0) == {"b2": 1.0, "w2": 0.5, "b1": 1.0, "w1": 4.0}
output_delta([[2.0]], [[0.0]], sigmoid_prime) == [[0.5]]
output_delta([[2.0, 3.0]], [[1.0, -1.0]], relu_prime) == [[2.0, 0.0]]
output_delta([[1.0], [2.0]], [[3.0], [-4.0]], square_prime) == [[6.0], [-16.0]]
hidden_delta([[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0]], [[1.0, -1.0]], relu_prime) == [[11.0, 0.0]]
hidden_delta([[2.0]], [[3.0]], [[0.0]], sigmoid_prime) == [[1.5]]
hidden_delta([[1.0], [2.0]], [[5.0]], [[1.0], [3.0]], square_prime) == [[10.0], [60.0]]
weight_gradients([[1.0], [2.0]], [[3.0], [4.0]]) == ([[11.0]], [3.0])
weight_gradients([[1.0], [2.0]], [[1.0, 0.0], [0.0, 3.0]]) == ([[1.0], [6.0]], [3.0])
weight_gradients([[1, -1]], [[2, 3, 4]]) == ([[2, -2], [3, -3], [4, -4]], [1, -1])
weight_gradients(delta=[[0.5, 1.0], [1.5, 2.0]], A_prev=np.array([[2.0], [4.0]])) == ([[7.0,
    10.0]], [2.0, 3.0])
weight_gradients_columns([[1.0, 2.0]], [[1.0, 0.0], [0.0, 3.0]]) == ([[1.0, 6.0]], [[3.0]])
weight_gradients_columns([[1], [-1]], [[2], [3]]) == ([[2, 3], [-2, -3]], [[1], [-1]])
weight_gradients_columns([[1.0, 2.0]], [[3.0, 4.0]]) == ([[11.0]], [[3.0]])
backprop([[1.0]], [[1.0]], {"w1": [[0, 0]], "w2": [[2], [-4]]}, {"b1": [0, 0], "b2": [0]}) ==
    {"w1": [[-1, 2]], "b1": [-1, 2], "w2": [[-1], [-1]], "b2": [-2]}
backprop([[2.0], [4.0]], [[0.0], [0.0]], {"w1": [[0.0]], "w2": [[2.0]]}, {"b1": [0.0], "b2":
    [0.0]}) == {"w1": [[3.0]], "b1": [1.0], "w2": [[1.0]], "b2": [2.0]}
network_gradients([([[0.0], [0.0]], [0.0])], [[1.0, 0.0], [0.0, 4.0]], [[1.0], [0.0]]) ==
    (0.693147, [([[-0.25], [1.0]], [0.0])])
network_gradients([([[0.0]], [0.0])], [[6.0]], [[1.0]]) == (np.log(2), [([[-3.0]], [-0.5])])
sgd_step([1.0, -3.0], [2.0, -4.0], 0.1) == [0.8, -2.6]
sgd_step([[5]], [[2]], lr=0.5) == [[4.0]]
sgd_step(w=[1.0], g=[0.0], lr=10) == [1.0]
momentum_step([1.0], [2.0], [0.0], 0.1) == ([0.8], [-0.2])
momentum_step([0.8], [2.0], [-0.2], 0.1) == ([0.42], [-0.38])
momentum_step([[4.0, 0.0]], [[1.0, 0.0]], [[2.0, 2.0]], 0.5, beta=0.5) == ([[4.5, 1.0]], [[0.5,
    1.0]])
rmsprop_step([1.0], [2.0], [4.0], 0.1) == ([0.9], [4.0])
rmsprop_step([5.0], [3.0], [0.0], 1.0, 0.0) == ([4.0], [9.0])
rmsprop_step([1.0], [1.0], [0.0], 1.0, rho=0.75, eps=0.5) == ([0.0], [0.25])
adam_step([1.0], [2.0], lr=0.1) == ([0.9], {"m": [0.2], "v": [0.004], "t": 1})
adam_step([1.0, 1.0], [5.0, -5.0], None, 0.25) == ([0.75, 1.25], {"m": [0.5, -0.5], "v": [0.025,
    0.025], "t": 1})
clip_global_norm([[3.0], [4.0]], 1.0) == ([[0.6], [0.8]], 5.0)
clip_global_norm([[[6.0, 0.0]], [8.0]], 5.0) == ([[[3.0, 0.0]], [4.0]], 10.0)
clip_global_norm([[0.3], [0.4]], 2.0) == ([[0.3], [0.4]], 0.5)
unique_hidden_units([[1.0, 1.0, 2.0], [3.0, 3.0, 4.0]], [0.0, 0.0, 0.0]) == 2
unique_hidden_units([[1.0, 1.0, 2.0], [3.0, 3.0, 4.0]], [0.0, 0.5, 0.0]) == 3
unique_hidden_units([[0, 0, 0, 0]], [0, 0, 0, 0]) == 1
train([([[0.0], [0.0]], [0.0])], [[1, 2], [3, 5]], [[1], [1]], 0.5, 1) == ([([[0.5], [0.875]],
    [0.25])], [0.693])
train([([[0.0]], [0.0])], [[2.0]], [[0.0]], 1.0, 1) == ([([[-1.0]], [-0.5])], [0.693147])
delta_norms([[[2.0]], [[3.0]]], [[1.0]], [[5.0]], double, two) == [60, 10]
delta_norms([[[1.0, 1.0]]], [[1.0]], [[3.0, 4.0]], identity, one) == [5.0]
delta_norms([[[1.0]], [[2.0]]], [[3.0]], [[1.0]], square, square_prime) == [432, 36]
forward_derivative(square, 3.0) == 6.0
forward_derivative(cube, -2) == 12
forward_derivative(one, 5.0) == 0.0
jacobian_passes(1, 1) == {"forward": 1, "reverse": 1}
jacobian_passes(3, 2) == {"forward": 3, "reverse": 2}
jacobian_passes(n_in=1000, n_out=1) == {"reverse": 1, "forward": 1000}
"""


def _s(x: float) -> float:
    return 1 / (1 + exp(-x))


def _phi(x: float) -> float:
    return (1 + erf(x / sqrt(2))) / 2


def _density(x: float) -> float:
    return exp(-x * x / 2) / sqrt(2 * pi)


def _softplus(x: float) -> float:
    return log(1 + exp(x))


_E = [exp(1), exp(2), exp(4)]
_COMPUTED = [
    f"sigmoid([-2, 2]) == [{_s(-2):.4f}, {_s(2):.4f}]",
    f"sigmoid(1.5) == {_s(1.5):.6f}",
    f"sigmoid([[-4], [3]]) == [[{_s(-4):.3e}], [{_s(3):.5f}]]",
    f"sigmoid_prime(2.0) == {_s(2) * (1 - _s(2)):.5f}",
    f"sigmoid_prime([-1, 3]) == [{_s(1) * _s(-1):.4f}, {_s(3) * _s(-3):.4f}]",
    f"tanh_prime([0.5, -1]) == [{cosh(0.5) ** -2:.4f}, {cosh(1) ** -2:.4f}]",
    f"tanh_prime(2.5) == {cosh(2.5) ** -2:.6f}",
    f"gelu([1.0, -0.5]) == [{_phi(1):.6f}, {-0.5 * _phi(-0.5):.6f}]",
    f"gelu(2) == {2 * _phi(2):.4f}",
    f"gelu_prime([1.0, -1.0]) == [{_phi(1) + _density(1):.5f}, {_phi(-1) - _density(1):.5f}]",
    f"chain_derivative([square, sin], [square_prime, cos], 0.7) == {2 * 0.7 * cos(0.49):.6f}",
    f"chain_derivative([np.sin, np.exp], [np.cos, np.exp], 0.5) == {cos(0.5) * exp(sin(0.5)):.5f}",
    f"relative_error([1.0, 2.0], [2.0, 1.0]) == {sqrt(2) / (2 * sqrt(5)):.6f}",
    f"bce([[0.9, 0.2]], [[1, 0]]) == "
    f"({-log(0.9) - log(0.8):.5f}, [[{-1 / 0.9:.4f}, {1 / 0.8:.4f}]])",
    f"bce_with_logits([[2.0], [-1.0]], [[0], [1]]) == "
    f"({(_softplus(2) + _softplus(1)) / 2:.5f}, [[{_s(2) / 2:.4f}], [{(_s(-1) - 1) / 2:.4f}]])",
    f"bce_with_logits([[3.0]], [[1]]) == ({_softplus(-3):.6f}, [[{_s(3) - 1:.6f}]])",
    f"softmax([[1, 2, 4]]) == [[{', '.join(f'{e / sum(_E):.5f}' for e in _E)}]]",
    f"softmax_cross_entropy([[1, 2, 4]], [[0, 1, 0]]) == ({log(sum(_E)) - 2:.5f}, "
    f"[[{_E[0] / sum(_E):.4f}, {_E[1] / sum(_E) - 1:.4f}, {_E[2] / sum(_E):.4f}]])",
    f"rmsprop_step([1.0], [2.0], [0.0], 0.1) == ([{1 - 0.2 / sqrt(0.4):.4f}], [0.4])",
    f"sigmoid_prime(10) == {_s(10) * _s(-10):.3e}",
    f"forward_derivative(exp, 1.5) == {exp(1.5):.6f}",
]
RIGHT = [*re.sub(r"\n +", " ", _BY_HAND.strip()).split("\n"), *_COMPUTED]


def _change_digit(number: str) -> str:
    """Return a number with its last digit one higher, or one lower if it was a 9."""
    mantissa, e, power = number.partition("e")
    last = mantissa[-1]
    return mantissa[:-1] + ("8" if last == "9" else str(int(last) + 1)) + e + power


def spoil(example: str, place: int) -> dict[str, str]:
    """Return wrong examples made of a right one: by digits, sign, shape and order.

    Parameters
    ----------
    place : int
        Which of the numbers on its right side is changed, counted around.
    """
    call, right = example.split(" == ")
    numbers = list(re.finditer(r"(?<![\w./])\d[\d.]*(?:e[+-]\d+)?(?![\w/\"])", right))
    spoiled = {}
    if numbers:
        found = numbers[place % len(numbers)]
        before, after = right[: found.start()], right[found.end() :]
        spoiled["digit"] = before + _change_digit(found.group()) + after
    for found in numbers[place % max(1, len(numbers)) :] + numbers:
        if float(found.group()):
            before, after = right[: found.start()], right[found.end() :]
            before = before[:-1] if before.endswith("-") else f"{before}-"
            spoiled["sign"] = before + found.group() + after
            break
    spoiled["shape"] = f"[{right}]" if not right.startswith("{") else right[:-1] + ', "b3": 0.0}'
    inner = re.fullmatch(r"([\[(]+)(.*?), (.*?)([\])]+)", right)
    if inner and inner[2] != inner[3] and not re.search(r"[\[\](){}/]", inner[2] + inner[3]):
        spoiled["order"] = f"{inner[1]}{inner[3]}, {inner[2]}{inner[4]}"
    return {kind: f"{call} == {text}" for kind, text in spoiled.items()}
