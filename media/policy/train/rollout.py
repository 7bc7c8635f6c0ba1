"""Lets the policy act in the world: all rollouts at once, one token at a time, until each has a turn without a call."""

from dataclasses import dataclass, field

import torch

from network import Network
from tokenizer import load_tokenizer
from wire import END_OF_TEXT, TURN_END, answer_calls, has_call, results_as_text
from world import reward

MAX_TURN_TOKENS = 160
"""The expert's longest turn has about 120; a turn cut here counts as broken."""
MAX_TURNS = 8
MAX_TOKENS = 1400
COMPACT_SHARE = 0.75
"""Finished rollouts are computed along until so few are left that copying the cache pays."""


@dataclass
class Turn:
    """What the policy wrote in one go: `ids` stand from `start` on in the rollout."""

    start: int
    ids: list = field(default_factory=list)
    log_probabilities: list = field(default_factory=list)
    text: str = ""
    results: list = field(default_factory=list)


@dataclass
class Rollout:
    task: object
    server: object
    ids: list
    prompt_size: int
    turns: list = field(default_factory=list)
    forced: list = field(default_factory=list)
    """Ids of tool results that are still to be read."""
    live: bool = True

    def score(self):
        return reward(self.task, self.turns[-1].text)


class Player:
    def __init__(self, model, temperature, seed):
        self.network, self.temperature = Network(model), temperature
        self.tokenizer = load_tokenizer()
        self.stops = [self.tokenizer.token_to_id(t) for t in (TURN_END, END_OF_TEXT)]
        self.generator = torch.Generator().manual_seed(seed)

    @torch.no_grad()
    def play(self, tasks, copies=1):
        """`copies` rollouts of each task, side by side."""
        rollouts = [self.begin(task) for task in tasks for _ in range(copies)]
        live = rollouts
        lengths = torch.tensor([len(rollout.ids) for rollout in live])
        cache, logits = self.read_prompts(rollouts[::copies], copies)
        while True:
            self.step(live, logits)
            stay = [at for at, rollout in enumerate(live) if rollout.live]
            if not stay:
                return rollouts
            if len(stay) <= COMPACT_SHARE * len(live):
                live, lengths = [live[at] for at in stay], lengths[stay]
                cache = [(keys[stay], values[stay]) for keys, values in cache]
            last = torch.tensor([rollout.ids[-1] for rollout in live])
            logits = self.network.one(last, lengths, cache)
            lengths = lengths + torch.tensor([int(rollout.live) for rollout in live])

    def begin(self, task):
        ids = self.tokenizer.encode(task.prompt()).ids
        return Rollout(task, task.server(), ids, len(ids), [Turn(len(ids))])

    def read_prompts(self, firsts, copies):
        """Keys and values of each prompt with room for the rollout, and the logits after it."""
        longest = max(len(rollout.ids) for rollout in firsts)
        ids = torch.zeros(len(firsts), longest, dtype=torch.long)
        for row, rollout in enumerate(firsts):
            ids[row, : len(rollout.ids)] = torch.tensor(rollout.ids)
        kept = []
        logits = self.network.whole(ids, kept)
        last = torch.stack([logits[row, len(rollout.ids) - 1] for row, rollout in enumerate(firsts)])
        cache = [tuple(with_room(part, copies) for part in pair) for pair in kept]
        return cache, last.repeat_interleave(copies, 0)

    def step(self, live, logits):
        drawn = self.draw(logits)
        log_probabilities = logits.log_softmax(-1).gather(1, drawn[:, None])[:, 0].tolist()
        for rollout, token, log_probability in zip(live, drawn.tolist(), log_probabilities):
            if not rollout.live:
                continue
            if rollout.forced:
                rollout.ids.append(rollout.forced.pop(0))
                continue
            turn = rollout.turns[-1]
            if not turn.ids:
                turn.start = len(rollout.ids)
            rollout.ids.append(token)
            turn.ids.append(token)
            turn.log_probabilities.append(log_probability)
            if token in self.stops or len(turn.ids) == MAX_TURN_TOKENS:
                self.end_turn(rollout, turn)

    def draw(self, logits):
        if self.temperature == 0:
            return logits.argmax(-1)
        return torch.multinomial((logits / self.temperature).softmax(-1), 1, generator=self.generator)[:, 0]

    def end_turn(self, rollout, turn):
        turn.text = self.tokenizer.decode(turn.ids, skip_special_tokens=False)
        if not has_call(turn.text) or not turn.text.endswith(TURN_END) or len(rollout.turns) == MAX_TURNS:
            rollout.live = False
            return
        turn.results = answer_calls(rollout.server, turn.text)
        seen = self.tokenizer.encode(results_as_text(turn.results)).ids
        rollout.live = len(rollout.ids) + len(seen) + MAX_TURN_TOKENS < MAX_TOKENS
        if rollout.live:
            rollout.forced = seen
            rollout.turns.append(Turn(0))


def with_room(part, copies):
    rows, heads, tokens, size = part.shape
    room = torch.zeros(rows * copies, heads, MAX_TOKENS, size)
    room[:, :, :tokens] = part.repeat_interleave(copies, 0)
    return room
