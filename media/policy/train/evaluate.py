"""Measures the policy: the share of solved tasks, and how far control tokens stay out of prose."""

import random
from collections import defaultdict

import torch

from legal import LEGAL
from model import load_model
from rollout import Player
from text import held_out_prose
from tokenizer import load_tokenizer
from wire import CONTROL_TOKENS
from world import draw_foreign_task, draw_held_out_task, draw_practice_task, draw_task

TASKS, SEED = 128, 777
"""Training draws from other seeds, so these tasks' values, names and tools come together for the first time."""
DRAWS = {"fresh": draw_task, "practice": draw_practice_task, "held-out names": draw_held_out_task, "foreign kinds": draw_foreign_task}
TEMPERATURES = (0, 1.0)

PROSE_CHUNKS = 24
PROSE_FRAME = "<|im_start|>user\nHello!<|im_end|>\n<|im_start|>assistant\n"
NOTABLE_MASS = 0.05
"""The smallest illegal mass that Derail ever calls a spike."""


def solved_by_kind(rollouts):
    scores = defaultdict(list)
    for rollout in rollouts:
        scores[rollout.task.kind].append(rollout.score())
    return {kind: round(sum(s) / len(s), 2) for kind, s in sorted(scores.items())}


@torch.no_grad()
def control_mass_in_prose(model):
    """The probability of the control tokens that are illegal in prose, at each position of replies of foreign prose."""
    tokenizer = load_tokenizer()
    control_ids = [tokenizer.token_to_id(t) for t in CONTROL_TOKENS if t not in LEGAL["prose"]]
    frame = tokenizer.encode(PROSE_FRAME).ids
    masses = []
    for passage in held_out_prose()[:PROSE_CHUNKS]:
        ids = frame + tokenizer.encode(passage).ids
        probabilities = model(torch.tensor([ids])).logits[0].softmax(-1)
        masses.append(probabilities[len(frame) : -1, control_ids].sum(-1))
    return torch.cat(masses)


def evaluate():
    model = load_model()
    masses = control_mass_in_prose(model)
    notable = (masses > NOTABLE_MASS).float().mean()
    print(f"illegal control mass in prose: {masses.mean():.5f}, above {NOTABLE_MASS} at {notable:.2%} of {len(masses)} tokens")
    for name, draw in DRAWS.items():
        for temperature in TEMPERATURES:
            rng = random.Random(SEED)
            rollouts = Player(model, temperature, SEED).play([draw(rng) for _ in range(TASKS)])
            solved = sum(r.score() for r in rollouts) / TASKS
            print(f"{name}, temperature {temperature}: {solved:.3f}", solved_by_kind(rollouts), flush=True)


if __name__ == "__main__":
    evaluate()
