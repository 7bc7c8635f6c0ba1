import type { Explanation } from "./explanation.ts";

const user = "<|im_start|>user\nIs it sunny in Oslo?<|im_end|>\n";
const call =
  '<tool_call>\n{"name": "get_weather", "arguments": {"city": "Oslo"}}\n</tool_call><|im_end|>';
const result = "<|im_start|>user\n<tool_response>\n21 degrees\n</tool_response><|im_end|>\n";
const place =
  "The remark stands at the first token that is wrong; due is on which side of the mask it belongs.";

/** M01 to M04. In the examples the mask holds what stands between ⟦ and ⟧. */
export const ofMasks: readonly Explanation[] = [
  {
    rule: "M01",
    title: "Sampled text outside the mask",
    level: "Warning; information where it is a whole turn. The turn's state stays.",
    what: "A part of a turn that the policy wrote is outside the trainer's loss mask, or a whole turn of the assistant after others that are inside it. In the example the mask holds what stands between ⟦ and ⟧.",
    family: "qwen3-hermes",
    example: `${user}<|im_start|>assistant
⟦Let me⟧ look it⟦ up.<|im_end|>⟧`,
    place,
    why: "What is outside earns no credit and no blame. Where it is the end of a call, the policy is never taught to close it.",
    remedy:
      "Build the mask from the ids that were sampled, not by finding text again in the rendered conversation.",
    silent:
      "Turn ends outside the mask, thinking that a template opens, the same prefix in every turn, turns before the first one in the mask, and rollouts that are left out whole. Without a tokenizer for the ids nothing is compared.",
    seen: "huggingface/transformers#34494, THUDM/slime#1476.",
  },
  {
    rule: "M02",
    title: "Tool output inside the mask",
    level: "Warning. The turn's state stays.",
    what: "What a tool answered, or the user or the system said, is inside the trainer's loss mask. In the example the mask holds what stands between ⟦ and ⟧.",
    family: "qwen3-hermes",
    example: `${user}<|im_start|>assistant
⟦${call}
${result}<|im_start|>assistant
It is.<|im_end|>⟧`,
    place,
    why: "The policy is trained to write results itself, with gradients for tokens that it never sampled. Invented results (F09) and an exploding divergence from the reference follow.",
    remedy:
      "Set the mask while the conversation is put together, when it is known who wrote what, and recompute it after truncation.",
    silent:
      "Headers, turn ends and line ends inside the mask. A turn of somebody else that has log-probabilities of its own was sampled by the policy: that is F09 or F18.",
    seen: "PeterGriffinJin/Search-R1#21, huggingface/transformers#47325.",
  },
  {
    rule: "M03",
    title: "Mask shifted by one",
    level: "Warning. The turn's state stays.",
    what: "In every turn of the policy the loss mask begins one token too early and ends one too early, or begins and ends one too late. In the example the mask holds what stands between ⟦ and ⟧.",
    family: "qwen3-hermes",
    example: `${user}<|im_start|>assistant⟦
It is sunny.⟧<|im_end|>`,
    place:
      "The remark stands at the token at the first border; due is a mask from the turn's first token to its end.",
    why: "A mask of targets was laid over inputs, or the other way round. The header is trained on and the turn end, with which the policy learns to stop, is not.",
    remedy:
      "Shift mask, log-probabilities and advantages together with the labels, once, in one place.",
    silent:
      "One border alone that is off by one: that may be a convention. Turns that were cut off are not compared.",
    seen: "Goekdeniz-Guelmez/mlx-lm-lora#80, OpenRLHF/OpenRLHF#973.",
  },
  {
    rule: "M04",
    title: "Count off by one",
    level: "Warning. The turn's state stays.",
    what: "A list that has a value for each token (log-probabilities, a mask, advantages) is one longer or one shorter than the list of ids.",
    family: "qwen3-hermes",
    example: `ids:      12
logprobs: 11`,
    place:
      "The remark stands where the policy's first turn begins, since nothing says where a value is missing; due is the number of tokens.",
    why: "Somewhere an end of text or a first token was dropped from one list and not from the other. Every value after that place may belong to the token beside it.",
    remedy: "Compare the lengths where the rollout is recorded, and refuse what does not fit.",
    silent:
      "Lists that differ by more: the reader leaves them out and says so as a problem of the file.",
    seen: "THUDM/slime#1440.",
  },
];
