/** Where everything is computed that somebody has typed: should it hang, the page does not. */
import { backgroundOf } from "./background.ts";
import { checkEntry, checkGround } from "./check.ts";
import { factsOf } from "./facts.ts";
import type { Job, Question, Questions, Request, Response } from "./messages.ts";
import { needsImages, provideImages } from "./network.ts";
import { messageOf } from "./problems.ts";
import { Race, shownPictures } from "./race.ts";
import { sweep, tune } from "./sweep.ts";

/** Milliseconds between looking for messages while a race goes on. */
const slice = 12;

const isAlive = () => say({ kind: "alive" });

const answers: {
  readonly [Q in Question]: (asked: Questions[Q]["asked"]) => Questions[Q]["answer"];
} = {
  background: ({ state, width, height }) => backgroundOf(state, width, height),
  checkEntry: ({ state, entry }) => checkEntry(state, entry),
  checkGround: ({ state }) => checkGround(state.ground),
  sweep: ({ state, entry, middle }) => sweep(state, entry, middle, isAlive),
  tune: ({ state, entry, middle }) => tune(state, entry, middle, isAlive),
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

/** Where the images are that some networks learn from, and when they are here. */
let imagesAddress = "";
let images: Promise<void> | undefined;

async function fetchImages(): Promise<void> {
  const response = await fetch(imagesAddress);
  if (!response.ok) throw new Error(`The images could not be loaded: ${response.status}.`);
  provideImages(new Uint8Array(await response.arrayBuffer()));
}

/** The newest race that was asked for. */
let newest = 0;

function handle(request: Job): void {
  const { id } = request;
  if (request.kind === "ask") {
    const answer = answers[request.question](request.asked as never);
    say({ kind: "answer", id, answer });
    return;
  }
  if (id !== newest) return;
  const race = new Race(request.state, shownPictures);
  running = { id, race };
  const { kind, columns, least } = race.ground;
  say({ kind: "begun", id, facts: { kind, columns, least, problems: race.problems } });
  again.port2.postMessage(null);
}

/** Handles a request at once, or when the images are here that it needs. */
async function answer(request: Job): Promise<void> {
  try {
    const { ground } = request.kind === "race" ? request.state : request.asked.state;
    if (needsImages(ground)) {
      images ??= fetchImages();
      const waiting = setInterval(isAlive, 1000);
      await images.finally(() => clearInterval(waiting));
    }
    handle(request);
  } catch (error) {
    images = undefined;
    say({ kind: "failed", id: request.id, message: messageOf(error) });
  }
}

addEventListener("message", ({ data }: MessageEvent<Request>) => {
  if (data.kind === "images") {
    imagesAddress = data.address;
    return;
  }
  if (data.kind === "race") {
    stop();
    newest = data.id;
  }
  void answer(data);
});

say({ kind: "ready" });
