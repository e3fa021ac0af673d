/**
 * Packing: the rows of A or the columns of B, a few at a time, into panels that the product reads
 * from front to back. A panel of width w holds, for each depth, w neighbouring members; the last
 * panel is filled up with zeros, so the product needs no special case for borders.
 */
import { FunctionBuilder, type FunctionSource } from "../../compilers/wasm/assembler/assembler.ts";
import { addTo, countUpTo, setRemaining } from "./loops.ts";

const [source, memberStride, depthStride, members, depth, target] = [0, 1, 2, 3, 4, 5] as const;

/** The bytes of the lanes that a shuffle takes; lanes 4 to 7 are the second operand's. */
const lanes = (...chosen: number[]): number[] =>
  chosen.flatMap((lane) => [0, 1, 2, 3].map((byte) => lane * 4 + byte));
const interleaveLow = lanes(0, 4, 1, 5);
const interleaveHigh = lanes(2, 6, 3, 7);
const lowHalves = lanes(0, 1, 4, 5);
const highHalves = lanes(2, 3, 6, 7);

/** Emits the copy of a panel whose members are neighbours in memory. */
function emitNeighbours(f: FunctionBuilder, width: number, from: number, k: number): void {
  countUpTo(f, k, depth, 1, () => {
    for (let offset = 0; offset < width * 4; offset += 16) {
      f.get(target).get(from).emit("v128.load", offset).emit("v128.store", offset);
    }
    addTo(f, from, depthStride);
    f.advance(target, width * 4);
  });
}

/** Emits the transposition of a panel whose depths are neighbours, four depths at a time. */
function emitTransposed(f: FunctionBuilder, width: number, from: number, k: number): void {
  const whole = f.local("i32");
  const row = f.local("i32");
  const [r0, r1, r2, r3, t0, t1, t2, t3] = Array.from({ length: 8 }, () => f.local("v128")) as [
    ...[number, number, number, number],
    ...[number, number, number, number],
  ];
  const shuffle = (a: number, b: number, pattern: number[]) =>
    f.get(a).get(b).emit("i8x16.shuffle", pattern);
  f.get(depth).emit("i32.const", -4).emit("i32.and").set(whole);
  countUpTo(f, k, whole, 4, () => {
    f.get(from).set(row);
    for (let offset = 0; offset < width * 4; offset += 16) {
      for (const register of [r0, r1, r2, r3]) {
        f.get(row).emit("v128.load").set(register);
        addTo(f, row, memberStride);
      }
      shuffle(r0, r1, interleaveLow).set(t0);
      shuffle(r2, r3, interleaveLow).set(t1);
      shuffle(r0, r1, interleaveHigh).set(t2);
      shuffle(r2, r3, interleaveHigh).set(t3);
      const columns: [number, number, number[]][] = [
        [t0, t1, lowHalves],
        [t0, t1, highHalves],
        [t2, t3, lowHalves],
        [t2, t3, highHalves],
      ];
      columns.forEach(([a, b, pattern], column) => {
        f.get(target);
        shuffle(a, b, pattern).emit("v128.store", column * width * 4 + offset);
      });
    }
    f.advance(from, 16).advance(target, width * 16);
  });
}

/** Emits the copy of a panel element by element, zeros where there is no member. */
function emitElements(
  f: FunctionBuilder,
  width: number,
  from: number,
  k: number,
  here: number,
): void {
  const m = f.local("i32");
  const element = f.local("i32");
  const whole = f.local("i32");
  f.emit("i32.const", width).set(whole);
  countUpTo(f, k, depth, 1, () => {
    f.get(from).set(element).emit("i32.const", 0).set(m);
    countUpTo(f, m, here, 1, () => {
      f.get(target).get(element).emit("f32.load").emit("f32.store").advance(target, 4);
      addTo(f, element, memberStride);
    });
    countUpTo(f, m, whole, 1, () => {
      f.get(target).emit("f32.const", 0).emit("f32.store").advance(target, 4);
    });
    addTo(f, from, depthStride);
  });
}

/**
 * `name(source, memberStride, depthStride, members, depth, target)`
 *
 * Strides are in bytes; one of the two is 4. `width` is a multiple of 4.
 */
export function pack(name: string, width: number): FunctionSource {
  const f = new FunctionBuilder(name, Array(6).fill("i32"));
  const [member, here, from, k] = Array.from({ length: 4 }, () => f.local("i32")) as [
    number,
    number,
    number,
    number,
  ];
  countUpTo(f, member, members, width, () => {
    setRemaining(f, here, members, member, width);
    f.get(source).set(from).emit("i32.const", 0).set(k);
    f.get(here).emit("i32.const", width).emit("i32.eq");
    f.if(() => {
      f.get(memberStride).emit("i32.const", 4).emit("i32.eq");
      f.if(
        () => emitNeighbours(f, width, from, k),
        () => emitTransposed(f, width, from, k),
      );
    });
    // What is left: borders, and depths that do not fill a vector.
    emitElements(f, width, from, k, here);
    f.get(source).get(memberStride).emit("i32.const", width).emit("i32.mul").emit("i32.add");
    f.set(source);
  });
  return f.build();
}

/** Panels that `packPanelsAside` fills at once. */
export const panelsAside = 4;

/**
 * `packPanelsAside(source, depthStride, depth, target)` packs `panelsAside` whole panels whose members are
 * neighbours in memory: what it reads of each depth is a few whole lines of the cache, one after the other.
 */
export function packPanelsAside(width: number): FunctionSource {
  const f = new FunctionBuilder("packPanelsAside", Array(4).fill("i32"));
  const [from, stride, thickness, to] = [0, 1, 2, 3] as const;
  const panels = [to, ...Array.from({ length: panelsAside - 1 }, () => f.local("i32"))];
  const [k, panelBytes] = [f.local("i32"), f.local("i32")];
  const bytes = width * 4;
  f.get(thickness).emit("i32.const", bytes).emit("i32.mul").set(panelBytes);
  panels.slice(1).forEach((panel, before) => {
    f.get(panels[before]!).get(panelBytes).emit("i32.add").set(panel);
  });
  countUpTo(f, k, thickness, 1, () => {
    panels.forEach((panel, index) => {
      for (let offset = 0; offset < bytes; offset += 16) {
        f.get(panel)
          .get(from)
          .emit("v128.load", index * bytes + offset);
        f.emit("v128.store", offset);
      }
      f.advance(panel, bytes);
    });
    addTo(f, from, stride);
  });
  return f.build();
}
