/** What a rule is and what it becomes: maths, state, bytes, and the kernels' text. */
import { explain, latex } from "gradus/explain";
import { listing } from "../../../src/compilers/wasm/assembler/listing.ts";
import { compileProgram } from "../../../src/compilers/wgsl/compiler.ts";
import { defaultHyper } from "../../../src/rule/hyper.ts";
import { withSymbols } from "../../symbols.ts";
import type { Entry, State } from "../state.ts";
import { programOf } from "./program.ts";
import { ruleOf } from "./rules.ts";

export interface StateFact {
  readonly name: string;
  readonly symbol: string;
  readonly kind: string;
  /** For each parameter, in float32; 0 where there is not one for each. */
  readonly bytes: number;
}

export interface Facts {
  readonly latex: string;
  readonly summary: string | undefined;
  readonly paper: string | undefined;
  readonly state: readonly StateFact[];
  /** Bytes of state for each parameter, in float32. */
  readonly stateBytes: number;
  /** Bytes that a step moves for each parameter, in float32. */
  readonly movedBytes: number;
  readonly passes: number;
  readonly typescript: string;
  readonly webassembly: string;
  readonly wgsl: string;
}

/** @throws what the library says of the rule */
export function factsOf(state: State, entry: Entry): Facts {
  const rule = ruleOf(entry);
  const explanation = explain(rule);
  const states = explanation.state.map(({ name, symbol, kind, bytes }) => ({
    ...{ name, symbol, kind, bytes: bytes.float32 },
  }));
  // As it runs: with the check for gradients that are not finite.
  const program = rule.planner.step(rule, defaultHyper(rule), true, true);
  const storages = { parameter: "float32", gradient: "float32" } as const;
  const { loops, scalars } = compileProgram(program, storages, 4);
  const shaders = loops.flatMap((loop) => [loop?.columns, loop?.main]);
  const written = [...shaders, ...scalars].filter((each) => each !== undefined);
  return {
    latex: latex(rule, withSymbols),
    ...{ summary: explanation.summary, paper: explanation.paper, state: states },
    stateBytes: states.reduce((total, { bytes }) => total + bytes, 0),
    movedBytes: explanation.bytes.float32,
    passes: explanation.passes.length,
    typescript: programOf(state, entry),
    webassembly: listing(program, "float32").trimEnd(),
    wgsl: written.join("\n\n// The next shader\n\n").trimEnd(),
  };
}
