import { html, render } from "lit-html";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { Frame } from "./frame.ts";
import { plain } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import { thresholdAt, thresholdIndex, thresholdSteps } from "./threshold.ts";
import { button, createDropdown } from "./toolkit.ts";
import { positionText, walk } from "./walk.ts";

interface Parts {
  readonly root: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
  readonly find: () => void;
  readonly help: () => void;
}

const everything = "illegal";

/** Policy, channel, threshold, the walk from finding to finding, and the way to the transcript. */
export function mountToolbar(parts: Parts): void {
  const { root, model, frame, client, guard, find, help } = parts;
  root.setAttribute("role", "toolbar");
  root.setAttribute("aria-label", "Trajectory");
  const channel = createDropdown("Channel shown as heat", (value) => {
    model.setChannel(value === everything ? null : Number(value));
  });
  /** While the slider is dragged its own place counts, not the host's last word. */
  let dragged: number | null = null;

  frame.on(["info", "view", "series", "place"], () => {
    const { info, view } = model.state;
    const policy = plain(info?.policy ?? "none");
    const controls = view?.controls ?? [];
    const shown = model.state.channel;
    channel.set(
      [
        { value: everything, text: "illegal control mass" },
        ...controls.map((text, at) => ({ value: String(at), text: `P(${plain(text)})` })),
      ],
      shown !== null && shown < controls.length ? String(shown) : everything,
    );
    const threshold = dragged ?? info?.thresholdFloor ?? thresholdAt(0);
    const hasFindings = (view?.findings.length ?? 0) > 0;
    render(
      html`
        ${button({
          content: html`<div class="tool-policy-text">
            <span class="tool-label">Policy</span> <b>${shortened(policy)}</b> ▾
          </div>`,
          label: `Policy: ${policy}. Select policy`,
          title: `${policy}: select the policy that scores`,
          css: "tool-policy",
          press: () => {
            guard.run("selectPolicy", client.call("selectPolicy", {}));
          },
        })}
        <span class="tool tool-channel"
          ><span class="tool-label">Channel</span>${channel.element}</span
        >
        <label class="tool tool-threshold">
          <span class="tool-label">Threshold</span>
          <b class="tool-value">${threshold.toFixed(2)}</b>
          <input
            type="range"
            min="0"
            max=${thresholdSteps.length - 1}
            step="1"
            aria-label="Spike threshold"
            aria-valuetext="probability ${threshold.toFixed(2)}"
            .value=${String(thresholdIndex(threshold))}
            @input=${(event: Event) => {
              dragged = valueOf(event);
              frame.touch("place");
            }}
            @change=${(event: Event) => {
              const floor = valueOf(event);
              dragged = null;
              guard.run("setThreshold", client.call("setThreshold", { floor }));
            }}
          />
        </label>
        <span class="tool tool-walk" role="group" aria-label="Findings">
          ${button({
            content: "‹",
            label: "Previous finding",
            title: "Previous finding (p)",
            look: "icon",
            press: () => {
              step(-1);
            },
          })}
          <span class="tool-position" title=${hasFindings ? "" : "Goes on to other trajectories"}
            >${model.state.note === "" ? positionText(model) : model.state.note}</span
          >
          ${button({
            content: "›",
            label: "Next finding",
            title: "Next finding (n)",
            look: "icon",
            press: () => {
              step(1);
            },
          })}
        </span>
        <span class="tool-space"></span>
        ${button({ content: "Find…", title: "Find in this rollout or in the whole file (/)", press: find })}
        ${button({ content: "?", label: "Keyboard help", css: "tool-help", press: help })}
        ${button({
          content: "Open transcript",
          title: "Open as a text document (Enter)",
          look: "primary",
          disabled: view === null,
          press: () => {
            openTranscript(parts);
          },
        })}
      `,
      root,
    );
  });

  function step(direction: 1 | -1): void {
    guard.run("walk", walk(model, client, { kind: "any", direction }));
  }
}

export function openTranscript(parts: Pick<Parts, "model" | "client" | "guard">): void {
  const { trajectory, token } = parts.model.state;
  if (trajectory === null) return;
  parts.guard.run(
    "openTranscript",
    parts.client.call("openTranscript", { trajectory, token, beside: true }),
  );
}

function shortened(name: string): string {
  return name.length <= 26 ? name : `${name.slice(0, 24)}…`;
}

function valueOf(event: Event): number {
  const { target } = event;
  return thresholdAt(target instanceof HTMLInputElement ? Number(target.value) : 0);
}
