/** Provides the pictures of examples: those of the documentation, and those that the site's build draws. */
import { fork } from "node:child_process";
import { existsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { type Markup, markup } from "../../charts/markup.ts";
import { SITE } from "../bundle.ts";

/** Descriptions of the pictures that the build draws, by the example's file. */
export const made: Readonly<Record<string, string>> = {
  "examples/spirals.ts": "The loss falls to a twenty-fifth between step 200 and step 1,000",
  "examples/my-task.ts": "The error without noise against steps, with SGD and with Adam",
  "examples/tfjs-fashion.ts": "How often the network names each kind of clothes rightly",
  "examples/tfjs-continue.ts": "Loss against epochs: the loaded model's line covers the other",
  "examples/jax-js/mlp.ts": "The loss of the network of jax-js against steps",
};

/** The name of an example: `spirals` for `examples/spirals.ts`, and `inverse-kinematics` for a file in that folder. */
const nameOf = (file: string): string =>
  dirname(file) === "examples" ? basename(file, ".ts") : basename(dirname(file));

const addressOf = (file: string): string => `pictures/examples/${nameOf(file)}.svg`;

/** The picture on the page of an example, if it has one. */
export function pictureOf(file: string): Markup | false {
  const kept = existsSync(join(SITE, "..", "docs", "examples", `${nameOf(file)}.svg`));
  if (!kept && made[file] === undefined) return false;
  return image(file, made[file] ?? "What it computes");
}

const image = (file: string, text: string): Markup =>
  markup`<p><img src="/${addressOf(file)}" alt="${text}" width="800" height="440" loading="lazy"></p>`;

/** The page that lists the examples, with the drawn pictures. */
export const withPictures = (html: string): string =>
  html.replaceAll(
    /<p>(?:(?!<\/p>).)*?href="\/guides\/(examples\/[^"]+)\/".*?<\/p>/gs,
    (text, path) => {
      const file = `${path}.ts`;
      return made[file] === undefined ? text : text + image(file, made[file]).text;
    },
  );

/** All pictures, drawn once. */
let drawn: Promise<ReadonlyMap<string, Uint8Array>> | undefined;

/** Functions that give each picture, by its path from the site's root. All are drawn when the first one is requested. */
export function examplePictures(): Readonly<Record<string, () => Promise<Uint8Array>>> {
  const make = (file: string) => async () => {
    drawn ??= draw();
    return (await drawn).get(file)!;
  };
  return Object.fromEntries(Object.keys(made).map((file) => [addressOf(file), make(file)]));
}

function draw(): Promise<ReadonlyMap<string, Uint8Array>> {
  const child = fork(join(import.meta.dirname, "draw.ts"), {
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let problems = "";
  child.stderr!.on("data", (part: Buffer) => {
    problems += part;
  });
  const found = new Map<string, Uint8Array>();
  child.on("message", ({ file, svg }: { file: string; svg: string }) => {
    found.set(file, new TextEncoder().encode(svg));
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", () => {
      const missing = Object.keys(made).filter((file) => !found.has(file));
      if (missing.length === 0) resolve(found);
      else reject(new Error(`No picture could be made of ${missing.join(", ")}.\n${problems}`));
    });
  });
}
