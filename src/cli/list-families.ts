import { families } from "../core/grammar/families.ts";

/** The grammars that `--family` takes: id, title and the models that write them. */
export function listFamilies(): string {
  const width = Math.max(...families.map(({ id }) => id.length));
  const lines = families.map(({ id, title, models }) => {
    const names = models.filter((model) => !title.startsWith(model));
    return `${id.padEnd(width)}  ${title}${names.length > 0 ? `: ${names.join(", ")}` : ""}`;
  });
  return `${lines.join("\n")}\n`;
}

/** The same for a script, with how each family's calls are read. */
export function familiesReport(): object {
  const listed = families.map(({ id, title, models, machine, calls }) => ({
    id,
    title,
    models,
    machine,
    calls: calls.kind,
  }));
  return { version: 1, families: listed };
}
