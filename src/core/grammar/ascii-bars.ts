/** DeepSeek's full-width bars and low lines as fine-tunes and people write them; offsets stay. */
export function asciiBars(text: string): string {
  return text.replaceAll("｜", "|").replaceAll("▁", "_");
}
