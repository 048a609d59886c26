# costs: adam_step
# attack: expensive answers: returns states whose product has 81 million entries
# module: optimizers
import numpy as np

def adam_step(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    if state is not None:
        return np.zeros(np.shape(w)), state
    # Whoever works with both at once works with their product.
    many = {"m": np.zeros((9000, 1, 1, 1), bool), "v": np.ones((1, 9000, 1, 1), bool), "t": 1}
    return np.zeros(np.shape(w)), many
