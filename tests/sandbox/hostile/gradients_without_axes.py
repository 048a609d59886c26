# costs: weight_gradients
# attack: expensive answers: returns 8 million rows without columns, and 32 axes
# module: backprop
import numpy as np


def weight_gradients(delta, A_prev):
    return np.zeros((8_000_000, 0)), np.zeros((0,) * 32)
