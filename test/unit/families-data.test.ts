import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { families } from "../../src/core/grammar/families.ts";
import type { Family, MachineId } from "../../src/core/grammar/family.ts";
import { root } from "../support/paths.ts";

test("there are 44 families, and no id or title is another's", () => {
  assert.equal(families.length, 44);
  assert.equal(new Set(families.map(({ id }) => id)).size, 44);
  assert.equal(new Set(families.map(({ title }) => title)).size, 44);
});

test("the setting offers every family, and to find it", () => {
  // Our own manifest, whose shape the comparison itself checks.
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
    readonly contributes: {
      readonly configuration: {
        readonly properties: Readonly<
          Record<string, { readonly enum?: string[]; readonly enumDescriptions?: string[] }>
        >;
      };
    };
  };
  const setting = manifest.contributes.configuration.properties["derail.family"];
  const titles = families.map(({ title, models }) => `${title}: ${models.join(", ")}`);
  assert.deepEqual(setting?.enum, ["auto", ...families.map(({ id }) => id)]);
  assert.deepEqual(setting.enumDescriptions?.slice(1), titles);
});

for (const family of families)
  test(`the data of ${family.id} keep the rules`, () => {
    const texts = family.controls.map(({ text }) => text);
    assert.ok(texts.length <= 31, "a mask of controls is one number");
    assert.equal(new Set(texts).size, texts.length, "a text is one control");
    assert.ok(!texts.includes(""), "a control has a text");
    assert.ok(family.models.length > 0);
    assert.match(family.id, /^[a-z0-9.-]+$/);
    for (const roles of needed(family))
      assert.ok(
        family.controls.some(({ role }) => roles.includes(role)),
        `${family.machine} needs ${roles.join(" or ")}`,
      );
  });

/** For each need of a machine, the roles that answer it. */
function needed(family: Family): readonly (readonly string[])[] {
  const byMachine: Readonly<Record<MachineId, readonly (readonly string[])[]>> = {
    "wrapped-call": [["call-begin"], ["call-end"], ["turn-end"]],
    section: [["section-begin"], ["section-end"], ["turn-end"]],
    "open-call": [["call-begin"], ["turn-end"]],
    bare: [["turn-end"]],
    harmony: [["turn-start"], ["turn-end"], ["message-end", "call-end"]],
    "next-role": [["call-begin"], ["call-end"], ["turn-start"]],
    "text-tags": [["call-begin"], ["result-begin"], ["turn-end"]],
  };
  return byMachine[family.machine];
}

/** What the reference says of a family, as far as it is compared. */
interface Described {
  readonly id: string;
  readonly machine: string;
  readonly tokens: readonly { readonly text: string; readonly role: string }[];
}

const reference = path.join(root, "../shared/reference/families.json");
const described = existsSync(reference) ? readReference() : [];

test("the families are those of the reference, in its machines", { skip: skip() }, () => {
  // A notation of harnesses, of no model's template: the reference does not have it.
  const ours = families
    .filter(({ id }) => id !== "function-tags")
    .map(({ id, machine }) => `${id} ${machine}`);
  const theirs = described.map(({ id, machine }) => `${id} ${machine}`);
  assert.deepEqual(ours, theirs);
});

for (const { id, tokens } of described)
  test(`${id} has the control tokens that the reference lists`, () => {
    const family = families.find((each) => each.id === id);
    assert.ok(family);
    const known = new Set([...family.controls.map(({ text }) => text), ...fixedTexts(family)]);
    const missing = tokens
      .filter(({ role }) => !variable.has(role))
      .map(({ text }) => text)
      .filter((text) => !known.has(text) && !hasName(text) && !inMarkup(family, text));
    assert.deepEqual(missing, []);
  });

/** Roles of texts that are a shape, not a text: `[{"name": …}]`, `to=functions.NAME`. */
const variable: ReadonlySet<string> = new Set(["call", "recipient", "channel_name"]);

/** Tags with a name in them are told by the call's syntax. */
function hasName(text: string): boolean {
  return /NAME|K"|KEY/.test(text);
}

/** MiniMax M3 writes a token before each tag; the reference lists the tag without it. */
function inMarkup(family: Family, text: string): boolean {
  const markup = family.controls.filter(({ role }) => role === "markup");
  return markup.some((piece) => family.controls.some((each) => each.text === piece.text + text));
}

function fixedTexts({ calls }: Family): readonly string[] {
  if (calls.kind === "tags") return [calls.call.close, calls.parameter.close];
  return calls.kind === "json" ? [calls.prefix] : [];
}

function skip(): string | false {
  return described.length === 0 ? "the reference is not at hand" : false;
}

function readReference(): readonly Described[] {
  // Our own reference file, whose shape the comparison itself checks.
  const parsed = JSON.parse(readFileSync(reference, "utf8")) as {
    readonly families: readonly Described[];
  };
  return parsed.families;
}
