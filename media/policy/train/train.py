"""Supervised training of the policy, in two phases: the expert's conversations, made-up ones about anything, ordinary text."""

import random
import tempfile
import time
from dataclasses import dataclass
from functools import partial

import torch
import torch.nn.functional as F

from kinds import SMALL_TALK
from model import WEIGHTS_FILE, build_model
from network import Network
from text import passages, wrapped
from tokenizer import MAX_TOKENS, load_tokenizer
from wild_talk import wild_talk
from wire import CONTROL_TOKENS, TURN_END, TURN_START
from world import demonstration, draw_made_up_task, draw_task

WORKERS = 2
"""A process for each core: two threads of one process wait for each other in every small product."""
BATCH_TOKENS = 3600
"""Of each worker, padding included."""
POOL = 128
"""Rows drawn at once and sorted by length: padding would else be 40 % of the work."""
REPORT_STEPS = 20

LEARNING_RATE = 2.5e-3
WARMUP_STEPS = 60
LAST_LEARNING_RATE_SHARE = 0.02

ASSISTANT_WEIGHT = 1.0
WILD_WEIGHT = 0.25
"""Of plain tokens in made-up conversations, which nothing can foresee; their control tokens weigh as much as the world's."""
PASSAGE_WEIGHT = 0.25
OTHER_WEIGHT = 0.05
"""Prompts and tool results: mostly random names and numbers, learned only so far that their scores make sense."""


@dataclass
class Mix:
    """Shares of the rows; the rest is ordinary text."""

    world: float
    made_up: float
    wild: float


@dataclass
class Phase:
    seed: int
    steps: int
    mix: Mix
    decay_steps: int
    """The last steps of the phase, in which the learning rate falls to nothing."""


COPYING = Mix(world=0.44, made_up=0.43, wild=0.10)
PHASES = [
    Phase(seed=1, steps=1001, mix=Mix(world=0.71, made_up=0.0, wild=0.22), decay_steps=0),
    Phase(seed=2, steps=1600, mix=COPYING, decay_steps=700),
]
"""The first learns how to act, by names it comes to know by heart, and where control tokens may stand in any text. The
second learns to copy any name from the question.
"""
WILD_CHARS = [(0.8, 50, 700), (1.0, 700, 5000)]
"""Most are as short as the world's own; the long ones reach the end of the context."""


class Rows:
    """Batches of (ids, weights), drawn without end."""

    def __init__(self, tokenizer, seed, mix):
        self.tokenizer, self.mix = tokenizer, mix
        self.rng = random.Random(seed)
        self.passages = passages()
        self.header = tokenizer.encode(f"{TURN_START}assistant\n").ids
        self.turn_end = tokenizer.token_to_id(TURN_END)
        self.controls = {tokenizer.token_to_id(t) for t in CONTROL_TOKENS}

    def batches(self):
        while True:
            rows = sorted((self.row() for _ in range(POOL)), key=lambda row: len(row[0]))
            batches = list(within_budget(rows))
            self.rng.shuffle(batches)
            yield from map(padded, batches)

    def row(self):
        drawn, mix = self.rng.random(), self.mix
        if drawn < mix.world:
            row = self.world_row(draw_task)
        elif drawn < mix.world + mix.made_up:
            row = self.world_row(draw_made_up_task)
        elif drawn < mix.world + mix.made_up + mix.wild:
            row = self.wild_row()
        else:
            row = self.passage_row()
        ids, weights = row
        return ids[:MAX_TOKENS], weights[:MAX_TOKENS]

    def world_row(self, draw):
        ids = self.tokenizer.encode(demonstration(draw(self.rng), self.rng)).ids
        return ids, self.weights(ids, ASSISTANT_WEIGHT)

    def wild_row(self):
        drawn = self.rng.random()
        low, high = next((low, high) for share, low, high in WILD_CHARS if drawn <= share)
        ids = self.tokenizer.encode(wild_talk(self.rng, self.rng.randint(low, high))).ids
        return ids, self.weights(ids, WILD_WEIGHT)

    def passage_row(self):
        passage = self.rng.choice(self.rng.choice(self.passages))
        text = wrapped(passage, self.rng.choice(sorted(SMALL_TALK)), self.rng)
        ids = self.tokenizer.encode(text).ids
        return ids, [PASSAGE_WEIGHT] * len(ids)

    def weights(self, ids, plain):
        """From after each assistant header up to and with its turn end; a control token there weighs most."""
        weights, inside, size = [], False, len(self.header)
        for at, token in enumerate(ids):
            weights.append((ASSISTANT_WEIGHT if token in self.controls else plain) if inside else OTHER_WEIGHT)
            if token == self.turn_end:
                inside = False
            elif ids[at + 1 - size : at + 1] == self.header:
                inside = True
        return weights


def within_budget(rows):
    batch = []
    for row in rows:
        if batch and len(row[0]) * (len(batch) + 1) > BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    yield batch


def padded(rows):
    longest = max(len(ids) for ids, _ in rows)
    ids, weights = torch.zeros(len(rows), longest, dtype=torch.long), torch.zeros(len(rows), longest)
    for row, (row_ids, row_weights) in enumerate(rows):
        ids[row, : len(row_ids)] = torch.tensor(row_ids)
        weights[row, : len(row_ids)] = torch.tensor(row_weights)
    return ids, weights


def weighted_loss(network, ids, weights):
    # bfloat16 halves the time on processors that have it; the weights stay float32.
    with torch.autocast("cpu", torch.bfloat16):
        logits = network.whole(ids)
    losses = F.cross_entropy(logits[:, :-1].float().flatten(0, 1), ids[:, 1:].flatten(), reduction="none")
    wanted = weights[:, 1:].flatten()
    return (losses * wanted).sum() / wanted.sum()


def learning_rate_share(phase, step):
    warm = min(1, (step + 1) / WARMUP_STEPS)
    left = (phase.steps - step) / phase.decay_steps if phase.decay_steps else 1
    return warm * max(LAST_LEARNING_RATE_SHARE, min(1, left))


def optimizers(model, learning_rate):
    """Muon for the matrices between layers, AdamW for the embedding and the norms."""
    inner = [p for name, p in model.named_parameters() if p.ndim == 2 and "embed" not in name]
    rest = [p for name, p in model.named_parameters() if p.ndim != 2 or "embed" in name]
    return [
        torch.optim.Muon(inner, lr=learning_rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(rest, lr=learning_rate, weight_decay=0.01, betas=(0.9, 0.98)),
    ]


def run(phase, model, rank):
    rows = Rows(load_tokenizer(), f"{phase.seed} {rank}", phase.mix)
    network, steppers = Network(model), optimizers(model, LEARNING_RATE)
    schedules = [torch.optim.lr_scheduler.LambdaLR(o, partial(learning_rate_share, phase)) for o in steppers]
    started, recent = time.monotonic(), []
    for step, (ids, weights) in zip(range(phase.steps), rows.batches()):
        loss = weighted_loss(network, ids, weights)
        model.zero_grad()
        loss.backward()
        share_gradients(model)
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        for stepper, schedule in zip(steppers, schedules):
            stepper.step()
            schedule.step()
        recent.append(loss.item())
        if rank == 0 and (step % REPORT_STEPS == 0 or step == phase.steps - 1):
            seconds = time.monotonic() - started
            print(f"step {step} loss {sum(recent) / len(recent):.4f} shape {tuple(ids.shape)} seconds {seconds:.0f}", flush=True)
            recent = []
            torch.save(model.state_dict(), WEIGHTS_FILE)


def share_gradients(model):
    flat = torch.cat([p.grad.flatten() for p in model.parameters()]) / WORKERS
    torch.distributed.all_reduce(flat)
    for p, part in zip(model.parameters(), flat.split([p.numel() for p in model.parameters()])):
        p.grad.copy_(part.view_as(p))


def work(rank, meeting):
    """One of the workers; all hold the same weights, and each brings its own half of every batch."""
    torch.distributed.init_process_group("gloo", init_method=f"file://{meeting}", rank=rank, world_size=WORKERS)
    torch.manual_seed(PHASES[0].seed)
    torch.set_num_threads(1)
    model = build_model()
    for phase in PHASES:
        run(phase, model, rank)
    torch.distributed.destroy_process_group()


def train():
    with tempfile.TemporaryDirectory() as folder:
        torch.multiprocessing.spawn(work, (f"{folder}/meeting",), WORKERS)


if __name__ == "__main__":
    train()
