/** The front page. */
import { markup } from "../charts/markup.ts";
import { frameOf } from "./figures/frame.ts";
import { figures } from "./figures/list.ts";
import { highlight } from "./highlight.ts";
import type { Page } from "./page.ts";

const example = `import { adam, optimize, parameters } from "gradus";

const net = parameters({ w: [2] });
const optimizer = optimize(net, adam({ lr: 0.1 }));
for (let i = 0; i < 300; i++) {
  optimizer.step({ w: [net.w.data[0] - 3, net.w.data[1] + 5] });
}
console.log(net.w.data); // nearly [3, -5]`;

export async function homePage(): Promise<Page> {
  const { figure } = await figures["valley"]!();
  return {
    ...{ path: "", title: "Gradus", section: null, scripts: ["figures/mount.ts"] },
    summary:
      "The optimizer library for TypeScript: Adam, what it grew from and what grew from it, for Node, browsers, workers and GPUs.",
    body: markup`<main id="main" class="home">
<section class="hero"><h1>The optimizer library for TypeScript</h1>
<p class="lead">Adam, what it grew from and what grew from it: 54 optimizers, written as a few lines of maths and compiled to WebAssembly SIMD and WebGPU. For everyone who has parameters and gradients in Node, in a browser or in a worker.</p>
<p class="doors"><a class="door" href="/article/"><strong>Read</strong> how Adam came about</a><a class="door" href="/playground/"><strong>Write</strong> an optimizer and watch it race</a><a class="door" href="/guides/"><strong>Use it</strong>: guides</a><a class="door" href="/reference/"><strong>Look up</strong> any export</a></p></section>
<section><h2>Ten lines</h2>${await highlight(example, "ts")}</section>
<section>${await frameOf(figure)}</section>
</main>`,
  };
}
