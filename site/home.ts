/** Makes the front page. */
import { readFileSync } from "node:fs";
import { markup } from "../charts/markup.ts";
import { optimizers } from "../src/optimizers/index.ts";
import { frameOf } from "./figures/frame.ts";
import { figures } from "./figures/list.ts";
import { highlight } from "./highlight.ts";
import { renderMarkdown } from "./markdown.ts";
import type { Page } from "./page.ts";

const readme = new URL("../README.md", import.meta.url);

const example = `import { adam, optimize, parameters } from "gradus";

const net = parameters({ w: [2] });
const optimizer = optimize(net, adam({ lr: 0.1 }));
for (let i = 0; i < 300; i++) {
  optimizer.step({ w: [net.w.data[0] - 3, net.w.data[1] + 5] });
}
console.log(net.w.data); // nearly [3, -5]`;

const doors = [
  ["/article/", "Read the article", "How Adam came about, idea by idea, in figures that run."],
  ["/playground/", "Race your own", "Write an optimizer in three lines, and watch it race."],
  [
    "/guides/first-steps/",
    "Take the first steps",
    "Use it in your program, on a GPU, on many machines.",
  ],
  ["/reference/", "Look something up", "Each export with its options, its formula and an example."],
] as const;

/** The list of what the library is good at, as the README has it, without its links to other parts of the README. */
function reasons(): string {
  const [list] = /^- \*\*[\s\S]*?(?=\n\n)/m.exec(readFileSync(readme, "utf8")) ?? [];
  if (list === undefined) throw new Error("README.md has no list of what the library is good at.");
  return list.replace(/\s*\(\[[^\]]*\]\(#[^)]*\)\)/g, "");
}

export async function homePage(): Promise<Page> {
  const { figure } = await figures["valley"]!();
  return {
    ...{ path: "", title: "Gradus", section: null, scripts: ["figures/mount.ts"] },
    summary:
      "The optimizer library for TypeScript: Adam, what it grew from and what grew from it, for Node, browsers, workers and GPUs.",
    body: markup`<main id="main" class="home">
<section class="hero"><h1>The optimizer library for TypeScript</h1>
<p class="lead">Adam, what it grew from and what grew from it: ${Object.keys(optimizers).length} optimizers, written as a few lines of maths and compiled to WebAssembly SIMD and WebGPU. For everyone who has parameters and gradients in Node, in a browser or in a worker.</p>
<ul class="doors">${doors.map(([href, title, text]) => markup`<li><a class="door" href="${href}"><strong>${title}</strong><span>${text}</span></a></li>`)}</ul></section>
<section class="reasons">${(await renderMarkdown(reasons())).body}</section>
<section><h2>A first run</h2>${await highlight(example, "ts")}</section>
<section>${await frameOf(figure)}</section>
</main>`,
  };
}
