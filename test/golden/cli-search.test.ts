import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { derail, folderOf } from "../support/command-line.ts";

test("search tells the matches of files with their record, as text and as JSON", (t) => {
  const folder = folderOf(t, {
    "1.jsonl": [rollout("No"), rollout("one\nNeedle \u202e here")].join("\n"),
    "2.jsonl": rollout("a needle"),
  });
  const text = derail("search", "needle", folder, "--ignore-case");
  assert.deepEqual([text.status, text.stderr], [0, ""]);
  assert.deepEqual(text.stdout.replaceAll(`${folder}/`, "").split("\n"), [
    "1.jsonl, record 2, content: one↵Needle \\u202e here",
    "2.jsonl, record 1, content: a needle",
    "",
  ]);
  const found = derail("search", "[Nn]ee\\w+", folder, "--regex", "--format", "json");
  const { matches } = JSON.parse(found.stdout) as {
    readonly matches: readonly { readonly record: number; readonly text: string }[];
  };
  assert.deepEqual(
    matches.map(({ record, text: match }) => [record, match]),
    [
      [1, "Needle"],
      [0, "needle"],
    ],
  );
  const none = derail("search", "nothing", folder, path.join(folder, "none.jsonl"));
  assert.deepEqual([none.status, none.stdout], [1, ""]);
  assert.match(none.stderr, /There is no file .*none\.jsonl/);
});

function rollout(content: string): string {
  return JSON.stringify({
    messages: [
      { role: "user", content: "Hi" },
      { role: "assistant", content },
    ],
  });
}
