import { type ActionState, isSettled } from "@cordon/core/action";
import { type LinkState, nextInChain } from "@cordon/core/rules";
import type { ChainLink, ChainMoves } from "../ports/chains.ts";

/** An end that later evidence may still turn into a success: what stops at a failure waits for that, up to its deadline. */
const MAY_STILL_SUCCEED: ReadonlySet<ActionState> = new Set(["unknown", "no_console"]);

/** [R24] [C2] What becomes of the links of a chain that wait. Deciding again changes nothing. */
export function decideChain(links: readonly ChainLink[]): ChainMoves {
  const ordered = links.toSorted((left, right) => left.place - right.place);
  const waiting = ordered.filter(({ waitsFor, action }) => waitsFor !== undefined && action?.state === "held");
  const done = ordered
    .filter((link) => link.waitsFor !== undefined && !waiting.includes(link))
    .map(({ place }) => place);
  const step = nextInChain(
    ordered,
    ordered.map((link) => stateOf(link, waiting.includes(link))),
  );
  switch (step.kind) {
    case "order":
      return { free: waiting.filter((link) => link === ordered[step.index]).map(({ place }) => place), done, wait: [] };
    case "stopped": {
      const by = ordered[step.by];
      const places = waiting.filter((link) => ordered.indexOf(link) >= step.from).map(({ place }) => place);
      return places.length === 0
        ? { free: [], done, wait: [] }
        : { free: [], done, wait: [], stop: { places, message: stoppedBy(by) } };
    }
    case "wait": {
      // Of a link whose predecessor ended before its turn came: it waits for the one that is under way.
      const on = ordered[step.index]?.action?.actionId;
      const wait = waiting
        .filter((link) => on !== undefined && ordered.indexOf(link) > step.index && hasEnded(link, ordered))
        .map(({ place }) => ({ place, on: on as NonNullable<typeof on> }));
      return { free: [], done, wait };
    }
    case "done":
      return { free: [], done, wait: [] };
  }
}

function hasEnded({ waitsFor }: ChainLink, links: readonly ChainLink[]): boolean {
  const awaited = links.find(({ action }) => action?.actionId === waitsFor)?.action;
  return awaited !== undefined && isSettled(awaited.state);
}

function stateOf({ action, onFailure }: ChainLink, isWaiting: boolean): LinkState {
  if (isWaiting) return "not_ordered";
  if (action === undefined) return "other";
  if (!isSettled(action.state)) return "open";
  if (action.state === "succeeded") return "succeeded";
  return onFailure === "stop" && MAY_STILL_SUCCEED.has(action.state) ? "open" : "other";
}

function stoppedBy(link: ChainLink | undefined): string {
  const { action } = link ?? {};
  if (action === undefined) return "An action before it in its chain was not ordered, and the rest stops there.";
  return `The ${action.kind} before it in its chain, ${action.actionId}, ended as ${action.state}, and the rest stops there.`;
}
