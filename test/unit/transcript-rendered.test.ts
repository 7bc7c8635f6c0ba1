import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { Template } from "@huggingface/jinja";
import * as fc from "fast-check";
import type { Problem } from "../../src/core/result.ts";
import { eachRun, toByte } from "../../src/core/text/source-map.ts";
import type { Message, Role, Tools } from "../../src/core/trajectory/trajectory.ts";
import { buildTranscript } from "../../src/core/transcript/build.ts";
import { templateVariables } from "../../src/core/transcript/template-input.ts";
import type { Transcript } from "../../src/core/transcript/transcript.ts";
import { root } from "../support/paths.ts";
import { call, faultOf, message, showTurns, trajectory } from "../support/transcripts.ts";

const bundled = readFileSync(path.join(root, "media/policy/chat_template.jinja"), "utf8");

/** Templates written for these tests, each with a habit of templates in the wild. */
const templates = {
  bundled,
  trims: `{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content | trim }}<|im_end|>
{% endfor %}`,
  "drops empty replies": `{% for m in messages %}{% if m.content %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endif %}{% endfor %}`,
  "asks what content begins with": `{% for m in messages %}{% if m.content.startswith('a') %}[A]{% endif %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}`,
  "cuts old thinking": `{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content.split('</think>')[-1] }}<|im_end|>
{% endfor %}`,
  "other headers": `{% for m in messages %}<|start_header_id|>{{ m.role }}<|end_header_id|>

{{ m.content | trim }}<|eot_id|>{% endfor %}`,
  "no headers at all": `{% for m in messages %}{{ m.role }}: {{ m.content }}
{% endfor %}`,
  "its own system prompt": `{% if messages[0].role != 'system' %}<|im_start|>system
Be good.<|im_end|>
{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}
{{ m.content }}<|im_end|>
{% endfor %}`,
} as const;

const conversation = [
  message("system", "S"),
  message("user", "  Zürich? 🙂 "),
  message("assistant", "Let me look.", {
    reasoning: { ...message("user", "Hm").content, text: "Hm" } as Message["reasoning"],
    calls: [call("get", '{"a": "x"}'), call("put", { b: 'q"uote <c>', n: [1, null, true] })],
  }),
  message("tool", "{}"),
  message("tool", ""),
  message("assistant", ""),
  message("user", "bye"),
  message("assistant", "<tool_call>"),
];

const expected = [
  "system «system⏎|S|»⏎",
  "user «user⏎|  Zürich? 🙂 |»⏎",
  String.raw`assistant* «assistant⏎|<think>⏎Hm⏎</think>⏎⏎Let me look.⏎<c>⏎{"name": "get", "arguments": {"a": "x"}}⏎</c>⏎<c>⏎{"name": "put", "arguments": {"b": "q\"uote <c>", "n": [1, null, true]}}⏎</c>|»⏎`,
  "tool «user⏎|<r>⏎{}⏎</r>⏎<r>⏎⏎</r>|»⏎",
  "assistant* «assistant⏎||»⏎",
  "user «user⏎|bye|»⏎",
  "assistant* «assistant⏎|<c>|»⏎",
];

test("without a chat template messages are plain ChatML with Hermes calls", () => {
  assert.deepEqual(showTurns(render(conversation, null).value), expected);
});

test("the bundled policy's template writes the same, and the turns are found in it", () => {
  assert.deepEqual(showTurns(render(conversation, bundled).value), expected);
});

test("a tool's answer in a user's message is the tool's turn", () => {
  for (const template of [null, bundled]) {
    const { value } = render([message("user", "<tool_response>1</tool_response>")], template);
    assert.equal(value.turns[0]?.role, "tool");
  }
});

test("declared tools stand in the system turn, also where there is no system message", () => {
  const tools: Tools = {
    kind: "declared",
    tools: [{ name: "get", parameters: { type: "object" } }],
  };
  for (const template of [null, bundled]) {
    const { value } = render([message("user", "Q")], template, tools);
    assert.equal(value.turns.length, 2);
    assert.equal(value.turns[0]?.role, "system");
    assert.match(value.text.slice(0, value.turns[0].end), /"name": "get"/);
  }
});

describe("a message's bytes are found in the rendered text", () => {
  const messages = [
    message("user", "question", { source: { startByte: 100, endByte: 200 } }),
    message("assistant", null, {
      calls: [call("lookup", '{"item": "lamp"}', 300)],
      source: { startByte: 290, endByte: 400 },
    }),
    message("tool", "  spaced  ", { source: { startByte: 500, endByte: 600 } }),
  ];
  for (const [name, template] of [
    ["our own template", null],
    ["a Jinja template", bundled],
  ] as const) {
    test(name, () => {
      const { text, map } = render(messages, template).value;
      assert.equal(map.length, text.length);
      const byteOf = (part: string): number => toByte(map, text.indexOf(part));
      assert.equal(byteOf("question"), 100);
      assert.equal(byteOf("stion"), 103);
      assert.equal(byteOf("lookup"), 300);
      assert.equal(byteOf('{"item"'), 306);
      assert.equal(byteOf("lamp"), 316);
      assert.equal(byteOf("  spaced  "), 500);
      // What the template wrote points at a neighbour, never outside.
      for (let unit = 0; unit < text.length; unit++) assert.ok(toByte(map, unit) < 600);
    });
  }
});

test("every unit that has bytes has those of the very same character", () => {
  const role = fc.constantFrom<Role>("user", "assistant", "tool");
  const content = fc.oneof(fc.string(), fc.constantFrom("", " a ", "<tool_call>", "user", "aa"));
  const list = fc.array(fc.tuple(role, content), { minLength: 1, maxLength: 6 });
  for (const template of [null, ...Object.values(templates)]) {
    fc.assert(
      fc.property(list, (messages) => {
        let file = "";
        const built = messages.map(([who, what]) => {
          const startByte = file.length;
          file += what;
          return message(who, what, { source: { startByte, endByte: file.length } });
        });
        const { text, map } = render(built, template).value;
        let unit = 0;
        eachRun(map, 0, text.length, (count, byte, stride) => {
          if (stride === 1) {
            assert.equal(file.slice(byte, byte + count), text.slice(unit, unit + count));
          }
          unit += count;
        });
      }),
      { numRuns: 50 },
    );
  }
});

describe("templates with habits", () => {
  const roles = fc.constantFrom<Role>("user", "assistant", "tool");
  const contents = fc.oneof(
    fc.constantFrom(
      "",
      " ",
      "\n",
      "a",
      "abc  ",
      "<|im_end|>",
      "<think>x</think>y",
      "\ue000",
      "\ue400",
    ),
    fc.string(),
  );
  const messages = fc.array(fc.tuple(roles, contents), { minLength: 1, maxLength: 6 });

  for (const [name, template] of Object.entries(templates)) {
    test(`the text is exactly a plain rendering: ${name}`, () => {
      fc.assert(
        fc.property(messages, (list) => {
          const built = list.map(([role, content]) => message(role, content));
          const { value, problems } = render(built, template);
          assert.deepEqual(problems, []);
          assert.equal(value.text, plainly(built, template));
          assert.equal(value.map.length, value.text.length);
          assert.equal(faultOf(value.text, value.turns), null);
          assert.equal(
            value.turns.filter(({ sampled }) => sampled).length,
            built.filter(({ sampled }) => sampled).length,
          );
        }),
      );
    });
  }

  test("a template's own system prompt is a turn", () => {
    const { value } = render(
      [message("user", "Q"), message("assistant", "A")],
      templates["its own system prompt"],
    );
    assert.deepEqual(showTurns(value), [
      "system «system⏎|Be good.|»⏎",
      "user «user⏎|Q|»⏎",
      "assistant* «assistant⏎|A|»⏎",
    ]);
  });

  test("headers of other families part the turns", () => {
    const { value } = render(
      [message("user", "Q"), message("assistant", " A ")],
      templates["other headers"],
    );
    const [, reply] = value.turns;
    assert.equal(value.text.slice(reply?.bodyStart, reply?.bodyEnd), "A");
  });
});

test("a call of a simulated user is written in its turn", () => {
  const user = message("user", "", { calls: [call("toggle", "{}")] });
  const { value } = buildTranscript(
    trajectory({ kind: "messages", messages: [user, message("tool", "ok")] }),
    { tokenizer: null, chatTemplate: null },
  );
  assert.match(
    value.text,
    /user\n<tool_call>\n\{"name": "toggle", "arguments": \{\}\}\n<\/tool_call>/,
  );
});

describe("a template that fails is a problem, and the messages are shown in plain ChatML", () => {
  const cases: readonly (readonly [name: string, template: string, says: RegExp])[] = [
    ["raises", "{{ raise_exception('roles must alternate') }}", /roles must alternate/],
    ["does not parse", "{% for %}", /./],
    ["makes a huge range", "{% for i in range(1000000000) %}x{% endfor %}", /range/],
    [
      "loops in loops",
      "{% for a in range(9999) %}{% for b in range(9999) %}{% for c in range(9) %}x{% endfor %}{% endfor %}{% endfor %}",
      /range|steps/,
    ],
    [
      "loops over the messages in loops over the messages",
      `${"{% for m in messages %}".repeat(9)}x${"{% endfor %}".repeat(9)}`,
      /steps/,
    ],
    ["calls itself for ever", "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", /./],
    [
      "doubles its text",
      `{% set n = namespace(s='xxxxxxxx') %}{% for i in range(60) %}{% set n.s = n.s + n.s %}{% endfor %}{{ n.s }}`,
      /./,
    ],
  ];
  for (const [name, template, says] of cases) {
    test(name, () => {
      const { value, problems } = render(conversation, template);
      assert.deepEqual(showTurns(value), expected);
      assert.deepEqual(
        problems.map(({ code }) => code),
        ["chat-template-failed"],
      );
      assert.match(problems[0]?.message ?? "", says);
    });
  }
});

test("very many messages take the plain form, and a problem says so", () => {
  const many = Array.from({ length: 3000 }, () => message("user", "x"));
  const { value, problems } = render(many, bundled);
  assert.equal(value.turns.length, 3000);
  assert.match(problems[0]?.message ?? "", /3000 messages/);
});

test("arguments nested beyond reason are cut, not followed", () => {
  let nested: unknown = "deep";
  for (let depth = 0; depth < 5000; depth++) nested = [nested];
  for (const template of [null, bundled]) {
    const { value } = render(
      [message("assistant", "", { calls: [call("f", { nested })] })],
      template,
    );
    assert.ok(value.text.includes("<tool_call>"));
  }
});

function render(
  messages: readonly Message[],
  chatTemplate: string | null,
  tools: Tools = { kind: "unknown" },
): { readonly value: Transcript; readonly problems: readonly Problem[] } {
  return buildTranscript(trajectory({ kind: "messages", messages }, { tools }), {
    tokenizer: null,
    chatTemplate,
  });
}

function plainly(messages: readonly Message[], template: string): string {
  const input = { messages, tools: { kind: "unknown" } as const, textArguments: true };
  return new Template(template).render(templateVariables(input, ({ text }) => text.text));
}
