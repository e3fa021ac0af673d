import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { comparisonKind, requirePlaces } from "./compare/output.ts";
import { recordKind } from "./compare/record.ts";
import { type Kind, obstacle, writeOwn } from "./own-files.ts";

function folderFor(): string {
  const folder = mkdtempSync(join(tmpdir(), "gradus-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const kind: Kind = { name: "greeting", isOne: (text) => text.startsWith("hello") };

describe("writeOwn", () => {
  it("makes a file and its folder", () => {
    const folder = folderFor();
    writeOwn(join(folder, "a", "b.txt"), "hello", kind);
    expect(readFileSync(join(folder, "a", "b.txt"), "utf8")).toBe("hello");
    expect(readdirSync(join(folder, "a"))).toEqual(["b.txt"]);
  });

  it("replaces a file of its kind, and keeps its mode and its link", () => {
    const folder = folderFor();
    const [path, link] = [join(folder, "a"), join(folder, "link")];
    writeFileSync(path, "hello you");
    chmodSync(path, 0o640);
    symlinkSync(path, link);
    writeOwn(link, "hello again", kind);
    expect(readFileSync(path, "utf8")).toBe("hello again");
    expect(statSync(path).mode & 0o7777).toBe(0o640);
    expect(readlinkSync(link)).toBe(path);
    expect(readdirSync(folder)).toEqual(["a", "link"]);
  });

  it.each<[string, (path: string) => void, string]>([
    [
      "a file of another kind",
      (path) => writeFileSync(path, "dear"),
      "is a file that is not a greeting",
    ],
    ["an empty file", (path) => writeFileSync(path, ""), "is a file that is not a greeting"],
    ["a folder", (path) => mkdirSync(path), "is a folder"],
    ["a link to nothing", (path) => symlinkSync("gone", path), "is a link to nothing"],
    ["a link to a folder", (path) => symlinkSync(".", path), "is a folder"],
  ])("refuses %s", (_, put, message) => {
    const folder = folderFor();
    const path = join(folder, "a");
    put(path);
    const seen = () => {
      const { ino, mode, size, mtimeMs } = lstatSync(path);
      return { ino, mode, size, mtimeMs };
    };
    const before = seen();
    expect(obstacle(path, kind)).toContain(message);
    expect(() => writeOwn(path, "hello", kind)).toThrow(`${path} ${message}: it stays as it is`);
    expect(seen()).toEqual(before);
    expect(readdirSync(folder)).toEqual(["a"]);
  });
});

describe("requirePlaces", () => {
  const places = (folder: string, record?: string) => () =>
    requirePlaces(
      { report: join(folder, "a.html"), json: join(folder, "a.json") },
      record && join(folder, record),
      join(folder, "a.run"),
    );

  it("finds before the work that two paths are the same, or lie in the run's folder", () => {
    const folder = folderFor();
    expect(places(folder, "b.json")).not.toThrow();
    expect(places(folder, "a.json")).toThrow("a.json would be two files");
    expect(places(folder, "./x/../a.html")).toThrow("would be two files");
    expect(places(folder, "a.run/run.json")).toThrow("that is in the folder of the run");
  });

  it("finds before the work each file that is somebody else's", () => {
    for (const name of ["a.html", "a.json", "b.json"]) {
      const folder = folderFor();
      writeFileSync(join(folder, name), "{}");
      expect(places(folder, "b.json")).toThrow(`${name} is a file that is no`);
    }
  });
});

describe("kinds", () => {
  it.each(["", "{}", "[]", "null", "{", '{"version":1}', '{"command":"a","rates":{}}'])(
    "do not match %o",
    (text) => {
      expect(comparisonKind.isOne(text)).toBe(false);
      expect(recordKind.isOne(text)).toBe(false);
    },
  );
});
