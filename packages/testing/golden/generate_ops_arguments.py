#!/usr/bin/env python3
"""Adds to every row of ops.json the `args` that gen_golden.py held in closures: dims, sizes, targets, masks, indices.

usage: python3 generate_ops_arguments.py [FILE]      (after gen_golden.py; can be run again)

Each row is recomputed by PyTorch from its recorded inputs and its arguments alone, and must give the recorded output
and gradients: bit for bit, or to 1e-6 where sums of products depend on the BLAS. Nothing else in the file changes.
"""
import json, math, os, sys, warnings
import torch
import torch.nn.functional as F

warnings.filterwarnings('ignore')
torch.set_num_threads(1)
path = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), 'ops.json')
with open(path) as file:
    golden = json.load(file)
rows = {row['op']: row for row in golden['ops']}
assert len(rows) == len(golden['ops'])


def decoded(record):
    data = [float(v) if isinstance(v, str) else v for v in record['data']]
    return torch.tensor(data, dtype=getattr(torch, record['dtype'])).reshape(record['shape'])


def encoded(value):
    if not isinstance(value, torch.Tensor):
        return value
    assert all(isinstance(v, bool) or math.isfinite(v) for v in value.flatten().tolist())
    return dict(shape=list(value.shape), dtype=str(value.dtype).replace('torch.', ''), data=value.flatten().tolist())


X, Y = (decoded(record) for record in rows['add']['inputs'])
index = torch.tensor([2, 0, 1])


def reduction(name):
    return lambda x, dim=None, **rest: (getattr(torch, name)(x, **rest) if dim is None
                                        else getattr(torch, name)(x, dim=dim, **rest))


def strided(x, ranges):
    return x[tuple(slice(*r) for r in ranges)]


# name: (the operator as a function of the inputs and the arguments, the arguments)
table = {
    'softplus': (F.softplus, dict(beta=1, threshold=20)),
    'gelu': (F.gelu, dict(approximate='none')),
    'gelu_tanh': (F.gelu, dict(approximate='tanh')),
    'leaky_relu_.01': (F.leaky_relu, dict(negative_slope=.01)),
    'elu': (F.elu, dict(alpha=1.)),
    'pow2': (lambda x, exponent: x.pow(exponent), dict(exponent=2)),
    'clamp': (torch.clamp, dict(min=-.5, max=.5)),
    'where': (lambda a, b, condition: torch.where(condition, a, b), dict(condition=X > Y)),
    'max_ties_amax': (torch.amax, dict(dim=0)),
    'max_ties_max': (lambda x, dim: x.max(dim).values, dict(dim=0)),
    'softmax': (F.softmax, dict(dim=-1)),
    'log_softmax': (F.log_softmax, dict(dim=-1)),
    'cross_entropy': (F.cross_entropy, dict(target=index, reduction='mean')),
    'nll': (lambda x, target, dim, reduction: F.nll_loss(F.log_softmax(x, dim), target, reduction=reduction),
            dict(dim=1, target=index, reduction='mean')),
    'bce_logits': (F.binary_cross_entropy_with_logits, dict(target=(Y > 0).float(), reduction='mean')),
    'mse_sum': (F.mse_loss, dict(reduction='sum')),
    'mse_mean': (F.mse_loss, dict(reduction='mean')),
    'l1': (F.l1_loss, dict(reduction='mean')),
    'smooth_l1': (F.smooth_l1_loss, dict(beta=1., reduction='mean')),
    'huber': (F.huber_loss, dict(delta=1., reduction='mean')),
    'bilinear_einsum': (lambda a, b, c, equation: torch.einsum(equation, a, b, c), dict(equation='bn,anm,bm->ba')),
    'permute': (lambda x, dims: x.permute(dims), dict(dims=[2, 0, 1])),
    'expand': (lambda x, shape: x.expand(shape), dict(shape=[3, 4])),
    'slice': (strided, dict(ranges=[[1, None, 1], [None, None, 2]])),
    'cat': (lambda a, b, dim: torch.cat([a, b], dim), dict(dim=1)),
    'stack': (lambda a, b, dim: torch.stack([a, b], dim), dict(dim=1)),
    'gather': (torch.gather, dict(dim=1, index=index[:, None])),
    'index_select': (torch.index_select, dict(dim=0, index=torch.tensor([0, 0, 2]))),
    'masked_fill': (lambda x, mask, value: x.masked_fill(mask, value), dict(mask=Y > 0, value=0.)),
    'flip': (torch.flip, dict(dims=[0])),
    'cumsum': (torch.cumsum, dict(dim=1)),
    'pad': (F.pad, dict(pad=[1, 2], value=0.)),
    'sort': (lambda x, dim: x.sort(dim).values, dict(dim=1)),
    'tril': (torch.tril, dict(diagonal=0)),
    'layer_norm': (lambda x, w, b, normalized_shape, eps: F.layer_norm(x, normalized_shape, w, b, eps),
                   dict(normalized_shape=[4], eps=1e-5)),
    'batch_norm_train': (lambda x, w, b, training, eps: F.batch_norm(x, None, None, w, b, training, eps=eps),
                         dict(training=True, eps=1e-5)),
    'conv2d_s1p1': (F.conv2d, dict(stride=1, padding=1)),
    'conv2d_s2': (F.conv2d, dict(stride=2, padding=0)),
    'max_pool2': (F.max_pool2d, dict(kernel_size=2, stride=2)),
    'avg_pool2': (F.avg_pool2d, dict(kernel_size=2, stride=2)),
    'embedding': (lambda w, index: F.embedding(index, w), dict(index=torch.tensor([0, 2, 2]))),
}
for name in ('sum', 'mean', 'amax', 'var', 'std', 'logsumexp'):
    for suffix, dim in (('', None), ('_dim0', 0), ('_dim1', 1)):
        args = {} if dim is None else dict(dim=dim)
        if name == 'logsumexp' and dim is None:
            args = dict(dim=[0, 1])
        if name in ('var', 'std'):
            # PyTorch 1.13's spelling needs the dim beside the correction.
            fn = (lambda name: lambda x, correction, dim=None: getattr(torch, name)(x, dim=dim, correction=correction))(name)
            table[name + suffix] = (fn, dict(args, correction=1))
        elif args:
            table[name + suffix] = (reduction(name), args)
# No arguments beside the inputs.
PLAIN = {name: getattr(torch, name) for name in
         'exp sin cos tanh sigmoid relu neg abs square erf log sqrt rsqrt reciprocal log1p mm bmm sum mean amax'.split()}
for name in 'add sub mul div maximum minimum'.split():
    PLAIN[name] = PLAIN[name + '_bcast'] = getattr(torch, name)
PLAIN.update(silu=F.silu, pow_t=torch.pow, max_ties_maximum=torch.maximum, matmul_bcast=torch.matmul, matvec=torch.mv,
             linear=F.linear, transpose=torch.t)

inexact = []


def same(name, got, want):
    assert got.dtype == want.dtype and got.shape == want.shape, name
    if not torch.equal(got, want):
        inexact.append(name)
        assert torch.allclose(got, want, rtol=1e-6, atol=1e-6), f'{name}: {got} is not {want}'


for name, row in rows.items():
    function, args = table[name] if name in table else (PLAIN[name], {})
    inputs = [decoded(record).requires_grad_(record['dtype'] == 'float32') for record in row['inputs']]
    output = function(*inputs, **args)
    same(name, output.detach(), decoded(row['output']))
    if 'grads' in row:
        grads = torch.autograd.grad(output, inputs, decoded(row['grad_output']), allow_unused=True)
        for got, want in zip(grads, row['grads']):
            assert (got is None) == (want is None), name
            if got is not None:
                same(name, got, decoded(want))
    row.pop('args', None)
    if args:
        row['args'] = {key: encoded(value) for key, value in args.items()}
with open(path, 'w') as file:
    json.dump(golden, file)
print(f'{len(rows)} operators recomputed, {len(table)} with arguments; not bit for bit:', *sorted(set(inexact)))
