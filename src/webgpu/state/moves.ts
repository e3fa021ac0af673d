/** Commands that move state with its rows. */
import { fillStored } from "../../compilers/storages/fillStored.ts";
import { bytesTo, type Storage } from "../../compilers/storages/storage.ts";
import {
  type GatheredState,
  type GatherTable,
  gatherBindings,
  gatherBlock,
  gatherHalvesShader,
  gatherShader,
  gatherWords,
} from "../../compilers/wgsl/gather.ts";
import type { Kind } from "../../rule/graph/kinds.ts";
import { bindGroupOf, grid } from "../device/commands.ts";
import { type Access, pipelineOf } from "../device/device.ts";
import { Tables } from "../dispatches/tables.ts";
import { allocate } from "../parameters.ts";

/** A state of a tensor, and the initial number of its new rows; undefined if they already hold it. */
export interface Kept {
  readonly key: string;
  readonly kind: Kind;
  readonly storage: Storage;
  readonly initial: number | undefined;
}

/** A part of an array in a buffer of state: its place in the buffer, in words, and its elements. */
export interface Part {
  readonly state: GPUBuffer;
  readonly at: number;
  readonly words: number;
  readonly first: number;
  readonly length: number;
}

/** The words of a new row. */
function freshRow({ storage, initial }: Kept, width: number): Uint32Array {
  const { Elements, bytes } = storage;
  const size = bytesTo(storage, width);
  const buffer = new ArrayBuffer(Math.ceil(size / 4) * 4);
  fillStored(storage, new Elements(buffer, 0, size / bytes), width, initial ?? 0);
  return new Uint32Array(buffer);
}

const access: Access = {
  [gatherBindings.rows]: "read",
  [gatherBindings.from]: "read",
  [gatherBindings.to]: "write",
  [gatherBindings.table]: "read",
};

/** An array whose rows move: elements of a row, and its places before and after. */
export interface Gathered {
  readonly kept: Kept;
  readonly width: number;
  readonly from: readonly Part[];
  readonly to: Part;
}

/** The rows that one dispatch moves, as its shader counts them. */
interface Dispatch {
  readonly from: GPUBuffer;
  readonly to: GPUBuffer;
  /** Whether rows share words. Then the dispatch moves one state only. */
  readonly halves: boolean;
  readonly width: number;
  readonly table: GatherTable;
  readonly states: GatheredState[];
}

const canJoin = (a: Dispatch, b: Dispatch): boolean =>
  !a.halves &&
  !b.halves &&
  a.from === b.from &&
  a.to === b.to &&
  a.width === b.width &&
  JSON.stringify(a.table) === JSON.stringify(b.table);

function dispatchOf(kept: Kept, width: number, height: number, from: Part, to: Part): Dispatch {
  const { storage, initial } = kept;
  const words = bytesTo(storage, width) / 4;
  const halves = words % 1 !== 0;
  const units = (elements: number) => (halves ? elements : bytesTo(storage, elements) / 4);
  const count = halves ? Math.ceil(to.length / 2) : units(to.length);
  return {
    ...{ from: from.state, to: to.state, halves, width: halves ? width : words },
    table: {
      ...{ count, writes: units(to.first), readsFrom: units(from.first) },
      ...{ reads: units(from.length), height },
    },
    states: [
      { to: to.at, from: from.at, fresh: freshRow(kept, width), fills: initial !== undefined },
    ],
  };
}

/** Commands that move state. */
export class Moves {
  readonly #device: GPUDevice;
  readonly #encoder: GPUCommandEncoder;
  readonly #rows: GPUBufferBinding;
  readonly #tables = new Tables();
  readonly #dispatches: ((pass: GPUComputePassEncoder) => void)[] = [];
  #empty: GPUBuffer | undefined;

  constructor(device: GPUDevice, rows: GPUBufferBinding) {
    this.#device = device;
    this.#encoder = device.createCommandEncoder();
    this.#rows = rows;
  }

  copy(from: Part, to: Part): void {
    const size = 4 * Math.min(from.words, to.words);
    this.#encoder.copyBufferToBuffer(from.state, 4 * from.at, to.state, 4 * to.at, size);
  }

  /**
   * Moves the rows of a tensor's states. States with the same layout move together.
   * @param height the number of rows before
   */
  gather(arrays: readonly Gathered[], height: number): void {
    const together: Dispatch[] = [];
    for (const { kept, width, from, to } of arrays) {
      for (const part of from.length > 0 ? from : [this.#nothing()]) {
        const one = dispatchOf(kept, width, height, part, to);
        const known = together.find((each) => canJoin(each, one));
        if (known === undefined) {
          together.push(one);
        } else {
          known.states.push(...one.states);
        }
      }
    }
    for (const each of together) {
      this.#dispatch(each);
    }
  }

  /** The part of a parameter without rows. */
  #nothing(): Part {
    this.#empty ??= allocate(this.#device, 16, "gradus no state");
    return { state: this.#empty, at: 0, words: 0, first: 0, length: 0 };
  }

  submit(): void {
    const tables = this.#tables.upload(this.#device);
    const pass = this.#encoder.beginComputePass();
    for (const dispatch of this.#dispatches) {
      dispatch(pass);
    }
    pass.end();
    this.#device.queue.submit([this.#encoder.finish()]);
    tables.destroy();
    this.#empty?.destroy();
  }

  #dispatch({ from, to, halves, width, table, states }: Dispatch): void {
    const code = halves ? gatherHalvesShader(width) : gatherShader(width, states.length);
    const added = this.#tables.add(gatherWords(table, states));
    const workgroups = Math.ceil(table.count / gatherBlock);
    this.#dispatches.push((pass) => {
      const resources = {
        ...{ [gatherBindings.rows]: this.#rows, [gatherBindings.from]: { buffer: from } },
        ...{ [gatherBindings.to]: { buffer: to }, [gatherBindings.table]: added() },
      };
      const { x, y } = grid(workgroups, this.#device);
      pass.setPipeline(pipelineOf(this.#device, code, access));
      pass.setBindGroup(0, bindGroupOf(this.#device, access, resources));
      pass.dispatchWorkgroups(x, y);
    });
  }
}
