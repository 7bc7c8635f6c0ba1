import { decodeUtf8 } from "../../text/utf8.ts";
import { maxRecordBytes } from "../../text/json.ts";
import { sliceMapped } from "../../text/source-map.ts";
import type { MappedText } from "../../text/source-map.ts";
import { markersOf } from "../../transcript/turn-forms.ts";
import type { WirePiece } from "../../trajectory/trajectory.ts";
import { trajectoryId } from "../fields.ts";
import type { Format } from "../format.ts";
import { hashText } from "../group.ts";
import { startNotes } from "../notes.ts";
import { specialTokensOf } from "../special-tokens.ts";
import { stepFromName } from "../step.ts";

/** Plain text of one transcript in its wire form, with its turn markers: a prompt saved from a log, Harmony text. */
export const transcriptText: Format = {
  id: "transcript-text",
  title: "Transcript text",
  containers: ["text"],
  holds: "one",

  detect: (first) => typeof first === "string" && isTranscript(first.slice(0, maxLookedAt)),

  read(record, file) {
    const notes = startNotes(record);
    const source = {
      startByte: record.startByte,
      endByte: record.startByte + record.bytes.length,
    };
    if (record.bytes.length > maxRecordBytes) {
      notes.add("record-too-large", "A transcript of more than 64 MB is not read", source);
      return { value: [], problems: notes.problems };
    }
    const text = decodeUtf8(record.bytes, record.startByte);
    if (!isTranscript(text.text)) {
      notes.add("no-turns", "This text has no turn markers, so it is no transcript", source);
      return { value: [], problems: notes.problems };
    }
    const first = markersOf(text.text).headers.exec(text.text);
    const trajectory = {
      id: trajectoryId(null, record.index),
      step: stepFromName(file.name),
      group: hashText(text.text.slice(0, (first?.index ?? 0) + maxPrompt)),
      sample: null,
      reward: null,
      tools: { kind: "unknown" as const },
      specialTokens: specialTokensOf(text.text),
      body: { kind: "wire" as const, pieces: piecesOf(text) },
      source,
      line: record.line,
    };
    return { value: [trajectory], problems: notes.problems };
  },
};

/** A header at the very end asks for a turn that is not there: a prompt, of which nothing is the policy's. */
function piecesOf(text: MappedText): readonly WirePiece[] {
  const headers = markersOf(text.text).headers;
  headers.lastIndex = 0;
  let last: RegExpExecArray | null = null;
  for (let found = headers.exec(text.text); found?.[0]; found = headers.exec(text.text)) {
    last = found;
  }
  const end = text.text.length;
  if (!last || text.text.slice(last.index + last[0].length).trim() !== "") {
    return [{ text, author: "mixed" }];
  }
  return [
    { text: sliceMapped(text, 0, last.index), author: "mixed" },
    { text: sliceMapped(text, last.index, end), author: "environment" },
  ];
}

// A transcript shows itself at once: what holds no marker so far in is some other text.
const maxLookedAt = 64 * 1024;

// Where nothing says what the prompt was, equal beginnings are taken for the same one.
const maxPrompt = 2000;

// Templates of Llama, Mistral, DeepSeek, GLM and Gemma write one before the first turn.
const textBegin =
  /^\s*(?:<s>|<bos>|<BOS_TOKEN>|<\|begin_of_text\|>|<\|startoftext\|>|<｜begin▁of▁sentence｜>|\[gMASK\]<sop>)/;

/** A turn's header at the head of the text, or at the head of two lines: prose about markers has them elsewhere. */
function isTranscript(text: string): boolean {
  const headers = markersOf(text).headers;
  headers.lastIndex = 0;
  const beginsText = textBegin.test(text);
  const ink = text.search(/\S/);
  let atLine = 0;
  for (let found = headers.exec(text); found; found = headers.exec(text)) {
    if (found[0] === "") return false;
    const before = text.slice(Math.max(0, found.index - 80), found.index);
    if (beginsText || found.index <= ink) return true;
    if (/(?:^|\n)[^\S\n]*$/.test(before)) atLine++;
    if (atLine === 2) return true;
  }
  return false;
}
