"""The Python side of lib/serve.ts and lib/data.ts: the same lines, the same numbers."""

import json
import sys
import time


class Absent(Exception):
    """The contestant has no such thing; the message says why."""


def say(**message):
    sys.stdout.write("answer " + json.dumps(message) + "\n")
    sys.stdout.flush()


try:
    import numpy as np
except ImportError as error:
    say(absent=f"{sys.executable} has no numpy: {error}")
    sys.exit(0)


def uniform(size, seed, scale=1.0):
    """See lib/data.ts; unsigned arithmetic wraps as Math.imul does."""
    with np.errstate(over="ignore"):
        position = np.arange(size, dtype=np.uint32)
        value = position * np.uint32(0x9E3779B1) + np.uint32((seed * 0x7F4A7C15) & 0xFFFFFFFF)
        value = (value ^ (value >> np.uint32(16))) * np.uint32(0x85EBCA6B)
        value = (value ^ (value >> np.uint32(13))) * np.uint32(0xC2B2AE35)
        value ^= value >> np.uint32(16)
    return (((value >> np.uint32(8)) / 2.0**24 - 0.5) * scale).astype(np.float32)


BATCH, INPUTS, HIDDEN, OUTPUTS = 64, 1000, 100, 10
LEARNING_RATE = 1e-4


def initial_network():
    """See suites/twoLayerStep.ts."""
    return {
        "x": uniform(BATCH * INPUTS, 6, 4).reshape(BATCH, INPUTS),
        "y": uniform(BATCH * OUTPUTS, 7, 4).reshape(BATCH, OUTPUTS),
        "w1": uniform(INPUTS * HIDDEN, 8, 1 / 16).reshape(INPUTS, HIDDEN),
        "b1": uniform(HIDDEN, 9, 1 / 16),
        "w2": uniform(HIDDEN * OUTPUTS, 10, 1 / 4).reshape(HIDDEN, OUTPUTS),
        "b2": uniform(OUTPUTS, 11, 1 / 4),
    }


DEEP_LAYERS, DEEP_WIDTH, DEEP_BATCH, DEEP_LEARNING_RATE = 12, 64, 8, 1 / 16


def deep_network():
    """See suites/deepStep.ts."""
    width, layers = DEEP_WIDTH, range(DEEP_LAYERS)
    return {
        "x": uniform(DEEP_BATCH * width, 30, 4).reshape(DEEP_BATCH, width),
        "y": uniform(DEEP_BATCH * width, 31, 4).reshape(DEEP_BATCH, width),
        "weights": [uniform(width * width, 32 + i, 1 / 2).reshape(width, width) for i in layers],
        "biases": [uniform(width, 64 + i, 1 / 4) for i in layers],
    }


def matrices(case):
    m, k, n = case["m"], case["k"], case["n"]
    return uniform(m * k, 1).reshape((k, m) if case["transposed"] else (m, k)), uniform(k * n, 2).reshape(k, n)


def operands(size):
    return uniform(size, 3, 8), uniform(size, 4, 8)


def reduced(case):
    return uniform(case["rows"] * case["columns"], 5).reshape(case["rows"], case["columns"])


def moved(case):
    return uniform(case["size"] ** 2, 6).reshape(case["size"], case["size"])


PAIRS = 100_000


def places(count, size, seed):
    return np.floor((uniform(count, seed).astype(np.float64) + 0.5) * size).astype(np.int64)


def ordered(case):
    x = uniform(case["size"], 9)
    return x.reshape(int(x.size**0.5), -1) if case["operation"] == "sortRows" else x


def einsum_operands(case):
    sizes = [int(np.prod(shape)) for shape in case["shapes"]]
    return [uniform(n, 20 + i, 2).reshape(shape) for i, (n, shape) in enumerate(zip(sizes, case["shapes"]))]


def rows(case):
    height, width = case["rows"], case["columns"]
    return uniform(height * width, 12, 8).reshape(height, width), uniform(width, 13, 8)


def images(case):
    n, c, h, w = (case[name] for name in ("batch", "channels", "height", "width"))
    f, k = case["filters"], case["size"]
    return uniform(n * c * h * w, 14, 4).reshape(n, c, h, w), uniform(f * c * k * k, 15, 1 / 4).reshape(f, c, k, k)


def loss_and_weights(loss, w1, w2):
    return np.concatenate([[loss], np.ravel(w1), np.ravel(w2)])


def digest(values):
    """See lib/digest.ts."""
    values = np.ravel(np.asarray(values, dtype=np.float64))
    size = values.size
    samples = [float(values[int(size * ((s * 0.6180339887498949) % 1))]) for s in range(129)]
    weighted = float(values @ uniform(size, 99).astype(np.float64))
    return {"size": size, "absolute": float(np.abs(values).sum()), "weighted": weighted, "samples": samples}


def blas():
    """Which library multiplies matrices: Debian's numpy and PyTorch take whatever the system offers."""
    try:
        with open("/proc/self/maps") as maps:
            names = {line.split("/")[-1].strip() for line in maps if "blas" in line.split("/")[-1]}
    except OSError:
        return "unknown BLAS"
    # Debian's libblas.so.3 is a name that a tuned library takes over where one is installed.
    tuned = any("openblas" in name or "mkl" in name for name in names)
    untuned = not tuned and any(name.startswith("libblas.") for name in names)
    reference = " (the reference BLAS, untuned)" if untuned else ""
    return " ".join(sorted(names)) + reference if names else "BLAS of its own"


def wall_time(work):
    """Milliseconds until the work was done, and until its calls had returned."""
    start = time.perf_counter()
    work()
    milliseconds = (time.perf_counter() - start) * 1000
    return milliseconds, milliseconds


def serve(version, about, prepare, clock=wall_time):
    """`prepare` turns a case into (step, result): `step` does it once and returns what `result` turns into numbers."""
    say(ready={"version": version, "about": about})
    step = result = last = None
    for line in sys.stdin:
        verb, _, rest = line.strip().partition(" ")
        try:
            if verb == "prepare":
                step, result = prepare(json.loads(rest))
                say(prepared=True)
            elif verb == "run":
                times = int(rest)

                def work():
                    nonlocal last
                    for _ in range(times):
                        last = step()

                milliseconds, in_calls = clock(work)
                say(took={"milliseconds": milliseconds, "inCalls": in_calls})
            elif verb == "count":
                say(counts=None)
            else:
                say(digest=digest(result(last)))
        except Absent as error:
            say(absent=str(error))
        except Exception as error:  # the table says what happened, and the run goes on
            say(absent=f"{type(error).__name__}: {error}".split("\n")[0])
