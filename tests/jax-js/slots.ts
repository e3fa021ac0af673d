/** Reads jax-js' own count of buffers. Its backend is not exported, but reachable through its arrays. */
import { type Device, Array as JaxArray, numpy } from "@jax-js/jax";

interface Backend {
  malloc(size: number, data?: Uint8Array): number;
  incRef(slot: number): void;
  decRef(slot: number): void;
}

function backendOf(device: Device): Backend {
  const own = JaxArray.prototype._putSync;
  let found: Backend | undefined;
  JaxArray.prototype._putSync = function (backend) {
    found = backend;
    return own.call(this, backend);
  };
  try {
    const [a, b] = [
      [1, 2],
      [3, 4],
    ].map((data) => numpy.array(data, { device }));
    a!.add(b!).dispose();
  } finally {
    JaxArray.prototype._putSync = own;
  }
  return found!;
}

/** Counts the live buffers among those that are created from now on. */
export function countBuffers(device: Device): { readonly alive: () => number; stop(): void } {
  const backend = backendOf(device);
  const { malloc, incRef, decRef } = backend;
  const references = new Map<number, number>();
  const add = (slot: number, count: number) => {
    const left = (references.get(slot) ?? 0) + count;
    if (left > 0) references.set(slot, left);
    else references.delete(slot);
  };
  backend.malloc = (size, data) => {
    const slot = malloc.call(backend, size, data);
    add(slot, 1);
    return slot;
  };
  const counted = (own: (slot: number) => void, by: number) => (slot: number) => {
    own.call(backend, slot);
    if (references.has(slot)) add(slot, by);
  };
  backend.incRef = counted(incRef, 1);
  backend.decRef = counted(decRef, -1);
  return {
    alive: () => references.size,
    stop: () => void Object.assign(backend, { malloc, incRef, decRef }),
  };
}
