import { html, render } from "lit-html";
import { button } from "./toolkit.ts";

const keys: readonly (readonly [keys: readonly string[], what: string])[] = [
  [["j", "k"], "next, previous trajectory"],
  [["n", "p"], "next, previous finding; goes on to other trajectories"],
  [["]", "["], "next, previous spike"],
  [["}", "{"], "next, previous break"],
  [["g", "G"], "first, last trajectory"],
  [["←", "→", "↑", "↓"], "by token and line in the transcript, by token on the chart"],
  [["/"], "find in this rollout, or in the whole file"],
  [["Enter"], "open the transcript as a text document"],
  [["+", "-", "0"], "zoom the chart; or drag, or turn the wheel"],
  [["Esc"], "close, then back to the list"],
  [["?"], "this help"],
];

const signs: readonly (readonly [sign: string, css: string, what: string])[] = [
  ["✓", "state-call", "healthy call"],
  ["●", "state-response", "healthy response"],
  ["◐", "state-polluted", "polluted: structure broke, text around it goes on"],
  ["✕", "state-collapsed", "collapsed: control tokens and nothing else"],
  ["◆", "state-collapsed", "fired: the out-of-turn control token was sampled"],
  ["◇", "state-polluted", "latent: its probability rose, it was not sampled yet"],
];

export interface Help {
  readonly toggle: () => void;
}

/** Keys and signs. A dialog of the browser: it keeps the focus, closes on Escape and gives the focus back. */
export function mountHelp(root: HTMLElement): Help {
  const dialog = document.createElement("dialog");
  dialog.className = "help";
  dialog.setAttribute("aria-label", "Keys and signs");
  root.append(dialog);
  render(
    html`<h2>Keys</h2>
      <dl class="help-list">
        ${keys.map(
          ([names, what]) =>
            html`<dt>${names.map((name) => html`<kbd>${name}</kbd>`)}</dt>
              <dd>${what}</dd>`,
        )}
      </dl>
      <h2>Signs</h2>
      <dl class="help-list">
        ${signs.map(
          ([sign, css, what]) =>
            html`<dt><span class="help-sign ${css}">${sign}</span></dt>
              <dd>${what}</dd>`,
        )}
        <dt><span class="token heat-2">token</span> <span class="token heat-5">token</span></dt>
        <dd>heat: probability of the channel, as colour and as thickness of the line below</dd>
      </dl>
      ${button({
        content: "Close",
        press: () => {
          dialog.close();
        },
      })}`,
    dialog,
  );
  return {
    toggle() {
      if (dialog.open) dialog.close();
      else dialog.showModal();
    },
  };
}
