#!/usr/bin/env python3
"""What PyTorch prints: prints.json, a list of {data, shape, dtype, options, text}.
usage: python3 generate_prints.py        (Debian's python3-torch)"""
import json
import math
import os

import torch


def encode(value):
    if isinstance(value, float) and not math.isfinite(value):
        return 'nan' if math.isnan(value) else 'inf' if value > 0 else '-inf'
    return '-0' if isinstance(value, float) and value == 0 and math.copysign(1, value) < 0 else value


torch.manual_seed(11)
inf, nan = math.inf, math.nan
tensors = [
    torch.tensor([10.0, 6, -4]), torch.tensor([1.2172e-8, 0, 7.1241e-9]), torch.tensor([nan]), torch.tensor(9.666667),
    torch.tensor(False), torch.tensor([False, True, True]), torch.tensor([[1.5, -2], [3, 4]]), torch.tensor(3),
    torch.tensor([1, -20, 300]), torch.tensor([[True], [False]]), torch.tensor([1.0, nan, inf, -inf]),
    torch.tensor([1.5, nan, inf, -inf]), torch.tensor([nan, inf]), torch.tensor([0.0, -0.0]), torch.tensor([0.03125, 0.09375, 0.5]),
    torch.tensor([1e9, 1.0]), torch.tensor([1e5, 1.0]), torch.tensor([103125.0, 0.5]), torch.tensor([1000.0, 1.0]), torch.tensor([1001.0, 1.0]),
    torch.tensor([1e-4, 1e-1]), torch.tensor([9.9e-5, 1e-3]), torch.tensor([1e20, -1e30]), torch.tensor([3e-45, 1.0]), torch.tensor([2.5, 3.5, 0.125]),
    torch.zeros(0), torch.zeros(0, 3), torch.zeros(2, 0, 3), torch.zeros(0, dtype=torch.bool), torch.zeros(2, 3), torch.ones(2, 2, 2), torch.randn(3, 4),
    torch.randn(2, 3, 4), torch.randn(2, 1, 2, 3), torch.randn(5, 12), torch.randn(25), torch.arange(30), torch.arange(1001), torch.arange(1000),
    torch.arange(1200.0).reshape(30, 40), torch.randn(20, 100), torch.randn(11, 10, 10), torch.randn(2, 2, 300), torch.randn(7, 200) * 1e-6,
    torch.randn(1001) * 1e7, torch.randint(0, 2, (40, 30)).bool(), torch.randn(3, dtype=torch.float64), torch.randn(3, 40, dtype=torch.float64),
    torch.tensor([1, 2, 255], dtype=torch.uint8), torch.zeros(0, 2, dtype=torch.float64), torch.randn(1, 1), torch.tensor(1e-10), torch.tensor(123456789.0),
    torch.tensor(-0.00005), torch.tensor([16777216.0, 1.0]), torch.tensor([0.1, 100000.0]),
]
rows = []


def add(tensor, **options):
    torch.set_printoptions(profile='default')
    torch.set_printoptions(**options)
    dtype = str(tensor.dtype).replace('torch.', '').replace('int64', 'int32')
    # int32 stands where PyTorch says int64, and dtypes are named without their module.
    text = str(tensor).replace('dtype=torch.', 'dtype=')
    rows.append(dict(data=[encode(v) for v in tensor.flatten().tolist()], shape=list(tensor.shape), dtype=dtype, options=options, text=text))


for tensor in tensors:
    add(tensor)
for precision in (0, 1, 2, 8):
    add(torch.tensor([1.25, -0.5, 3.141592653589793]), precision=precision)
    add(torch.tensor([1e-7, 3.0]), precision=precision)
add(torch.randn(30), linewidth=40)
add(torch.randn(12, 12), threshold=100, edgeitems=2)
here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, 'prints.json'), 'w') as file:
    json.dump(dict(prints=rows, _by=dict(torch=torch.__version__)), file)
print(len(rows), 'prints')
