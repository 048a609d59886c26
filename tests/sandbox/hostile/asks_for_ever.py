# costs: forward_derivative
# attack: answers without the rule: calls the formula that it gets without end
# module: autodiff
def forward_derivative(f, x):
    while True:
        f(Dual(x, 1.0))
