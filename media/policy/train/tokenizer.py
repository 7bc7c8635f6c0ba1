"""Trains the tokenizer of the policy: byte-level BPE, one token a digit, control tokens as in Qwen3."""

import json
import random
import re

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from text import passages
from wild_talk import wild_talk
from wire import CONTROL_TOKENS, END_OF_TEXT, MARKUP_TOKENS, POLICY_DIR, SPECIAL_TOKENS, TEMPLATE_FILE, TURN_END
from world import demonstration, draw_task

VOCABULARY = 1536
WORLD_CONVERSATIONS = 1500
WILD_CONVERSATIONS, WILD_CHARS = 150, 1200
PASSAGES_OF_A_KIND = 80
"""With the made-up conversations about a third of the training text: enough for common English and code, without crowding out the world's words."""
MAX_TOKENS = 2048
SEED = 11

WORDS = Regex(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Digits stay apart (`\\p{N}` without a count): a small model copies a number only digit by digit."""

TOKENIZER_FILE = POLICY_DIR / "tokenizer.json"


def train_tokenizer():
    tokenizer = Tokenizer(models.BPE())
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(WORDS, "isolated"), pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)]
    )
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    size = VOCABULARY - len(CONTROL_TOKENS)
    tokenizer.train_from_iterator(
        training_text(), trainers.BpeTrainer(vocab_size=size, initial_alphabet=alphabet, show_progress=False)
    )
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in SPECIAL_TOKENS])
    tokenizer.add_tokens([AddedToken(t, normalized=False, special=False) for t in MARKUP_TOKENS])
    return tokenizer


def training_text():
    rng = random.Random(SEED)
    for kind in passages():
        yield from rng.sample(kind, min(PASSAGES_OF_A_KIND, len(kind)))
    between_control_tokens = re.compile("|".join(map(re.escape, CONTROL_TOKENS)))
    for _ in range(WORLD_CONVERSATIONS):
        yield from between_control_tokens.split(demonstration(draw_task(rng), rng))
    for _ in range(WILD_CONVERSATIONS):
        yield from between_control_tokens.split(wild_talk(rng, WILD_CHARS))


def save(tokenizer):
    tokenizer.save(str(TOKENIZER_FILE))
    added = {
        str(tokenizer.token_to_id(t)): {
            "content": t, "lstrip": False, "normalized": False, "rstrip": False, "single_word": False,
            "special": t in SPECIAL_TOKENS,
        }
        for t in CONTROL_TOKENS
    }
    config = {
        "add_bos_token": False,
        "add_prefix_space": False,
        "added_tokens_decoder": added,
        "additional_special_tokens": SPECIAL_TOKENS[1:],
        "bos_token": None,
        "chat_template": TEMPLATE_FILE.read_text(),
        "clean_up_tokenization_spaces": False,
        "eos_token": TURN_END,
        "errors": "replace",
        "model_max_length": MAX_TOKENS,
        "pad_token": END_OF_TEXT,
        "split_special_tokens": False,
        "tokenizer_class": "PreTrainedTokenizerFast",
        "unk_token": None,
    }
    (POLICY_DIR / "tokenizer_config.json").write_text(json.dumps(config, indent=2, ensure_ascii=False) + "\n")


def load_tokenizer():
    return Tokenizer.from_file(str(TOKENIZER_FILE))


if __name__ == "__main__":
    save(train_tokenizer())
