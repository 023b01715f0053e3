"""PyTorch's networks of suites/learningStep.ts, with the same names of parameters in the same order."""

import torch
from torch import nn

from contestant import loss_and_weights, places, uniform

IMAGES = 64
PIECES, LENGTH, ALPHABET = 16, 64, 78
LEARNING_RATE = 1 / 16


class DigitNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.strokes = nn.Conv2d(1, 32, 3, padding=1)
        self.parts = nn.Conv2d(32, 64, 3, padding=1)
        self.digit = nn.Linear(64 * 4 * 4, 10)

    def forward(self, images):
        strokes = torch.relu(self.strokes(images))
        parts = nn.functional.max_pool2d(torch.relu(self.parts(strokes)), 2)
        return self.digit(parts.flatten(1))


class CharacterModel(nn.Module):
    def __init__(self, alphabet, width=96, depth=3, context=LENGTH):
        super().__init__()
        self.character = nn.Embedding(alphabet, width)
        self.place = nn.Embedding(context, width)
        options = {"dim_feedforward": 4 * width, "dropout": 0.0, "activation": "gelu"}
        layers = (
            nn.TransformerEncoderLayer(width, 4, norm_first=True, batch_first=True, **options) for _ in range(depth)
        )
        self.layers = nn.ModuleList(layers)
        self.norm = nn.LayerNorm(width)
        self.next = nn.Linear(width, alphabet)

    def forward(self, characters):
        length = characters.shape[1]
        later = torch.triu(torch.full((length, length), float("-inf"), device=characters.device), 1)
        x = self.character(characters) + self.place.weight[:length]
        for layer in self.layers:
            x = layer(x, later)
        return self.next(self.norm(x))


def fill(model, tensor):
    with torch.no_grad():
        for i, (name, parameter) in enumerate(model.named_parameters()):
            values = uniform(parameter.numel(), 90 + i, 1 / 4).reshape(parameter.shape)
            is_norm = name.endswith("weight") and parameter.dim() == 1
            parameter.copy_(tensor(values + 1 if is_norm else values))


def learning_step(network, device, tensor):
    if network == "digits":
        model = DigitNet().to(device)
        inputs = tensor(uniform(IMAGES * 64, 80).reshape(IMAGES, 1, 8, 8))
        targets = tensor(places(IMAGES, 10, 81))
    else:
        model = CharacterModel(ALPHABET).to(device)
        inputs = tensor(places(PIECES * LENGTH, ALPHABET, 82).reshape(PIECES, LENGTH))
        targets = tensor(places(PIECES * LENGTH, ALPHABET, 83))
    fill(model, tensor)
    optimizer = torch.optim.SGD(model.parameters(), lr=LEARNING_RATE)

    def step():
        scores = model(inputs)
        loss = nn.functional.cross_entropy(scores.reshape(len(targets), -1), targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return loss

    first, *_, last = model.parameters()
    return step, lambda loss: loss_and_weights(loss.item(), first.detach().cpu(), last.detach().cpu())
