/**
 * Finds out before anything is stored whether a step must not be made: because gradients are not finite, or because
 * squares that the rule takes would overflow. All checks read gradients alone, in one pass.
 */
import { type GraphBuilder, type Node, type NodeOf, reachable } from "../graph/graph.ts";
import { isHost } from "../graph/kinds.ts";

/**
 * Gradients are multiplied by this before their squares are checked, if the rule squares a larger value. A mean of
 * gradients, for example, may be a few times as large.
 */
const withState = 4;
/** In float32, a sum of a million squares is this many times as large as one square. */
const summed = 1024;

/** Limits below this are safe: their squares are far within float32, even times a few. */
const ordinary = 2 ** 48;

type Element = NodeOf<"element">;

/** The value that a node has in every step; undefined if it may change. */
export type Known = (node: Node) => number | undefined;

/** For each node: whether it is computed from gradients, and what limits it. Operands are classified before their users. */
class Gradients {
  readonly #depends = new Set<Node>();
  readonly #limited = new Set<Node>();
  readonly #plain = new Set<Node>();

  /** @param nodes operands first */
  constructor(nodes: readonly Node[]) {
    for (const node of nodes) {
      if (isGradient(node) || node.operands.some((each) => this.reach(each))) {
        this.#depends.add(node);
      }
      if (this.#findLimit(node)) {
        this.#limited.add(node);
      }
      if (isGradient(node) || (isMade(node) && node.operands.every((each) => this.isPlain(each)))) {
        this.#plain.add(node);
      }
    }
  }

  /** Whether a value is computed from gradients. */
  reach(node: Node): boolean {
    return this.#depends.has(node);
  }

  /** Whether a clip, or a norm of gradients, keeps the value small however large the gradients are. */
  isLimited(node: Node): boolean {
    return this.#limited.has(node);
  }

  /** Whether it is computed from gradients and numbers alone, and so is available in the first pass. */
  isPlain(node: Node): boolean {
    return this.#plain.has(node);
  }

  /** The numbers at which clips cut, or to which norms of gradients are compared. For a clip at Infinity this is Infinity. */
  limitsOf(values: readonly Node[]): Node[] {
    return reachable(values).flatMap((node) => {
      const ends = clampOf(node);
      if (ends !== undefined) return ends.filter((each) => this.isPlain(each));
      if (node.form !== "element" || !["less", "lessOrEqual"].includes(node.operator)) {
        return [];
      }
      const [norm, limit] = node.operands;
      const isLimit =
        isReduced(norm!) && this.reach(norm!) && isHost(limit!.kind) && this.isPlain(limit!);
      return isLimit ? [limit!] : [];
    });
  }

  #findLimit(node: Node): boolean {
    if (!this.reach(node)) {
      return true;
    }
    const [first, ...rest] = node.operands;
    const byNorm = (each: Node) => isReduced(each) && this.reach(each);
    if (node.form === "element") {
      const { operator } = node;
      if (clampOf(node) !== undefined || (operator === "select" && byNorm(first!))) {
        return true;
      }
      if ((operator === "multiply" || operator === "divide") && node.operands.some(byNorm)) {
        return true;
      }
      const values = operator === "select" ? rest : node.operands;
      return values.every((each) => this.isLimited(each));
    }
    return node.form === "routine" && node.routine.name === "orthogonalize";
  }
}

const isGradient = (node: Node): boolean => node.form === "slot" && node.name === "g";

/** Whether it is one number for many elements: for a tensor, a row or a column. */
const isReduced = ({ kind }: Node): boolean => isHost(kind) || kind === "row" || kind === "column";

const inverse: Readonly<Record<string, string>> = { min: "max", max: "min" };

/** The bounds of a clamp (a minimum of a maximum, or the reverse), if each is one number for all elements. */
function clampOf(node: Node): readonly Node[] | undefined {
  const other = node.form === "element" ? inverse[node.operator] : undefined;
  const inner = node.operands.find((each) => each.form === "element" && each.operator === other);
  const ends = [node, inner].flatMap((each) => each?.operands ?? []);
  const numbers = ends.filter(({ kind }) => isHost(kind));
  return inner !== undefined && numbers.length === 2 ? numbers : undefined;
}

const isSquare = (node: Node): node is Element =>
  node.form === "element" &&
  node.operator === "multiply" &&
  node.operands[0] === node.operands[1] &&
  !isReduced(node);

/** A product of matrices sums products of elements. */
const isProduct = (node: Node): boolean =>
  node.form === "routine" && node.routine.name === "matmul";

/** Whether it is computed from operands, not read from memory. */
const isMade = ({ form }: Node): boolean =>
  !["slot", "reduction", "line", "routine", "random"].includes(form);

/** The square of `times` the value. */
function squareOf(graph: GraphBuilder, value: Node, times: number): Node {
  const scaled = times > 1 ? graph.element("multiply", value, graph.constant(times)) : value;
  return graph.element("multiply", scaled, scaled);
}

/**
 * Adds the values to check to the graph. If one of them is not finite, no step is made.
 * @param nodes all nodes that the rule computes
 * @param known the value that a node has in every step, if it never changes
 */
function checkedIn(graph: GraphBuilder, nodes: readonly Node[], known: Known): Node[] {
  const gradients = new Gradients(nodes);
  const gradient = graph.slot("g", "element");
  const checked = new Set<Node>();
  const behindLimits: Node[] = [];
  let factor = 0;
  const sums = nodes.filter(({ form }) => form === "reduction" || form === "line");
  const summedUp = new Set(sums.map(({ operands }) => operands[0]!));
  for (const node of nodes) {
    const [value, other] = node.operands;
    if (
      isProduct(node) &&
      [value!, other!].every((each) => gradients.reach(each) && !gradients.isLimited(each))
    ) {
      factor = Math.max(factor, summed);
    }
    if (!isSquare(node) || !gradients.reach(value!)) {
      continue;
    }
    if (gradients.isLimited(value!)) {
      behindLimits.push(value!);
      continue;
    }
    const by = summedUp.has(node) ? summed : 1;
    if (value === gradient || !gradients.isPlain(node)) {
      factor = Math.max(factor, by, value === gradient ? 1 : withState);
    } else {
      checked.add(squareOf(graph, value!, by));
    }
  }
  checked.add(factor > 0 ? squareOf(graph, gradient, factor) : gradient);
  // No element is larger than its norm, and after a clip none exceeds the limit: with an ordinary limit nothing overflows.
  const isOrdinary = (limit: Node) => Math.abs(known(limit) ?? Number.POSITIVE_INFINITY) < ordinary;
  const limits = factor > 0 ? [] : new Set(gradients.limitsOf(behindLimits));
  for (const limit of [...limits].filter((each) => !isOrdinary(each))) {
    const [own, most] = [gradient, limit].map((each) => squareOf(graph, each, withState));
    checked.add(graph.element("min", own!, most!));
  }
  return [...checked];
}

/** Adds the guard to a graph: a sum of zeros, or NaN if a checked value is not finite. */
export function addGuard(
  graph: GraphBuilder,
  nodes: readonly Node[],
  site: string,
  known: Known,
): Node {
  const zero = graph.constant(0);
  const zeros = checkedIn(graph, nodes, known).map((node) => graph.element("multiply", node, zero));
  const operand = zeros.reduce((sum, each) => graph.element("add", sum, each));
  return graph.reduction("sum", "global", operand, "element", site);
}

/** The values that a guard checks. */
export function checkedBy(guard: Node): Node[] {
  const pending = [guard.operands[0]!];
  const checked: Node[] = [];
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node.form === "element" && node.operator === "add") {
      pending.push(...node.operands);
    } else {
      checked.push(node.operands[0]!);
    }
  }
  return checked;
}
