/** The colors of a rule: each name by what it stands for. */
import { type Extension, RangeSetBuilder, StateEffect } from "@codemirror/state";
import { Decoration, type DecorationSet, type EditorView, ViewPlugin } from "@codemirror/view";
import { kindOf, type Names, tokens } from "./names.ts";

/** Says that names stand for something else than before. */
export const recolor = StateEffect.define<null>();

const marks = new Map<string, Decoration>();

/** A name has `data-symbol`, by which the formula of the rule is marked with it. */
function markOf(kind: string, symbol?: string): Decoration {
  const key = `${kind} ${symbol}`;
  const attributes = symbol === undefined ? {} : { attributes: { "data-symbol": symbol } };
  const mark = marks.get(key) ?? Decoration.mark({ class: `rule-${kind}`, ...attributes });
  marks.set(key, mark);
  return mark;
}

function decorate(view: EditorView, names: Names): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  for (const { from, to } of view.visibleRanges) {
    const start = view.state.doc.lineAt(from).from;
    for (const { index, 0: text, groups } of view.state.sliceDoc(start, to).matchAll(tokens)) {
      const at = start + index;
      const { name, number } = groups!;
      if (name !== undefined) builder.add(at, at + text.length, markOf(kindOf(name, names), name));
      else builder.add(at, at + text.length, markOf(number === undefined ? "comment" : "number"));
    }
  }
  return builder.finish();
}

export const coloring = (names: () => Names): Extension =>
  ViewPlugin.define(
    (view) => ({
      decorations: decorate(view, names()),
      update({ docChanged, viewportChanged, transactions, view: now }) {
        const isRenamed = transactions.some(({ effects }) =>
          effects.some((each) => each.is(recolor)),
        );
        if (docChanged || viewportChanged || isRenamed) this.decorations = decorate(now, names());
      },
    }),
    { decorations: ({ decorations }) => decorations },
  );
