/** A playground's state in the hash of its address: `#1:` and compressed JSON. Links of old versions must keep working for ever. */
import { fromJson, toJson } from "./json.ts";
import { initialState, type State, StateError, stateFrom } from "./state.ts";

const version = "1";
/** No state is longer; a link that says otherwise is not unpacked further. */
const mostBytes = 400_000;

/** @returns the hash without its `#` */
export async function writeAddress(state: State): Promise<string> {
  const packed = await pack(new TextEncoder().encode(toJson(state)));
  return `${version}:${base64url(packed)}`;
}

/** What an address says: a state, and what was wrong with it, if something was. */
export interface ReadAddress {
  readonly state: State;
  /** A sentence. */
  readonly problem: string | undefined;
}

/** The state of a hash. An empty one, and one that cannot be read, give the initial state. */
export async function readAddress(hash: string): Promise<ReadAddress> {
  const text = hash.replace(/^#/, "");
  if (text === "") return { state: initialState, problem: undefined };
  try {
    return { state: await read(text), problem: undefined };
  } catch (error) {
    if (!(error instanceof StateError)) throw error;
    const problem = `This link cannot be read: ${error.message}. You see the first example instead.`;
    return { state: initialState, problem };
  }
}

async function read(text: string): Promise<State> {
  const [, made, packed] = /^(\d{1,9}):([\w-]*)$/.exec(text) ?? [];
  if (made === undefined) throw new StateError("it is no link of this playground");
  if (Number(made) > Number(version)) throw new StateError("a newer version of this page made it");
  if (made !== version) throw new StateError("there has been no such version");
  return stateFrom(parse(await unpack(bytesOf(packed!))));
}

function parse(bytes: Uint8Array<ArrayBuffer>): unknown {
  try {
    return fromJson(new TextDecoder().decode(bytes));
  } catch {
    throw new StateError("it is damaged");
  }
}

type Bytes = Uint8Array<ArrayBuffer>;

const base64url = (bytes: Bytes): string =>
  btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

function bytesOf(text: string): Bytes {
  try {
    return Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) =>
      each.charCodeAt(0),
    );
  } catch {
    throw new StateError("it is damaged");
  }
}

async function pack(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

async function unpack(bytes: Bytes): Promise<Bytes> {
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const chunks: BlobPart[] = [];
  let length = 0;
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.byteLength;
      if (length > mostBytes) {
        await reader.cancel();
        throw new StateError("it is too long");
      }
      chunks.push(value as Bytes);
    }
  } catch (error) {
    if (error instanceof StateError) throw error;
    throw new StateError("it is damaged");
  }
  return new Uint8Array(await new Blob(chunks).arrayBuffer());
}
