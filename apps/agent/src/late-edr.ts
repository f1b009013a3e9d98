import type { Edr } from "@cordon/agent-core";

/** An EDR that is still being loaded: every call waits for it, and fails with what its loading failed with. */
export function lateEdr(edr: Promise<Edr>): Edr {
  // Whoever awaits the loading itself hears of it; here only calls do.
  edr.catch(() => {});
  return {
    submit: async (...args) => (await edr).submit(...args),
    findIncident: async (...args) => (await edr).findIncident(...args),
    consoleAvailable: async (...args) => (await edr).consoleAvailable(...args),
    tasksOf: async (...args) => (await edr).tasksOf(...args),
    taskStates: async (...args) => (await edr).taskStates(...args),
    deleteTask: async (...args) => (await edr).deleteTask(...args),
    hostStates: async (...args) => (await edr).hostStates(...args),
    eventsAfter: async (...args) => (await edr).eventsAfter(...args),
    signals: async (...args) => (await edr).signals(...args),
    syncHosts: async (...args) => (await edr).syncHosts(...args),
    preventionPolicy: async (...args) => (await edr).preventionPolicy(...args),
    async *inventory(...args) {
      yield* (await edr).inventory(...args);
    },
    findEndpoints: async (...args) => (await edr).findEndpoints(...args),
    serverInfo: async (...args) => (await edr).serverInfo(...args),
    capabilities: async (...args) => (await edr).capabilities(...args),
    quarantineItems: async (...args) => (await edr).quarantineItems(...args),
    quarantineFile: async (...args) => (await edr).quarantineFile(...args),
    close: async () => (await edr.catch(() => undefined))?.close(),
  };
}
