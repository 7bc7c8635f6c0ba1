import * as vscode from "vscode";
import { tellingFindings } from "../core/findings/telling.ts";
import type { FindingMark, RawFinding } from "../core/marks/marks.ts";
import type { Severity } from "../core/grammar/rule-id.ts";
import type { Annotations } from "./annotations.ts";
import { Disposables } from "./disposables.ts";
import type { Documents } from "./documents.ts";
import type { RawFindings } from "./raw-findings.ts";
import { annotates, onDidChangeSettings } from "./settings.ts";
import { ruleUri } from "./rule-pages.ts";
import type { SharedDocument } from "./shared-document.ts";
import type { Transcript, Transcripts } from "./transcripts.ts";

const severities: Readonly<Record<Severity, vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

export interface DiagnosticSources {
  readonly documents: Documents;
  readonly rawFindings: RawFindings;
  readonly transcripts: Transcripts;
  readonly annotations: Annotations;
}

/** Findings in Problems: at their place in the raw file, and in a transcript while it is open. */
export function activateDiagnostics(sources: DiagnosticSources): vscode.Disposable {
  const { documents, rawFindings, transcripts, annotations } = sources;
  const store = new Disposables();
  const raw = store.add(vscode.languages.createDiagnosticCollection("derail"));
  const inTranscript = store.add(vscode.languages.createDiagnosticCollection("derail-transcript"));

  store.add(rawFindings.onDidChange(showRaw));
  store.add(transcripts.onDidChange(showTranscript));
  store.add(
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      inTranscript.delete(uri);
    }),
  );
  store.add(
    vscode.workspace.onDidOpenTextDocument(({ uri }) => {
      // Marks are there before the text that they point into.
      const transcript = transcripts.get(uri);
      if (transcript) showTranscript(transcript);
    }),
  );
  const showAll = (): void => {
    documents.all().forEach(showRaw);
    transcripts.all().forEach(showTranscript);
  };
  store.add(annotations.onDidChange(showAll));
  store.add(onDidChangeSettings("derail.annotations.problems", showAll));
  return store;

  function showRaw(document: SharedDocument): void {
    const { uri } = document;
    const shown = annotates("problems") && annotations.isShown(uri);
    raw.set(uri, shown ? rawFindings.get(document).map(toRawDiagnostic) : undefined);
  }

  function showTranscript({ uri, marks }: Transcript): void {
    const text = vscode.workspace.textDocuments.find(
      (document) => document.uri.toString() === uri.toString(),
    );
    const shown = text && annotates("problems") && annotations.isShown(uri);
    inTranscript.set(
      uri,
      shown ? tellingFindings(marks.findings).map((mark) => toDiagnostic(text, mark)) : undefined,
    );
  }
}

function toRawDiagnostic(finding: RawFinding): vscode.Diagnostic {
  const range = new vscode.Range(
    finding.startLine,
    finding.startColumn,
    finding.endLine,
    finding.endColumn,
  );
  return diagnostic(range, finding);
}

function toDiagnostic(text: vscode.TextDocument, mark: FindingMark): vscode.Diagnostic {
  return diagnostic(new vscode.Range(text.positionAt(mark.start), text.positionAt(mark.end)), mark);
}

function diagnostic(
  range: vscode.Range,
  { message, severity, rule }: Pick<RawFinding, "message" | "severity" | "rule">,
): vscode.Diagnostic {
  const entry = new vscode.Diagnostic(range, message, severities[severity]);
  entry.source = "derail";
  const target = ruleUri(rule);
  entry.code = target ? { value: rule, target } : rule;
  return entry;
}
