"""The training world: draws tasks, demonstrates them, and rewards a policy for the right answer."""

import random
import re

from expert import demonstrate
from foreign_kinds import FOREIGN_KINDS
from kinds import KIND_WEIGHTS, missing_tool_task, order_task, warmer_task
from names import HELD_OUT_CITIES, HELD_OUT_NOUNS, HELD_OUT_PEOPLE, MADE_UP_NAMES, MADE_UP_NOUNS
from task import Names
from tools import FOREIGN_TOOLS, TOOLS
from wire import CONTROL_TOKENS, THINK_END, TURN_END, render

SYSTEM_TEXTS = ["You are a helpful assistant.", "You are a shop assistant.", "You help in an office.", "Be brief.", ""]
HARD_KINDS = (missing_tool_task, order_task, warmer_task)
BOLD = re.compile(r"\*\*(.+?)\*\*")


def draw_task(rng):
    """A task of the training distribution."""
    kind = rng.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    return furnish(kind(rng, Names(rng)), rng)


def draw_practice_task(rng):
    """A task of reinforcement learning: of the kinds that the policy solves for more than half."""
    kinds = {kind: weight for kind, weight in KIND_WEIGHTS.items() if kind not in HARD_KINDS}
    kind = rng.choices(list(kinds), list(kinds.values()))[0]
    return furnish(kind(rng, Names(rng)), rng)


def draw_made_up_task(rng):
    """A task of a trained kind with made-up names; the server could not suggest a correction of them."""
    kind = rng.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    return furnish(kind(rng, Names(rng, MADE_UP_NOUNS, MADE_UP_NAMES, MADE_UP_NAMES, misspelled_share=0)), rng)


def draw_held_out_task(rng):
    """A task of a trained kind with names that training never shows."""
    kind = rng.choices(list(KIND_WEIGHTS), list(KIND_WEIGHTS.values()))[0]
    return furnish(kind(rng, Names(rng, HELD_OUT_NOUNS, HELD_OUT_CITIES, HELD_OUT_PEOPLE)), rng)


def draw_foreign_task(rng):
    """A task of a kind that training never shows."""
    return furnish(rng.choice(FOREIGN_KINDS)(rng, Names(rng)), rng)


def furnish(task, rng):
    """Adds what surrounds a task: the offered tools, a system text, the world's seed, and the right answer."""
    task.seed = rng.randrange(1 << 30)
    task.system = rng.choice(SYSTEM_TEXTS)
    task.tools = offered_tools(task, rng)
    task.answer = bold_text(demonstrate(task, rng)[-1]["content"])
    return task


def offered_tools(task, rng):
    everything = TOOLS | FOREIGN_TOOLS
    if task.kind == "chat" and rng.random() < 0.5:
        return ()
    spare = [name for name in TOOLS if name not in task.needed and name not in task.missing]
    names = task.needed + rng.sample(spare, rng.choice([0, 1, 1, 2]) if task.needed else 2)
    rng.shuffle(names)
    return tuple(everything[name] for name in names)


def bold_text(reply):
    found = BOLD.search(reply)
    return found.group(1) if found else ""


def reward(task, last_turn_text):
    """1 for the right answer in a last turn that is well formed, else 0."""
    _, _, reply = last_turn_text.partition(THINK_END)
    said = reply.removesuffix(TURN_END)
    well_formed = said != reply and not any(token in said for token in CONTROL_TOKENS)
    return float(well_formed and bold_text(said) == task.answer)


def demonstration(task, rng):
    """The expert's whole conversation in the wire form."""
    return render(demonstrate(task, rng), task.tools)


if __name__ == "__main__":
    rng = random.Random(0)
    for _ in range(4):
        print(demonstration(draw_task(rng), rng))
