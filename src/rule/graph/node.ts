/** The values of a rule's graph: what each is, and what is kept of them. */
import type { Span } from "../errors.ts";
import type { NamedRoutine } from "../matrices/matrix.ts";
import type { Kind } from "./kinds.ts";
import type { ElementOperator, LineOperator, ReductionOperator, ValueType } from "./operators.ts";
import type { Distribution } from "./random.ts";

/** Where a {@link Node} was first written. */
export interface Origin {
  /** The name of the definition. */
  readonly rule: string;
  /** Its whole text. */
  readonly text: string;
  /** The part of the text that is this node. */
  readonly span: Span;
}

/** What every {@link Node} has, whatever its form. */
export interface NodeBase {
  /** Position in the graph; operands come first. */
  readonly id: number;
  /** How many values it has: one for each element, each row, each tensor. */
  readonly kind: Kind;
  /** What a value is. */
  readonly type: ValueType;
  /** The values that it is computed from, in the order of the operator. */
  readonly operands: readonly Node[];
  /** Where it was first written. Undefined until a text needs the node. */
  readonly origin: Origin | undefined;
}

/** One value of a rule's graph. */
export type Node = NodeBase &
  (
    | { readonly form: "constant"; readonly value: number }
    /** A hyperparameter, by its qualified name such as `adam.lr`. */
    | { readonly form: "hyper"; readonly name: string }
    /** A part's age, the loss that came with the step, a size of the tensor, or if it is a matrix. */
    | { readonly form: "fact"; readonly name: Fact; readonly part: string }
    /** What `p`, `g` or a state holds at the start of the step. */
    | { readonly form: "slot"; readonly name: string }
    | { readonly form: "element"; readonly operator: ElementOperator }
    | {
        readonly form: "reduction";
        readonly operator: ReductionOperator;
        readonly scope: "tensor" | "global";
        /** What is reduced; the operand is of this kind or broadcast to it. */
        readonly over: Kind;
        /**
         * Which one it is, over all parameters: its part and its place there. Parameters whose rules have that part
         * take part in it, and no others.
         */
        readonly site: string | undefined;
      }
    /** A draw for each element; those of another site are independent. */
    | {
        readonly form: "random";
        readonly distribution: Distribution;
        readonly site: number;
      }
    /** One value for each row of a matrix, or for each column. */
    | {
        readonly form: "line";
        readonly operator: LineOperator;
        readonly lines: Lines;
        /** As of reductions. */
        readonly over: Kind;
      }
    /** A function of whole matrices. */
    | { readonly form: "routine"; readonly routine: NamedRoutine }
  );

/** @inline */
export type Lines = "rows" | "cols";

/**
 * `t` is how many steps a part of this parameter's rule has made with this one; `sharedAge` the same of the states of a
 * part that all parameters share; `count` is how many elements the step has of the tensor: all, or those of the rows
 * that are given.
 * @inline
 */
export type Fact = "t" | "sharedAge" | "loss" | "rows" | "cols" | "size" | "count" | "matrix";
/** The nodes of one form. */
export type NodeOf<F extends Node["form"]> = Extract<Node, { form: F }>;

/** What is kept at the end of a step: the parameter `p`, or a state, by its qualified name. */
export interface Store {
  /** Its qualified name. */ readonly slot: string;
  /** What is kept. */ readonly value: Node;
  /** What is kept of it; `element` if it does not say. */
  readonly kind?: Kind;
  /** Whether it is one value for all parameters whose rules have its part (see shared.ts). */
  readonly shared?: boolean;
  /** Whether what is kept is rounded: who reads the value itself must not read that. */
  readonly rounded?: boolean;
  /** By which fraction it is drawn which number is kept, if not the nearest. */
  readonly draw?: NodeOf<"random">;
}
