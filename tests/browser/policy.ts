/** The page on which WebAssembly is forbidden: its errors, and the backend that works without. */
import { createTape } from "../../src/autodiff/index.ts";
import {
  adam,
  chain,
  clipByGlobalNorm,
  javascript,
  muon,
  optimize,
  parameters,
  type Rule,
} from "../../src/index.ts";

const rules: readonly Rule[] = [adam(), chain(clipByGlobalNorm(1), muon())];

function said(run: () => unknown): string {
  try {
    run();
    return "nothing";
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

/** The errors of the optimizer and of the autodiff. */
export const refused = (): string[] => [
  said(() => optimize(parameters({ w: [4] }), adam())),
  said(() => {
    const net = parameters({ w: [4, 4] });
    createTape(optimize(net, adam(), { backend: javascript }));
  }),
];

/** The weights after three steps of the other backend, with own and with foreign arrays. */
export const trained = (): number[][] =>
  rules.flatMap((rule) =>
    [
      parameters({ w: [30, 50], b: [5] }),
      { w: new Float64Array(1500), b: new Float32Array(5) },
    ].map((net) => {
      using optimizer = optimize(net, rule, { backend: javascript });
      for (let step = 1; step <= 3; step++) {
        for (const gradient of Object.values(optimizer.gradients)) {
          gradient.forEach((_, i) => void (gradient[i] = ((i * 7919) % 101) / 50 - step / 3));
        }
        optimizer.step();
      }
      return Object.values(optimizer.parameters).flatMap(({ data }) => [...data]);
    }),
  );
