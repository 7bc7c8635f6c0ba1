import { elementTypes } from "./encode.ts";
import type { Graph, GraphNode, Weight } from "./graph.ts";

/** Where the language-model head begins: one activation in, logits out, each position by itself. */
export interface Head {
  /** The tensor that holds the last hidden state. */
  readonly hidden: string;
  readonly hiddenType: number;
  readonly part: Part;
}

/** What some outputs of a graph need. */
export interface Part {
  readonly nodes: ReadonlySet<GraphNode>;
  readonly weights: ReadonlySet<string>;
  readonly inputs: ReadonlySet<string>;
}

// A quantized head is 8 nodes, soft-capping adds 3. A longer tail has left the head, and its positions
// would see one another.
const maxTailNodes = 32;

/** Walks back from the logits until the vocabulary-sized weight is absorbed and one activation is left. */
export function findHead(graph: Graph, logits: string, vocabularySize: number): Head | null {
  const constants = constantsOf(graph);
  const frontier = new Set([logits]);
  let hasWeight = false;
  for (let step = 0; step <= maxTailNodes; step++) {
    const [hidden] = frontier;
    if (hasWeight && frontier.size === 1 && hidden !== undefined)
      return headAt(graph, logits, hidden);
    const node = latestProducer(graph, frontier);
    if (!node) return null;
    for (const name of node.outputs) frontier.delete(name);
    for (const name of node.inputs) {
      if (!constants.has(name)) frontier.add(name);
      else if (isVocabularyWeight(graph, node, name, vocabularySize)) hasWeight = true;
    }
  }
  return null;
}

/** The nodes and weights that `outputs` need, as far as the tensor `stop`. */
export function partOf(graph: Graph, outputs: readonly string[], stop: string | null): Part {
  const nodes = new Set<GraphNode>();
  const weights = new Set<string>();
  const inputs = new Set<string>();
  const seen = new Set<string>(stop === null ? [""] : ["", stop]);
  const open = [...outputs];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (seen.has(name)) continue;
    seen.add(name);
    const node = graph.producers.get(name);
    if (graph.weights.has(name)) weights.add(name);
    else if (!node) inputs.add(name);
    else if (!nodes.has(node)) {
      nodes.add(node);
      open.push(...node.inputs, ...node.captured);
    }
  }
  return { nodes, weights, inputs };
}

function headAt(graph: Graph, logits: string, hidden: string): Head | null {
  if (!graph.producers.has(hidden)) return null;
  const part = partOf(graph, [logits], hidden);
  // Something beside the hidden state reaches the logits, such as a shape: this is no cut.
  if (part.inputs.size > 0) return null;
  return { hidden, hiddenType: typeOf(graph, hidden, part), part };
}

/**
 * Exporters often drop the types of inner tensors. They follow from those of inputs and weights: a cast says its own,
 * any other operator of a trunk gives the floating type that it takes. A trunk that tells nothing computes as its head
 * does: in the type of the head's weights.
 */
function typeOf(graph: Graph, hidden: string, part: Part): number {
  const known = new Map(
    [...graph.weights.values(), ...graph.inputs, ...graph.values].map(({ name, type }) => [
      name,
      type,
    ]),
  );
  // Nodes are written in the order they run in, so one pass is enough.
  for (const node of graph.nodes) {
    const type =
      (node.operator === "Cast" ? node.integers.get("to") : undefined) ??
      node.inputs.map((name) => known.get(name) ?? 0).find((each) => floating.has(each)) ??
      0;
    for (const name of node.outputs) if (!known.get(name)) known.set(name, type);
  }
  const type = known.get(hidden) ?? 0;
  if (floating.has(type)) return type;
  const isHalf = [...part.weights].some((name) => known.get(name) === elementTypes.float16);
  return isHalf ? elementTypes.float16 : elementTypes.float;
}

const floating: ReadonlySet<number> = new Set([
  elementTypes.float,
  elementTypes.float16,
  elementTypes.bfloat16,
]);

function latestProducer(graph: Graph, tensors: ReadonlySet<string>): GraphNode | null {
  let latest: GraphNode | null = null;
  for (const name of tensors) {
    const node = graph.producers.get(name);
    if (!node) return null;
    if (!latest || node.index > latest.index) latest = node;
  }
  return latest;
}

/** Tensors that do not depend on any input: weights and what is computed of them alone. */
function constantsOf(graph: Graph): ReadonlySet<string> {
  const constants = new Set(["", ...graph.weights.keys()]);
  // Nodes are written in the order they run in, so one pass is enough.
  for (const node of graph.nodes)
    if ([...node.inputs, ...node.captured].every((name) => constants.has(name)))
      for (const name of node.outputs) constants.add(name);
  return constants;
}

function isVocabularyWeight(
  graph: Graph,
  node: GraphNode,
  name: string,
  vocabularySize: number,
): boolean {
  if (node.operator.startsWith("MatMulNBits") || node.operator === "MatMulBnb4")
    return node.integers.get("N") === vocabularySize;
  return rootWeights(graph, name).some(
    (weight) => weight.dims.length >= 2 && weight.dims.includes(vocabularySize),
  );
}

// A tied head reaches the embedding through Transpose, Cast or DequantizeLinear.
function rootWeights(graph: Graph, name: string): readonly Weight[] {
  const { weights } = partOf(graph, [name], null);
  return [...weights].flatMap((root) => graph.weights.get(root) ?? []);
}
