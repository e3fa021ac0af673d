/** Gradus' `remap` on the CPU: of parameters that stay in place, and of new parameters. */
import { adam, optimize, parameters, remap } from "../../src/index.ts";
import { timed, timedAfter } from "../harness/interleave.ts";
import { sampleOf } from "./arrays.ts";
import type { RemapContestant, RemapProblem, Ways } from "./peer.ts";

/** An optimizer whose state has a different number for each row. */
function bound({ rows, width }: RemapProblem) {
  const optimizer = optimize(parameters({ w: [rows, width] }), adam());
  const states = Object.values(optimizer.stateViews().parameters["w"]!);
  for (const state of states) {
    for (let index = 0; index < state.length; index++) {
      state[index] = index % 2 ** 20;
    }
  }
  return optimizer;
}

type Bound = ReturnType<typeof bound>;

const sampleIn = ({ stateViews }: Pick<Bound, "stateViews">, count: number) =>
  sampleOf([stateViews().parameters["w"]!["adam.m"] as Float32Array], count);

function toOthers(name: string, problem: RemapProblem): RemapContestant {
  let before: Bound | undefined;
  let after: Bound | undefined;
  const others = () => parameters({ w: [problem.list.length, problem.width] });
  let place = others();
  const prepare = () => {
    after?.dispose();
    before = bound(problem);
    place = others();
  };
  const step = () => {
    after = remap(before!, problem.list, { parameters: place }) as Bound;
  };
  return {
    name,
    run: timedAfter(prepare, step),
    sample: (count) => sampleIn({ stateViews: () => after!.stateViews() }, count),
  };
}

function inPlace(name: string, problem: RemapProblem): RemapContestant {
  const optimizer = bound(problem);
  return {
    name,
    run: timed(() => void remap(optimizer, problem.list)),
    sample: (count) => sampleIn({ stateViews: () => optimizer.stateViews() }, count),
  };
}

export function remaps(label: string, problem: RemapProblem): Ways<RemapContestant> {
  const [other, same] = [`${label}, to other arrays`, `${label}, in their arrays`];
  const stays = problem.list.length === problem.rows;
  return {
    [other]: () => toOthers(other, problem),
    ...(stays && { [same]: () => inPlace(same, problem) }),
  };
}
