import { describe, expect, test } from "vitest";
import { assemble, FunctionBuilder, type ModuleSource, print } from "./assembler.ts";
import { allInstructions } from "./instructions.ts";

const memory: ModuleSource["memory"] = { shared: false, maximum: 65_536 };

type Exports = Record<string, (...operands: number[]) => number>;

/** Assembles, validates and instantiates. */
function run(module: ModuleSource, wasm = new WebAssembly.Memory({ initial: 1 })): Exports {
  const bytes = assemble(module, allInstructions);
  expect(WebAssembly.validate(bytes)).toBe(true);
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), {
    env: { memory: wasm },
  });
  return exports as Exports;
}

const constant = (value: number, name = "value") =>
  new FunctionBuilder(name, [], ["i32"]).emit("i32.const", value).build();

describe("numbers", () => {
  test("of i32 are signed LEB128, at the limits of each length", () => {
    const ends = [0, 6, 7, 13, 14, 20, 21, 27, 28, 31].flatMap((bits) => [
      2 ** bits - 1,
      -(2 ** bits),
      -(2 ** bits) + 1,
      ...(bits < 31 ? [2 ** bits] : []),
    ]);
    for (const value of ends) {
      expect(run({ functions: [constant(value)], memory })["value"]!(), String(value)).toBe(
        value | 0,
      );
    }
  });

  test("of offsets are unsigned LEB128", () => {
    const wasm = new WebAssembly.Memory({ initial: 1 });
    const words = new Int32Array(wasm.buffer);
    for (const offset of [0, 4, 124, 128, 16_380, 16_384, 65_532]) {
      words[offset / 4] = offset + 1;
      const load = new FunctionBuilder("load", ["i32"], ["i32"])
        .get(0)
        .emit("i32.load", offset)
        .build();
      expect(run({ functions: [load], memory }, wasm)["load"]!(0)).toBe(offset + 1);
    }
  });

  test("of vectors are 16 bytes", () => {
    const bytes = [...new Uint8Array(new Float32Array([1, -2, 0.1, Number.NaN]).buffer)];
    const lane = (index: number) =>
      new FunctionBuilder("lane", [], ["f32"])
        .emit("v128.const", bytes)
        .emit("f32x4.extract_lane", index)
        .build();
    const lanes = [0, 1, 2, 3].map((index) => run({ functions: [lane(index)], memory })["lane"]!());
    expect(lanes).toEqual([1, -2, Math.fround(0.1), Number.NaN]);
  });
});

describe("functions", () => {
  test("have locals after their parameters, blocks, loops and conditions", () => {
    // The sum of 1 to n; -1 for none.
    const code = new FunctionBuilder("sum", ["i32"], ["i32"]);
    const sum = code.local("i32");
    expect(sum).toBe(1);
    code.get(0).if(
      () => {
        code.block(() => {
          code.loop(() => {
            code.get(0).emit("i32.eqz").emit("br_if", 1);
            code.get(sum).get(0).emit("i32.add").set(sum);
            code.advance(0, -1).emit("br", 0);
          });
        });
      },
      () => code.emit("i32.const", -1).set(sum),
    );
    const exported = run({ functions: [code.get(sum).build()], memory });
    expect([0, 1, 2, 10, 1000].map((n) => exported["sum"]!(n))).toEqual([-1, 1, 3, 55, 500_500]);
  });

  test("call each other by their index, exported or not", () => {
    const hidden = new FunctionBuilder("hidden", ["i32"], ["i32"], false)
      .get(0)
      .get(0)
      .emit("i32.mul")
      .build();
    const open = new FunctionBuilder("open", ["i32"], ["i32"]).get(0).emit("call", 0).build();
    const exported = run({ functions: [hidden, open], memory });
    expect(Object.keys(exported)).toEqual(["open"]);
    expect(exported["open"]!(-7)).toBe(49);
  });

  test("may be so many and so long that LEB128 needs more bytes", () => {
    const functions = Array.from({ length: 300 }, (_, i) => constant(i, `f${i}`));
    expect(run({ functions, memory })["f299"]!()).toBe(299);
    const long = new FunctionBuilder("long", [], ["i32"]).emit("i32.const", 0);
    for (let i = 0; i < 20_000; i++) long.emit("i32.const", 1).emit("i32.add");
    expect(run({ functions: [long.build()], memory })["long"]!()).toBe(20_000);
  });
});

test("a shared memory is imported as shared", () => {
  const module = { functions: [constant(3)], memory: { shared: true, maximum: 65_536 } };
  const shared = new WebAssembly.Memory({ initial: 1, maximum: 65_536, shared: true });
  expect(run(module, shared)["value"]!()).toBe(3);
  expect(() => run(module)).toThrow(WebAssembly.LinkError);
});

test("the text form follows WebAssembly's text format", () => {
  const code = new FunctionBuilder("example", ["i32"], ["f32"]);
  const vector = code.local("v128");
  code.get(0).emit("v128.load", 16).set(vector);
  code.block(() => code.loop(() => code.get(0).emit("br_if", 1)));
  code.get(0).if(
    () => code.emit("v128.const", Array(16).fill(7)).set(vector),
    () => code.get(0).get(vector).emit("v128.store"),
  );
  code
    .get(vector)
    .get(vector)
    .emit("i8x16.shuffle", [...Array(16).keys()]);
  code.emit("f32x4.extract_lane", 2);
  const helper = new FunctionBuilder("helper", [], [], false).build();
  const module = { functions: [code.build(), helper], memory: { shared: true, maximum: 2 } };
  expect(print(module)).toMatchInlineSnapshot(`
    "(module
      (import "env" "memory" (memory 1 2 shared))
      (func $example (export "example") (param i32) (result f32)
        (local v128)
        local.get 0
        v128.load offset=16
        local.set 1
        block
          loop
            local.get 0
            br_if 1
          end
        end
        local.get 0
        if
          v128.const i8x16 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7 7
          local.set 1
        else
          local.get 0
          local.get 1
          v128.store
        end
        local.get 1
        local.get 1
        i8x16.shuffle 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
        f32x4.extract_lane 2
      )
      (func $helper
      )
    )
    "
  `);
  expect(WebAssembly.validate(assemble(module, allInstructions))).toBe(true);
});
