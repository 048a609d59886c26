# costs: forward_derivative
# module: autodiff
def forward_derivative(f, x):
    while True:
        f(Dual(x, 1.0))
