/** Which of a program's host values the host can compute, and which have to wait for the device. */
import { type Node, type NodeOf, reachable } from "../../rule/graph/graph.ts";
import { draws, loopsOf, numbersOf, type Program } from "../../rule/planning/program.ts";

/** Where shaders find what loops only read. */
export interface ValueLayout {
  /** Computed on the host in float64, by their place in a row of the ring. */
  readonly ring: readonly Node[];
  /**
   * Computed on the device in float32, since they depend on what it has reduced, on its state or on the step's loss; by
   * their place in a tensor's values, behind its reductions.
   */
  readonly device: readonly { readonly node: Node; readonly stage: number }[];
  /** Words of a tensor in a row of the ring: its values, then the key of its draws. */
  readonly ringWords: number;
  /** Words of a tensor in `values`: reductions, device values, state of one number. */
  readonly valueWords: number;
}

export const isLoss = (node: Node): boolean => node.form === "fact" && node.name === "loss";

const waits = (program: Program): ReadonlySet<Node> => {
  const waiting = new Set<Node>();
  for (const { node } of program.host) {
    // A loss belongs to a step; the host's rows are of updates.
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
  /** In a tensor's part of the ring, if it is there. */
  readonly ring: (node: Node) => number | undefined;
  /** Among the program's reductions. */
  readonly reduction: (node: Node) => number;
  /** In a tensor's words of `values`, from its first on. */
  readonly device: (node: Node) => number;
  readonly scalar: (slot: string) => number;
}

/** From each of a list to its place there. */
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
