/** Where everything is computed that somebody has typed: should it hang, the page does not. */
import type { Gpu } from "../stepping/gpu.ts";
import { backgroundOf } from "./background.ts";
import { checkEntry, checkGround } from "./check.ts";
import { factsOf } from "./facts.ts";
import type { Job, Question, Questions, Request, Response } from "./messages.ts";
import { needsImages, provideImages } from "./network.ts";
import { failedOn, NoGpu, openedGpu } from "./onGpu.ts";
import { messageOf } from "./problems.ts";
import { Race, shownPictures } from "./race.ts";
import { sweep, tune } from "./sweep.ts";
import { timed } from "./timing.ts";

/** Milliseconds between looking for messages while a race goes on. */
const slice = 12;

const isAlive = () => say({ kind: "alive" });

type Answers = {
  readonly [Q in Question]: (
    asked: Questions[Q]["asked"],
  ) => Questions[Q]["answer"] | Promise<Questions[Q]["answer"]>;
};

const answers: Answers = {
  background: ({ state, width, height }) => backgroundOf(state, width, height),
  checkEntry: ({ state, entry }) => checkEntry(state, entry),
  checkGround: ({ state }) => checkGround(state.ground),
  sweep: ({ state, entry, middle }) => sweep(state, entry, middle, isAlive),
  tune: ({ state, entry, middle }) => tune(state, entry, middle, isAlive),
  facts: ({ state, entry }) => factsOf(state, entry),
  times: async ({ state }) => {
    const race = newest;
    const mayGoOn = () => {
      isAlive();
      return race === newest;
    };
    return timed(state, await openedGpu(), mayGoOn);
  },
};

const say = (response: Response, transfer: Transferable[] = []) =>
  postMessage(response, { transfer });

interface Running {
  readonly id: number;
  readonly race: Race;
  /** Where its steps are made, if not on the processor. */
  readonly gpu: Gpu | undefined;
}

let running: Running | undefined;

/** Comes back once the messages that wait have been read. */
const again = new MessageChannel();
again.port1.onmessage = () => void goOn();

async function goOn(): Promise<void> {
  if (running === undefined) return;
  const { id, race, gpu } = running;
  const end = performance.now() + slice;
  const mayGoOn = () => performance.now() < end;
  try {
    const parts = gpu
      ? await race
          .advanceElsewhere(Number.POSITIVE_INFINITY, mayGoOn)
          .catch((error) => failedOn(gpu, error))
      : race.advance(Number.POSITIVE_INFINITY, mayGoOn);
    if (id !== running?.id) return;
    const { isOver } = race;
    say(
      { kind: "went", id, parts, isOver },
      parts.map(({ rows }) => rows.buffer as ArrayBuffer),
    );
    if (isOver) stop();
    else again.port2.postMessage(null);
  } catch (error) {
    // Of a race in whose place another one is nobody waits.
    if (id !== running?.id) return;
    stop();
    fail(id, error);
  }
}

function stop(): void {
  running?.race.dispose();
  running = undefined;
}

const fail = (id: number, error: unknown): void =>
  say({ kind: error instanceof NoGpu ? "no gpu" : "failed", id, message: messageOf(error) });

/** Seconds for which something may keep this worker waiting. */
const longest = 60;

/** Waits for what comes from elsewhere, and says meanwhile that nothing hangs here. */
async function waited<T>(promise: Promise<T>): Promise<T> {
  let left = longest;
  const waiting = setInterval(() => left-- > 0 && isAlive(), 1000);
  return promise.finally(() => clearInterval(waiting));
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

async function begin({ id, state }: Job & { readonly kind: "race" }): Promise<void> {
  const gpu = state.device === "gpu" ? await waited(openedGpu()) : undefined;
  if (id !== newest) return;
  const race = new Race(state, shownPictures, gpu?.stepping);
  running = { id, race, gpu };
  if (gpu !== undefined) await waited(race.enter()).catch((error) => failedOn(gpu, error));
  if (id !== running?.id) return;
  const { kind, columns, least } = race.ground;
  const facts = { kind, columns, least, problems: race.problems, gpu: gpu?.name };
  say({ kind: "begun", id, facts });
  again.port2.postMessage(null);
}

/** Handles a request at once, or when what it needs is here. */
async function answer(request: Job): Promise<void> {
  const { id } = request;
  try {
    const { ground } = request.kind === "race" ? request.state : request.asked.state;
    if (needsImages(ground)) {
      images ??= fetchImages();
      await waited(images);
    }
    if (request.kind === "race") await begin(request);
    else {
      const answer = answers[request.question](request.asked as never);
      say({ kind: "answer", id, answer: await answer });
    }
  } catch (error) {
    images = undefined;
    if (id === running?.id) stop();
    fail(id, error);
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
