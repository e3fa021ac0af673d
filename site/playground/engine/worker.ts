/** Where everything is computed that somebody has typed: should it hang, the page does not. */
import { backgroundOf } from "./background.ts";
import { checkEntry, checkGround } from "./check.ts";
import { factsOf } from "./facts.ts";
import type { Question, Questions, Request, Response } from "./messages.ts";
import { messageOf } from "./problems.ts";
import { Race } from "./race.ts";
import { sweep, tune } from "./sweep.ts";

/** Milliseconds between looking for messages while a race goes on. */
const slice = 12;

const answers: {
  readonly [Q in Question]: (asked: Questions[Q]["asked"]) => Questions[Q]["answer"];
} = {
  background: ({ state, width, height }) => backgroundOf(state.ground, width, height),
  checkEntry: ({ state, entry }) => checkEntry(state, entry),
  checkGround: ({ state }) => checkGround(state.ground),
  sweep: ({ state, entry, middle }) => sweep(state, entry, middle),
  tune: ({ state, entry, middle }) => tune(state, entry, middle),
  facts: ({ state, entry }) => factsOf(state, entry),
};

const say = (response: Response, transfer: Transferable[] = []) =>
  postMessage(response, { transfer });

let running: { readonly id: number; readonly race: Race } | undefined;

/** Comes back once the messages that wait have been read. */
const again = new MessageChannel();
again.port1.onmessage = goOn;

function goOn(): void {
  if (running === undefined) return;
  const { id, race } = running;
  const end = performance.now() + slice;
  try {
    const parts = race.advance(Number.POSITIVE_INFINITY, () => performance.now() < end);
    const { isOver } = race;
    say(
      { kind: "went", id, parts, isOver },
      parts.map(({ rows }) => rows.buffer as ArrayBuffer),
    );
    if (isOver) stop();
    else again.port2.postMessage(null);
  } catch (error) {
    stop();
    say({ kind: "failed", id, message: messageOf(error) });
  }
}

function stop(): void {
  running?.race.dispose();
  running = undefined;
}

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  const { id } = data;
  try {
    if (data.kind === "ask") {
      const answer = answers[data.question](data.asked as never);
      say({ kind: "answer", id, answer });
      return;
    }
    stop();
    const race = new Race(data.state);
    running = { id, race };
    const { columns, least } = race.ground;
    say({ kind: "begun", id, facts: { columns, least, problems: race.problems } });
    again.port2.postMessage(null);
  } catch (error) {
    say({ kind: "failed", id, message: messageOf(error) });
  }
});

say({ kind: "ready" });
