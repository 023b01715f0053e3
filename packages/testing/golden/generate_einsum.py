#!/usr/bin/env python3
"""Writes einsum.json: equations with what PyTorch computes and refuses, and what numpy's greedy plans cost.

usage: python3 generate_einsum.py [FILE]

Needs PyTorch and numpy (made with Debian 12's python3-torch 1.13 and python3-numpy 1.24).
cases: operands and results of whole numbers, so that every order of summing gives them exactly; the upstream gradient
counts 1, 2, … through the output. errors: the first line of PyTorch's text. paths: random networks; `cost` is the sum over
the steps of numpy's greedy path of the product of the sizes of all labels involved, times the multiplications at each
position: one less than the arrays of the step, which are two unless numpy found no pair.
"""
import json, os, random, string, sys
import numpy as np
import torch

r = random.Random(4)


def array(t):
    return dict(shape=list(t.shape), dtype='float32', data=t.flatten().tolist())


def whole(shape):
    return torch.tensor([float(r.randint(-3, 3)) for _ in range(int(np.prod(shape)))]).reshape(shape)


def call(equation, operands, sublists):
    if sublists is None:
        return torch.einsum(equation, *operands)
    words = [word for operand, sublist in zip(operands, sublists) for word in (operand, sublist)]
    return torch.einsum(*words, *sublists[len(operands):])


def case(equation, *shapes, sublists=None):
    operands = [whole(shape).requires_grad_() for shape in shapes]
    out = call(equation, operands, sublists)
    upstream = torch.arange(1., out.numel() + 1).reshape(out.shape)
    grads = torch.autograd.grad(out, operands, upstream)
    written = None if sublists is None else [['...' if s is Ellipsis else s for s in one] for one in sublists]
    return dict(equation=equation, sublists=written, inputs=[array(x) for x in operands], output=array(out),
                grad_output=array(upstream), grads=[array(g) for g in grads])


WRITTEN = [
    ('ij->ij', (2, 3)), ('ij->ji', (2, 3)), ('ij', (2, 3)), ('ba', (2, 3)), ('aB', (2, 3)), ('ij->', (2, 3)),
    ('ij->i', (2, 3)), ('ij->j', (2, 3)), ('i->', (4,)), ('->', ()), ('', ()), ('ijk->kij', (2, 3, 4)),
    ('ii', (3, 3)), ('ii->i', (3, 3)), ('iij->ji', (3, 3, 2)), ('iji->j', (3, 2, 3)), ('iii->i', (3, 3, 3)),
    ('iii', (2, 2, 2)), ('iijj->ij', (2, 2, 3, 3)), ('ijij->', (2, 3, 2, 3)), ('...ii->...', (2, 3, 3)),
    ('...ij->...ji', (2, 3, 4, 5)), ('...ij->ij', (2, 3, 4)), ('i...->...', (2, 3, 4)), ('i...j->...', (2, 3, 4)),
    ('...', (2, 3)), ('...->...', (2, 3)), ('i...', (3, 2)), ('ij->...i', (2, 3)),
    ('i,i->', (4,), (4,)), ('i,i->i', (4,), (4,)), ('i,j->ij', (3,), (2,)), ('i,j->ji', (3,), (2,)),
    (',->', (), ()), ('i,->i', (3,), ()), (',ij->ji', (), (2, 3)), ('ij,j->i', (2, 3), (3,)), ('ij,i->j', (2, 3), (2,)),
    ('ik,kj->ij', (2, 3), (3, 4)), ('ik,kj->ji', (2, 3), (3, 4)), ('ki,kj->ij', (3, 2), (3, 4)), ('ij,jk', (2, 3), (3, 4)),
    (' i k , k j -> i j ', (2, 3), (3, 4)), ('ij,ij->', (2, 3), (2, 3)), ('ij,ij->ij', (2, 3), (2, 3)),
    ('ij,ji->', (2, 3), (3, 2)), ('ij,ji->ij', (2, 3), (3, 2)), ('bij,bjk->bik', (3, 2, 5), (3, 5, 4)),
    ('bij,bjk->ikb', (3, 2, 5), (3, 5, 4)), ('bij,bkj->bki', (3, 2, 5), (3, 4, 5)), ('bi,bi->b', (3, 4), (3, 4)),
    ('...ij,...jk->...ik', (2, 1, 2, 3), (4, 3, 2)), ('...ij,jk->...ik', (2, 4, 3), (3, 2)), ('...,...->...', (2, 3), (3,)),
    ('...i,...i->...', (2, 3), (2, 3)), ('i...,i...->...', (2, 1, 3), (2, 4, 3)), ('...,i', (2, 3), (4,)),
    ('bqhd,bkhd->bhqk', (2, 3, 2, 4), (2, 5, 2, 4)), ('bhqk,bkhd->bqhd', (2, 2, 3, 5), (2, 5, 2, 4)),
    ('ijk,jil->kl', (2, 3, 4), (3, 2, 5)), ('abcd,cdef->abef', (2, 2, 3, 2), (3, 2, 2, 2)), ('ij,kl->ikjl', (2, 3), (2, 2)),
    ('ii,ij->j', (3, 3), (3, 2)), ('iij,jkk->ik', (2, 2, 3), (3, 2, 2)), ('ij,kk->ij', (2, 3), (4, 4)),
    ('ij,k->i', (2, 3), (4,)), ('ij,jk->', (2, 3), (3, 4)), ('ijx,jy->i', (2, 3, 2), (3, 4)),
    ('ij,ij->i', (2, 1), (2, 5)), ('ij,jk->ik', (2, 1), (3, 4)), ('ij,jk->ik', (2, 3), (1, 4)), ('ii,i->i', (1, 1), (3,)),
    ('i,i->', (1,), (4,)), ('i,i->i', (1,), (4,)), ('ij,ij->ji', (1, 3), (2, 1)), ('i,i,i->i', (3,), (1,), (3,)),
    ('ij,jk->ik', (2, 0), (0, 3)), ('ij,jk->ik', (0, 2), (2, 3)), ('i,i->i', (0,), (1,)),
    ('bi,ij,bj->b', (2, 2), (2, 3), (2, 3)), ('bn,anm,bm->ba', (2, 5), (3, 5, 4), (2, 4)), ('i,i,i->i', (3,), (3,), (3,)),
    ('ij,jk,kl->il', (2, 3), (3, 2), (2, 4)), ('ij,jk,ki->', (2, 3), (3, 2), (2, 2)), ('a,b,c->cab', (2,), (3,), (2,)),
    ('ij,jk,kl,lm->im', (2, 3), (3, 2), (2, 3), (3, 2)), ('ea,fb,abcd,gc,hd->efgh', (2, 2), (2, 2), (2, 2, 2, 2), (2, 2), (2, 2)),
    ('...i,ij,...j->...', (2, 3), (3, 4), (2, 4)), ('abc,bd,cde,ae->', (2, 3, 2), (3, 2), (2, 2, 3), (2, 3)),
]
SUBLISTS = [
    ([[0, 1]], (2, 3)), ([[0, 1], [1, 0]], (2, 3)), ([[27, 26]], (2, 3)), ([[0, 26]], (2, 3)), ([[0, 0]], (3, 3)),
    ([[..., 0, 1], [..., 1, 2], [..., 0, 2]], (3, 2, 5), (3, 5, 4)), ([[0, 1], [1, 2]], (2, 3), (3, 4)),
    ([[51, ...], [51], [...]], (2, 3), (2,)),
]


def random_case():
    labels = string.ascii_letters[:r.randint(2, 6)]
    sizes = {label: r.randint(1, 3) for label in labels}
    terms = [[r.choice(labels) for _ in range(r.randint(0, 4))] for _ in range(r.randint(1, 5))]
    shapes = [[sizes[label] for label in term] for term in terms]
    used = sorted(set(sum(terms, [])))
    output = ''.join(r.sample(used, r.randint(0, min(4, len(used)))))
    return (','.join(map(''.join, terms)) + '->' + output, *shapes)


cases = [case(*one) for one in WRITTEN] + [case('', *shapes, sublists=lists) for lists, *shapes in SUBLISTS]
cases += [case(*random_case()) for _ in range(60)]

REFUSED = [
    ('ij,jk->ik', (2, 3)), ('ij,jk->ik', (2, 3), (3, 4), (1,)), ('i1', (2, 3)), ('i_j', (2, 3)), ('i.', (2, 3)), ('i..', (2, 3)),
    ('......', (2, 3)), ('...i...', (2, 3)), ('ij', (2, 3, 4)), ('ij', (2,)), ('...ij', (2,)), ('ii', (2, 3)), ('ii', (1, 3)),
    ('ij->ii', (2, 3)), ('ij->k', (2, 3)), ('ij->i...j...', (2, 3)), ('ij->i.', (2, 3)), ('ij->i->j', (2, 3)), ('ij-i', (2, 3)),
    ('ij->i,j', (2, 3)), ('ij-', (2, 3)), ('ij>', (2, 3)), ('ij->1', (2, 3)), ('ik,kj->ij', (2, 3), (2, 4)),
    ('...i,...i->...', (2, 3), (4, 3)), ('...i,...i->...', (5, 2, 3), (5, 4, 3)), ('', (2,)), ('ij,j k->ik', (2, 3), (2, 4)),
]
REFUSED_SUBLISTS = [
    ([[0, 52]], (2, 3)), ([[0, -1]], (2, 3)), ([[0]], (2, 3)), ([[0, 1], [3]], (2, 3)), ([[0, 1], [1]], (2, 3), (2,)),
]


def refusal(equation, *shapes, sublists=None):
    try:
        call(equation, [torch.zeros(shape) for shape in shapes], sublists)
    except (RuntimeError, ValueError) as error:
        return dict(equation=equation, sublists=sublists, shapes=shapes, text=str(error).splitlines()[0])
    raise AssertionError(f'{equation or sublists} was not refused')


errors = [refusal(*one) for one in REFUSED]
errors += [refusal('', *shapes, sublists=lists) for lists, *shapes in REFUSED_SUBLISTS]


def network():
    count = r.randint(3, 10)
    labels = string.ascii_letters[:r.randint(3, count + 4)]
    sizes = {label: r.randint(2, 9) for label in labels}
    terms = [r.sample(labels, r.randint(1, min(4, len(labels)))) for _ in range(count)]
    used = sorted(set(sum(terms, [])))
    output = r.sample(used, r.randint(0, min(4, len(used))))
    return ','.join(map(''.join, terms)) + '->' + ''.join(output), [[sizes[label] for label in term] for term in terms]


def path():
    equation, shapes = network()
    operands = [np.broadcast_to(np.float32(0), shape) for shape in shapes]
    steps = np.einsum_path(equation, *operands, optimize='greedy')[0][1:]
    terms, output = equation.split('->')
    sizes = {label: n for term, shape in zip(terms.split(','), shapes) for label, n in zip(term, shape)}
    left = [set(term) for term in terms.split(',')]
    cost = 0
    for step in steps:
        taken = [left[i] for i in step]
        left = [labels for i, labels in enumerate(left) if i not in step]
        involved = set().union(*taken)
        cost += int(np.prod([sizes[label] for label in involved], dtype=object)) * (len(taken) - 1)
        left.append(involved & set(output).union(*left))
    return dict(equation=equation, shapes=shapes, cost=cost, steps=steps)


out = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.path.dirname(os.path.abspath(__file__)), 'einsum.json')
by = dict(torch=torch.__version__, numpy=np.__version__)
with open(out, 'w') as file:
    json.dump(dict(cases=cases, errors=errors, paths=[path() for _ in range(200)], _by=by), file, separators=(',', ':'))
    file.write('\n')
