"""Writes what the extension's tests compare with: scores by PyTorch, tokens by the Rust tokenizer."""

import base64
import json
import random
from pathlib import Path

import tokenizers
import torch
import transformers

from model import load_model
from ship import SHIPPED_DIR
from text import passages
from tokenizer import load_tokenizer
from vector_texts import TEXTS
from wire import CONTROL_TOKENS
from world import demonstration, draw_held_out_task

VECTORS_DIR = Path(__file__).resolve().parents[3] / "test" / "vectors"
COMMAND = "media/policy/train/make.sh vectors"
VERSIONS = {"torch": torch.__version__, "transformers": transformers.__version__, "tokenizers": tokenizers.__version__}

SEED = 5
STEPS, ROLLOUTS_A_STEP = (1, 10, 20, 30, 40), 3
HELD_OUT_CONVERSATIONS = 3
PASSAGE_CHARS = (120, 900)
MAX_TOKENS = 900
TOP = 5


def transcripts(tokenizer):
    """(source, ids): sampled rollouts, conversations of the expert with held-out names, and ordinary text."""
    rng = random.Random(SEED)
    for step in STEPS:
        file = SHIPPED_DIR / "collapse" / f"{step}.jsonl"
        lines = file.read_text().splitlines()
        for at in sorted(rng.sample(range(len(lines)), ROLLOUTS_A_STEP)):
            record = json.loads(lines[at])
            yield f"sample-run/collapse/{file.name}:{at + 1}", tokenizer.encode(record["input"] + record["output"]).ids
    for at in range(HELD_OUT_CONVERSATIONS):
        yield f"held-out {at}", tokenizer.encode(demonstration(draw_held_out_task(rng), rng)).ids
    prose, _, _ = passages()
    for size in PASSAGE_CHARS:
        yield f"prose of {size} characters", tokenizer.encode(prose[100][:size]).ids


@torch.no_grad()
def scored(model, source, ids, control_ids):
    """Row t of each array says what the policy expected at position t + 1."""
    ids = ids[:MAX_TOKENS]
    table = model(torch.tensor([ids])).logits[0, :-1].double().log_softmax(-1)
    top = table.topk(TOP)
    return {
        "source": source,
        "ids": ids,
        "logProbability": packed(table.gather(1, torch.tensor(ids[1:])[:, None])),
        "controlLogProbability": packed(table[:, control_ids]),
        "entropyNats": packed(-(table.exp() * table).sum(-1)),
        "topIds": top.indices.flatten().tolist(),
        "topLogProbability": packed(top.values),
    }


def packed(values):
    return base64.b64encode(values.numpy().astype("<f4").tobytes()).decode()


def write_scores(model, tokenizer):
    control_ids = [tokenizer.token_to_id(t) for t in CONTROL_TOKENS]
    rows = [scored(model, source, ids, control_ids) for source, ids in transcripts(tokenizer)]
    about = {
        "about": "PyTorch float32 forward, float64 log_softmax, natural logarithm. Float arrays: base64, little-endian "
        "float32, row-major; row t belongs to position t + 1 of ids, whose log-probability given ids[0..t] it tells.",
        "command": COMMAND,
        "versions": VERSIONS,
        "controlTokens": CONTROL_TOKENS,
        "controlIds": control_ids,
        "top": TOP,
    }
    write(VECTORS_DIR / "policy-scores.json", about, "transcripts", rows)
    print("transcripts", len(rows), "tokens", sorted(len(row["ids"]) for row in rows))


def write_tokens(tokenizer):
    rows = []
    for text in TEXTS:
        encoding = tokenizer.encode(text)
        rows.append({"text": text, "ids": encoding.ids, "offsets": encoding.offsets})
    about = {
        "about": "Ids and [start, end) offsets in code points of the text as given, by the Rust tokenizers library.",
        "command": COMMAND,
        "versions": {"tokenizers": tokenizers.__version__},
    }
    write(VECTORS_DIR / "policy-tokens.json", about, "texts", rows)
    print("texts", len(rows))


def write(file, about, key, rows):
    """One row a line, so that a difference can be read."""
    head = json.dumps(about, indent=2)[:-2]
    body = ",\n".join(json.dumps(row) for row in rows)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'{head},\n  "{key}": [\n{body}\n  ]\n}}\n')


if __name__ == "__main__":
    policy_tokenizer = load_tokenizer()
    write_tokens(policy_tokenizer)
    write_scores(load_model(), policy_tokenizer)
