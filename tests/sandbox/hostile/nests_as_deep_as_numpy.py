# costs: momentum_step
# module: optimizers
def momentum_step(w, g, v, lr, beta=0.9):
    nest = [0.0]
    for _ in range(14):
        nest = [nest, nest[0]]
    return nest, nest
