/** Defines live figures: controls, numbers from the library, and a picture of them. */
import type { Scale } from "../../charts/layout.ts";
import type { Markup } from "../../charts/markup.ts";
import type { State as Race } from "../playground/state.ts";

export interface RangeControl {
  readonly kind: "range";
  readonly label: string;
  /** The name in the rule that the control sets: its symbol in formulas and in the text is marked with it. */
  readonly symbol?: string;
  readonly min: number;
  readonly max: number;
  /** The distance of two values of the slider; with `log`, a factor. */
  readonly step: number;
  /** Whether the slider is logarithmic. */
  readonly log?: boolean;
  readonly value: number;
}

export interface ChoiceControl {
  readonly kind: "choice";
  readonly label: string;
  readonly options: readonly string[];
  readonly value: string;
}

export interface ToggleControl {
  readonly kind: "toggle";
  readonly label: string;
  readonly value: boolean;
}

export type Control = RangeControl | ChoiceControl | ToggleControl;
export type Controls = Readonly<Record<string, Control>>;

type ValueOf<Each extends Control> = Each extends RangeControl
  ? number
  : Each extends ToggleControl
    ? boolean
    : string;

/** The values of controls, by name. */
export type StateOf<C extends Controls> = { readonly [K in keyof C]: ValueOf<C[K]> };

/** A part of the picture that can be dragged: the position under the pointer sets two controls. */
export interface Place<C extends Controls> {
  readonly x: keyof C & string;
  readonly y: keyof C & string;
  readonly scales: (width: number) => { readonly x: Scale; readonly y: Scale };
}

export interface LiveFigure<C extends Controls = Controls, Result = unknown> {
  /** The name in addresses, files and anchors: `valley`. */
  readonly name: string;
  readonly title: string;
  /** One or two sentences: what is drawn, and what to try. */
  readonly caption: string;
  readonly controls: C;
  /** The numbers, from the library. The same state gives the same numbers, in Node and in a page. */
  readonly compute: (state: StateOf<C>) => Result;
  /**
   * An SVG of `width` pixels. Elements with `data-symbol="m"` are marked with that symbol. It needs no DOM: it is used to make
   * the page,
   * and in the browser to draw it again.
   */
  readonly draw: (result: Result, state: StateOf<C>, width: number) => Markup;
  /** A sentence about the picture, with its numbers. */
  readonly says: (result: Result, state: StateOf<C>) => string;
  /** The range control that "Play" moves from its smallest value to its largest. */
  readonly played?: keyof C & string;
  readonly place?: Place<C>;
  /** The race of the playground that shows the same, if there is one. */
  readonly race?: (state: StateOf<C>) => Race | undefined;
}

/** Infers the types of the controls. */
export const liveFigure = <const C extends Controls, Result>(
  figure: LiveFigure<C, Result>,
): LiveFigure<C, Result> => figure;

/** The initial state of a figure. */
export const initialState = <C extends Controls>(controls: C): StateOf<C> =>
  Object.fromEntries(
    Object.entries(controls).map(([name, { value }]) => [name, value]),
  ) as unknown as StateOf<C>;
