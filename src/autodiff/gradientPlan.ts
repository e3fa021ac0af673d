/** The backward pass, planned once: which gradient is written when, and which are added up. */
import { check, printShape } from "./errors.ts";
import type { Kernels } from "./kernels/index.ts";
import type { ScratchArray } from "./products/scratchArray.ts";
import type { Derivative, FloatArray, Operation, RowDerivative, Tensor } from "./tensor.ts";
import { beginRows, forgetRows, touchIn } from "./touchedRows.ts";

/** A tensor as the tape keeps it. */
export interface Node extends Tensor<FloatArray> {
  /** Undefined for inputs and parameters. */
  readonly operation: Operation<FloatArray> | undefined;
  /** Whether a parameter, or an input whose gradient is asked for, has a part in it. */
  readonly differentiable: boolean;
  /** The gradient of the loss; a parameter has it from the start, a result once it is planned. */
  gradient: FloatArray | undefined;
}

type AnyDerivative = Derivative<FloatArray> | RowDerivative<FloatArray>;

/** One operation's part in the gradient of one of its inputs. */
interface Contribution {
  /** The operation's result. */
  readonly from: Node;
  readonly to: Node;
  readonly derivative: AnyDerivative;
}

/** What planning takes from the tape. */
export interface Workspace {
  readonly kernels: Kernels;
  readonly allocate: (size: number) => FloatArray;
  /** Where a part of a gradient is before it is added to the others. */
  readonly scratch: ScratchArray<FloatArray>;
}

/** A tensor of any type, which tapes make as nodes. */
export const nodeOf = (tensor: object): Node => tensor as Node;

const isRows = (derivative: AnyDerivative): derivative is RowDerivative<FloatArray> =>
  typeof derivative === "object";

/** The nodes that a result needs, itself included, each behind those that it needs. */
export function ancestors(nodes: readonly Node[], result: Node): Node[] {
  const needed = new Set<Tensor<FloatArray>>([result]);
  for (const node of nodes.toReversed()) {
    if (needed.has(node)) {
      for (const input of node.operation?.inputs ?? []) {
        needed.add(input);
      }
    }
  }
  return nodes.filter((node) => needed.has(node));
}

/** The parts of all gradients, in an order in which each gradient is complete before it is used. */
function contributionsTo(needed: readonly Node[]): Contribution[] {
  return needed.toReversed().flatMap((from) =>
    (from.operation?.inputs ?? []).flatMap((input, index) => {
      const to = input as Node;
      const derivative = from.operation?.backward[index];
      return to.differentiable && derivative !== undefined ? [{ from, to, derivative }] : [];
    }),
  );
}

/** What has to be done to a gradient before its first part arrives. */
function preparation(node: Node, parts: readonly Contribution[]): () => void {
  const gradient = node.gradient!;
  const [first] = parts;
  if (first !== undefined && parts.every(({ derivative }) => isRows(derivative))) {
    return () => beginRows(gradient, node.shape[0]!);
  }
  if (first !== undefined && !isRows(first.derivative)) {
    return () => forgetRows(gradient);
  }
  return () => {
    forgetRows(gradient);
    gradient.fill(0);
  };
}

/** The step that brings one part: the first one of a gradient overwrites what was there. */
function step(
  { from, to, derivative }: Contribution,
  first: boolean,
  { kernels, scratch }: Workspace,
): () => void {
  const source = from.gradient!;
  const target = to.gradient!;
  if (isRows(derivative)) {
    return () => derivative.addRows(source, target, touchIn(target));
  }
  if (first) {
    return () => derivative(source, target);
  }
  // All parts are written there, one after the other: what is used a hundred times takes no more.
  const part = scratch.array.subarray(0, target.length);
  return () => {
    derivative(source, part);
    kernels.axpy(part.length, part.byteOffset, target.byteOffset, 1);
  };
}

/**
 * Returns the steps of the backward pass from `loss` to all parameters, and allocates what they
 * need. Parameters that have no part in the loss get a gradient of zeros.
 */
export function planGradients(
  nodes: readonly Node[],
  loss: Node,
  workspace: Workspace,
): (() => void)[] {
  check(loss.data.length === 1, () => {
    return `backward: expected a loss of one element, found a tensor ${printShape(loss.shape)}`;
  });
  check(loss.differentiable, () => "backward: no parameter contributes to this loss");
  const contributions = contributionsTo(ancestors(nodes, loss));
  const parts = new Map<Node, Contribution[]>();
  for (const node of nodes) {
    if (node.operation === undefined && node.differentiable) {
      parts.set(node, []);
    }
  }
  for (const contribution of contributions) {
    const { to, derivative } = contribution;
    const list = parts.get(to) ?? [];
    if (list.length > 0 && !isRows(derivative)) {
      workspace.scratch.need(to.data.length);
    }
    list.push(contribution);
    parts.set(to, list);
  }
  parts.delete(loss);
  for (const node of [loss, ...parts.keys()]) {
    node.gradient ??= workspace.allocate(node.data.length);
  }
  return [
    () => loss.gradient!.fill(1),
    ...Array.from(parts, ([node, list]) => preparation(node, list)),
    ...contributions.map((part) => step(part, parts.get(part.to)?.[0] === part, workspace)),
  ];
}
