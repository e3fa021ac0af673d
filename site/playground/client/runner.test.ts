/** Whether a worker that hangs is ended, and the page goes on with another. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Job, Response } from "../engine/messages.ts";
import { initialState } from "../state.ts";
import { Runner } from "./runner.ts";

/** A worker that answers when it is told to. */
class TestWorker extends EventTarget {
  readonly requests: Job[] = [];
  isEnded = false;

  postMessage(request: Job): void {
    this.requests.push(request);
  }

  terminate(): void {
    this.isEnded = true;
  }

  say(data: Response): void {
    this.dispatchEvent(Object.assign(new Event("message"), { data }));
  }
}

let workers: TestWorker[];
let runner: Runner;

beforeEach(() => {
  vi.useFakeTimers();
  workers = [];
  runner = new Runner(() => {
    workers.push(new TestWorker());
    return workers.at(-1) as unknown as Worker;
  });
});

afterEach(() => {
  vi.useRealTimers();
});

const ask = () => runner.ask("checkGround", { state: initialState });
const listener = () => ({ begun: vi.fn(), went: vi.fn(), failed: vi.fn(), noGpu: vi.fn() });

describe("a runner", () => {
  it("gives each question its own answer", async () => {
    const [first, second] = [ask(), ask()];
    const [one, two] = workers[0]!.requests;
    workers[0]!.say({ kind: "ready" });
    workers[0]!.say({ kind: "answer", id: two!.id, answer: { message: "wrong" } });
    workers[0]!.say({ kind: "answer", id: one!.id, answer: undefined });
    expect(await first).toBeUndefined();
    expect(await second).toEqual({ message: "wrong" });
    const failing = ask();
    workers[0]!.say({ kind: "failed", id: workers[0]!.requests[2]!.id, message: "no" });
    await expect(failing).rejects.toThrow("no");
  });

  it("ends a worker that is silent, and asks another one the next time", async () => {
    const hanging = expect(ask()).rejects.toThrow("takes too long");
    const race = listener();
    runner.race(initialState, race);
    workers[0]!.say({ kind: "ready" });
    await vi.advanceTimersByTimeAsync(10_000);
    await hanging;
    expect(race.failed).toHaveBeenCalledWith("This takes too long to compute and was stopped.");
    expect(workers[0]!.isEnded).toBe(true);
    const next = ask();
    expect(workers).toHaveLength(2);
    workers[1]!.say({ kind: "ready" });
    workers[1]!.say({ kind: "answer", id: workers[1]!.requests[0]!.id, answer: undefined });
    expect(await next).toBeUndefined();
  });

  it("waits as long as it takes for a worker that is still loaded, idle or at work", async () => {
    void ask();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(workers[0]!.isEnded).toBe(false);
    workers[0]!.say({ kind: "ready" });
    workers[0]!.say({ kind: "answer", id: workers[0]!.requests[0]!.id, answer: undefined });
    await vi.advanceTimersByTimeAsync(60_000);
    runner.race(initialState, listener());
    const { id } = workers[0]!.requests[1]!;
    for (let i = 0; i < 30; i++) {
      await vi.advanceTimersByTimeAsync(2000);
      workers[0]!.say({ kind: "went", id, parts: [], isOver: false });
    }
    expect(workers[0]!.isEnded).toBe(false);
  });

  it("hears nothing of a race in whose place another one is", () => {
    const [first, second] = [listener(), listener()];
    runner.race(initialState, first);
    runner.race(initialState, second);
    const [one, two] = workers[0]!.requests;
    workers[0]!.say({ kind: "went", id: one!.id, parts: [], isOver: true });
    workers[0]!.say({ kind: "went", id: two!.id, parts: [], isOver: true });
    expect(first.went).not.toHaveBeenCalled();
    expect(second.went).toHaveBeenCalledWith([], true);
  });
});
