import type { ErrorCode } from "@cordon/core/kernel";

/**
 * What people are told when a rung of the evidence ladder is missing [T1]: one sentence each, with the mend. The code is for
 * programs; both go up with the status.
 */
export interface Words {
  readonly code: ErrorCode;
  readonly message: string;
}

const minutes = (ms: number) => (ms < 120_000 ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / 60_000)} min`);

export const waitingForConsole = (deadlineMs: number): Words => ({
  code: "evidence.no_console",
  message: `KSC stored the request, but no service console is connected, so no task is made; waiting ${minutes(deadlineMs)} for one. Check KSC Web Console and its background connection.`,
});

export const noConsole = (afterMs: number): Words => ({
  code: "evidence.no_console",
  message: `KSC stored the request, but for ${minutes(afterMs)} no service console was connected, so no task was made. Start KSC Web Console's background connection; if it works off its backlog, this is corrected.`,
});

export const noTask = (afterMs: number): Words => ({
  code: "evidence.no_task",
  message: `KSC stored the request and a service console is connected, but no task appeared within ${minutes(afterMs)}. Look in the console whether KES 12.9 or later manages the device and whether the plug-in is current.`,
});

export const consoleBack: Words = {
  code: "evidence.waiting",
  message: "A service console is connected again; if it works off its backlog, the task is made shortly.",
};

export const offline = (lastSeen: string): Words => ({
  code: "evidence.offline",
  message: `KSC does not hear the device (last heard ${lastSeen}): the task waits until it is back. Check whether it is on, on the network, and its Network Agent runs.`,
});

export const onlineAgain: Words = {
  code: "evidence.waiting",
  message: "KSC hears the device again; the task starts at its next synchronisation, within 15 minutes.",
};

export const hostGone: Words = {
  code: "evidence.host_gone",
  message:
    "KSC does not know the device any more, so no task can reach it. It may have been deleted or installed anew under another id: find it in KSC and order the action again.",
};

export const preventionUnconfirmed = (reason: string): Words => ({
  code: "evidence.policy_unconfirmed",
  message: `Whether prevention rules take effect here is not confirmed: ${reason}. Look at the Execution Prevention switch in the KES policy (Detection and Response, Endpoint Detection and Response) and declare it in edr.prevention.`,
});

export const goneUnseen = (afterMs: number): Words => ({
  code: "evidence.no_task",
  message: `An event told that the device started the task, but KSC does not show the task, and for ${minutes(afterMs)} nothing told of its end. Look at the device's events, and whether someone deleted the task.`,
});

export const notStarted = (afterMs: number): Words => ({
  code: "evidence.not_started",
  message: `The task is there, but the device has not started it for ${minutes(afterMs)}: it may be off or out of reach. It starts at its next synchronisation.`,
});

export const notFinished = (afterMs: number): Words => ({
  code: "evidence.not_finished",
  message: `The task has been running for ${minutes(afterMs)}. Look at the device if that is longer than usual.`,
});

export const rotatedAtLimit = (count: number, limit: number): Words => ({
  code: "evidence.rotated",
  message: `The task disappeared unfinished while the device had ${count} of ${limit} tasks: KES rotated it out. Order it again if it is still wanted.`,
});

export const rotatedByAge = (days: number): Words => ({
  code: "evidence.rotated",
  message: `The task reached the end of its ${days} days without having run: KSC removed it.`,
});

export const deletedByOperator: Words = {
  code: "evidence.deleted",
  message: "The task was deleted in KSC before it finished; the device was not at its limit. Ask who deleted it.",
};

export const effectUnknown = (sends: number): Words => ({
  code: "ksc.effect_unknown",
  message: `KSC's answer was lost ${sends === 1 ? "" : `${sends} times `}and it could not be settled whether the request arrived. Look at the device's incidents in KSC and settle it by hand.`,
});

export const expiredUnsent: Words = {
  code: "action.expired",
  message: "Its deadline passed before it could be sent; nothing reached KSC.",
};
