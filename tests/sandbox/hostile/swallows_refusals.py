# costs: forward_derivative
# attack: answers without the rule: calls the formula with arguments that are refused
# module: autodiff
def forward_derivative(f, x):
    for argument in (x, complex(x, 1e-20), None, "x", [x], Dual(x + 1.0, 1.0), Dual("x"), f):
        try:
            return f(argument)
        except Exception as error:
            assert error.__traceback__
    return 0.0
