import { describe, expect, it } from "vitest";
import * as cli from "../cli/src/errors.ts";
import * as autodiff from "./autodiff/index.ts";
import * as checkpoint from "./checkpoint/index.ts";
import * as main from "./index.ts";
import { Legible, shortened, visible } from "./legible.ts";
import * as minimize from "./minimize/index.ts";
import * as pytorch from "./pytorch/index.ts";
import * as tasks from "./tasks/index.ts";
import * as webgpu from "./webgpu/index.ts";

describe("visible", () => {
  it("escapes characters that terminals act on, as JSON does", () => {
    for (let code = 0; code < 0x2100; code++) {
      const text = String.fromCharCode(code);
      const acts =
        (code < 0x20 && text !== "\t" && text !== "\n") ||
        (code >= 0x7f && code < 0xa0) ||
        [0x61c, 0x200e, 0x200f].includes(code) ||
        (code >= 0x202a && code <= 0x202e) ||
        (code >= 0x2066 && code <= 0x2069);
      expect(visible(text) !== text, code.toString(16)).toBe(acts);
      if (acts) expect(JSON.parse(`"${visible(text)}"`)).toBe(text);
    }
  });

  it("leaves every language and emoji as it is", () => {
    const text = "größe · 重み · وزن · 👩‍🔬 · a\u00adb";
    expect(visible(text)).toBe(text);
  });
});

describe("shortened", () => {
  it("keeps start and end of a long text, and all of a short one", () => {
    expect(shortened("a".repeat(3000))).toBe("a".repeat(3000));
    expect(shortened(`start${"a".repeat(1e7)}end`)).toMatch(/^starta+ \.\.\. a+end$/);
    expect(shortened("a".repeat(1e7)).length).toBeLessThan(3100);
  });
});

describe("an error of the library", () => {
  const exported = [autodiff, checkpoint, cli, main, minimize, pytorch, tasks, webgpu];
  const classes = new Map(
    exported
      .flatMap((entry): [string, unknown][] => Object.entries(entry))
      .filter(([name]) => /^[A-Z]\w+Error$/.test(name)),
  );

  it.each([...classes])("is legible: %s", (_, Class) => {
    expect((Class as typeof Error).prototype).toBeInstanceOf(Legible);
  });

  it("says in a few kB, without control characters, whatever it quotes", () => {
    for (const name of ["\x1b]0;x\x07", "\x9b2J", "a", "\u202e"]) {
      const { message, stack } = new main.BindingError(`before ${name.repeat(1e6)} after`);
      for (const text of [message, stack!]) {
        expect(text).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
        expect(text.length).toBeLessThan(6000);
      }
      expect(message).toMatch(/^before .* after$/);
    }
    const cause = new Error("why");
    expect(new checkpoint.CheckpointError("a", { cause }).cause).toBe(cause);
  });

  it("says where a saved state differs, however long its names are", () => {
    const w = new Float32Array(2);
    const optimizer = main.optimize({ w }, main.adam());
    const name = `\x1b[2J${"n".repeat(1e6)}`;
    const rename = { w: name };
    const restore = () => optimizer.restore(optimizer.state(), { rename });
    expect(restore).toThrow(/^the saved state does not fit: /);
    expect(restore).not.toThrow(/\p{Cc}/u);
    expect(restore).not.toThrow(/.{5000}/);
  });
});
