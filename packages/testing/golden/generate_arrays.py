"""Array calls and what NumPy gives for them: python3 generate_arrays.py, writes arrays.json beside itself.

A case is {f: function or method, a: arguments, r: result, c: 1 where it need only be close}. An argument {b: i, v: chain} is a
view of base array i by a chain of methods; {s, t, d} is an array; {u: 1} is undefined; all else is itself. Results are arrays,
lists of them, objects of them, or booleans. Cases are drawn with a fixed seed.
"""
import itertools
import json
import math
import os

import numpy as np

rng = np.random.default_rng(20241201)
TYPES = {'float32': 'f', 'int32': 'i', 'bool': 'b'}
cases = []
bases = []
NONE = {'u': 1}


def number(x):
    if isinstance(x, (bool, np.bool_)):
        return int(x)
    x = float(x)
    if math.isnan(x):
        return 'nan'
    if math.isinf(x):
        return 'inf' if x > 0 else '-inf'
    if x == 0 and math.copysign(1, x) < 0:
        return '-0'
    return int(x) if x == int(x) else float(np.float32(x)) if abs(np.float32(x) - x) == 0 else round(x, 9)


def enc(x):
    if isinstance(x, bool):
        return x
    if isinstance(x, dict):
        return {k: enc(v) for k, v in x.items()}
    if isinstance(x, (list, tuple)):
        return [enc(v) for v in x]
    x = np.asarray(x)
    kind = 'f' if x.dtype.kind == 'f' else 'b' if x.dtype.kind == 'b' else 'i'
    return {'s': list(x.shape), 't': kind, 'd': [number(v) for v in x.ravel()]}


def case(name, args, result, close=False):
    row = {'f': name, 'a': args, 'r': enc(result)}
    if close:
        row['c'] = 1
    cases.append(row)


def pick(options):
    return options[int(rng.integers(len(options)))]


def values(shape, dtype='float32', special=False):
    size = int(np.prod(shape))
    if dtype == 'bool':
        return np.array(rng.integers(0, 2, shape), bool)
    if dtype == 'int32':
        return np.array(rng.integers(-9, 10, shape), 'i4')
    x = np.array(rng.integers(-12, 13, shape) / 2, 'f4')
    if special and size:
        for v in (np.nan, np.inf, -np.inf, -0.0, 0.0):
            if rng.random() < 0.6:
                x.reshape(-1)[rng.integers(size)] = v
    return x


def base(shape, dtype='float32', special=False):
    x = np.array(values(shape, dtype, special))
    bases.append(x)
    return {'b': len(bases) - 1, 'v': []}, x


def shape_of(ndim, low=1, high=4):
    return tuple(int(n) for n in rng.integers(low, high + 1, ndim))


# --- views: a chain of methods, and the same with NumPy

def slice_text(size):
    def bound():
        return '' if rng.random() < 0.4 else str(int(rng.integers(-size - 1, size + 2)))
    text = f'{bound()}:{bound()}'
    return text + (f':{pick([-3, -2, -1, 1, 2, 3])}' if rng.random() < 0.5 else '')


def as_slice(text):
    return slice(*[int(p) if p else None for p in text.split(':')])


def step(x):
    """One random view of x: (method, arguments, the view)."""
    n = x.ndim
    kind = pick(['at', 'at', 'permute', 'flip', 'unsqueeze', 'squeeze', 'expand', 'diagonal', 'unfold', 'transpose'])
    if kind == 'permute':
        order = [int(d) for d in rng.permutation(n)]
        return kind, [order], x.transpose(order)
    if kind == 'transpose' and n:
        a, b = (int(d) for d in rng.integers(-n, n, 2))
        return kind, [a, b], np.swapaxes(x, a, b)
    if kind == 'flip' and n:
        dims = sorted({int(d) for d in rng.integers(0, n, 2)})
        return kind, [dims], np.flip(x, dims)
    if kind == 'unsqueeze' and n < 5:
        dim = int(rng.integers(-n - 1, n + 1))
        return kind, [dim], np.expand_dims(x, dim)
    if kind == 'squeeze':
        return kind, [], np.squeeze(x)
    if kind == 'expand' and n < 4:
        shape = [2] + [3 if s == 1 else s for s in x.shape]
        return kind, [shape], np.broadcast_to(x, shape)
    if kind == 'diagonal' and n >= 2:
        offset = int(rng.integers(-2, 3))
        return kind, [{'offset': offset}], np.diagonal(x, offset)
    if kind == 'unfold' and n and x.shape[-1] >= 2:
        size = int(rng.integers(1, x.shape[-1] + 1))
        stride = int(rng.integers(1, 3))
        windows = np.lib.stride_tricks.sliding_window_view(x, size, -1)
        return kind, [n - 1, size, {'step': stride}], windows[..., ::stride, :]
    parts, used = [], 0
    while used < n and rng.random() < 0.75:
        size = x.shape[used]
        part = int(rng.integers(-size, size)) if size and rng.random() < 0.2 else slice_text(size)
        parts.append(part)
        used += 1
    if rng.random() < 0.2 and n < 5:
        parts.insert(int(rng.integers(len(parts) + 1)), None)
    if rng.random() < 0.3:
        parts.append('...')
    return 'at', parts, x[basic(parts)]


def basic(parts):
    # With an ellipsis NumPy gives a view of one element too, not its number.
    parts = parts if '...' in parts else [*parts, '...']
    return tuple(Ellipsis if p == '...' else as_slice(p) if isinstance(p, str) else p for p in parts)


def view_of(spec, x, steps):
    chain = []
    for _ in range(steps):
        method, args, y = step(x)
        if y.size > 60:
            continue
        chain.append([method, *args])
        x = y
    return {'b': spec['b'], 'v': chain}, x


def some_view(dtype='float32', special=False, steps=None, shape=None):
    spec, x = base(shape or shape_of(int(rng.integers(1, 4))), dtype, special)
    return view_of(spec, x, int(rng.integers(0, 4)) if steps is None else steps)


# --- views of views
for _ in range(220):
    spec, x = some_view(pick(['float32', 'int32', 'bool']), steps=int(rng.integers(1, 6)), shape=shape_of(pick([1, 2, 3, 4]), 1, 5))
    case('clone', [spec], x)
for _ in range(140):
    spec, x = base(shape_of(pick([1, 2, 3]), 2, 6))
    (a, x1), (b, x2) = view_of(spec, x, int(rng.integers(1, 4))), view_of(spec, x, int(rng.integers(1, 4)))
    case('sharesMemory', [a, b], bool(np.shares_memory(x1, x2)))

# --- indexing: numbers, slices, None, ... and integer arrays that broadcast; reading and writing


def index_for(x):
    """Random parts, and the same for NumPy. No number together with arrays apart: there NumPy and PyTorch differ."""
    parts, theirs = [], []
    arrays = rng.random() < 0.6
    common = shape_of(int(rng.integers(0, 3)), 1, 3)
    used = 0
    ellipsis = False
    while used < x.ndim and rng.random() < 0.9:
        size = x.shape[used]
        r = rng.random()
        if arrays and size and r < 0.5:
            shape = tuple(1 if rng.random() < 0.3 else s for s in common[int(rng.integers(len(common) + 1)):])
            index = rng.integers(-size, size, shape).astype('i4')
            parts.append(enc(index))
            theirs.append(index)
        elif not arrays and size and r < 0.3:
            parts.append(int(rng.integers(-size, size)))
            theirs.append(parts[-1])
        else:
            parts.append(slice_text(size))
            theirs.append(as_slice(parts[-1]))
        used += 1
    if rng.random() < 0.25:
        place = int(rng.integers(len(parts) + 1))
        parts.insert(place, None)
        theirs.insert(place, None)
    if rng.random() < 0.3:
        # Dims that the index leaves out go where the ellipsis stands, so it stands last, or first with none left out.
        parts.append('...')
        theirs.append(Ellipsis)
    return parts, tuple(theirs)


for _ in range(330):
    spec, x = some_view(pick(['float32', 'int32']), shape=shape_of(pick([1, 2, 3, 3, 4]), 1, 5))
    parts, theirs = index_for(x)
    case('at', [spec, *parts], x[theirs])
for _ in range(200):
    spec, whole = base(shape_of(pick([1, 2, 3]), 1, 5))
    whole = whole.copy()
    spec, x = view_of(spec, whole, int(rng.integers(0, 3)))
    if not x.flags.writeable or any(s == 0 and n > 1 for s, n in zip(x.strides, x.shape)) or 'unfold' in str(spec) or 'diagonal' in str(spec):
        continue
    if rng.random() < 0.25 and x.ndim:
        at = int(rng.integers(x.ndim))
        mask = rng.integers(0, 2, x.shape[at:at + pick([1, 2])]).astype(bool)
        parts, theirs = [':'] * at + [enc(mask)], (slice(None),) * at + (mask,)
        x[theirs] = 77
        case('set', [spec, parts, 77], whole)
        continue
    parts, theirs = index_for(x)
    shape = x[theirs].shape
    keep = int(rng.integers(len(shape) + 1))
    value = rng.integers(20, 90, tuple(1 if rng.random() < 0.2 else s for s in shape[keep:])).astype('f4')
    x[theirs] = value
    case('set', [spec, parts, enc(value)], whole)

# --- broadcasting
for i in range(260):
    full = shape_of(pick([0, 1, 2, 3, 4]), 0 if rng.random() < 0.15 else 1, 4)
    def part():
        start = int(rng.integers(len(full) + 1))
        return tuple(1 if rng.random() < 0.35 else s for s in full[start:])
    dtype = pick(['float32', 'int32'])
    (a, x), (b, y) = base(part(), dtype, True), base(part(), dtype, True)
    if rng.random() < 0.4 and x.ndim:
        a, x = {**a, 'v': [['flip', [0]]]}, np.flip(x, 0)
    name, function = pick([('add', np.add), ('sub', np.subtract), ('mul', np.multiply), ('maximum', np.maximum), ('minimum', np.minimum), ('lt', np.less), ('eq', np.equal), ('logicalXor', np.logical_xor), ('remainder', np.remainder), ('floorDiv', np.floor_divide)])
    with np.errstate(all='ignore'):
        if name in ('remainder', 'floorDiv'):
            y[y == 0] = 1
            y[~np.isfinite(y)] = 2
            x[~np.isfinite(x)] = 3
        case(name, [a, b], function(x, y))

# --- reductions over every set of dims
def reductions(spec, x, ops):
    for count in range(x.ndim + 1):
        for dims in itertools.combinations(range(x.ndim), count):
            name, function = pick(ops)
            keep = bool(rng.random() < 0.4)
            empty = any(x.shape[d] == 0 for d in dims)
            if empty and name not in ('sum', 'prod', 'any', 'all', 'countNonzero'):
                name, function = 'sum', np.sum
            if name in ('argmax', 'argmin'):
                dims = dims[:1] or None
                if dims is None or x.size == 0:
                    continue
                with np.errstate(all='ignore'):
                    case(name, [spec, dims[0], {'keepdim': keep}], function(x, axis=dims[0], keepdims=keep))
                continue
            signed = [d - x.ndim if rng.random() < 0.3 else d for d in dims]
            with np.errstate(all='ignore'):
                result = function(x, axis=tuple(dims), keepdims=keep)
            case(name, [spec, signed, {'keepdim': keep}], np.asarray(result, x.dtype if name in ('mean', 'var', 'std', 'sum', 'prod') else None), name in ('mean', 'var', 'std', 'median', 'quantile'))


FLOAT_OPS = [('sum', np.sum), ('prod', np.prod), ('amax', np.max), ('amin', np.min), ('mean', np.mean), ('std', np.std), ('var', np.var), ('any', np.any), ('all', np.all), ('argmax', np.argmax), ('argmin', np.argmin)]
INT_OPS = [('sum', np.sum), ('amax', np.max), ('amin', np.min), ('any', np.any), ('all', np.all), ('argmax', np.argmax), ('countNonzero', lambda x, axis, keepdims: np.count_nonzero(x, axis=axis, keepdims=keepdims))]
for _ in range(34):
    spec, x = some_view('float32', shape=shape_of(pick([1, 2, 3, 4]), 1, 4))
    reductions(spec, x, [op for op in FLOAT_OPS if op[0] not in ('std', 'var', 'prod')])
    spec, x = some_view('int32', shape=shape_of(pick([2, 3]), 1, 4))
    reductions(spec, x, INT_OPS)
for shape in [(0,), (3, 0), (0, 3), (2, 0, 2), (1,), (), (1, 1)]:
    spec, x = base(shape)
    reductions(spec, x, FLOAT_OPS[:4])
for _ in range(8):
    spec, x = base(shape_of(3, 2, 3), special=True)
    reductions(spec, x, [('amax', np.max), ('amin', np.min), ('argmax', np.argmax), ('argmin', np.argmin)])
for _ in range(30):
    spec, x = some_view(shape=shape_of(2, 2, 4), steps=1)
    if x.size == 0:
        continue
    dim = int(rng.integers(x.ndim)) if x.ndim else NONE
    axis = None if dim == NONE else dim
    correction = pick([0, 1])
    n = x.size if axis is None else x.shape[axis]
    if n > correction:
        name = pick(['std', 'variance'])
        function = np.std if name == 'std' else np.var
        case(name, [spec, dim, {'correction': correction}], function(x.astype('f8'), axis=axis, ddof=correction).astype('f4'), True)
for _ in range(60):
    spec, x = some_view(shape=shape_of(pick([1, 2, 3]), 1, 5), steps=1, special=rng.random() < 0.2)
    if x.size == 0:
        continue
    dims = sorted({int(d) for d in rng.integers(0, x.ndim, 2)}) if x.ndim else []
    keep = bool(rng.random() < 0.4)
    axis = tuple(dims)
    if rng.random() < 0.4:
        with np.errstate(all='ignore'):
            case('median', [spec, dims, {'keepdim': keep}], np.median(x.astype('f8'), axis=axis, keepdims=keep).astype('f4'), True)
        continue
    if not np.isfinite(x).all():
        continue
    method = pick(['linear', 'lower', 'higher', 'midpoint', 'nearest'])
    q = pick([0, 0.25, 0.5, 0.75, 1, [0.25, 0.5], [0, 0.125, 1]])
    case('quantile', [spec, q, dims, {'keepdim': keep, 'interpolation': method}], np.quantile(x.astype('f8'), q, axis=axis, keepdims=keep, method=method).astype('f4'), True)

# --- sorting: ties, NaN and zeros of both signs, both directions


def order_of(x, axis, descending):
    if not descending:
        return np.argsort(x, axis=axis, kind='stable')
    flipped = np.flip(x, axis)
    n = x.shape[axis]
    return n - 1 - np.flip(np.argsort(flipped, axis=axis, kind='stable'), axis)


for _ in range(240):
    spec, x = some_view(pick(['float32', 'float32', 'int32', 'bool']), special=True, shape=shape_of(pick([1, 2, 3]), pick([0, 1, 1, 1, 1]), 7), steps=int(rng.integers(0, 3)))
    if x.ndim == 0:
        continue
    dim = int(rng.integers(-x.ndim, x.ndim))
    descending = bool(rng.random() < 0.5)
    order = order_of(x, dim, descending)
    ordered = np.take_along_axis(x, order, dim)
    kind = pick(['sort', 'argsort', 'topk'])
    if kind == 'sort':
        case(kind, [spec, dim, {'descending': descending}], {'values': ordered, 'indices': order})
    elif kind == 'argsort':
        case(kind, [spec, dim, {'descending': descending}], order)
    else:
        k = int(rng.integers(0, x.shape[dim] + 1))
        part = tuple(slice(None) for _ in range(dim % x.ndim)) + (slice(0, k),)
        case(kind, [spec, k, dim, {'largest': descending}], {'values': ordered[part], 'indices': order[part]})

# --- the rest: scans, shapes, repetition, products, searching, sets
for _ in range(110):
    spec, x = some_view(pick(['float32', 'int32', 'bool']), shape=shape_of(pick([1, 2, 3]), pick([0, 1, 1]), 5), steps=int(rng.integers(0, 3)))
    if x.ndim == 0:
        continue
    dim = int(rng.integers(-x.ndim, x.ndim))
    kind = pick(['cumsum', 'cumprod', 'diff', 'diff', 'roll', 'flip'])
    if kind == 'cumsum':
        case(kind, [spec, dim], np.cumsum(x, dim, dtype='f4' if x.dtype == 'f4' else 'i4'))
    elif kind == 'cumprod':
        case(kind, [spec, dim], np.cumprod(x, dim, dtype='f4' if x.dtype == 'f4' else 'i4'), x.dtype == np.float32)
    elif kind == 'diff':
        n = int(rng.integers(0, 3))
        case(kind, [spec, {'n': n, 'dim': dim}], np.diff(x, n, dim))
    elif kind == 'flip':
        case(kind, [spec, dim], np.flip(x, dim))
    elif rng.random() < 0.3:
        shift = int(rng.integers(-7, 8))
        case(kind, [spec, shift], np.roll(x, shift))
    else:
        dims = sorted({int(d) for d in rng.integers(0, x.ndim, 2)})
        shifts = [int(s) for s in rng.integers(-7, 8, len(dims))]
        case(kind, [spec, shifts, dims], np.roll(x, shifts, dims))
for _ in range(90):
    spec, x = some_view(pick(['float32', 'int32']), shape=shape_of(pick([1, 2, 3]), 1, 3), steps=int(rng.integers(0, 2)))
    kind = pick(['tile', 'repeatInterleave', 'pad', 'tril', 'movedim'])
    if kind == 'tile':
        reps = [int(r) for r in rng.integers(0, 3, int(rng.integers(1, 4)))]
        case(kind, [spec, reps], np.tile(x, reps))
    elif x.ndim == 0 or x.size == 0:
        continue
    elif kind == 'repeatInterleave':
        dim = int(rng.integers(x.ndim))
        reps = pick([2, 3, [int(r) for r in rng.integers(0, 4, x.shape[dim])]])
        case(kind, [spec, reps, dim], np.repeat(x, reps, dim))
    elif kind == 'pad':
        widths = [[int(w) for w in rng.integers(0, 4, 2)] for _ in range(x.ndim)]
        mode = pick(['constant', 'reflect', 'edge', 'wrap'])
        flat = [w for pair in reversed(widths) for w in pair]
        extra = {'constant_values': 7} if mode == 'constant' else {}
        case(kind, [spec, flat, {'mode': mode, 'value': 7}], np.pad(x, widths, mode, **extra))
    elif kind == 'tril' and x.ndim > 1:
        k = int(rng.integers(-2, 3))
        name = pick(['tril', 'triu'])
        case(name, [spec, k], getattr(np, name)(x, k))
    elif kind == 'movedim':
        a, b = (int(d) for d in rng.integers(-x.ndim, x.ndim, 2))
        case(kind, [spec, a, b], np.moveaxis(x, a, b))
for _ in range(70):
    kind = pick(['cat', 'stack', 'hstack', 'vstack', 'dstack', 'columnStack', 'tensorSplit', 'hsplit', 'unbind', 'meshgrid', 'broadcastArrays'])
    if kind in ('stack', 'cat', 'hstack', 'vstack', 'dstack', 'columnStack'):
        ndim = pick([1, 2] if kind == 'columnStack' else [1, 2, 3])
        shape = shape_of(ndim, 1, 3)
        pairs = [base(shape) for _ in range(int(rng.integers(1, 4)))]
        specs, arrays = [p[0] for p in pairs], [p[1] for p in pairs]
        if kind in ('stack', 'cat'):
            dim = int(rng.integers(-ndim, ndim))
            case(kind, [specs, dim], np.stack(arrays, dim) if kind == 'stack' else np.concatenate(arrays, dim))
        else:
            theirs = {'columnStack': np.column_stack}.get(kind) or getattr(np, kind)
            case(kind, [specs], theirs(arrays))
    elif kind == 'meshgrid':
        pairs = [base(shape_of(1, 0, 4)) for _ in range(int(rng.integers(1, 4)))]
        indexing = pick(['xy', 'ij'])
        case(kind, [[p[0] for p in pairs], {'indexing': indexing}], np.meshgrid(*[p[1] for p in pairs], indexing=indexing))
    elif kind == 'broadcastArrays':
        pairs = [base(s) for s in [(3, 1), (2,), (1, 1, 2), ()][: int(rng.integers(1, 5))]]
        case(kind, [p[0] for p in pairs], np.broadcast_arrays(*[p[1] for p in pairs]))
    else:
        spec, x = base(shape_of(2, 1, 6))
        if kind == 'unbind':
            case(kind, [spec, 1], [x[:, i] for i in range(x.shape[1])])
        elif kind == 'hsplit':
            case(kind, [spec, [1, 3]], np.hsplit(x, [1, 3]))
        else:
            n = pick([1, 2, 3, 4, [1, 2], [0, 5]])
            case(kind, [spec, n, 1], np.array_split(x, n, 1))
for _ in range(60):
    kind = pick(['kron', 'cross', 'outer', 'tensordot', 'vecdot', 'dot'])
    if kind == 'cross':
        (a, x), (b, y) = base((2, 3)), base(pick([(3,), (2, 3), (1, 3)]))
        case(kind, [a, b], np.cross(x, y))
    elif kind == 'tensordot':
        (a, x), (b, y) = base((2, 3, 2)), base((3, 2, 4))
        dims = pick([[[1], [0]], [[1, 2], [0, 1]], [[0], [1]], [[], []]])
        case(kind, [a, b, dims], np.tensordot(x, y, dims))
    elif kind == 'kron':
        (a, x), (b, y) = base(shape_of(pick([0, 1, 2]), 1, 3)), base(shape_of(pick([0, 1, 2]), 1, 3))
        case(kind, [a, b], np.kron(x, y))
    elif kind == 'vecdot':
        (a, x), (b, y) = base((2, 4)), base(pick([(4,), (2, 4)]))
        case(kind, [a, b], (x * y).sum(-1))
    else:
        n = int(rng.integers(1, 5))
        (a, x), (b, y) = base((n,)), base((n,))
        case(kind, [a, b], getattr(np, kind)(x, y))
for _ in range(130):
    kind = pick(['searchsorted', 'histogram', 'bincount', 'unique', 'nonzero', 'argwhere', 'maskedSelect', 'take', 'takeAlongDim', 'put', 'gather'])
    if kind == 'searchsorted':
        n = int(rng.integers(0, 12))
        edges = np.sort(values((n,), special=True))
        a, right = enc(edges), bool(rng.random() < 0.5)
        b, y = some_view(special=True, steps=1)
        case(kind, [a, b, {'right': right}], np.searchsorted(edges, y, 'right' if right else 'left'))
    elif kind == 'histogram':
        spec, x = base(shape_of(pick([1, 2]), 1, 9))
        bins = int(rng.integers(1, 6))
        if rng.random() < 0.4:
            edges = np.unique(values((5,)))
            if edges.size < 2:
                continue
            hist, edges = np.histogram(x, edges)
            case(kind, [spec, enc(edges)], {'hist': hist, 'binEdges': edges})
        else:
            limits = (-4.0, 4.0)
            bins = pick([1, 2, 4, 8])
            weighted = rng.random() < 0.5
            weights = rng.integers(0, 5, x.shape).astype('f4')
            hist, edges = np.histogram(x, bins, limits, weights=weights if weighted else None)
            case(kind, [spec, bins, {'range': [-4, 4], **({'weights': enc(weights)} if weighted else {})}], {'hist': hist, 'binEdges': edges.astype('f4')})
    elif kind == 'bincount':
        x = rng.integers(0, 7, int(rng.integers(0, 12))).astype('i4')
        least = int(rng.integers(0, 10))
        case(kind, [enc(x), {'minLength': least}], np.bincount(x, minlength=least))
    elif kind == 'unique':
        spec, x = some_view(pick(['float32', 'int32', 'bool']), shape=shape_of(pick([1, 2]), pick([0, 1]), 6), steps=1)
        found, first, inverse, counts = np.unique(x, True, True, True, equal_nan=False)
        case(kind, [spec], {'values': found, 'indices': first, 'inverse': inverse.reshape(x.shape), 'counts': counts})
    elif kind in ('nonzero', 'argwhere'):
        spec, x = some_view(pick(['float32', 'int32', 'bool']), shape=shape_of(pick([1, 2, 3]), 1, 4), steps=1)
        if x.ndim:
            x = x.copy()
            case(kind, [spec], list(np.nonzero(x)) if kind == 'nonzero' else np.argwhere(x))
    elif kind == 'maskedSelect':
        spec, x = some_view(shape=shape_of(2, 1, 4), steps=0)
        mask = rng.integers(0, 2, pick([x.shape, (x.shape[1],), (x.shape[0], 1)])).astype(bool)
        case(kind, [spec, enc(mask)], x[np.broadcast_to(mask, x.shape)])
    elif kind == 'take':
        spec, x = some_view(shape=shape_of(pick([1, 2, 3]), 1, 4), steps=1)
        if x.size == 0 or x.ndim == 0:
            continue
        dim = pick([None, *range(x.ndim)])
        size = x.size if dim is None else x.shape[dim]
        index = rng.integers(-size, size, shape_of(int(rng.integers(0, 3)), 0, 3)).astype('i4')
        case(kind, [spec, enc(index), NONE if dim is None else dim], np.take(x, index, dim))
    elif kind in ('takeAlongDim', 'gather'):
        spec, x = some_view(shape=shape_of(2, 1, 4), steps=0)
        index = rng.integers(-x.shape[1], x.shape[1], (x.shape[0], int(rng.integers(0, 5)))).astype('i4')
        case(kind, [spec, enc(index), 1] if kind == 'takeAlongDim' else [spec, 1, enc(index)], np.take_along_axis(x, index, 1))
    else:
        spec, x = some_view(shape=shape_of(2, 1, 4), steps=0)
        index = rng.integers(-x.size, x.size, (3,)).astype('i4')
        value = values((3,))
        accumulate = bool(rng.random() < 0.5)
        y = x.copy().reshape(-1)
        if accumulate:
            np.add.at(y, index, value)
        else:
            np.put(y, index, value)
        case(kind, [spec, enc(index), enc(value), {'accumulate': accumulate}], y.reshape(x.shape))

# --- elementwise, at points with corners
points = np.array([0, -0.0, 0.1, -0.3, 0.5, -0.9, 1, -1, 1.5, -2.5, 3, 8, -20, 100, np.inf, -np.inf, np.nan], 'f4')
UNARY = dict(tan=np.tan, asin=np.arcsin, acos=np.arccos, atan=np.arctan, sinh=np.sinh, cosh=np.cosh, asinh=np.arcsinh, acosh=np.arccosh, atanh=np.arctanh, log2=np.log2, log10=np.log10, exp2=np.exp2, signbit=np.signbit, isInf=np.isinf, sign=np.sign, trunc=np.trunc, round=np.round, expm1=np.expm1, log1p=np.log1p, reciprocal=np.reciprocal)
BINARY = dict(atan2=np.arctan2, hypot=np.hypot, copysign=np.copysign, logaddexp=np.logaddexp, logicalAnd=np.logical_and, logicalOr=np.logical_or, isclose=np.isclose)
EXACT = {'signbit', 'isInf', 'sign', 'trunc', 'round', 'copysign', 'logicalAnd', 'logicalOr', 'isclose'}
with np.errstate(all='ignore'):
    for name, function in UNARY.items():
        x = points[:-1] if name == 'signbit' else points
        exact = function(x if name in EXACT else x.astype('f8'))
        case(name, [enc(x)], exact if name in EXACT else exact.astype('f4'), name not in EXACT)
        ints = np.array([1, 2, 3, 8], 'i4')
        if name not in EXACT and name != 'reciprocal':
            case(name, [enc(ints)], function(ints.astype('f8')).astype('f4'), True)
    for name, function in BINARY.items():
        x, y = (v.ravel() for v in np.meshgrid(points, points))
        keep = ~np.isnan(y) if name == 'copysign' else np.full(y.shape, True)
        x, y = x[keep], y[keep]
        exact = function(x, y) if name in EXACT else function(x.astype('f8'), y.astype('f8')).astype('f4')
        case(name, [enc(x), enc(y)], exact, name not in EXACT)
    case('isclose', [enc(points), enc(points), {'equalNan': True}], np.isclose(points, points, equal_nan=True))
    case('nanToNum', [enc(points), {'nan': 1, 'posinf': 2, 'neginf': 3}], np.nan_to_num(points, nan=1, posinf=2, neginf=3))
    case('nanToNum', [enc(points)], np.nan_to_num(points), True)
    case('clip', [enc(points), -1, enc(np.float32(2))], np.clip(points, -1, np.float32(2)))

here = os.path.dirname(os.path.abspath(__file__))
file = os.path.join(here, 'arrays.json')
with open(file, 'w') as out:
    rows = ',\n'.join(json.dumps(row, separators=(',', ':')) for row in cases)
    arrays = ',\n'.join(json.dumps(enc(x), separators=(',', ':')) for x in bases)
    out.write(f'{{"by":"numpy {np.__version__}","bases":[\n{arrays}\n],"cases":[\n{rows}\n]}}\n')
print(len(cases), 'cases', len(bases), 'bases', os.path.getsize(file), 'bytes')
