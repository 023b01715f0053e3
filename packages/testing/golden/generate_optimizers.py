#!/usr/bin/env python3
"""What PyTorch's optimisers, schedules and gradient clipping do: optimizers.json. Everything in float64.
usage: python3 generate_optimizers.py        (Debian's python3-torch)

optimizers  {name, options, params}: two parameters, 3 by 2 and 4, after each step with the gradients of `gradients`
schedules   {schedule, optimizer, rates, momenta?}: what stands in each group before each step of the schedule
plateau     {options, metrics, rates}: the rate after each metric
clipping    {maxNorm, normType, total, clipped}: of the first gradients
lbfgs       {options, start, params, losses, evaluations}: Rosenbrock's function, step after step
averages    {decay, params, averages}: an exponential moving average"""
import json
import math
import os
import re
import warnings

import torch
from torch.optim import lr_scheduler as schedules
from torch.optim.swa_utils import AveragedModel

warnings.filterwarnings('ignore')
torch.set_default_dtype(torch.float64)
STEPS = 9
SHAPES = [(3, 2), (4,)]


def camel(options):
    def word(name):
        return name[0].lower() + re.sub('_(.)', lambda m: m[1].upper(), name[1:])
    return {word(name): value for name, value in options.items()}


def flat(tensors):
    return [value for tensor in tensors for value in tensor.detach().flatten().tolist()]


torch.manual_seed(17)
start = [torch.randn(shape) for shape in SHAPES]
gradients = [[torch.randn(shape) * 3 for shape in SHAPES] for _ in range(STEPS)]


def optimizer_row(name, **options):
    params = [torch.nn.Parameter(p.clone()) for p in start]
    # In PyTorch 1.13 only this form of NAdam has the product of momenta that later ones have: the other squares a factor.
    form = {'foreach': True} if name == 'NAdam' else {}
    optimizer = getattr(torch.optim, name)(params, **options, **form)
    after = []
    for grads in gradients:
        for param, grad in zip(params, grads):
            param.grad = grad.clone()
        optimizer.step()
        after.append(flat(params))
    return dict(name=name, options=camel(options), params=after)


optimizers = [
    optimizer_row('SGD', lr=0.1),
    optimizer_row('SGD', lr=0.1, weight_decay=0.1, maximize=True),
    optimizer_row('SGD', lr=0.1, momentum=0.9),
    optimizer_row('SGD', lr=0.1, momentum=0.9, dampening=0.3, weight_decay=0.02),
    optimizer_row('SGD', lr=0.1, momentum=0.8, nesterov=True, weight_decay=0.02, maximize=True),
    optimizer_row('Adam'),
    optimizer_row('Adam', lr=0.1, betas=(0.5, 0.8), eps=1e-3, weight_decay=0.1),
    optimizer_row('Adam', lr=0.1, amsgrad=True, maximize=True),
    optimizer_row('AdamW', lr=0.1),
    optimizer_row('AdamW', lr=0.1, weight_decay=0.3, amsgrad=True, maximize=True),
    optimizer_row('RMSprop'),
    optimizer_row('RMSprop', lr=0.1, alpha=0.9, eps=1e-3, weight_decay=0.1),
    optimizer_row('RMSprop', lr=0.1, momentum=0.9, centered=True),
    optimizer_row('RMSprop', lr=0.1, momentum=0.5, maximize=True),
    optimizer_row('RMSprop', lr=0.1, centered=True, weight_decay=0.1),
    optimizer_row('Adagrad'),
    optimizer_row('Adagrad', lr=0.1, lr_decay=0.2, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-3),
    optimizer_row('Adagrad', lr=0.1, maximize=True),
    optimizer_row('Adadelta'),
    optimizer_row('Adadelta', lr=0.5, rho=0.7, eps=1e-3, weight_decay=0.1, maximize=True),
    optimizer_row('Adamax'),
    optimizer_row('Adamax', lr=0.1, betas=(0.7, 0.9), eps=1e-2, weight_decay=0.1, maximize=True),
    optimizer_row('NAdam'),
    optimizer_row('NAdam', lr=0.1, betas=(0.7, 0.9), eps=1e-2, weight_decay=0.1, momentum_decay=0.3),
    optimizer_row('RAdam'),
    optimizer_row('RAdam', lr=0.1, betas=(0.7, 0.9), eps=1e-2, weight_decay=0.1),
    optimizer_row('RAdam', lr=0.1, betas=(0.9, 0.99)),
]


def make(optimizer, schedule):
    options = dict(schedule)
    name = options.pop('name')
    if 'schedulers' in options:
        parts = [make(optimizer, part) for part in options.pop('schedulers')]
        if name == 'ChainedScheduler':
            return schedules.ChainedScheduler(parts)
        return schedules.SequentialLR(optimizer, parts, **options)
    return getattr(schedules, name)(optimizer, **options)


def describe(schedule):
    described = camel(schedule)
    if 'schedulers' in described:
        described['schedulers'] = [describe(part) for part in described['schedulers']]
    return described


def schedule_row(steps, name, optimizer='SGD', groups=({'lr': 0.1}, {'lr': 0.02}), **options):
    params = [dict(params=[torch.nn.Parameter(torch.zeros(1))], **group) for group in groups]
    made = getattr(torch.optim, optimizer)(params, **({'momentum': 0.5, 'lr': 1} if optimizer == 'SGD' else {}))
    schedule = dict(name=name, **options)
    scheduler = make(made, schedule)
    rates, momenta = [], []
    for step in range(steps):
        rates.append([group['lr'] for group in made.param_groups])
        momenta.append([group['momentum'] if 'momentum' in group else group['betas'][0] for group in made.param_groups])
        if step + 1 < steps:
            made.step()
            scheduler.step()
    row = dict(optimizer=optimizer, groups=list(groups), schedule=describe(schedule), rates=rates)
    return dict(row, momenta=momenta) if name == 'OneCycleLR' else row


linear = dict(name='LinearLR', start_factor=0.1, total_iters=4)
rows = [
    schedule_row(12, 'StepLR', step_size=3),
    schedule_row(12, 'StepLR', step_size=2, gamma=0.7),
    schedule_row(12, 'MultiStepLR', milestones=[2, 5, 5, 9], gamma=0.5),
    schedule_row(12, 'ExponentialLR', gamma=0.9),
    schedule_row(15, 'CosineAnnealingLR', T_max=6),
    schedule_row(15, 'CosineAnnealingLR', T_max=5, eta_min=0.01),
    schedule_row(15, 'CosineAnnealingWarmRestarts', T_0=4),
    schedule_row(20, 'CosineAnnealingWarmRestarts', T_0=3, T_mult=2, eta_min=0.005),
    schedule_row(10, 'LinearLR'),
    schedule_row(10, 'LinearLR', start_factor=0.5, end_factor=0.75, total_iters=4),
    schedule_row(10, 'ConstantLR'),
    schedule_row(10, 'ConstantLR', factor=0.5, total_iters=2),
    schedule_row(10, 'PolynomialLR', total_iters=4),
    schedule_row(10, 'PolynomialLR', total_iters=6, power=2.5),
    schedule_row(10, 'OneCycleLR', max_lr=0.3, total_steps=10),
    schedule_row(10, 'OneCycleLR', max_lr=[0.3, 0.1], epochs=5, steps_per_epoch=2, anneal_strategy='linear', pct_start=0.4, base_momentum=0.7),
    schedule_row(12, 'OneCycleLR', max_lr=0.3, total_steps=12, three_phase=True, div_factor=10, final_div_factor=100),
    schedule_row(8, 'OneCycleLR', optimizer='Adam', max_lr=0.3, total_steps=8),
    schedule_row(8, 'OneCycleLR', max_lr=0.3, total_steps=8, cycle_momentum=False),
    schedule_row(10, 'ChainedScheduler', schedulers=[dict(name='ConstantLR', factor=0.1, total_iters=2), dict(name='ExponentialLR', gamma=0.9)]),
    schedule_row(12, 'ChainedScheduler', schedulers=[linear, dict(name='CosineAnnealingLR', T_max=8, eta_min=0.001)]),
    schedule_row(16, 'SequentialLR', schedulers=[linear, dict(name='CosineAnnealingLR', T_max=8)], milestones=[5]),
    schedule_row(14, 'SequentialLR', schedulers=[dict(name='ConstantLR', factor=0.1, total_iters=2), dict(name='ExponentialLR', gamma=0.9), dict(name='StepLR', step_size=2)], milestones=[3, 8]),
]


def plateau_row(metrics, **options):
    params = [dict(params=[torch.nn.Parameter(torch.zeros(1))], lr=lr) for lr in (0.1, 0.02)]
    optimizer = torch.optim.SGD(params, lr=1)
    scheduler = schedules.ReduceLROnPlateau(optimizer, **options)
    rates = []
    for metric in metrics:
        scheduler.step(metric)
        rates.append([group['lr'] for group in optimizer.param_groups])
    return dict(options=camel(options), metrics=metrics, rates=rates)


falling = [1, 0.9, 0.91, 0.92, 0.9, 0.89995, 0.95, 0.95, 0.5, 0.6, 0.6, 0.6, 0.6, 0.6]
plateau = [
    plateau_row(falling, patience=2),
    plateau_row(falling, patience=1, factor=0.5, cooldown=2, threshold=1e-2, threshold_mode='abs'),
    plateau_row([-x for x in falling], mode='max', patience=0, min_lr=[0.01, 0.001], threshold_mode='rel'),
    plateau_row(falling, mode='max', patience=1, min_lr=0.015, threshold_mode='abs', eps=1e-3),
    plateau_row([1, math.nan, math.nan, 0.5, math.nan], patience=0),
]


def clipping_row(max_norm, norm_type):
    params = [torch.nn.Parameter(torch.zeros(shape)) for shape in SHAPES]
    for param, grad in zip(params, gradients[0]):
        param.grad = grad.clone()
    total = torch.nn.utils.clip_grad_norm_(params, max_norm, norm_type)
    return dict(maxNorm=max_norm, normType=norm_type, total=total.item(), clipped=flat([p.grad for p in params]))


clipping = [clipping_row(m, p) for p in (2, 1, 3, 0.5, -1, math.inf, -math.inf) for m in (1, 1000)]


def lbfgs_row(begin, steps, **options):
    x = torch.nn.Parameter(torch.tensor(begin))
    optimizer = torch.optim.LBFGS([x], **options)

    def closure():
        optimizer.zero_grad()
        loss = (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
        loss.backward()
        return loss

    params, losses, evaluations = [], [], []
    for _ in range(steps):
        losses.append(float(optimizer.step(closure)))
        params.append(flat([x]))
        evaluations.append(optimizer.state[x]['func_evals'])
    return dict(options=camel(options), start=begin, params=params, losses=losses, evaluations=evaluations)


lbfgs = [
    lbfgs_row([-1.2, 1.0], 3, lr=1e-3, max_iter=5),
    lbfgs_row([-1.2, 1.0], 4, line_search_fn='strong_wolfe', max_iter=8),
    lbfgs_row([-1.2, 1.0, -0.5, 2.0], 6, line_search_fn='strong_wolfe', max_iter=6, history_size=3),
    lbfgs_row([-1.2, 1.0, -0.5, 2.0], 3, lr=0.5, line_search_fn='strong_wolfe', max_iter=10, max_eval=9, tolerance_change=1e-4),
    lbfgs_row([0.9, 0.8], 3, lr=0.1, max_iter=4, history_size=2),
    lbfgs_row([1.0, 1.0], 2, line_search_fn='strong_wolfe'),
]


def averages_row(decay):
    model = torch.nn.Linear(2, 1)
    averaged = AveragedModel(model, avg_fn=lambda average, value, _: decay * average + (1 - decay) * value)
    generator = torch.Generator().manual_seed(3)
    values, averages = [], []
    for _ in range(5):
        with torch.no_grad():
            for param in model.parameters():
                param.copy_(torch.randn(param.shape, generator=generator))
        averaged.update_parameters(model)
        values.append(flat(model.parameters()))
        averages.append(flat(averaged.module.parameters()))
    return dict(decay=decay, params=values, averages=averages)


def encode(value):
    if isinstance(value, dict):
        return {name: encode(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [encode(part) for part in value]
    if isinstance(value, float) and not math.isfinite(value):
        return 'nan' if math.isnan(value) else 'inf' if value > 0 else '-inf'
    return '-0' if isinstance(value, float) and value == 0 and math.copysign(1, value) < 0 else value


here = os.path.dirname(os.path.abspath(__file__))
with open(os.path.join(here, 'optimizers.json'), 'w') as file:
    golden = dict(
        start=[flat([p]) for p in start], shapes=SHAPES, gradients=[[flat([g]) for g in grads] for grads in gradients],
        optimizers=optimizers, schedules=rows, plateau=plateau, clipping=clipping, lbfgs=lbfgs, averages=[averages_row(0.9), averages_row(0.5)],
        _by=dict(torch=torch.__version__),
    )
    json.dump(encode(golden), file)
print(len(optimizers), 'optimisers,', len(rows), 'schedules')
