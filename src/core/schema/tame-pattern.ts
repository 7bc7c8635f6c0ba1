/**
 * Whether a schema's pattern is surely quick to match. Patterns come from the file, and one such as `(a+)+$` can hang
 * whoever runs it; so nested repeats, repeated alternatives, back-references and more than two open repeats are not run.
 */
export function isTamePattern(pattern: string): boolean {
  if (pattern.length > 300 || /\\[1-9k]|\(\?<?[=!]/.test(pattern)) return false;
  const plain = pattern.replaceAll(/\\./gs, "x").replaceAll(/\[[^\]]*\]/g, "x");
  const repeats = plain.match(/[*+]|\{\d+,\d*\}/g) ?? [];
  if (repeats.length > 2) return false;
  // A `?` doubles the ways to match, and one in a repeated group does so each time round.
  if ((plain.match(/\?/g) ?? []).length > 6) return false;
  if (/\([^)]*\?[^)]*\)(?:[*+]|\{)/.test(plain)) return false;
  return !/\([^)]*(?:[*+|{]|\()[^)]*\)(?:[*+]|\{)/.test(plain) && !/\)\)+(?:[*+]|\{)/.test(plain);
}
