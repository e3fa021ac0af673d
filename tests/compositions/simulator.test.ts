/** The simulator against PyTorch and Optax: their recorded trajectories (tests/reference/README.md). */
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { transforms as registry } from "../../src/index.ts";
import { modelOf } from "./chain.ts";
import type { Composition, RuleSpec, Value } from "./composition.ts";
import { optimizers } from "./optimizers.ts";
import { simulate } from "./simulation.ts";
import { transforms } from "./transforms.ts";

type Arrays = Record<"w" | "b", number[]>;

interface Case {
  readonly label: string;
  readonly options?: Record<string, Value>;
  readonly chain?: readonly [string, Record<string, Value>][];
  readonly groups?: readonly ({ match: "w" | "b" } & Record<string, Value>)[];
  readonly zero?: readonly ("w" | "b")[];
  readonly inputs?: { readonly loss?: readonly number[] };
  readonly float64: Record<string, Arrays>;
  readonly evaluation?: { readonly float64: Record<string, Arrays> };
}

const folder = new URL("../reference/", import.meta.url);
/** JSON has no infinity. */
const revive = (_: string, value: unknown) => (value === "Infinity" ? Infinity : value);
const read = (path: string) => JSON.parse(readFileSync(new URL(path, folder), "utf8"), revive);
const inputs: { parameters: Arrays; gradients: Arrays[] } = read("inputs.json");
const shapes = { w: [3, 4], b: [5] };

function compositionOf(name: string, each: Case): Composition {
  const parts = each.chain ?? [[name, each.options!] as const];
  const rule: RuleSpec = { chain: parts.map(([part, options]) => ({ part, options })) };
  const parameters = (["w", "b"] as const).map((key) => {
    const start = each.zero?.includes(key)
      ? inputs.parameters[key].map(() => 0)
      : inputs.parameters[key];
    return { name: key, shape: shapes[key], type: "float64", place: "memory", start } as const;
  });
  const groups = (each.groups ?? []).map(({ match, ...overrides }) => ({
    match: [match],
    overrides,
  }));
  const actions = inputs.gradients.map((gradients, index) => ({
    step: {
      w: { values: gradients.w, form: "array" },
      b: { values: gradients.b, form: "array" },
    } as const,
    loss: each.inputs?.loss?.[index] ?? 0,
    own: false,
  }));
  const rest = { nonFinite: "throw", zeroGradients: false } as const;
  return { parameters, rule, groups: groups as never, actions, ...rest };
}

const known = Object.keys({ ...optimizers, ...transforms });
const recorded = known.filter((name) => existsSync(new URL(`optimizers/${name}.json`, folder)));

it("is compared in every part that it has", () => {
  expect(recorded).toEqual(known);
  expect(known.length).toBeGreaterThan(40);
});

it("has every transform but the one that draws", () => {
  const all = Object.keys(registry).filter((name) => name !== "addNoise");
  expect(Object.keys(transforms).sort()).toEqual(all.sort());
});

it.each(recorded)("%s", (name) => {
  const { cases, tolerance = 1e-12 }: { cases: Case[]; tolerance?: number } = read(
    `optimizers/${name}.json`,
  );
  const parts = (each: Case) => (each.chain ?? [[name]]).map(([part]) => part);
  // Chains of the recipes use optimizers that the simulator has not.
  const some = cases.filter((each) => parts(each).every((part) => modelOf(part) !== undefined));
  expect(some.length).toBeGreaterThan(0);
  for (const each of some) {
    const snapshots = simulate(compositionOf(name, each));
    for (const [kind, expected] of [
      ["parameters", each.float64],
      ["evaluation", each.evaluation?.float64 ?? {}],
    ] as const) {
      for (const [step, arrays] of Object.entries(expected)) {
        for (const key of ["w", "b"] as const) {
          const found = snapshots[Number(step) - 1]![kind].get(key)!;
          const apart = arrays[key].map((value, i) => {
            const scale = Math.max(Math.abs(value), Math.abs(inputs.parameters[key][i]!));
            return Math.abs(found[i]! - value) / scale;
          });
          // As the library's own tests: rounding alone moves no reference by more than 5e-14.
          const where = `${each.label}, ${kind} ${key} after ${step} steps`;
          expect(Math.max(...apart), where).toBeLessThanOrEqual(tolerance);
        }
      }
    }
  }
});
