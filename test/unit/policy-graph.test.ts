import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, test } from "node:test";
import * as fc from "fast-check";
import {
  elementTypes,
  encodeExternal,
  encodeMessage,
  encodeNode,
  encodeValue,
  modelField,
} from "../../src/node/policy/encode.ts";
import { readGraph, type Graph } from "../../src/node/policy/graph.ts";
import { findHead } from "../../src/node/policy/head.ts";
import { operate } from "../../src/node/policy/surgery.ts";
import { openSource, WireError } from "../../src/node/policy/wire.ts";
import { tinyPolicy } from "../support/policies.ts";

const temporary = mkdtempSync(path.join(os.tmpdir(), "derail-graph-"));
after(() => {
  rmSync(temporary, { recursive: true });
});

function withGraph<T>(file: string, use: (graph: Graph) => T): T {
  const source = openSource(file);
  try {
    return use(readGraph(source));
  } finally {
    source.close();
  }
}

function tryBytes(bytes: Uint8Array): Graph | WireError {
  const file = path.join(temporary, "bytes.onnx");
  writeFileSync(file, bytes);
  try {
    return withGraph(file, (graph) => graph);
  } catch (error) {
    if (error instanceof WireError) return error;
    throw error;
  }
}

const model = path.join(tinyPolicy("fp32"), "onnx/model.onnx");

test("a graph is read: names, shapes, where weights lie", () => {
  withGraph(model, (graph) => {
    assert.equal(graph.opset, 18);
    assert.deepEqual(
      graph.inputs.slice(0, 4).map((input) => input.name),
      ["input_ids", "attention_mask", "position_ids", "past_key_values.0.key"],
    );
    assert.equal(graph.outputs[0]?.dims.at(-1), 300);
    const embedding = graph.weights.get("model.model.embed_tokens.weight");
    const tied = [...graph.weights.values()].filter((weight) => weight.dims.includes(300));
    assert.equal(tied.length, 1);
    assert.deepEqual((embedding ?? tied[0])?.dims, [300, 32]);
    assert.equal((embedding ?? tied[0])?.raw?.length, 300 * 32 * 4);
  });
});

test("the head is one product with the vocabulary's weight, in whatever form", () => {
  assert.deepEqual(operators("fp32", "onnx/model.onnx"), ["Transpose", "MatMul"]);
  assert.deepEqual(operators("q4", "onnx/model_q4.onnx"), ["MatMulNBits"]);
  assert.ok(operators("int8", "onnx/model_int8.onnx").includes("MatMulInteger"));
  assert.deepEqual(operators("no-head", "onnx/model.onnx"), []);
});

const half = elementTypes.float16;
const single = elementTypes.float;
const cuts: readonly (readonly [
  what: string,
  weights: number,
  nodes: readonly Buffer[],
  hidden: number,
])[] = [
  ["weights in half precision", half, [], half],
  ["weights in single precision", single, [], single],
  [
    "half weights that are widened first",
    half,
    [encodeNode("Cast", ["stored"], ["weight"], { to: single })],
    single,
  ],
  [
    "single weights that are halved first",
    single,
    [encodeNode("Cast", ["stored"], ["weight"], { to: half })],
    half,
  ],
];
for (const [what, type, casts, expected] of cuts) {
  test(`a graph of ${what}, without types of inner tensors, is cut where the hidden state has its own`, () => {
    const weight = casts.length > 0 ? "stored" : "weight";
    const graph = tryBytes(
      encodeMessage(modelField.graph, [
        ...casts,
        encodeNode("Gather", ["weight", "input_ids"], ["embedded"]),
        encodeNode("Mul", ["embedded", "embedded"], ["hidden"]),
        encodeNode("Transpose", ["weight"], ["across"], { perm: [1, 0] }),
        encodeNode("MatMul", ["hidden", "across"], ["logits"]),
        encodeExternal(
          { name: weight, dims: [300, 32], type },
          { location: "weights", offset: 0, length: null },
        ),
        encodeValue("input", "input_ids", elementTypes.int64, ["batch", "sequence"]),
        encodeValue("output", "logits", expected, ["batch", "sequence", 300]),
      ]),
    );
    assert.ok(!(graph instanceof WireError));
    const head = findHead(graph, "logits", 300);
    assert.deepEqual([head?.hidden, head?.hiddenType], ["hidden", expected]);
  });
}

test("no weight is copied into the models that are made", () => {
  withGraph(model, (graph) => {
    const [logits] = graph.outputs;
    assert.ok(logits);
    const made = operate(graph, model, { logits, vocabularySize: 300 });
    assert.ok(made.trunk.length < readFileSync(model).length - 300 * 32 * 4);
    assert.ok((made.head?.length ?? Infinity) < 5000);
  });
});

test("a graph cut off at any byte is refused, not misread", () => {
  const bytes = readFileSync(model);
  for (let end = 0; end < bytes.length; end += 1013) {
    const result = tryBytes(bytes.subarray(0, end));
    assert.ok(result instanceof WireError, `cut at ${String(end)}`);
  }
});

test("bytes that are no model are refused", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const result = tryBytes(bytes);
      assert.ok(result instanceof WireError || result.nodes.length > 0);
    }),
  );
});

test("damaged graphs are read or refused, and nothing else happens", () => {
  const bytes = readFileSync(path.join(tinyPolicy("external"), "onnx/model.onnx"));
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.nat(255), (at, value) => {
      tryBytes(Uint8Array.from(bytes).fill(value, at, at + 1));
    }),
    { numRuns: 200 },
  );
});

/** The operators of the head that is found in a tiny policy. */
function operators(name: string, file: string): readonly string[] {
  return withGraph(path.join(tinyPolicy(name), file), (graph) =>
    [...(findHead(graph, "logits", 300)?.part.nodes ?? [])]
      .toSorted((a, b) => a.index - b.index)
      .map((node) => node.operator),
  );
}
