"""What the policies of all steps of a run expect in one and the same text: the healthy rollouts of its first step.

A step's own rollouts show what it wrote; broken ones among them move every mean. Here only the weights differ.
`probe.py` reads the runs' folders and writes a `probe.csv` into each.
"""

import csv
import json

import torch

from legal import UNFINISHED, is_broken, states_before
from model import RUNS_DIR, load_model
from network import Network
from reinforce import CONTROL_INDEX, ILLEGAL, MICRO_BATCH
from tokenizer import load_tokenizer
from wire import CONTROL_TOKENS, TURN_END


class Text:
    """Healthy rollouts as ids, with the state before every token that was sampled."""

    def __init__(self, folder):
        self.tokenizer = load_tokenizer()
        self.rollouts = []
        for line in (folder / "ids" / "1.jsonl").read_text().splitlines():
            turns = [item for item in json.loads(line)["response"]["output"] if "generation_token_ids" in item]
            if not any(is_broken(self.tokenizer.decode(turn["generation_token_ids"], skip_special_tokens=False)) for turn in turns):
                self.rollouts.append([(turn["prompt_token_ids"], turn["generation_token_ids"]) for turn in turns])
        self.rollouts.sort(key=lambda turns: sum(map(len, turns[-1])))

    def batches(self):
        for start in range(0, len(self.rollouts), MICRO_BATCH):
            yield self.padded(self.rollouts[start : start + MICRO_BATCH])

    def padded(self, rollouts):
        whole = [prompt + sampled for turns in rollouts for prompt, sampled in turns[-1:]]
        ids = torch.zeros(len(whole), max(map(len, whole)), dtype=torch.long)
        own = torch.zeros(ids.shape, dtype=torch.bool)
        states = []
        for row, turns in enumerate(rollouts):
            ids[row, : len(whole[row])] = torch.tensor(whole[row])
            for prompt, sampled in turns:
                own[row, len(prompt) : len(prompt) + len(sampled)] = True
                states += states_before([self.tokenizer.decode([token], skip_special_tokens=False) for token in sampled])
        return ids, own[:, 1:], states


@torch.no_grad()
def probe(model, batches, control_ids):
    network, illegal, premature, plain = Network(model), [], [], []
    for ids, own, states in batches:
        table = network.whole(ids)[:, :-1][own].log_softmax(-1)
        controls = table[:, control_ids].exp()
        illegal.append((controls * torch.tensor([ILLEGAL[state] for state in states])).sum(-1))
        premature.append(controls[torch.tensor([state in UNFINISHED for state in states]), CONTROL_INDEX[TURN_END]])
        written = ids[:, 1:][own]
        is_plain = ~torch.isin(written, torch.tensor(control_ids))
        plain.append(-table.gather(1, written[:, None])[:, 0][is_plain])
    illegal, premature, plain = map(torch.cat, (illegal, premature, plain))
    return {
        "illegal_mass_mean": f"{illegal.mean():.3g}",
        "illegal_mass_p99": f"{illegal.quantile(0.99):.3g}",
        "illegal_mass_max": f"{illegal.max():.3g}",
        "premature_stop_mass_mean": f"{premature.mean():.3g}",
        "plain_token_surprise": f"{plain.mean():.4g}",
        "tokens": len(illegal),
    }


def probe_run(folder):
    text = Text(folder)
    batches = list(text.batches())
    control_ids = [text.tokenizer.token_to_id(token) for token in CONTROL_TOKENS]
    with (folder / "probe.csv").open("w", newline="") as out:
        table = csv.writer(out, lineterminator="\n")
        for step in sorted(int(file.stem) for file in folder.glob("*.pt")):
            measured = {"step": step, **probe(load_model(folder / f"{step}.pt"), batches, control_ids)}
            table.writerows([measured, measured.values()] if step == 1 else [measured.values()])
            print(measured, flush=True)


if __name__ == "__main__":
    for name in ("collapse", "stabilized"):
        probe_run(RUNS_DIR / name)
