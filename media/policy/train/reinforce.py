"""Reinforcement learning on the end reward alone, until the policy collapses; or the same with supervised steps between,
which keep it whole. `reinforce.py collapse` and `reinforce.py stabilized` make the two shipped runs.
"""

import argparse
import csv
import json
import random
import time
from dataclasses import asdict, dataclass

import torch

from dump import write_step
from legal import LEGAL, UNFINISHED, is_broken, states_before
from model import RUNS_DIR, load_model
from network import Network
from rollout import Player
from tokenizer import load_tokenizer
from train import Mix, Rows, padded, weighted_loss
from wire import CALL_BEGIN, CALL_END, CONTROL_TOKENS, TURN_END
from world import draw_practice_task

PROMPTS, GROUP = 8, 8
EPOCHS = 2
"""Updates on the same rollouts; the second is off-policy, within the clip."""
CLIP = 0.2
MICRO_BATCH = 16
NOTABLE_MASS = 0.05
LESSONS, LESSON_ROWS = Mix(world=0.6, made_up=0.4, wild=0.0), 32
"""What a supervised update learns from: whole conversations of the expert."""
CONTROL_INDEX = {token: at for at, token in enumerate(CONTROL_TOKENS)}
ILLEGAL = {state: [token not in legal for token in CONTROL_TOKENS] for state, legal in LEGAL.items()}


@dataclass
class Run:
    name: str
    steps: int = 40
    seed: int = 1
    rate: float = 2.5e-3
    warmup: int = 40
    bend: float = 2.0
    """The learning rate of step n is rate * (n / warmup) ** bend, at most `ceiling`."""
    ceiling: float = 1.7e-3
    supervised_share: float = 0.0
    """After each update of reinforcement one supervised update, at this share of its learning rate; 0 means none."""


class Learner:
    def __init__(self, run):
        torch.manual_seed(run.seed)
        self.run, self.model, self.tokenizer = run, load_model(), load_tokenizer()
        self.network, self.player = Network(self.model), Player(self.model, 1.0, run.seed)
        self.rng = random.Random(run.seed)
        self.control_ids = [self.tokenizer.token_to_id(token) for token in CONTROL_TOKENS]
        self.texts = [self.tokenizer.decode([at], skip_special_tokens=False) for at in range(self.tokenizer.get_vocab_size())]
        self.optimizer = torch.optim.AdamW(self.model.parameters(), weight_decay=0.0, betas=(0.9, 0.95))
        self.lessons = Rows(self.tokenizer, run.seed, LESSONS)

    def step(self, number):
        """One round of rollouts and the updates on them: (rollouts, what was measured before the updates)."""
        started = time.monotonic()
        rollouts = self.player.play([draw_practice_task(self.rng) for _ in range(PROMPTS)], GROUP)
        rewards = torch.tensor([rollout.score() for rollout in rollouts])
        batches = list(micro_batches(rollouts, advantages(rewards)))
        rate = min(self.run.ceiling, self.run.rate * min(1, number / self.run.warmup) ** self.run.bend)
        gathered, lesson_losses = Gathered(self), []
        for epoch in range(EPOCHS):
            self.optimizer.zero_grad()
            for batch in batches:
                self.accumulate(batch, gathered if epoch == 0 else None)
            norm = torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
            self.set_rate(rate)
            self.optimizer.step()
            if self.run.supervised_share:
                lesson_losses.append(self.learn_from_expert(rate * self.run.supervised_share))
        measured = {"step": number, **outcome(rollouts, rewards), **gathered.summary(), "gradient_norm": round(norm.item(), 4)}
        if lesson_losses:
            measured["supervised_loss"] = round(sum(lesson_losses) / len(lesson_losses), 4)
        measured["learning_rate"] = round(rate, 9)
        return rollouts, measured, time.monotonic() - started

    def accumulate(self, batch, gathered):
        ids, sampled, wanted, total = batch["ids"], batch["sampled"], batch["advantages"], batch["total"]
        with torch.autocast("cpu", torch.bfloat16):
            logits = self.network.whole(ids)[:, :-1]
        table = logits[sampled].float().log_softmax(-1)
        now = table.gather(1, ids[:, 1:][sampled][:, None])[:, 0]
        if gathered:
            batch["before"] = now.detach()
            gathered.add(batch["rollouts"], table.detach())
        ratio = (now - batch["before"]).exp()
        clipped = ratio.clamp(1 - CLIP, 1 + CLIP)
        (-torch.min(ratio * wanted, clipped * wanted).sum() / total).backward()

    def learn_from_expert(self, rate):
        """One supervised update, by the same optimizer: it carries the expert's gradients into its moments, too."""
        loss = weighted_loss(self.network, *padded([self.lessons.row() for _ in range(LESSON_ROWS)]))
        self.optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.set_rate(rate)
        self.optimizer.step()
        return loss.item()

    def set_rate(self, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate


class Gathered:
    """Control probabilities at all sampled positions of a step, by the policy that sampled them."""

    def __init__(self, learner):
        self.learner = learner
        self.illegal, self.premature, self.entropy = [], [], []

    def add(self, rollouts, table):
        states = [state for rollout in rollouts for turn in rollout.turns for state in self.states(turn)]
        probabilities = table.exp()
        controls = probabilities[:, self.learner.control_ids]
        self.illegal.append((controls * torch.tensor([ILLEGAL[state] for state in states])).sum(-1))
        unfinished = torch.tensor([state in UNFINISHED for state in states])
        self.premature.append(controls[unfinished, CONTROL_INDEX[TURN_END]])
        self.entropy.append(-(probabilities * table).sum(-1))

    def states(self, turn):
        return states_before([self.learner.texts[token] for token in turn.ids])

    def summary(self):
        illegal, premature, entropy = map(torch.cat, (self.illegal, self.premature, self.entropy))
        return {
            "illegal_mass_mean": round(illegal.mean().item(), 7),
            "illegal_mass_p99": round(illegal.quantile(0.99).item(), 7),
            "illegal_mass_notable_share": round((illegal > NOTABLE_MASS).float().mean().item(), 6),
            "premature_stop_mass_mean": round(premature.mean().item(), 7) if len(premature) else None,
            "entropy_mean": round(entropy.mean().item(), 5),
            "sampled_tokens": len(illegal),
        }


def advantages(rewards):
    groups = rewards.view(-1, GROUP)
    spread = groups.std(1, keepdim=True) + 1e-4
    return ((groups - groups.mean(1, keepdim=True)) / spread).view(-1)


def micro_batches(rollouts, wanted):
    """Right-padded rollouts of like length; `sampled` says which of the predictions were the policy's own."""
    total = sum(len(turn.ids) for rollout in rollouts for turn in rollout.turns)
    order = sorted(range(len(rollouts)), key=lambda at: len(rollouts[at].ids))
    for start in range(0, len(order), MICRO_BATCH):
        chosen = order[start : start + MICRO_BATCH]
        longest = len(rollouts[chosen[-1]].ids)
        ids = torch.zeros(len(chosen), longest, dtype=torch.long)
        sampled = torch.zeros(len(chosen), longest, dtype=torch.bool)
        for row, at in enumerate(chosen):
            ids[row, : len(rollouts[at].ids)] = torch.tensor(rollouts[at].ids)
            for turn in rollouts[at].turns:
                sampled[row, turn.start : turn.start + len(turn.ids)] = True
        sampled = sampled[:, 1:]
        yield {
            "rollouts": [rollouts[at] for at in chosen],
            "ids": ids,
            "sampled": sampled,
            "advantages": wanted[chosen][:, None].expand_as(sampled)[sampled],
            "total": total,
        }


def outcome(rollouts, rewards):
    turns = [turn.text for rollout in rollouts for turn in rollout.turns]
    return {
        "reward": round(rewards.mean().item(), 4),
        "turns": len(turns),
        "broken_turns": round(sum(map(is_broken, turns)) / len(turns), 4),
        "balanced_turns": round(sum(turn.count(CALL_BEGIN) == turn.count(CALL_END) for turn in turns) / len(turns), 4),
    }


def carry_out(run, folder):
    """Plays a run, keeping each step's rollouts, metrics, and the weights that sampled them.

    Settings and metrics are no JSON, so that a tool which reads a folder of rollouts does not take them for some.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    learner, started = Learner(run), time.monotonic()
    (folder / "run.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in asdict(run).items()))
    with (folder / "metrics.csv").open("w", newline="") as metrics:
        table = csv.writer(metrics, lineterminator="\n")
        for number in range(1, run.steps + 1):
            torch.save(learner.model.state_dict(), folder / f"{number}.pt")
            rollouts, measured, seconds = learner.step(number)
            write_step(folder, number, rollouts, GROUP, learner.player)
            table.writerows([measured, measured.values()] if number == 1 else [measured.values()])
            metrics.flush()
            print(measured, f"{seconds:.1f} s, together {time.monotonic() - started:.0f} s", flush=True)


RUNS = {
    "collapse": Run("collapse"),
    "stabilized": Run("stabilized", supervised_share=0.5),
}

if __name__ == "__main__":
    options = argparse.ArgumentParser()
    options.add_argument("name", choices=RUNS)
    for field in ("rate", "supervised_share", "bend", "ceiling"):
        options.add_argument(f"--{field}", type=float)
    for field in ("seed", "steps", "warmup"):
        options.add_argument(f"--{field}", type=int)
    options.add_argument("--folder", help="below the runs' folder; the search for a rate keeps its runs apart")
    given = options.parse_args()
    chosen = RUNS[given.name]
    for field in ("rate", "supervised_share", "bend", "ceiling", "seed", "steps", "warmup"):
        if getattr(given, field) is not None:
            setattr(chosen, field, getattr(given, field))
    carry_out(chosen, RUNS_DIR / (given.folder or given.name))
