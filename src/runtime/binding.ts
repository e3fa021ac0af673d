/** Lays out an optimizer's memory and binds its programs to the parameters. */
import { blockLength, type ElementType, elementBytes } from "../compilers/compiler.ts";
import { type Part, type Rule, stateOf } from "../rule/definition.ts";
import type { ReductionOperator } from "../rule/operators.ts";
import type { Program } from "../rule/program.ts";
import { BindingError } from "./errors.ts";
import { Execution, type ExecutionSource } from "./execution.ts";
import type { ResolvedGroup } from "./groups.ts";
import { type FloatArray, MemoryScope } from "./memory.ts";
import type { Tensor } from "./tensor.ts";

const elementTypes = Object.keys(elementBytes) as ElementType[];

/** An execution and where the state of its tensors is. */
export interface BoundGroup {
  readonly execution: Execution;
  /** State to tensor to array. */
  readonly state: ReadonlyMap<string, ReadonlyMap<Tensor, FloatArray>>;
}

/** Those that kernels reach first, by address: what lies side by side can then run as one. */
export function inMemoryOrder(tensors: readonly Tensor[]): Tensor[] {
  return [...tensors].sort(
    (a, b) =>
      Number(a.address === undefined) - Number(b.address === undefined) ||
      (a.address ?? 0) - (b.address ?? 0),
  );
}

/** Reserves an array beside an array for each tensor, in their order. */
export function reserve(scope: MemoryScope, tensors: readonly Tensor[]): Map<Tensor, FloatArray> {
  let address = scope.allocate(tensors.reduce((sum, tensor) => sum + tensor.padded, 0));
  return new Map(
    tensors.map((tensor) => {
      const view = scope.memory.view(tensor.type, address, tensor.length);
      address += tensor.padded;
      return [tensor, view];
    }),
  );
}

/** Bytes for one reduction's partial results over the longest range there can be. */
function partialBytes(tensors: readonly Tensor[]): number {
  const bytes = tensors.reduce((sum, tensor) => sum + tensor.padded, 0);
  return 8 * (Math.ceil(bytes / elementBytes.float32 / blockLength) + 1);
}

function initialNumber(parts: readonly Part[], slot: string): number {
  const part = parts.find(({ name }) => slot.startsWith(`${name}.`))!;
  const { initial } = stateOf(part.definition)[slot.slice(part.name.length + 1)]!;
  return typeof initial === "number" ? initial : 0;
}

function initialize(
  rule: Rule,
  source: ExecutionSource,
  target: Execution,
  state: BoundGroup["state"],
): void {
  for (const [index, { slot }] of target.program.scalars.entries()) {
    for (const { inputs } of target.tensors) {
      inputs.scalars[index] = initialNumber(rule.parts, slot);
    }
  }
  for (const [slot, arrays] of state) {
    const value = initialNumber(rule.parts, slot);
    if (value !== 0) {
      for (const array of arrays.values()) {
        array.fill(value);
      }
    }
  }
  const slots = [...state.keys(), ...target.program.scalars.map(({ slot }) => slot)];
  const program = rule.planner.initial(rule, source.hyper, slots);
  if (program !== undefined) {
    const scope = new MemoryScope(source.scope.memory);
    const execution = new Execution({ ...source, scope, program });
    placeAll(execution, state);
    execution.begin(1);
    execution.run(0);
    execution.keepScalars();
    for (const [from, { slot }] of program.scalars.entries()) {
      const to = target.program.scalars.findIndex((each) => each.slot === slot);
      for (const [index, { inputs }] of execution.tensors.entries()) {
        target.tensors[index]!.inputs.scalars[to] = inputs.scalars[from]!;
      }
    }
    scope.dispose();
  }
}

function placeAll(execution: Execution, state: BoundGroup["state"]): void {
  execution.place("p", (tensor) => tensor.address);
  for (const [slot, arrays] of state) {
    if (execution.program.slots.includes(slot)) {
      execution.place(slot, (tensor) => arrays.get(tensor)!.byteOffset);
    }
  }
}

/** Binds one group's tensors of one type. */
function bindType(rule: Rule, source: ExecutionSource): BoundGroup {
  const slots = source.program.slots.filter((slot) => slot !== "p" && slot !== "g");
  const state = new Map(slots.map((slot) => [slot, reserve(source.scope, source.tensors)]));
  const execution = new Execution(source);
  placeAll(execution, state);
  initialize(rule, source, execution, state);
  return { execution, state };
}

/** A reduction over all parameters: what each group's program calls it. */
export interface GlobalReduction {
  readonly operator: ReductionOperator;
  /** The pass that leaves its parts. */
  readonly pass: number;
  /** Its index among the reductions of each group's program. */
  readonly indices: readonly number[];
}

/** Pairs the global reductions of the groups' programs, which come from one text. */
function pairGlobalReductions(programs: readonly Program[]): GlobalReduction[] {
  const lists = programs.map((program) =>
    program.reductions
      .filter(({ node }) => node.scope === "global")
      .map(({ index, node }) => ({
        index,
        operator: node.operator,
        place: node.origin?.span.start,
        pass: program.passes.findIndex((pass) => pass.reductions.some((r) => r.node === node)),
      })),
  );
  const [first = []] = lists;
  for (const list of lists) {
    if (
      list.length !== first.length ||
      list.some(
        ({ operator, place, pass }, i) =>
          operator !== first[i]!.operator || place !== first[i]!.place || pass !== first[i]!.pass,
      )
    ) {
      throw new BindingError(
        "groups cannot switch a reduction over all parameters on or off: each group must take part in it",
      );
    }
  }
  return first.map(({ operator, pass }, i) => ({
    operator,
    pass,
    indices: lists.map((list) => list[i]!.index),
  }));
}

export interface Binding {
  readonly groups: readonly (BoundGroup & { readonly index: number })[];
  readonly globals: readonly GlobalReduction[];
}

/** Binds each group, separately for each type that it has. */
export function bindGroups(
  rule: Rule,
  groups: readonly ResolvedGroup[],
  guard: boolean,
  shared: Pick<ExecutionSource, "scope" | "compiler" | "staging">,
): Binding {
  const programs = groups.map((group) => rule.planner.step(rule, group.hyper, guard));
  const globals = pairGlobalReductions(programs);
  const rows = Math.max(0, ...programs.map((program) => program.reductions.length));
  const stride = partialBytes(groups.flatMap((group) => group.tensors));
  const partials = { address: shared.scope.allocate(stride * rows), stride };
  const bound = groups.flatMap((group, index) =>
    elementTypes.flatMap((type) => {
      const tensors = inMemoryOrder(group.tensors.filter((tensor) => tensor.type === type));
      const program = programs[index]!;
      const source = { ...shared, partials, program, type, tensors, hyper: group.hyper };
      return tensors.length > 0 ? [{ ...bindType(rule, source), index }] : [];
    }),
  );
  return { groups: bound, globals };
}
