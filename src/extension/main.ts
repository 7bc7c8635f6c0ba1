import type * as vscode from "vscode";
import { createAnalysedFiles } from "./analyse-file.ts";
import { createAnnotations } from "./annotations.ts";
import { activateCommands } from "./commands.ts";
import { activateContextKeys } from "./context-keys.ts";
import { activateDiagnostics } from "./diagnostics.ts";
import { Documents } from "./documents.ts";
import { Engine } from "./engine-client.ts";
import { createLog } from "./log.ts";
import { followMappings } from "./map-fields.ts";
import { createMappings } from "./mappings.ts";
import { activateRawDecorations } from "./raw-decorations.ts";
import { activateRawFindings } from "./raw-findings.ts";
import { activateRawLens } from "./raw-lens.ts";
import { activateEngineSettings } from "./select-policy.ts";
import { engineSettings } from "./settings.ts";
import { activateRulePages } from "./rule-pages.ts";
import { activateStatus } from "./status.ts";
import { activateTrajectoryEditor } from "./trajectory-editor.ts";
import { activateTranscriptDecorations } from "./transcript-decorations.ts";
import { activateTranscriptHover } from "./transcript-hover.ts";
import { activateTranscriptOutline } from "./transcript-outline.ts";
import { activateTranscripts } from "./transcripts.ts";

/** Registers everything and does nothing else: no file, no process, no native code until something is opened. */
export function activate(context: vscode.ExtensionContext): void {
  const keep = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const log = keep(createLog());
  const bundledPolicy = context.asAbsolutePath("media/policy");
  const engine = keep(
    new Engine(
      {
        worker: context.asAbsolutePath("dist/engine.js"),
        scorer: context.asAbsolutePath("dist/scorer.js"),
      },
      () => engineSettings(bundledPolicy),
      log,
    ),
  );
  const mappings = keep(createMappings(context.workspaceState));
  const documents = keep(new Documents({ engine, log, mappings: mappings.all }));
  const annotations = keep(createAnnotations(documents));
  const analysedFiles = keep(createAnalysedFiles(documents, annotations, log));
  const viewers = keep(activateTrajectoryEditor(context.extensionUri, documents, log));
  const transcripts = keep(activateTranscripts(documents, log));
  const rawFindings = keep(activateRawFindings(documents, log));

  keep(activateTranscriptDecorations(transcripts, annotations));
  keep(activateTranscriptHover(transcripts, annotations));
  keep(activateTranscriptOutline(transcripts, annotations));
  keep(activateRawDecorations(documents, rawFindings, annotations));
  keep(activateRawLens(documents, annotations));
  keep(activateDiagnostics({ documents, rawFindings, transcripts, annotations }));
  keep(followMappings(mappings, documents));
  keep(activateRulePages());
  keep(activateStatus(documents, log));
  keep(activateContextKeys(documents, log));
  keep(activateEngineSettings(engine, documents, log));
  keep(
    activateCommands({
      context,
      documents,
      viewers,
      transcripts,
      annotations,
      mappings,
      analysedFiles,
      log,
    }),
  );
}
