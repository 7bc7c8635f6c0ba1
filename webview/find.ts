import { html, nothing, render } from "lit-html";
import { findInFile } from "./find-in-file.ts";
import { findInRollout } from "./find-in-rollout.ts";
import type { Finder, FinderParts } from "./finder.ts";
import { button, clearTextField, createDropdown, createTextField } from "./toolkit.ts";

export interface Find {
  readonly isOpen: boolean;
  readonly open: () => void;
  readonly close: () => void;
}

interface Parts extends FinderParts {
  readonly root: HTMLElement;
  /** Where the results of a search of the whole file are listed. */
  readonly results: HTMLElement;
  /** Where the focus goes when it is closed. */
  readonly leave: () => void;
}

type Scope = "rollout" | "file";

/** Find, in the rollout on screen or in the whole file. */
export function mountFind({ root, results, leave, ...parts }: Parts): Find {
  const { frame } = parts;
  let isOpen = false;
  let scope: Scope = "rollout";
  let text = "";
  let isPattern = false;
  let ignoreCase = true;
  const finders: Readonly<Record<Scope, Finder>> = {
    rollout: findInRollout(parts),
    file: findInFile({ ...parts, root: results, close }),
  };

  const field = createTextField({
    label: "Find",
    placeholder: "Find",
    css: "find-field",
    input: (typed) => {
      text = typed;
      tell();
    },
  });
  const where = createDropdown("Where to find", (value) => {
    finders[scope].stop();
    scope = value === "file" ? "file" : "rollout";
    tell();
    field.focus();
  });
  root.setAttribute("role", "search");
  root.addEventListener("keydown", (event) => {
    // The list of scopes has keys of its own.
    if (where.element.contains(event.target instanceof Node ? event.target : null)) return;
    const isField = event.target === field;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && isField) finders[scope].enter(event.shiftKey ? -1 : 1);
    else if (event.key === "ArrowDown" && isField) finders[scope].focusResults?.();
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  frame.on(["find"], draw);
  return {
    get isOpen() {
      return isOpen;
    },
    open() {
      isOpen = true;
      // At once, not with the next frame: what is typed next belongs to the field.
      draw();
      field.focus();
    },
    close,
  };

  function close(): void {
    if (!isOpen) return;
    isOpen = false;
    finders[scope].stop();
    text = "";
    clearTextField(field);
    frame.touch("find");
    leave();
  }

  function tell(): void {
    finders[scope].typed({ kind: isPattern ? "pattern" : "text", text, ignoreCase });
    frame.touch("find");
  }

  function draw(): void {
    root.hidden = !isOpen;
    where.set(
      [
        { value: "rollout", text: "This rollout" },
        { value: "file", text: "Whole file" },
      ],
      scope,
    );
    render(
      html`${field} ${where.element} ${scope === "file" ? switches() : nothing}
        <span class="find-count" role="status">${finders[scope].status()}</span>
        ${button({
          content: "‹",
          label: "Previous match",
          title: "Previous match (Shift+Enter)",
          look: "icon",
          press: () => {
            finders[scope].step(-1);
          },
        })}
        ${button({
          content: "›",
          label: "Next match",
          title: "Next match (Enter)",
          look: "icon",
          press: () => {
            finders[scope].step(1);
          },
        })}
        ${button({
          content: "✕",
          label: "Close find",
          title: "Close (Escape)",
          look: "icon",
          press: close,
        })}`,
      root,
    );
  }

  function switches(): unknown {
    return html`${toggle("Aa", "Match case", !ignoreCase, () => {
      ignoreCase = !ignoreCase;
      tell();
    })}
    ${toggle(".*", "Regular expression", isPattern, () => {
      isPattern = !isPattern;
      tell();
    })}`;
  }
}

/** A button of the browser: the toolkit's says nobody whether it is pressed. */
function toggle(sign: string, label: string, isOn: boolean, press: () => void): unknown {
  return html`<button
    type="button"
    class="find-switch"
    aria-label=${label}
    aria-pressed=${isOn ? "true" : "false"}
    title=${label}
    @click=${press}
  >
    ${sign}
  </button>`;
}
