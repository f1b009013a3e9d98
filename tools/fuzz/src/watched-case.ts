/** Longest input that a watcher can read out of a thread that hangs. */
const INPUT_BYTES_MAX = 1024 * 1024;
const HEAD_BYTES = 8;

export interface WorkerTask {
  readonly targetName: string;
  readonly cases: number;
  readonly seed: number;
  readonly shared: SharedArrayBuffer;
}

/** What a thread shares with its watcher: how many cases it has begun, and the input of the present one. */
export function makeShared(): SharedArrayBuffer {
  return new SharedArrayBuffer(HEAD_BYTES + INPUT_BYTES_MAX);
}

export function sayInput(shared: SharedArrayBuffer, input: Uint8Array): void {
  const head = new Int32Array(shared, 0, 2);
  const part = input.subarray(0, INPUT_BYTES_MAX);
  new Uint8Array(shared, HEAD_BYTES).set(part);
  Atomics.store(head, 1, part.length);
  Atomics.add(head, 0, 1);
}

export function saidInput(shared: SharedArrayBuffer): { readonly begun: number; readonly input: Uint8Array } {
  const head = new Int32Array(shared, 0, 2);
  const input = new Uint8Array(shared, HEAD_BYTES, Atomics.load(head, 1)).slice();
  return { begun: Atomics.load(head, 0), input };
}
