"""Writes a policy as Hugging Face exports it (`config.json`, `onnx/model.onnx`) and checks it against PyTorch."""

import json
import math
import random
import shutil
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from transformers.cache_utils import DynamicCache

from model import load_model
from tokenizer import load_tokenizer
from wire import CONTROL_TOKENS, END_OF_TEXT, POLICY_DIR, TURN_END
from world import demonstration, draw_task

ONNX_FILE = Path("onnx") / "model.onnx"
COPIED_FILES = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")
SMALL_TENSOR = 1024
"""Norms and constants stay float32: they take no space."""
OPSET = 18
CHECKED_CONVERSATIONS, CHECK_SEED, CHUNK_TOKENS = 8, 99, 64
MAX_LOG_PROBABILITY_ERROR = 1e-4
COUNTED = 1e-4
"""Below this probability a control token moves no signal."""


class WithFlatCache(torch.nn.Module):
    """ONNX has no cache objects: keys and values come and go as tensors."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, input_ids, attention_mask, position_ids, past):
        pairs = list(zip(past[0::2], past[1::2]))
        step = self.model(
            input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids,
            past_key_values=DynamicCache(ddp_cache_data=pairs), use_cache=True,
        )
        return (step.logits, *(t for layer in step.past_key_values.layers for t in (layer.keys, layer.values)))


def cache_names(prefix, layers):
    return [f"{prefix}.{layer}.{part}" for layer in range(layers) for part in ("key", "value")]


def example_inputs(config, batch=2, tokens=5, past_tokens=3):
    """Sizes that differ from one another, so that the exporter does not take two dimensions for one."""
    ids = torch.randint(0, config.vocab_size, (batch, tokens))
    mask = torch.ones(batch, tokens + past_tokens, dtype=torch.int64)
    positions = torch.arange(past_tokens, past_tokens + tokens)[None].expand(batch, tokens).contiguous()
    shape = (batch, config.num_key_value_heads, past_tokens, config.head_dim)
    return ids, mask, positions, [torch.zeros(shape) for _ in range(2 * config.num_hidden_layers)]


def export_graph(model):
    layers, free = model.config.num_hidden_layers, torch.export.Dim.DYNAMIC
    by_token = {0: free, 1: free}
    program = torch.onnx.export(
        WithFlatCache(model).eval(),
        example_inputs(model.config),
        dynamo=True,
        opset_version=OPSET,
        optimize=True,
        verbose=False,
        input_names=["input_ids", "attention_mask", "position_ids", *cache_names("past_key_values", layers)],
        output_names=["logits", *cache_names("present", layers)],
        dynamic_shapes=(by_token, by_token, by_token, [{0: free, 2: free}] * (2 * layers)),
    )
    with tempfile.TemporaryDirectory() as folder:
        program.save(str(Path(folder) / "model.onnx"), external_data=False)
        return onnx.load(str(Path(folder) / "model.onnx"))


def name_dimensions(graph):
    """The names that readers of such graphs expect, in place of the exporter's s77 and the like."""
    inputs = {i.name: symbols(i) for i in graph.input}
    names = {
        **{symbol[0]: "batch_size" for symbol in inputs.values()},
        inputs["input_ids"][1]: "sequence_length",
        inputs["attention_mask"][1]: "total_sequence_length",
        inputs["past_key_values.0.key"][2]: "past_sequence_length",
    }
    for value in [*graph.input, *graph.output]:
        for dimension in value.type.tensor_type.shape.dim:
            if dimension.dim_param:
                dimension.dim_param = names.get(dimension.dim_param, "total_sequence_length")


def symbols(value):
    return [d.dim_param for d in value.type.tensor_type.shape.dim]


def drop_traces(graph):
    """The exporter writes the Python stack of every node into the file."""
    del graph.value_info[:]
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ""


def halve(graph):
    """Stores the weights as float16; the runtime widens them when it loads the file, and computes in float32."""
    wide = [t for t in graph.initializer if t.data_type == onnx.TensorProto.FLOAT and np.prod(t.dims) >= SMALL_TENSOR]
    casts = []
    for tensor in wide:
        name = tensor.name
        half = onnx.numpy_helper.from_array(onnx.numpy_helper.to_array(tensor).astype(np.float16), f"{name}.half")
        graph.initializer.remove(tensor)
        graph.initializer.append(half)
        casts.append(onnx.helper.make_node("Cast", [half.name], [name], to=onnx.TensorProto.FLOAT))
    nodes = [*casts, *graph.node]
    del graph.node[:]
    graph.node.extend(nodes)
    # Readers that guess the type of inner tensors by that of the weights would take this one for float16.
    hidden = next(node for node in nodes if "logits" in node.output).input[0]
    graph.value_info.append(onnx.helper.make_tensor_value_info(hidden, onnx.TensorProto.FLOAT, None))


def write_configs(model, folder):
    model.config.architectures = ["Qwen3ForCausalLM"]
    model.config.save_pretrained(folder)
    tokenizer = load_tokenizer()
    generation = {
        "do_sample": True,
        "eos_token_id": [tokenizer.token_to_id(TURN_END), tokenizer.token_to_id(END_OF_TEXT)],
        "pad_token_id": tokenizer.token_to_id(END_OF_TEXT),
        "temperature": 1.0,
    }
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n")


def open_session(folder):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(str(folder / ONNX_FILE), options, providers=["CPUExecutionProvider"])


def onnx_log_probabilities(session, config, ids, chunk_tokens):
    """Scores in chunks, each with the keys and values of those before."""
    layers = config.num_hidden_layers
    past = [np.zeros((1, config.num_key_value_heads, 0, config.head_dim), np.float32)] * (2 * layers)
    parts = []
    for start in range(0, len(ids), chunk_tokens):
        chunk = np.array([ids[start : start + chunk_tokens]], np.int64)
        end = start + chunk.shape[1]
        feed = {
            "input_ids": chunk,
            "attention_mask": np.ones((1, end), np.int64),
            "position_ids": np.arange(start, end, dtype=np.int64)[None],
            **dict(zip(cache_names("past_key_values", layers), past)),
        }
        logits, *past = session.run(None, feed)
        parts.append(logits[0])
    return torch.from_numpy(np.concatenate(parts)).double().log_softmax(-1)


def check(model, folder):
    """The largest differences to PyTorch: of any log-probability, and of a control token's where it counts."""
    session, tokenizer, rng = open_session(folder), load_tokenizer(), random.Random(CHECK_SEED)
    control_ids = [tokenizer.token_to_id(token) for token in CONTROL_TOKENS]
    worst = {"any token": 0.0, "control tokens": 0.0, f"control tokens over {COUNTED}": 0.0}
    for _ in range(CHECKED_CONVERSATIONS):
        ids = tokenizer.encode(demonstration(draw_task(rng), rng)).ids
        with torch.no_grad():
            expected = model(torch.tensor([ids])).logits[0].double().log_softmax(-1)
        counted = expected[:, control_ids] > math.log(COUNTED)
        for size in (len(ids), CHUNK_TOKENS):
            apart = (onnx_log_probabilities(session, model.config, ids, size) - expected).abs()
            controls = apart[:, control_ids]
            for name, values in zip(worst, (apart, controls, controls[counted])):
                worst[name] = max(worst[name], values.max().item())
    print(f"{folder.name}: largest difference of a log-probability to PyTorch:", {k: f"{v:.1e}" for k, v in worst.items()}, flush=True)
    return worst


def export(model, folder, half=False):
    proto = export_graph(model)
    name_dimensions(proto.graph)
    drop_traces(proto.graph)
    if half:
        halve(proto.graph)
    onnx.checker.check_model(proto)
    (folder / ONNX_FILE).parent.mkdir(parents=True, exist_ok=True)
    onnx.save(proto, str(folder / ONNX_FILE))
    write_configs(model, folder)
    for name in COPIED_FILES:
        if not (folder / name).exists():
            shutil.copy(POLICY_DIR / name, folder / name)
    return check(model, folder)


if __name__ == "__main__":
    if max(export(load_model(), POLICY_DIR).values()) > MAX_LOG_PROBABILITY_ERROR:
        raise SystemExit("the exported graph disagrees with PyTorch")
