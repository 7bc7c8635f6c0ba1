"""Thins the two runs to what is instructive and puts them into `media/sample-run/`, with checkpoints as ONNX."""

import csv
import json
import shutil
from statistics import median

from dump import write_lines
from export import export
from model import RUNS_DIR, load_model
from wire import POLICY_DIR

SHIPPED_DIR = POLICY_DIR.parent / "sample-run"
PROMPTS, ROLLOUTS_EACH = 6, 4
"""Of the 8 prompts and 8 rollouts of a step; the metrics are of all 64."""
IDS_EVERY = 4
"""Ids with log-probabilities take eight times the space of text: every so many steps, and the first."""
IDS_PROMPTS = 3
ONSET_FACTOR, CALM_STEPS = 10, 10


def ship(name):
    run, folder = RUNS_DIR / name, SHIPPED_DIR / name
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "ids").mkdir(parents=True)
    metrics = read_metrics(run / "metrics.csv")
    for file in ("metrics.csv", "probe.csv", "run.toml"):
        shutil.copy(run / file, folder / file)
    for step in (row["step"] for row in metrics):
        wire = read_lines(run / f"{step}.jsonl")
        write_lines(folder / f"{step}.jsonl", [r for r in wire if kept(*map(int, r["uid"].split("_")[:2]), PROMPTS)])
        if step == 1 or step % IDS_EVERY == 0:
            ids = read_lines(run / "ids" / f"{step}.jsonl")
            chosen = [r for r in ids if kept(r["_ng_task_index"], r["_ng_rollout_index"], IDS_PROMPTS)]
            write_lines(folder / "ids" / f"{step}.jsonl", chosen)
    for label, step in checkpoints(name, metrics).items():
        export(load_model(run / f"{step}.pt"), folder / "checkpoints" / f"{label}-step-{step}", half=True)


def kept(prompt, rollout, prompts):
    return prompt < prompts and rollout < ROLLOUTS_EACH


def checkpoints(name, metrics):
    """What sampled the step of onset and the last one; before both is the prior. A run that stays whole needs none."""
    return {"onset": onset(metrics), "after": metrics[-1]["step"]} if name == "collapse" else {}


def onset(metrics):
    """The first step from which on the mean illegal mass stays over ten times what it was in the calm first steps."""
    calm = median(row["illegal_mass_mean"] for row in metrics[:CALM_STEPS])
    high = [row["illegal_mass_mean"] > ONSET_FACTOR * calm for row in metrics]
    return next(row["step"] for at, row in enumerate(metrics) if all(high[at:]))


def read_metrics(file):
    """Masses that a step has no place for are left out by the trainer, and None here."""
    with file.open(newline="") as rows:
        return [
            {name: float(value) if value else None for name, value in row.items()} | {"step": int(row["step"])}
            for row in csv.DictReader(rows)
        ]


def read_lines(file):
    return [json.loads(line) for line in file.read_text().splitlines()]


if __name__ == "__main__":
    for shipped in ("collapse", "stabilized"):
        ship(shipped)
