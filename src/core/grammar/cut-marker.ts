import type { ControlRole, Family } from "./family.ts";
import { closesCalls } from "./ending-markers.ts";
import type { MarkerSource } from "./markers.ts";

// No marker is longer; beyond it the text's end does not cut one off.
const maxMarkerUnits = 64;

/** Whether the text ends at once, in the middle of a marker that closes calls: what was due had begun to come. */
export function cutsCloser({ family, text }: MarkerSource, at: number): boolean {
  return cutsMarker(family, text, at, closesCalls);
}

/** Whether all that is left from `at` on is the beginning of a marker with such a role. */
export function cutsMarker(
  { controls }: Family,
  text: string,
  at: number,
  isDue: (role: ControlRole) => boolean,
): boolean {
  if (at >= text.length || text.length - at > maxMarkerUnits) return false;
  const rest = text.slice(at).trimEnd();
  return controls.some((own) => isDue(own.role) && own.text !== rest && own.text.startsWith(rest));
}
