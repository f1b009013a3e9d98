import { AppError, InvariantError } from "@cordon/core/kernel";
import { ErrorCode } from "bullmq";

/**
 * What BullMQ's scripts answer about a job that this process no longer holds as it thought: it is gone, its lock ran out,
 * somebody else holds it. Undefined: the error is about something else.
 */
export function jobVerdict(error: unknown): "gone" | "lock_lost" | "held_by_another" | undefined {
  switch (error instanceof Error && "code" in error ? error.code : undefined) {
    case ErrorCode.JobNotExist:
      return "gone";
    case ErrorCode.JobLockNotExist:
    case ErrorCode.JobNotInState:
      return "lock_lost";
    case ErrorCode.JobLockMismatch:
      return "held_by_another";
    default:
      return undefined;
  }
}

export function unavailable(operation: string, cause: unknown): Error {
  // Ours already, or a programmer's error: neither is about the server.
  if (cause instanceof AppError || cause instanceof InvariantError) return cause;
  const text = cause instanceof Error ? cause.message : String(cause);
  return new AppError("queue.unavailable", `${operation}: ${text}`, { cause });
}
