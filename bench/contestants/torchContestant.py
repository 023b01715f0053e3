"""PyTorch: on the processor with as many threads as it takes by itself, or, with the argument `cuda`, on the card."""

import sys
import time

from contestant import (
    DEEP_LAYERS,
    DEEP_LEARNING_RATE,
    DEEP_WIDTH,
    HIDDEN,
    INPUTS,
    LEARNING_RATE,
    OUTPUTS,
    PAIRS,
    Absent,
    blas,
    deep_network,
    einsum_operands,
    images,
    initial_network,
    loss_and_weights,
    matrices,
    moved,
    operands,
    ordered,
    places,
    reduced,
    rows,
    say,
    serve,
    wall_time,
)

try:
    import torch
except ImportError as error:
    say(absent=f"{sys.executable} has no torch: {error}")
    sys.exit(0)

from torchLearningStep import learning_step

device = sys.argv[1] if len(sys.argv) > 1 else "cpu"
if device == "cuda":
    if not torch.cuda.is_available():
        say(absent=f"torch {torch.__version__} of {sys.executable} sees no CUDA device")
        sys.exit(0)
    # Float32 proper, as everybody else here: no tensor cores.
    torch.backends.cuda.matmul.allow_tf32 = False
    torch.backends.cudnn.allow_tf32 = False


def tensor(values):
    return torch.from_numpy(values).to(device)


def card_time(work):
    """By the card's own events, so that the queue is measured."""
    begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    start = time.perf_counter()
    begin.record()
    work()
    end.record()
    in_calls = (time.perf_counter() - start) * 1000
    torch.cuda.synchronize()
    return begin.elapsed_time(end), in_calls


def two_layer_step(case):
    network = {name: tensor(values) for name, values in initial_network().items()}
    forms = {"byHand": by_hand, "autograd": autograd, "nn": with_nn, "optim": with_optim}
    if case["form"] not in forms:
        raise Absent("torch.compile takes part nowhere: it needs PyTorch 2 and a C++ compiler")
    return forms[case["form"]](network)


def by_hand(network):
    x, y, w1, w2 = (network[name] for name in ("x", "y", "w1", "w2"))

    def step():
        h = x.mm(w1)
        h_relu = h.clamp(min=0)
        error = h_relu.mm(w2) - y
        loss = error.pow(2).sum()

        grad_prediction = 2.0 * error
        grad_w2 = h_relu.t().mm(grad_prediction)
        grad_h = grad_prediction.mm(w2.t())
        grad_h[h < 0] = 0
        grad_w1 = x.t().mm(grad_h)

        w1.sub_(grad_w1, alpha=LEARNING_RATE)
        w2.sub_(grad_w2, alpha=LEARNING_RATE)
        return loss

    return step, lambda loss: loss_and_weights(loss.item(), w1.cpu(), w2.cpu())


def autograd(network):
    x, y = network["x"], network["y"]
    w1, w2 = network["w1"].requires_grad_(), network["w2"].requires_grad_()

    def step():
        loss = (x.mm(w1).clamp(min=0).mm(w2) - y).pow(2).sum()
        loss.backward()
        with torch.no_grad():
            for w in (w1, w2):
                w.sub_(w.grad, alpha=LEARNING_RATE)
                w.grad.zero_()
        return loss

    return step, lambda loss: loss_and_weights(loss.item(), w1.detach().cpu(), w2.detach().cpu())


def modules(network):
    model = torch.nn.Sequential(torch.nn.Linear(INPUTS, HIDDEN), torch.nn.ReLU(), torch.nn.Linear(HIDDEN, OUTPUTS))
    model = model.to(device)
    with torch.no_grad():
        model[0].weight.copy_(network["w1"].t())
        model[0].bias.copy_(network["b1"])
        model[2].weight.copy_(network["w2"].t())
        model[2].bias.copy_(network["b2"])

    def result(loss):
        return loss_and_weights(loss.item(), model[0].weight.detach().t().cpu(), model[2].weight.detach().t().cpu())

    return model, torch.nn.MSELoss(reduction="sum"), result


def with_nn(network):
    model, loss_fn, result = modules(network)
    x, y = network["x"], network["y"]

    def step():
        loss = loss_fn(model(x), y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p.sub_(p.grad, alpha=LEARNING_RATE)
        return loss

    return step, result


def with_optim(network):
    model, loss_fn, result = modules(network)
    x, y = network["x"], network["y"]
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

    def step():
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    return step, result


def deep_step():
    network = deep_network()
    x, y = tensor(network["x"]), tensor(network["y"])
    linears = [torch.nn.Linear(DEEP_WIDTH, DEEP_WIDTH).to(device) for _ in range(DEEP_LAYERS)]
    with torch.no_grad():
        for linear, weight, bias in zip(linears, network["weights"], network["biases"]):
            linear.weight.copy_(tensor(weight))
            linear.bias.copy_(tensor(bias))
    model = torch.nn.Sequential(*[layer for linear in linears for layer in (linear, torch.nn.ReLU())][:-1])
    loss_fn = torch.nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=DEEP_LEARNING_RATE)

    def step():
        loss = loss_fn(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    first, last = linears[0].weight, linears[-1].weight
    return step, lambda loss: loss_and_weights(loss.item(), first.detach().cpu(), last.detach().cpu())


def matrix_product(case):
    a, b = (tensor(values) for values in matrices(case))
    left = a.t() if case["transposed"] else a
    return lambda: left.mm(b), same


def elementwise(operation, size):
    x, y = (tensor(values) for values in operands(size))
    steps = {
        "add": lambda: x + y,
        "exp": lambda: x.exp(),
        "tanh": lambda: x.tanh(),
        "gelu": lambda: torch.nn.functional.gelu(x),
    }
    return steps[operation], same


def reduction(case):
    x, axis = tensor(reduced(case)), case["axis"]
    return (x.sum if axis is None else lambda: x.sum(axis)), same


def moving(case):
    x, size = tensor(moved(case)), case["size"]
    rows, few, columns = (tensor(places(*which)) for which in ((size, size, 7), (PAIRS, size, 7), (PAIRS, size, 8)))
    steps = {
        "transpose": lambda: x.t().contiguous(),
        "slice": lambda: x[::2].flip(1),
        "rows": lambda: x[rows],
        "elements": lambda: x[few, columns],
    }
    return steps[case["operation"]], same


def ordering(case):
    x = tensor(ordered(case))
    if case["operation"] == "topk":
        return lambda: x.topk(10).values, same
    return lambda: x.sort(stable=True).values, same


def sum_of_products(case):
    operands = [tensor(values) for values in einsum_operands(case)]
    return lambda: torch.einsum(case["equation"], *operands), same


def row_by_row(case):
    x, row = (tensor(values) for values in rows(case))
    return (lambda: x + row) if case["operation"] == "addRow" else (lambda: x.softmax(1)), same


def convolution(case):
    x, weight = (tensor(values) for values in images(case))
    return lambda: torch.nn.functional.conv2d(x, weight, padding=case["padding"]), same


def same(values):
    return values.cpu()


def prepare(case):
    suite = case["suite"]
    if suite == "twoLayerStep":
        return two_layer_step(case)
    if suite == "deepStep":
        return deep_step()
    if suite == "learningStep":
        return learning_step(case["network"], device, tensor)
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
    if suite == "rowwise":
        return row_by_row(case)
    if suite == "convolutions":
        return convolution(case)
    if suite == "callOverhead":
        return elementwise("add", case["size"])
    if suite == "einsum":
        return sum_of_products(case)
    raise Absent(f"no such suite here: {suite}")


if device == "cuda":
    serve(torch.__version__, f"{torch.cuda.get_device_name()}; no TF32", prepare, card_time)
else:
    serve(torch.__version__, f"threads: {torch.get_num_threads()}; {blas()}", prepare, wall_time)
