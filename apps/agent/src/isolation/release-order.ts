import { randomUUID } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type { ReleaseAnswer } from "@cordon/agent-core";
import { type ActionId, AppError, type EpochMs } from "@cordon/core/kernel";
import { writeForAgent } from "../file-for-agent.ts";

/**
 * How someone at the site tells the running agent to end isolations: a file in the state folder, which only the agent's own user and
 * root can reach. No port is opened for it. The answer is another file beside it.
 */
export interface ReleaseOrder {
  readonly id: string;
  readonly actionIds: readonly ActionId[];
  readonly reason: string;
  readonly by: string;
  readonly askedAt: EpochMs;
}

export interface OrderAnswer {
  readonly id: string;
  readonly answers: readonly ({ readonly actionId: ActionId } & ReleaseAnswer)[];
}

/** As the coordinator's API has it. */
export const REASON_CHARS_MAX = 500;
const BY_CHARS_MAX = 100;
const ID_CHARS_MAX = 200;
/** Isolations of one endpoint that one order may end. */
const RELEASES_PER_ORDER_MAX = 100;
const ORDER_BYTES_MAX = 65_536;

const ORDER = /^release-order\.([0-9a-f-]{36})\.json$/;
const ANSWER = /^release-answer\.([0-9a-f-]{36})\.json$/;
const orderName = (id: string) => `release-order.${id}.json`;
const answerName = (id: string) => `release-answer.${id}.json`;

/** Throws `ledger.unwritable`; then nothing was asked for. */
export function putOrder(stateDir: string, order: Omit<ReleaseOrder, "id">): ReleaseOrder {
  const whole = { id: randomUUID(), ...order, by: order.by.slice(0, BY_CHARS_MAX) };
  try {
    writeForAgent(path.join(stateDir, orderName(whole.id)), `${JSON.stringify(whole)}\n`, stateDir);
  } catch (cause) {
    throw new AppError(
      "ledger.unwritable",
      `the release is NOT asked for: ${(cause as Error).message}. At the device: avp.com isolation /OFF`,
      { cause },
    );
  }
  return whole;
}

/** Orders that lie there, by their ids, at most `max`. */
export function listOrders(stateDir: string, max: number): readonly string[] {
  const ids = readdirSync(stateDir).flatMap((name) => ORDER.exec(name)?.[1] ?? []);
  return ids.slice(0, max);
}

/** Throws with what is wrong when it is not whole, or not from someone who may order. */
export function readOrder(stateDir: string, id: string): ReleaseOrder {
  const file = path.join(stateDir, orderName(id));
  const fd = openSync(file, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const { uid, mode, size } = fstatSync(fd);
    const own = process.getuid?.();
    if (own !== undefined && ((uid !== own && uid !== 0) || (mode & 0o077) !== 0)) {
      throw new Error(`${file} belongs to user ${uid} with mode ${(mode & 0o777).toString(8)}: nobody else may order`);
    }
    if (size > ORDER_BYTES_MAX) throw new Error(`${file} has ${size} bytes`);
    const order: unknown = JSON.parse(readFileSync(fd, "utf8"));
    if (!isOrder(order) || order.id !== id) throw new Error(`${file} is no release order`);
    return order;
  } finally {
    closeSync(fd);
  }
}

function isOrder(value: unknown): value is ReleaseOrder {
  if (typeof value !== "object" || value === null) return false;
  const { id, actionIds, reason, by, askedAt } = value as Record<string, unknown>;
  const isText = (text: unknown, max: number) => typeof text === "string" && text.length >= 1 && text.length <= max;
  return (
    isText(id, ID_CHARS_MAX) &&
    isText(reason, REASON_CHARS_MAX) &&
    isText(by, BY_CHARS_MAX) &&
    typeof askedAt === "number" &&
    Array.isArray(actionIds) &&
    actionIds.length <= RELEASES_PER_ORDER_MAX &&
    actionIds.every((one) => isText(one, ID_CHARS_MAX))
  );
}

export function removeOrder(stateDir: string, id: string): void {
  rmSync(path.join(stateDir, orderName(id)), { force: true });
}

export function putAnswer(stateDir: string, answer: OrderAnswer): void {
  writeForAgent(path.join(stateDir, answerName(answer.id)), `${JSON.stringify(answer)}\n`, stateDir);
}

/** Takes the answer away, if it is there. */
export function takeAnswer(stateDir: string, id: string): OrderAnswer | undefined {
  const file = path.join(stateDir, answerName(id));
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  rmSync(file, { force: true });
  return JSON.parse(text) as OrderAnswer;
}

/** Answers that nobody waited for. */
export function removeAnswers(stateDir: string): void {
  for (const name of readdirSync(stateDir)) if (ANSWER.test(name)) rmSync(path.join(stateDir, name), { force: true });
}
