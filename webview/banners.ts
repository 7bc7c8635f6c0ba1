import { html, nothing, render, type TemplateResult } from "lit-html";
import type { DocumentInfo } from "../src/core/views/document.ts";
import type { TrajectoryView } from "../src/core/views/trajectory.ts";
import type { Client } from "../src/protocol/rpc.ts";
import type { ViewerHost } from "../src/protocol/viewer.ts";
import type { Frame } from "./frame.ts";
import { plain } from "./glyphs.ts";
import type { Guard } from "./guard.ts";
import type { Model } from "./model.ts";
import { bytes, count, plural, timeLeft, whole } from "./numbers.ts";
import { button } from "./toolkit.ts";

interface Parts {
  readonly root: HTMLElement;
  readonly model: Model;
  readonly frame: Frame;
  readonly client: Client<ViewerHost>;
  readonly guard: Guard;
}

/** What is going on and what is wrong with the file: one line each, with the button that helps. */
export function mountBanners({ root, model, frame, client, guard }: Parts): void {
  frame.on(["info", "view"], () => {
    const { info, view } = model.state;
    if (info === null) return;
    render(
      html`${scoring(info)} ${indexing(info)} ${trouble(info)} ${misfit(info)} ${mapped(info)}
      ${problems(info)} ${view?.notes.map(note)}`,
      root,
    );
  });

  function note({ code, message }: TrajectoryView["notes"][number]): unknown {
    const select = {
      content: "Select tokenizer…",
      press: () => {
        guard.run("selectTokenizer", client.call("selectTokenizer", {}));
      },
    };
    return banner("warning", plain(message), code === "ids-need-tokenizer" ? select : null);
  }

  function scoring(info: DocumentInfo): unknown {
    const progress = info.scoring;
    if (progress === null) return nothing;
    const share = progress.totalTokens === 0 ? 0 : progress.doneTokens / progress.totalTokens;
    return html`<div class="strip">
      <span>Scoring</span>
      ${meter(share, "Scoring")}
      <span class="strip-numbers"
        >${count(progress.doneTokens)} of ${count(progress.totalTokens)} tokens ·
        ${count(Math.round(progress.tokensPerSecond))} tok/s ·
        ${timeLeft(progress.secondsLeft)}</span
      >
      ${button({
        content: "Cancel",
        label: "Cancel scoring",
        press: () => {
          guard.run("cancelScoring", client.call("cancelScoring", {}));
        },
      })}
    </div>`;
  }

  function indexing(info: DocumentInfo): unknown {
    if (info.trajectoryCount === 0 || !(info.indexing || info.indexingStopped)) return nothing;
    const share = info.sizeBytes === 0 ? 0 : info.indexedBytes / info.sizeBytes;
    const method = info.indexing ? "stopIndexing" : "goOnIndexing";
    return html`<div class="strip">
      <span>${info.indexing ? "Reading" : "Reading stopped"}</span>
      ${meter(share, "Reading the file")}
      <span class="strip-numbers"
        >${count(info.trajectoryCount)} so far · ${readingNumbers(info)}</span
      >
      ${button({
        content: info.indexing ? "Stop" : "Go on",
        label: info.indexing ? "Stop reading the file" : "Go on reading the file",
        press: () => {
          guard.run(method, client.call(method, {}));
        },
      })}
    </div>`;
  }

  function mapped(info: DocumentInfo): unknown {
    if (info.format !== "mapped") return nothing;
    return html`<div class="banner banner-info" role="status">
      <span class="banner-glyph" aria-hidden="true">ℹ</span>
      <span class="banner-text"
        >Mapped fields: the file is of no known format, and is read as you said.</span
      >
      ${button({
        content: "Change…",
        label: "Change which field is what",
        press: () => {
          guard.run("mapFields", client.call("mapFields", {}));
        },
      })}
      ${button({
        content: "Forget",
        label: "Forget which field is what",
        press: () => {
          guard.run("forgetMapping", client.call("forgetMapping", {}));
        },
      })}
    </div>`;
  }

  function misfit(info: DocumentInfo): unknown {
    if (info.misfit === null) return nothing;
    return banner("info", plain(info.misfit), {
      content: "Select policy…",
      press: () => {
        guard.run("selectPolicy", client.call("selectPolicy", {}));
      },
    });
  }

  function trouble(info: DocumentInfo): unknown {
    if (info.scoringProblem !== null) {
      return banner("warning", plain(info.scoringProblem), {
        content: "Select policy…",
        press: () => {
          guard.run("selectPolicy", client.call("selectPolicy", {}));
        },
      });
    }
    if (info.tokenizer === null && info.trajectoryCount > 0) {
      return banner(
        "info",
        "No tokenizer: words stand in for tokens, and ids can't be decoded. Give the tokenizer.json of the policy.",
        {
          content: "Select tokenizer…",
          press: () => {
            guard.run("selectTokenizer", client.call("selectTokenizer", {}));
          },
        },
      );
    }
    return nothing;
  }
}

/** `1.9 MB of 4.2 MB · 800 MB/s · 3 s left` */
export function readingNumbers(info: DocumentInfo): string {
  const { indexedBytes, sizeBytes, indexBytesPerSecond, indexing } = info;
  const parts = [`${bytes(indexedBytes)} of ${bytes(sizeBytes)}`];
  if (indexing && indexBytesPerSecond > 0) {
    parts.push(`${bytes(Math.round(indexBytesPerSecond))}/s`);
    parts.push(timeLeft((sizeBytes - indexedBytes) / indexBytesPerSecond));
  }
  return parts.join(" · ");
}

function problems(info: DocumentInfo): unknown {
  if (info.problemCount === 0 || info.trajectoryCount === 0) return nothing;
  return html`<details class="banner banner-warning">
    <summary>
      <span class="banner-glyph" aria-hidden="true">▲</span>
      ${plural(info.problemCount, "problem")} in this file; the rest is open
    </summary>
    ${problemList(info)}
  </details>`;
}

export function problemList(info: DocumentInfo): TemplateResult {
  const rest = info.problemCount - info.problems.length;
  return html`<ul class="problems" tabindex="0" aria-label="Problems in this file">
    ${info.problems.map(
      (problem) =>
        html`<li>
          ${info.packed === null ? html`<b>line ${whole(problem.line + 1)}</b> ` : nothing}${plain(problem.message)}
        </li>`,
    )}
    ${rest > 0 ? html`<li>and ${whole(rest)} more</li>` : nothing}
  </ul>`;
}

export function meter(share: number, label: string): TemplateResult {
  const percent = Math.round(Math.max(0, Math.min(1, share)) * 100);
  return html`<span
    class="meter"
    role="progressbar"
    aria-label=${label}
    aria-valuemin="0"
    aria-valuemax="100"
    aria-valuenow=${percent}
    ><span class="meter-done" .style=${`width:${String(percent)}%`}></span
  ></span>`;
}

function banner(
  tone: "warning" | "info",
  text: string,
  action: { readonly content: string; readonly press: () => void } | null,
): TemplateResult {
  return html`<div class="banner banner-${tone}" role=${tone === "warning" ? "alert" : "status"}>
    <span class="banner-glyph" aria-hidden="true">${tone === "warning" ? "▲" : "ℹ"}</span>
    <span class="banner-text">${text}</span>
    ${action === null ? nothing : button(action)}
  </div>`;
}
