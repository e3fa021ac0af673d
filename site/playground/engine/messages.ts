/** What the page asks of its worker, and what that answers. */
import type { Entry, GroundState, State } from "../state.ts";
import type { Background } from "./background.ts";
import type { Facts } from "./facts.ts";
import type { Problem } from "./problems.ts";
import type { Part, Problems } from "./race.ts";
import type { Timed } from "./timing.ts";
import type { Tried } from "./tried.ts";

/** Questions with one answer each. */
export interface Questions {
  background: { asked: { state: State; width: number; height: number }; answer: Background };
  checkEntry: { asked: { state: State; entry: Entry }; answer: Problem | undefined };
  checkGround: { asked: { state: State }; answer: Problem | undefined };
  sweep: { asked: { state: State; entry: Entry; middle: number }; answer: readonly Tried[] };
  tune: { asked: { state: State; entry: Entry; middle: number }; answer: number };
  facts: { asked: { state: State; entry: Entry }; answer: Facts };
  times: { asked: { state: State }; answer: readonly Timed[] };
}

export type Question = keyof Questions;

/** What is asked for, and is answered under its number. */
export type Job =
  | { readonly kind: "race"; readonly id: number; readonly state: State }
  | {
      readonly kind: "ask";
      readonly id: number;
      readonly question: Question;
      readonly asked: { readonly state: State };
    };

export type Request =
  | Job
  /** Where the images are, before all else. */
  | { readonly kind: "images"; readonly address: string };

/** What a race is, as it begins. */
export interface RaceFacts {
  readonly kind: GroundState["kind"];
  readonly columns: readonly string[];
  readonly least: number | undefined;
  readonly problems: Problems;
  /** What the GPU is called, where one makes the steps. */
  readonly gpu?: string | undefined;
}

export type Response =
  | { readonly kind: "ready" }
  /** It is at work still, or waits for what is on its way. */
  | { readonly kind: "alive" }
  | { readonly kind: "answer"; readonly id: number; readonly answer: unknown }
  | { readonly kind: "failed"; readonly id: number; readonly message: string }
  /** There is no GPU, or none any more. */
  | { readonly kind: "no gpu"; readonly id: number; readonly message: string }
  | { readonly kind: "begun"; readonly id: number; readonly facts: RaceFacts }
  | {
      readonly kind: "went";
      readonly id: number;
      readonly parts: readonly Part[];
      readonly isOver: boolean;
    };
