/** Decides which of a program's host values the host computes, and which must wait for the device. */
import { type Node, type NodeOf, reachable } from "../../rule/graph/graph.ts";
import { draws, loopsOf, numbersOf, type Program } from "../../rule/planning/program.ts";

/** Where shaders find the numbers that loops read. */
export interface ValueLayout {
  /** The values that the host computes in float64, in the order of a row of the ring. */
  readonly ring: readonly Node[];
  /**
   * The values that the device computes in float32, because they depend on its reductions, on its states or on the step's
   * loss. They follow the reductions in a tensor's values.
   */
  readonly device: readonly { readonly node: Node; readonly stage: number }[];
  /** The words of a tensor in a row of the ring: its values, then the key of its random numbers. */
  readonly ringWords: number;
  /** The words of a tensor in `values`: reductions, device values, states of one number. */
  readonly valueWords: number;
}

export const isLoss = (node: Node): boolean => node.form === "fact" && node.name === "loss";

const waits = (program: Program): ReadonlySet<Node> => {
  const waiting = new Set<Node>();
  for (const { node } of program.host) {
    // The loss belongs to a step, while the host's rows belong to updates.
    const own = node.form === "slot" || node.form === "reduction" || isLoss(node);
    if (own || node.operands.some((operand) => waiting.has(operand))) {
      waiting.add(node);
    }
  }
  return waiting;
};

const isComputed = (node: Node): node is NodeOf<"element"> => node.form === "element";

export function valueLayout(program: Program): ValueLayout {
  const drawing = loopsOf(program).some(({ loop }) => draws(loop));
  const waiting = waits(program);
  const { gradientNorm } = program;
  const called = program.passes.flatMap((pass) => (pass.form === "routine" ? numbersOf(pass) : []));
  const wanted = [
    ...called,
    ...program.values,
    ...program.scalars.map(({ value }) => value),
    ...[gradientNorm?.reduction, gradientNorm?.largest].filter((node) => node !== undefined),
  ];
  const needed = new Set(reachable(wanted));
  const device = program.host.filter(
    ({ node }) => needed.has(node) && waiting.has(node) && isComputed(node),
  );
  const read = [...wanted, ...device.flatMap(({ node }) => node.operands)];
  const ring = [...new Set(read)].filter((node) => node.form !== "constant" && !waiting.has(node));
  return {
    ring,
    device,
    ringWords: ring.length + (drawing ? 2 : 0),
    valueWords: program.reductions.length + device.length + program.scalars.length,
  };
}

/** Where shaders find a node, or a state of one number. */
interface Places {
  /** The index in a tensor's part of the ring, if it is there. */
  readonly ring: (node: Node) => number | undefined;
  /** The index among the program's reductions. */
  readonly reduction: (node: Node) => number;
  /** The index in a tensor's words of `values`. */
  readonly device: (node: Node) => number;
  readonly scalar: (slot: string) => number;
}

/** The index of each item of a list. */
const indices = <T>(list: readonly T[]): Map<T, number> =>
  new Map(list.map((each, index) => [each, index]));

const known = new WeakMap<ValueLayout, Places>();

export function placesIn(program: Program, layout: ValueLayout): Places {
  let places = known.get(layout);
  if (places === undefined) {
    const { reductions, scalars } = program;
    const ring = indices(layout.ring);
    const reduced = new Map(reductions.map(({ index, node }) => [node as Node, index]));
    const device = indices(layout.device.map(({ node }) => node));
    const slots = indices(scalars.map(({ slot }) => slot));
    places = {
      ring: (node) => ring.get(node),
      reduction: (node) => reduced.get(node)!,
      device: (node) => reductions.length + device.get(node)!,
      scalar: (slot) => reductions.length + device.size + slots.get(slot)!,
    };
    known.set(layout, places);
  }
  return places;
}
