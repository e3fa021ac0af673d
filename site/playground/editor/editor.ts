/** The editor of rules: colors, errors under the caret, completion. Loaded when the first rule is opened. */
import {
  acceptCompletion,
  autocompletion,
  closeBrackets,
  completionKeymap,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { type Action, type Diagnostic, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap } from "@codemirror/view";
import type { Problem } from "../engine/problems.ts";
import { coloring, recolor } from "./coloring.ts";
import { completionsOf } from "./completions.ts";
import { type Fix, fixesOf } from "./fixes.ts";
import type { Names } from "./names.ts";

export interface EditorOptions {
  readonly text: string;
  readonly label: string;
  /** Those that the rule has now. */
  readonly names: () => Names;
  readonly changed: (text: string) => void;
  /** Does what a fix says. */
  readonly mend: (kind: Fix["kind"], name: string) => void;
}

export interface RuleEditor {
  focus(): void;
  /** Marks what is wrong, or nothing. */
  show(problem: Problem | undefined): void;
  /** To be called when `names` gives others than before. */
  namesChanged(): void;
  dispose(): void;
}

export function openEditor(parent: HTMLElement, options: EditorOptions): RuleEditor {
  const { text, label, names, changed } = options;
  const view = new EditorView({
    parent,
    state: EditorState.create({
      doc: text,
      extensions: [
        history(),
        drawSelection(),
        closeBrackets(),
        autocompletion({ override: [completionsOf(names)], icons: false }),
        coloring(names),
        // Tab takes a completion, and leaves the editor where there is none.
        keymap.of([
          { key: "Tab", run: acceptCompletion },
          ...[...completionKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap],
        ]),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, spellcheck: "false" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) changed(update.state.doc.toString());
        }),
      ],
    }),
  });
  return {
    focus: () => view.focus(),
    show: (problem) =>
      view.dispatch(setDiagnostics(view.state, diagnosticsOf(view, problem, options))),
    namesChanged: () => view.dispatch({ effects: recolor.of(null) }),
    dispose: () => view.destroy(),
  };
}

function diagnosticsOf(
  view: EditorView,
  problem: Problem | undefined,
  options: EditorOptions,
): readonly Diagnostic[] {
  if (problem?.span === undefined) return [];
  const length = view.state.doc.length;
  const from = Math.min(problem.span.start, length);
  const to = Math.min(Math.max(problem.span.end, from + 1), length);
  const actions = fixesOf(problem.message).map(
    ({ kind, name, label }): Action => ({
      name: label,
      apply: () => options.mend(kind, name),
    }),
  );
  return [{ from: Math.min(from, to), to, severity: "error", message: problem.message, actions }];
}
