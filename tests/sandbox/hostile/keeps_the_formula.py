# costs: jacobian_passes
# attack: answers without the rule: keeps a formula and calls it in another call
# module: autodiff
FORMULAS = []
RIGHT = forward_derivative


def forward_derivative(f, x):
    FORMULAS.append(f)
    return RIGHT(f, x)


def jacobian_passes(n_in, n_out):
    # What is asked for outside its call would be taken for the answer to another question.
    FORMULAS[-1](Dual(1.0, 1.0))
    return {"forward": n_in, "reverse": n_out}
