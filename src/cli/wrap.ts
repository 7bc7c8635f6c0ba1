import { stripVTControlCharacters } from "node:util";

/** Words on lines of at most `width` columns, colours not counted; lines after the first begin with `hang` blanks. */
export function wrap(text: string, width: number, hang = 0): readonly string[] {
  const [first = "", ...words] = text.split(" ");
  const lines: string[] = [];
  let line = first;
  for (const word of words) {
    // Several blanks in a row are a layout's own: they stay, but begin no line.
    if (line.trim() !== "" && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line.trimEnd());
      line = " ".repeat(hang) + word;
    } else line += ` ${word}`;
  }
  return [...lines, line.trimEnd()];
}

function columnsOf(text: string): number {
  return stripVTControlCharacters(text).length;
}
