"""numpy, with its own BLAS and however many threads that takes."""

import numpy as np
from contestant import (
    LEARNING_RATE,
    PAIRS,
    Absent,
    blas,
    einsum_operands,
    initial_network,
    loss_and_weights,
    matrices,
    moved,
    operands,
    ordered,
    places,
    reduced,
    serve,
)


def two_layer_step(case):
    if case["form"] != "byHand":
        raise Absent("numpy derives no gradients")
    network = initial_network()
    x, y, w1, w2 = (network[name] for name in ("x", "y", "w1", "w2"))

    def step():
        h = x.dot(w1)
        h_relu = np.maximum(h, 0)
        error = h_relu.dot(w2) - y
        loss = np.square(error).sum()

        grad_prediction = 2 * error
        grad_w2 = h_relu.T.dot(grad_prediction)
        grad_h = grad_prediction.dot(w2.T)
        grad_h[h < 0] = 0
        grad_w1 = x.T.dot(grad_h)

        np.subtract(w1, LEARNING_RATE * grad_w1, out=w1)
        np.subtract(w2, LEARNING_RATE * grad_w2, out=w2)
        return loss

    return step, lambda loss: loss_and_weights(loss, w1, w2)


def matrix_product(case):
    a, b = matrices(case)
    left = a.T if case["transposed"] else a
    return lambda: left @ b, same


def elementwise(operation, size):
    x, y = operands(size)
    steps = {"add": lambda: x + y, "exp": lambda: np.exp(x), "tanh": lambda: np.tanh(x)}
    if operation not in steps:
        raise Absent(f"numpy has no {operation} (erf is in scipy)")
    return steps[operation], same


def reduction(case):
    x, axis = reduced(case), case["axis"]
    return lambda: x.sum(axis), same


def moving(case):
    x, size = moved(case), case["size"]
    rows, few, columns = places(size, size, 7), places(PAIRS, size, 7), places(PAIRS, size, 8)
    steps = {
        "transpose": lambda: x.T.copy(),
        "slice": lambda: x[::2, ::-1].copy(),
        "rows": lambda: x[rows],
        "elements": lambda: x[few, columns],
    }
    return steps[case["operation"]], same


def ordering(case):
    x = ordered(case)
    if case["operation"] == "topk":

        def largest():
            places = np.argpartition(x, -10)[-10:]
            return np.sort(x[places])[::-1]

        return largest, same

    def stable():
        order = np.argsort(x, axis=-1, kind="stable")
        return np.take_along_axis(x, order, -1)

    return stable, same


def sum_of_products(case):
    equation, operands = case["equation"], einsum_operands(case)
    path = np.einsum_path(equation, *operands, optimize="optimal")[0]
    return lambda: np.einsum(equation, *operands, optimize=path), same


def same(values):
    return values


def prepare(case):
    suite = case["suite"]
    if suite == "twoLayerStep":
        return two_layer_step(case)
    if suite == "matrixProducts":
        return matrix_product(case)
    if suite == "elementwise":
        return elementwise(case["operation"], case["size"])
    if suite == "reductions":
        return reduction(case)
    if suite == "moving":
        return moving(case)
    if suite == "ordering":
        return ordering(case)
    if suite == "callOverhead":
        return elementwise("add", case["size"])
    if suite == "einsum":
        return sum_of_products(case)
    raise Absent(f"no such suite here: {suite}")


serve(np.__version__, blas(), prepare)
