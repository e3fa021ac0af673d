/** A rule that is being written: the editor, its state and its name. What is right joins the race; what is wrong says where. */
import { type Markup, markup } from "../../../charts/markup.ts";
import type { RuleEditor } from "../editor/editor.ts";
import { type Fix, fixesOf } from "../editor/fixes.ts";
import type { Problem } from "../engine/problems.ts";
import type { RuleEntry } from "../state.ts";
import { withHyperparameter, withoutName, withState } from "./entries.ts";
import type { Host, Showing } from "./host.ts";

/** Milliseconds after the last key before a rule is compiled. */
const pause = 50;

export interface RuleListener {
  /** A rule that is right. */
  changed(entry: RuleEntry, showing: Showing): void;
  /** A rule as it is written, right or not yet. */
  drafted(entry: RuleEntry): void;
}

export class RulePart {
  readonly #host: Host;
  readonly #element: HTMLElement;
  readonly #id: string;
  readonly #listener: RuleListener;
  #draft: RuleEntry;
  /** The last that raced. */
  #good: RuleEntry;
  #editor: RuleEditor | undefined;
  #timer = 0;
  #checks = 0;
  #isFocused = false;

  constructor(
    host: Host,
    element: HTMLElement,
    id: string,
    entry: RuleEntry,
    listener: RuleListener,
  ) {
    this.#host = host;
    this.#element = element;
    this.#id = id;
    this.#listener = listener;
    this.#draft = entry;
    this.#good = entry;
    element.querySelector(".rule")!.innerHTML =
      markup`<div class="editor"></div><p class="problem" role="status"></p>`.text;
    const help = document.querySelector<HTMLTemplateElement>("#rule-help")!;
    element.querySelector(".rule")!.prepend(help.content.cloneNode(true));
    element.querySelector(".declared")!.innerHTML =
      markup`<div class="states" role="group" aria-label="State"></div>
<form class="naming"><label>New name <input name="name" autocomplete="off" autocapitalize="off" spellcheck="false" size="8"></label><button type="button" data-new="hyper">Hyperparameter</button><button type="button" data-new="state">State</button></form>`.text;
    element.addEventListener("click", ({ target }) => this.#act(target as HTMLElement));
    element.addEventListener("submit", (event) => event.preventDefault());
    element.addEventListener("input", ({ target }) => this.#input(target as HTMLInputElement));
    void this.#open();
    this.#showNames();
    // A link may bring a rule that is wrong.
    void this.#check("at its end");
  }

  get draft(): RuleEntry {
    return this.#draft;
  }

  isOf(entry: RuleEntry): boolean {
    return entry.name === this.#draft.name && entry.rule === this.#good.rule;
  }

  /** What the race has now. Options that were set elsewhere are taken over; a text that is not right yet stays. */
  show(entry: RuleEntry): void {
    if (entry !== this.#good) this.#draft = { ...entry, rule: this.#draft.rule };
    this.#good = entry;
    this.#listener.drafted(this.#draft);
  }

  async #open(): Promise<void> {
    const { openEditor } = await import("../editor/editor.ts");
    this.#editor = openEditor(this.#element.querySelector<HTMLElement>(".editor")!, {
      text: this.#draft.rule,
      label: `The rule ${this.#draft.name}`,
      names: () => ({
        hyper: Object.keys(this.#draft.hyper),
        state: Object.keys(this.#draft.state),
        functions: this.#host.catalogue.functions,
      }),
      changed: (rule) => this.change({ ...this.#draft, rule }, "from the start"),
      mend: (kind, name) => this.#mend(kind, name),
    });
    if (this.#isFocused) this.#editor.focus();
    void this.#check("at its end");
  }

  focus(): void {
    this.#isFocused = true;
    this.#editor?.focus();
  }

  change(entry: RuleEntry, showing: Showing): void {
    this.#draft = entry;
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#check(showing), pause);
  }

  async #check(showing: Showing): Promise<void> {
    const [draft, check] = [this.#draft, ++this.#checks];
    const { runner, state } = this.#host;
    const problem = await runner
      .ask("checkEntry", { state, entry: draft })
      .catch((error: Error): Problem => ({ message: error.message }));
    if (check !== this.#checks) return;
    this.#editor?.show(problem);
    this.#element.querySelector(".problem")!.innerHTML =
      problem === undefined ? "" : problemMarkup(draft.rule, problem).text;
    if (problem !== undefined || draft === this.#good) return;
    this.#good = draft;
    this.#listener.changed(draft, showing);
  }

  removeName(name: string): void {
    this.#named(withoutName(this.#draft, name));
  }

  #mend(kind: Fix["kind"], name: string): void {
    const without = withoutName(this.#draft, name);
    if (kind === "remove") this.#named(without);
    else this.#named((kind === "hyper" ? withHyperparameter : withState)(without, name));
  }

  /** Other names than before. */
  #named(entry: RuleEntry): void {
    this.change(entry, "from the start");
    this.#showNames();
    this.#editor?.namesChanged();
    this.#listener.drafted(entry);
  }

  #showNames(): void {
    const rows = Object.entries(this.#draft.state).map(
      ([name, { kind, initial }]) =>
        markup`<div class="field-row state" data-name="${name}"><label for="${this.#id}-state-${name}">state <code>${name}</code>${kind !== "element" && ` (${kind})`} starts from</label><input type="text" id="${this.#id}-state-${name}" data-state="${name}" value="${String(initial)}" autocomplete="off"><button type="button" class="remove" data-remove="${name}" aria-label="Remove ${name}">×</button></div>`,
    );
    this.#element.querySelector(".states")!.innerHTML = rows.map(({ text }) => text).join("");
  }

  #act(target: HTMLElement): void {
    const { remove, new: kind, fix, name: unknown } = target.closest("button")?.dataset ?? {};
    if (fix !== undefined && unknown !== undefined) {
      this.#mend(fix as Fix["kind"], unknown);
      this.focus();
    }
    if (remove !== undefined && target.closest(".states") !== null) this.removeName(remove);
    if (kind === "hyper" || kind === "state") {
      const input = this.#element.querySelector<HTMLInputElement>('[name="name"]')!;
      const name = input.value.trim();
      if (!/^[A-Za-z_]\w{0,59}$/.test(name) || name in {}) {
        this.#host.say("A name begins with a letter and has letters, digits and _ only.");
        input.focus();
        return;
      }
      input.value = "";
      this.#mend(kind, name);
    }
  }

  #input(input: HTMLInputElement): void {
    const name = input.dataset["state"];
    const declared = name === undefined ? undefined : this.#draft.state[name];
    if (name === undefined || declared === undefined) return;
    const text = input.value.trim();
    const initial = text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
    const state = { ...this.#draft.state, [name]: { ...declared, initial } };
    this.change({ ...this.#draft, state }, "at its end");
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#checks++;
    this.#editor?.dispose();
  }
}

/** What is wrong, where, and what it can be mended with. */
const problemMarkup = (text: string, problem: Problem): Markup =>
  markup`${placeOf(text, problem)}${problem.message}${fixesOf(problem.message).map(({ kind, name, label }) => markup` <button type="button" data-fix="${kind}" data-name="${name}">${label}</button>`)}`;

/** `Line 2, column 9: ` */
function placeOf(text: string, { span }: Problem): string {
  if (span === undefined) return "";
  const before = text.slice(0, span.start).split("\n");
  return `Line ${before.length}, column ${before.at(-1)!.length + 1}: `;
}
