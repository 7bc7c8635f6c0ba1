"""The architecture, and where its weights lie between the steps of the recipe."""

import os
from pathlib import Path

import torch
from transformers import Qwen3Config, Qwen3ForCausalLM

from tokenizer import load_tokenizer
from wire import END_OF_TEXT, TURN_END

KEPT_DIR = Path(os.environ.get("KEPT", Path(__file__).resolve().parents[3] / ".venv"))
"""Beside the installed packages, since neither is committed."""
WEIGHTS_FILE = KEPT_DIR / "policy.pt"
RUNS_DIR = KEPT_DIR / "runs"
CONTEXT = 8192
"""Rows of training end at 2048 tokens; up to here the control probabilities were measured to hold on other rollouts."""


def build_model():
    tokenizer = load_tokenizer()
    config = Qwen3Config(
        vocab_size=tokenizer.get_vocab_size(),
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=5,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=32,
        max_position_embeddings=CONTEXT,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.token_to_id(TURN_END),
        pad_token_id=tokenizer.token_to_id(END_OF_TEXT),
    )
    return Qwen3ForCausalLM(config)


def load_model(file=WEIGHTS_FILE):
    """A trained policy, on one thread: a step of generation is too small to share."""
    torch.set_num_threads(1)
    model = build_model()
    model.load_state_dict(torch.load(file))
    return model.eval()
