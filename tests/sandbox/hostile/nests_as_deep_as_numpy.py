# costs: momentum_step
# attack: expensive answers: returns lists nested as deep as numpy allows
# module: optimizers
def momentum_step(w, g, v, lr, beta=0.9):
    nest = [0.0]
    for _ in range(14):
        nest = [nest, nest[0]]
    return nest, nest
