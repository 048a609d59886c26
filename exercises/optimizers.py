"""One step of four optimisers: plain descent, momentum, RMSProp and Adam.

A step takes the weights `w` and the gradient `g` of the loss at `w`, two arrays of the
same shape, and returns new weights. Every operation is entry by entry, so any shape will
do. What an optimiser remembers between steps goes in as an argument and comes back as a
result; nothing is kept inside the module. A float32 answer is as good as a float64 one.
No function modifies an argument.

No module needs another: copy what you need, or import it and hand in both files.
"""

import numpy as np


def sgd_step(w, g, lr):
    """Take one step of gradient descent: ``w - lr * g``.

    Parameters
    ----------
    w : ndarray of any shape
        The weights; integers are fine.
    g : ndarray of w's shape
        The gradient of the loss at w.
    lr : float
        The learning rate.

    Returns
    -------
    ndarray of w's shape
        The new weights, as floats.

    Notes
    -----
    The loss whose gradient is g is the caller's matter: any 1/N is in g already. Where g
    is 0 the weights stay as they are. The arguments are not modified: the caller's w is
    the same after the call as before it.

    Examples
    --------
    >>> w = sgd_step(np.array([1.0, -3.0]), np.array([2.0, -4.0]), 0.1)
    >>> np.round(np.float64(w), 6).tolist()
    [0.8, -2.6]

    *Graded on* value, descends_a_quadratic, integer_weights, inputs_not_modified.

    Derivation: derivations/optimizers.html#sgd_step
    """
    # TODO: implement sgd_step
    raise NotImplementedError


def momentum_step(w, g, v, lr, beta=0.9):
    """Take one step with momentum, in the form that keeps lr inside the velocity.

    First the velocity is updated, then the *new* velocity moves the weights::

        v = beta * v - lr * g
        w = w + v

    Parameters
    ----------
    w : ndarray of any shape
        The weights; integers are fine.
    g : ndarray of w's shape
        The gradient of the loss at w.
    v : ndarray of w's shape
        The velocity that the step before returned; zeros before the first step.
    lr : float
        The learning rate. It may differ from step to step.
    beta : float
        How much of the old velocity is kept, 0 <= beta < 1.

    Returns
    -------
    w : ndarray of w's shape
        The new weights.
    v : ndarray of w's shape
        The new velocity, exactly as in the formula.

    Notes
    -----
    Other books and libraries keep ``v = beta * v + g`` and multiply by lr later, or average
    with a factor ``1 - beta``. Here the formula above holds, and v is compared too. With
    beta = 0 the step is that of plain gradient descent. Where g is 0 the weights
    still move, by what is left of the velocity. The arguments are not modified.

    Examples
    --------
    >>> g = np.array([2.0])
    >>> w, v = momentum_step(np.array([1.0]), g, np.array([0.0]), 0.1)
    >>> np.round(np.float64([w, v]), 6).tolist()
    [[0.8], [-0.2]]
    >>> w, v = momentum_step(w, g, v, 0.1)
    >>> np.round(np.float64([w, v]), 6).tolist()
    [[0.42], [-0.38]]

    *Graded on* two_steps_w, returned_v, beta_0_is_sgd, varying_lr_between_steps,
    integer_weights, inputs_not_modified.

    Derivation: derivations/optimizers.html#momentum_step
    """
    # TODO: implement momentum_step
    raise NotImplementedError


def rmsprop_step(w, g, s, lr, rho=0.9, eps=1e-8):
    """Take one step of RMSProp: divide each entry of g by its own running size.

    First the running mean of the squared gradient is updated, then the *new* one scales
    the step::

        s = rho * s + (1 - rho) * g**2
        w = w - lr * g / (sqrt(s) + eps)

    Parameters
    ----------
    w : ndarray of any shape
        The weights; integers are fine.
    g : ndarray of w's shape
        The gradient of the loss at w.
    s : ndarray of w's shape
        The running mean that the step before returned; zeros before the first step.
    lr : float
        The learning rate.
    rho : float
        How much of the old mean is kept, 0 <= rho < 1.
    eps : float
        Added to the root, not under it.

    Returns
    -------
    w : ndarray of w's shape
        The new weights.
    s : ndarray of w's shape
        The new running mean, before any root.

    Notes
    -----
    Every entry has its own mean. Where the gradient is 0 the weight does not move, also
    in the first step, when s is 0 too: eps keeps that from being 0/0.
    The arguments are not modified.

    Examples
    --------
    >>> w, s = rmsprop_step(np.array([1.0]), np.array([2.0]), np.array([0.0]), 0.1)
    >>> np.round(np.float64([w, s]), 4).tolist()
    [[0.6838], [0.4]]

    *Graded on* first_step_from_s_0, three_steps, eps_outside_the_root, same_as_pytorch,
    zero_gradient_does_not_move, integer_weights, inputs_not_modified.

    Derivation: derivations/optimizers.html#rmsprop_step
    """
    # TODO: implement rmsprop_step
    raise NotImplementedError


def adam_step(w, g, state=None, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    """Take one step of Adam, with both running means corrected for their start at 0.

    In this order, where m, v and t are what the state remembers and all three are 0
    before the first step::

        t = t + 1
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        w = w - lr * m_hat / (sqrt(v_hat) + eps)

    Parameters
    ----------
    w : ndarray of any shape
        The weights; integers are fine.
    g : ndarray of w's shape
        The gradient of the loss at w.
    state : dict or None
        What the step before returned for these weights; None before the first step.
    lr : float
        The learning rate.
    beta1, beta2 : float
        How much is kept of the old mean of g and of the old mean of g squared.
    eps : float
        Added to the root of the corrected v_hat, not under the root.

    Returns
    -------
    w : ndarray of w's shape
        The new weights.
    state : dict with the keys "m", "v" and "t"
        "m" and "v" are arrays of w's shape, the means *before* the correction; "t" is the
        number of steps taken, 1 after the first. Further keys do no harm; those that hold
        anything but numbers, text, None, arrays, and lists or dicts of these may be missing
        from the state that the next call gets.

    Notes
    -----
    The first step changes each weight by almost exactly lr, against the sign of its
    gradient and whatever the gradient's size, as long as that is far above eps. Where the
    gradient is 0 and always was, the weight does not move: the
    answer is finite, and nothing else, such as weight decay, is added.
    Several parameters may be trained side by side, each with a state of its own. Nothing
    may be remembered anywhere but in the state. The arguments are not modified: a new
    dict with new arrays is returned, and the dict that came in stays as it is.

    Examples
    --------
    >>> w, state = adam_step(np.array([1.0]), np.array([2.0]), lr=0.1)
    >>> np.round(np.float64(w), 6).tolist()
    [0.9]
    >>> int(state["t"]), np.round(np.float64([state["m"], state["v"]]), 6).tolist()
    (1, [[0.2], [0.004]])
    >>> w, state = adam_step(w, np.array([-1.0]), state, lr=0.1)
    >>> np.round(np.float64(w), 4).tolist()
    [0.8734]

    *Graded on* first_step_has_size_lr, five_steps, state_m_v_t_after_3_steps, eps_placement,
    non_default_betas, same_as_pytorch, integer_weights, two_parameters_do_not_share_state,
    zero_gradient_finite, inputs_not_modified.

    Derivation: derivations/optimizers.html#adam_step
    """
    # TODO: implement adam_step
    raise NotImplementedError


if __name__ == "__main__":
    import sys

    python = f'"{sys.executable}"' if " " in sys.executable else sys.executable
    print(f'To grade this file, run:  {python} -m grader submit "{__file__}"')
