import type { Socket } from "node:net";
import { asAppError, type Clock } from "@cordon/core/kernel";
import type { RawData, WebSocket } from "ws";
import type { Hello, Welcome } from "../messages.ts";
import { CLOSE_CODES, type CloseCode } from "../session/close-codes.ts";
import { type Session, type SessionEffect, type SessionEvent, type Step, step, wakeAt } from "../session/session.ts";
import type { Close, SendOutcome, ToAgent, ToCoordinator } from "../session/types.ts";
import { decodeFrame, encodeFrame } from "../wire/frame.ts";
import { fullBucket, takeToken } from "../wire/token-bucket.ts";
import { createOutbox } from "./outbox.ts";

/** A peer that does not answer our close is cut off after this long. */
const CLOSE_MS = 3_000;

/** What the two ends do differently. */
export interface SessionHost {
  onDecide(hello: Hello): void;
  onOpened(hello: Hello, welcome: Welcome): void;
  onMessage(message: ToAgent | ToCoordinator, traceparent: string): void | Promise<void>;
  /** Asked before a received frame is looked at; false ends the session unanswered. */
  mayHear(): boolean;
  /** The peer answered what we asked at this monotonic time. */
  onAnswered(askedMs: number): void;
  /** A message of a kind that only a newer release knows. */
  onSkipped(): void;
  /** Once, when the session has ended; the socket may still be closing. */
  onClosed(close: Close): void;
  /** The application threw; the session ends with `internal.unexpected`. */
  onFault(thrown: unknown): void;
  readonly clock: Clock;
  readonly limits: DriverLimits;
}

export interface DriverLimits {
  /** Of received frames. */
  readonly frameBytesMax: number;
  readonly framesPerSecondMax: number;
  /** Of frames that we send. */
  readonly sendBytesMax: number;
  readonly bufferedBytesMax: number;
  readonly handlingMax: number;
}

export interface SessionDriver {
  readonly isOpen: boolean;
  dispatch(event: SessionEvent): void;
  /** Throws the codec's errors for a message that cannot be put on the wire; the session is not touched then. */
  send(message: ToAgent | ToCoordinator, traceparent: string): SendOutcome;
  drained(): Promise<void>;
  /** Resolves when the socket is gone. */
  readonly gone: Promise<void>;
}

/** Turns socket events into session events, and the session's effects into socket calls and calls of the host. */
export function driveSession(socket: WebSocket, stream: Socket, first: Step, host: SessionHost): SessionDriver {
  const { clock, limits } = host;
  const outbox = createOutbox(socket, stream, limits.bufferedBytesMax);
  let session: Session = first.session;
  let bucket = fullBucket(limits.framesPerSecondMax, clock.monotonicMs());
  let handling = 0;
  let cancelWake = () => {};
  let cancelTerminate = () => {};
  let brokenBy: string | undefined;
  const { promise: gone, resolve: onGone } = Promise.withResolvers<void>();

  socket.on("message", onData);
  socket.on("error", onError);
  socket.on("close", (ws, reason) => {
    cancelTerminate();
    // 1006 carries no reason: what the socket said is the better text.
    dispatch({ kind: "disconnected", ws, reason: reason.toString() || brokenBy || "" });
    onGone();
  });
  commit(first);
  wake();

  return {
    get isOpen() {
      return session.kind === "open";
    },
    dispatch,
    gone,
    drained: () => (session.kind === "open" ? outbox.drained() : Promise.resolve()),
    send(message, traceparent) {
      if (session.kind !== "open") return "down";
      if (outbox.isCongested) return "congested";
      commit(step(session, { kind: "send", message, traceparent }, clock.monotonicMs()));
      return "sent";
    },
  };

  function dispatch(event: SessionEvent): void {
    commit(step(session, event, clock.monotonicMs()));
  }

  function commit(next: Step): void {
    // Encoded before the state moves: what cannot be encoded takes no sequence number.
    const frames = next.effects.map((effect) =>
      effect.kind === "send" ? encodeFrame(effect.envelope, limits.sendBytesMax) : undefined,
    );
    const changed = next.session.kind !== session.kind;
    session = next.session;
    if (changed) wake();
    for (const [index, effect] of next.effects.entries()) apply(effect, frames[index]);
  }

  function apply(effect: SessionEffect, frame: Uint8Array | undefined): void {
    switch (effect.kind) {
      case "send":
        if (frame !== undefined && !outbox.write(frame, limits.sendBytesMax)) {
          close("session.slow_consumer", `${socket.bufferedAmount} bytes wait for the peer`);
        }
        return;
      case "deliver":
        deliver(effect.message, effect.traceparent);
        return;
      case "decide":
        guarded(() => host.onDecide(effect.hello));
        return;
      case "opened":
        guarded(() => host.onOpened(effect.hello, effect.welcome));
        return;
      case "closed":
        end(effect.close);
        return;
      case "answered":
        guarded(() => host.onAnswered(effect.askedMs));
        return;
      case "skipped":
        host.onSkipped();
        return;
    }
  }

  function close(code: CloseCode, text: string): void {
    dispatch({ kind: "close", code, text });
  }

  function end(ended: Close): void {
    if (ended.code === "session.silent") {
      // Nobody is there to answer a close.
      socket.terminate();
    } else if (ended.by === "us") {
      socket.close(CLOSE_CODES[ended.code].ws, closeReason(ended.text));
      // A paused socket would never see the peer's answer.
      socket.resume();
      cancelTerminate = clock.after(CLOSE_MS, () => socket.terminate());
    }
    outbox.release();
    host.onClosed(ended);
  }

  function onData(data: RawData, isBinary: boolean): void {
    if (session.kind === "closed") return;
    if (!host.mayHear()) {
      close("session.going_away", "this end cannot vouch for the session just now");
      return;
    }
    const taken = takeToken(bucket, limits.framesPerSecondMax, clock.monotonicMs());
    if (taken === undefined) {
      const text = `more than ${limits.framesPerSecondMax} frames a second`;
      dispatch({ kind: "bad_input", code: "wire.too_many_frames", text });
      return;
    }
    bucket = taken;
    // `data` is one Buffer: ws hands out fragments joined unless told otherwise.
    dispatch(isBinary ? read(data as Buffer) : { kind: "bad_input", code: "wire.bad_frame", text: "a text frame" });
  }

  function read(bytes: Buffer): SessionEvent {
    try {
      return { kind: "frame", frame: decodeFrame(bytes, limits.frameBytesMax) };
    } catch (thrown) {
      const { code, message } = asAppError(thrown);
      const known = code === "wire.bad_frame" || code === "wire.frame_too_large" ? code : "internal.unexpected";
      return { kind: "bad_input", code: known, text: message };
    }
  }

  function onError(error: Error & { readonly code?: string }): void {
    brokenBy = error.message;
    if (error.code === "WS_ERR_UNSUPPORTED_MESSAGE_LENGTH") {
      dispatch({ kind: "bad_input", code: "wire.frame_too_large", text: `more than ${limits.frameBytesMax} bytes` });
    } else if (error.code?.startsWith("WS_ERR_")) {
      dispatch({ kind: "bad_input", code: "wire.bad_frame", text: error.message });
    }
  }

  function deliver(message: ToAgent | ToCoordinator, traceparent: string): void {
    guarded(() => {
      const handled = host.onMessage(message, traceparent);
      if (handled === undefined) return;
      handling += 1;
      if (handling >= limits.handlingMax) socket.pause();
      handled.catch(fault).finally(onHandled);
    });
  }

  function onHandled(): void {
    handling -= 1;
    if (!socket.isPaused || handling > limits.handlingMax / 2) return;
    socket.resume();
  }

  function guarded(call: () => void): void {
    try {
      call();
    } catch (thrown) {
      fault(thrown);
    }
  }

  function fault(thrown: unknown): void {
    host.onFault(thrown);
    close("internal.unexpected", "the receiver failed; see its log");
  }

  /** One timer per session. It is set for the moment that is due now and asks again then, so messages need not move it. */
  function wake(): void {
    cancelWake();
    cancelWake = () => {};
    const at = wakeAt(session);
    if (at === undefined) return;
    cancelWake = clock.after(Math.max(0, at - clock.monotonicMs()), () => {
      dispatch({ kind: "tick", reading: !socket.isPaused });
      wake();
    });
  }
}

/** RFC 6455 allows 123 bytes. */
export function closeReason(text: string): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= 123) return text;
  // A character that was cut in two becomes U+FFFD, which takes up to two bytes more than what is left of it.
  return bytes.subarray(0, 119).toString();
}
