import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";
import { quoted } from "./quote.ts";

it("writes what a shell reads as the same words, without control characters", () => {
  const words = [
    "a",
    "two words",
    "it's",
    "$HOME",
    "a\\nb",
    "line\nbreak",
    "tab\t'",
    "\x1b[2J\\",
    "\u202e",
    "größe",
  ];
  const line = quoted(words);
  expect(line).not.toMatch(/\p{Cc}|\p{Bidi_C}/u);
  expect(line).toContain("a 'two words' 'it'\\''s' '$HOME' 'a\\nb' $'line\\nbreak'");
  const print = ["-e", "console.log(JSON.stringify(process.argv.slice(1)))", "--"];
  const script = `${quoted([process.execPath, ...print])} ${line}`;
  const { stdout } = spawnSync("bash", ["-c", script], {
    encoding: "utf8",
    env: { LC_ALL: "C.UTF-8" },
  });
  expect(JSON.parse(stdout)).toEqual(words);
});
