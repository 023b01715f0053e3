#!/usr/bin/env python3
"""Writes random.json: what PyTorch, numpy and CPython draw, call by call, from seeded generators.

usage: python3 generate_random.py [FILE]

Needs PyTorch and numpy (made with Debian 12's python3-torch 1.13 and python3-numpy 1.24, Python 3.11).
A stream is {stream, seed, calls}; its calls were made in order on one generator. A call has `values` (all of them) or
`sha256` (of the little-endian bytes of the array) where it is long. `distributions` are streams of the same form whose calls
are functions of arrays.
"""
import hashlib, json, os, platform, random, sys
import numpy as np
import torch

LONG = 200


def record(method, arguments, array):
    if len(array) <= LONG:
        return dict(method=method, arguments=arguments, values=array.tolist())
    return dict(method=method, arguments=arguments, sha256=hashlib.sha256(array.tobytes()).hexdigest(),
                every1000=array[::1000].tolist())


class Torch:
    def __init__(self, seed):
        self.g = torch.Generator()
        self.g.manual_seed(seed)

    def normal(self, length, dtype):
        return torch.empty(length, dtype=getattr(torch, dtype)).normal_(generator=self.g).numpy()

    def uniform(self, length, dtype, low=0., high=1.):
        return torch.empty(length, dtype=getattr(torch, dtype)).uniform_(low, high, generator=self.g).numpy()

    def integers(self, length, low, high):
        return torch.empty(length, dtype=torch.int32).random_(low, high, generator=self.g).numpy()

    def permutation(self, n):
        return torch.randperm(n, generator=self.g).numpy().astype(np.int32)


    def normalOf(self, length, mean, std, dtype):
        return torch.empty(length, dtype=getattr(torch, dtype)).normal_(mean, std, generator=self.g).numpy()

    def bernoulli(self, length, p):
        return torch.empty(length).bernoulli_(p, generator=self.g).numpy()

    def bernoulliEach(self, p, dtype):
        return torch.bernoulli(torch.tensor(p, dtype=getattr(torch, dtype)), generator=self.g).numpy()

    def exponential(self, length, rate, dtype):
        return torch.empty(length, dtype=getattr(torch, dtype)).exponential_(rate, generator=self.g).numpy()

    def gamma(self, concentrations, dtype):
        return torch._standard_gamma(torch.tensor(concentrations, dtype=getattr(torch, dtype)), generator=self.g).numpy()

    def multinomial(self, weights, count, replacement):
        return torch.multinomial(torch.tensor(weights), count, replacement, generator=self.g).numpy().astype(np.int32).ravel()


class Numpy:
    def __init__(self, seed):
        self.g = np.random.RandomState(seed)

    def normal(self, length, dtype):
        return self.g.randn(length).astype(dtype)

    def uniform(self, length, dtype, low=0., high=1.):
        return self.g.uniform(low, high, length).astype(dtype)

    def integers(self, length, low, high):
        return self.g.randint(low, high, length).astype(np.int32)

    def permutation(self, n):
        return self.g.permutation(n).astype(np.int32)


    def normalOf(self, length, mean, std, dtype):
        return self.g.normal(mean, std, length).astype(dtype)

    def exponential(self, length, rate, dtype):
        return self.g.exponential(1 / rate, length).astype(dtype)

    def choice(self, size, count, replacement, p=None):
        return self.g.choice(size, count, replacement, p).astype(np.int32)

    def shuffle(self, n):
        order = np.arange(n, dtype=np.int32)
        self.g.shuffle(order)
        return order


class Python:
    def __init__(self, seed):
        self.g = random.Random(seed)

    def normal(self, length, dtype):
        return np.array([self.g.gauss(0, 1) for _ in range(length)], dtype)

    def uniform(self, length, dtype, low=0., high=1.):
        return np.array([self.g.uniform(low, high) for _ in range(length)], dtype)

    def integers(self, length, low, high):
        return np.array([self.g.randrange(low, high) for _ in range(length)], np.int32)

    def permutation(self, n):
        order = list(range(n))
        self.g.shuffle(order)
        return np.array(order, np.int32)


def stream(name, seed, *calls):
    g = dict(torch=Torch, numpy=Numpy, python=Python)[name](seed)
    return dict(stream=name, seed=seed, calls=[record(m, list(a), getattr(g, m)(*a)) for m, *a in calls])


# Every kind of call, in an order in which what one leaves behind (the spare normal, the position) shows in the next.
COMMON = [
    ('normal', 3, 'float32'), ('normal', 2, 'float32'), ('uniform', 5, 'float32'), ('uniform', 5, 'float64'),
    ('normal', 16, 'float32'), ('normal', 1, 'float64'), ('normal', 17, 'float32'), ('normal', 31, 'float32'),
    ('normal', 16, 'float64'), ('normal', 25, 'float64'), ('normal', 7, 'float64'),
    ('uniform', 20, 'float32', -0.031622776601683794, 0.031622776601683794), ('uniform', 20, 'float64', -1.5, 0.3),
    ('uniform', 20, 'float32', 2, 2.0001), ('integers', 20, 0, 4), ('integers', 20, -5, 12), ('integers', 5, 7, 8),
    ('integers', 20, -2147483648, 2147483647), ('integers', 20, 0, 2147483647), ('integers', 20, 0, 65536),
    ('permutation', 0), ('permutation', 1), ('permutation', 10), ('permutation', 100), ('normal', 4, 'float64'),
    ('uniform', 3, 'float32'),
]
LENGTHY = [
    ('normal', 64000, 'float32'), ('normal', 1003, 'float32'), ('uniform', 100000, 'float32', -0.1, 0.1),
    ('uniform', 50000, 'float64', -0.1, 0.3), ('integers', 50000, -3, 1000), ('permutation', 20000),
    ('normal', 20000, 'float64'),
]
BIG = 2 ** 32
streams = [stream(name, seed, *calls)
           for name, seeds in dict(torch=[0, 1, 42, 12345678901, -1, 2 ** 53 - 1], numpy=[0, 1, 42, BIG - 1],
                                   python=[0, 1, 42, BIG, -7, 2 ** 53 - 1]).items()
           for seed in seeds for calls in ([COMMON, LENGTHY] if seed < 2 else [COMMON])]
# Two million values of the path that trainings use, and the lengths around a block of sixteen.
streams.append(stream('torch', 2, ('normal', 2000000, 'float32')))
streams.append(stream('torch', 3, *[('normal', n, 'float32') for n in range(0, 50)]))

ROWS = [[0.1, 0.2, 0.7, 0.0], [3.0, 3.0, 4.0, 1.0]]
TORCH_DISTRIBUTIONS = [
    ('normalOf', 3, 2, 0.3, 'float32'), ('normalOf', 20, -1, 3, 'float32'), ('normalOf', 5, 1, 2, 'float64'),
    ('normalOf', 20, 0.1, 0.7, 'float64'), ('bernoulli', 30, 0.3), ('bernoulli', 5, 0), ('bernoulli', 5, 1),
    ('bernoulliEach', [0.2, 0.9, 0.5, 0, 1] * 4, 'float32'), ('bernoulliEach', [0.2, 0.9, 0.5, 0, 1] * 4, 'float64'),
    ('exponential', 30, 1, 'float32'), ('exponential', 5, 2.5, 'float32'), ('exponential', 20, 0.3, 'float64'),
    ('gamma', [0.3, 1, 2.5, 0, 7, 100] * 5, 'float32'), ('gamma', [0.01, 0.99, 1.01, 30] * 5, 'float64'),
    ('multinomial', ROWS[0], 1, False), ('multinomial', ROWS[0], 3, False), ('multinomial', ROWS, 1, False),
    ('multinomial', ROWS, 2, False), ('multinomial', ROWS, 1, True), ('multinomial', ROWS, 20, True),
    ('multinomial', ROWS[1], 4, False), ('exponential', 3, 1, 'float32'),
]
NUMPY_DISTRIBUTIONS = [
    ('normalOf', 5, 2, 0.3, 'float64'), ('normalOf', 20, -1, 3, 'float32'), ('exponential', 20, 0.3, 'float64'),
    ('choice', 5, 20, True), ('choice', 9, 5, False), ('choice', 9, 9, False), ('choice', 4, 20, True, [0.1, 0.2, 0.7, 0]),
    ('choice', 6, 4, False, [0.05, 0.05, 0.5, 0.3, 0.05, 0.05]), ('choice', 3, 2, False, [0.999, 0.0005, 0.0005]),
    ('shuffle', 10), ('exponential', 3, 1, 'float32'),
]
distributions = [stream(name, seed, *calls)
                 for name, calls in dict(torch=TORCH_DISTRIBUTIONS, numpy=NUMPY_DISTRIBUTIONS).items()
                 for seed in (0, 1, 42)]

r = random.Random(5)
letters = list('abcdefgh')
python = dict(
    seed=5, random=[r.random() for _ in range(4)], randint=[r.randint(0, 3) for _ in range(40)],
    randint_wide=[r.randint(-2 ** 40, 2 ** 50) for _ in range(8)], randrange=[r.randrange(10) for _ in range(8)],
    randrange_two=[r.randrange(-4, 4) for _ in range(8)], choice=[r.choice('xyz') for _ in range(8)],
    shuffled=(r.shuffle(letters), letters)[1], gauss=[r.gauss(2, 3) for _ in range(5)], after=r.random())

# The words after seeding and after use, as the systems themselves give them.
m = np.random.RandomState(9)
m.randn(1)
_, words, position, has_spare, spare = m.get_state()
numpy_state = dict(seed=9, position=int(position), words=[int(w) for w in words], spare=float(spare))

out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), 'random.json')
by = dict(torch=torch.__version__, numpy=np.__version__, python=platform.python_version())
with open(out, 'w') as file:
    json.dump(dict(streams=streams, distributions=distributions, python=python, numpy_state=numpy_state, _by=by), file, separators=(',', ':'))
    file.write('\n')
