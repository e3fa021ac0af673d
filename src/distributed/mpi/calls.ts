/** Calls the functions of MPI, with arrays instead of addresses. */
import type { SendableArray } from "../communicator.ts";
import type { ElementType } from "../elements.ts";
import { CommunicatorError } from "../errors.ts";
import type { Library } from "./library.ts";

/** The arguments of each function: `a` is an address, `n` a number, `h` a handle. All functions return an error code. */
const prototypes = {
  MPI_Initialized: "a",
  MPI_Init_thread: "aana",
  MPI_Finalize: "",
  MPI_Abort: "hn",
  MPI_Comm_set_errhandler: "hh",
  MPI_Comm_rank: "ha",
  MPI_Comm_size: "ha",
  MPI_Error_string: "naa",
  MPI_Barrier: "h",
  MPI_Bcast: "anhnh",
  MPI_Allreduce: "aanhhh",
  MPI_Reduce_local: "aanhh",
  MPI_Allgather: "anhanhh",
  MPI_Allgatherv: "anhaaahh",
  MPI_Sendrecv: "anhnnanhnnha",
} as const;

type Functions = { [K in keyof typeof prototypes]: (...values: readonly number[]) => number };

/** `MPI_MAX_ERROR_STRING` is 256 or 512. */
const longestText = 1024;
/** `MPI_THREAD_FUNNELED`: other threads of the process make no calls. */
const funneled = 1;
/** The tag of all messages between two ranks; they arrive in order. */
const tag = 0;

/** Decodes a string of C, which ends with a zero. */
const textOf = (bytes: Uint8Array): string =>
  new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(0)));

/** Milliseconds that a launcher needs to read the output of a rank. */
const outputDelay = 200;

/** This process as a rank of MPI. */
export class Mpi {
  readonly rank: number;
  readonly size: number;
  isFinalized = false;
  readonly #library: Library;
  readonly #functions: Functions;
  readonly #number = new Int32Array(1);
  /** For each rank, the number of its elements, and where they start. */
  readonly #counts: Int32Array<ArrayBuffer>;
  readonly #starts: Int32Array<ArrayBuffer>;

  /** Starts MPI, unless it was started already. */
  constructor(library: Library) {
    this.#library = library;
    const bound = Object.entries(prototypes).map(([name, takes]) => [
      name,
      library.bind(name, takes),
    ]);
    this.#functions = Object.fromEntries(bound) as Functions;
    this.#initialize();
    this.rank = this.#query("MPI_Comm_rank");
    this.size = this.#query("MPI_Comm_size");
    this.#counts = new Int32Array(this.size);
    this.#starts = new Int32Array(this.size);
  }

  /** Adds the arrays of all ranks, in an order that MPI chooses. */
  allReduceSum(array: SendableArray, type: ElementType): void {
    const { inPlace, types, sum, world } = this.#library.abi;
    const { MPI_Allreduce } = this.#functions;
    const [at, { length }] = [this.#addressOf(array), array];
    this.#check("MPI_Allreduce", MPI_Allreduce(inPlace, at, length, types[type], sum, world));
  }

  /** Adds two arrays of this rank. The second one gets the result. */
  reduceLocalSum(from: SendableArray, into: SendableArray, type: ElementType): void {
    const { types, sum } = this.#library.abi;
    const { MPI_Reduce_local } = this.#functions;
    const [source, target, { length }] = [this.#addressOf(from), this.#addressOf(into), into];
    this.#check("MPI_Reduce_local", MPI_Reduce_local(source, target, length, types[type], sum));
  }

  /** Sends an array to one rank, and receives one from another. */
  sendReceive(
    sent: SendableArray,
    to: number,
    received: SendableArray,
    from: number,
    type: ElementType,
  ): void {
    const { types, world, ignoreStatus } = this.#library.abi;
    const kind = types[type];
    const [out, back] = [this.#addressOf(sent), this.#addressOf(received)];
    const { MPI_Sendrecv } = this.#functions;
    // biome-ignore format: what goes out, what comes back, and where
    this.#check("MPI_Sendrecv", MPI_Sendrecv(
      out, sent.length, kind, to, tag,
      back, received.length, kind, from, tag,
      world, ignoreStatus,
    ));
  }

  /** Gathers arrays of the same length. @param all has room for the arrays of all ranks */
  allGather(array: SendableArray, all: SendableArray, type: ElementType): void {
    const { types, world } = this.#library.abi;
    const { MPI_Allgather } = this.#functions;
    const [one, every, kind, { length }] = [
      this.#addressOf(array),
      this.#addressOf(all),
      types[type],
      array,
    ];
    this.#check("MPI_Allgather", MPI_Allgather(one, length, kind, every, length, kind, world));
  }

  /** Gathers parts of an array, in place. */
  allGatherParts(array: SendableArray, bounds: readonly number[], type: ElementType): void {
    const { inPlace, types, world } = this.#library.abi;
    for (let rank = 0; rank < this.size; rank++) {
      this.#starts[rank] = bounds[rank]!;
      this.#counts[rank] = bounds[rank + 1]! - bounds[rank]!;
    }
    const { MPI_Allgatherv } = this.#functions;
    const [at, counts, starts] = [array, this.#counts, this.#starts].map((each) =>
      this.#addressOf(each),
    );
    const kind = types[type];
    this.#check(
      "MPI_Allgatherv",
      MPI_Allgatherv(inPlace, 0, kind, at!, counts!, starts!, kind, world),
    );
  }

  broadcast(array: SendableArray, type: ElementType, root: number): void {
    const { types, world } = this.#library.abi;
    const { MPI_Bcast } = this.#functions;
    this.#check(
      "MPI_Bcast",
      MPI_Bcast(this.#addressOf(array), array.length, types[type], root, world),
    );
  }

  barrier(): void {
    this.#check("MPI_Barrier", this.#functions.MPI_Barrier(this.#library.abi.world));
  }

  /** Ends MPI, together with all other ranks. Later calls do nothing. */
  finalize(): void {
    if (this.isFinalized) return;
    this.isFinalized = true;
    this.#check("MPI_Finalize", this.#functions.MPI_Finalize());
  }

  /** Ends all ranks, with this one. It waits a moment first, because launchers drop output that was written just before the end. */
  abort(exitCode: number): void {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, outputDelay);
    this.#check("MPI_Abort", this.#functions.MPI_Abort(this.#library.abi.world, exitCode));
  }

  #initialize(): void {
    const { world, errorsReturn } = this.#library.abi;
    const { MPI_Initialized, MPI_Init_thread, MPI_Comm_set_errhandler } = this.#functions;
    const at = this.#addressOf(this.#number);
    this.#check("MPI_Initialized", MPI_Initialized(at));
    if (this.#number[0] === 0) {
      this.#check("MPI_Init_thread", MPI_Init_thread(0, 0, funneled, at));
    }
    this.#check("MPI_Comm_set_errhandler", MPI_Comm_set_errhandler(world, errorsReturn));
  }

  #query(name: "MPI_Comm_rank" | "MPI_Comm_size"): number {
    const { world } = this.#library.abi;
    this.#check(name, this.#functions[name](world, this.#addressOf(this.#number)));
    return this.#number[0]!;
  }

  #addressOf(array: SendableArray): number {
    return this.#library.addressOf(array.buffer) + array.byteOffset;
  }

  #check(name: keyof Functions, code: number): void {
    if (code !== 0) throw this.#error(name, code);
  }

  #error(name: string, code: number): CommunicatorError {
    const text = new Uint8Array(longestText);
    this.#functions.MPI_Error_string(code, this.#addressOf(text), this.#addressOf(this.#number));
    return new CommunicatorError(
      `${name} of ${this.#library.name} failed on rank ${this.rank}: ${textOf(text)}; check that all ranks make the same calls, with arrays of the same types and lengths`,
    );
  }
}
