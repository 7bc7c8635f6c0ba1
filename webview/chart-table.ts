import { html, nothing, render } from "lit-html";
import type { Frame } from "./frame.ts";
import { shown } from "./glyphs.ts";
import type { Model } from "./model.ts";
import { probability, whole } from "./numbers.ts";
import { ruleTitle } from "./rule-title.ts";
import { inOrder } from "./finding-order.ts";

interface Parts {
  readonly root: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
}

/** More rows than anybody reads; the keys walk through the rest. */
const rowLimit = 500;

export interface ChartTable {
  readonly isOpen: () => boolean;
  readonly toggle: () => void;
}

/** The chart for those who can't see it, or want its numbers: what stands out, token by token. */
export function mountChartTable({ root, model, frame }: Parts): ChartTable {
  const box = document.createElement("div");
  box.className = "chart-table";
  box.hidden = true;
  root.append(box);
  frame.on(["view", "series", "layout"], draw);
  return {
    isOpen: () => !box.hidden,
    toggle() {
      box.hidden = !box.hidden;
      root.classList.toggle("table-open", !box.hidden);
      frame.touch("series");
    },
  };

  function draw(): void {
    const { view, series } = model.state;
    if (box.hidden || view === null) return;
    const findings = inOrder(view, "any");
    render(
      html`<p>${shown(series?.summary ?? "")}</p>
        ${
          findings.length === 0
            ? nothing
            : html`<table>
                <thead>
                  <tr>
                    <th scope="col">token</th>
                    <th scope="col">turn</th>
                    <th scope="col">finding</th>
                    <th scope="col">probability</th>
                    <th scope="col">what</th>
                  </tr>
                </thead>
                <tbody>
                  ${findings.slice(0, rowLimit).map(
                    (finding) =>
                      html`<tr>
                        <td>
                          <button
                            type="button"
                            class="link"
                            @click=${() => {
                              model.selectToken(finding.anchorToken, finding.line, finding.index);
                            }}
                          >
                            ${whole(finding.anchorToken)}
                          </button>
                        </td>
                        <td>${shown(view.turns[finding.turn]?.label ?? "")}</td>
                        <td>${ruleTitle(finding)}</td>
                        <td>
                          ${finding.probability === null ? "" : probability(finding.probability)}
                        </td>
                        <td>${shown(finding.message)}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>`
        }`,
      box,
    );
  }
}
