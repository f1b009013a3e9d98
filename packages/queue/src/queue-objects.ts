import { QUEUE_LIMITS } from "./limits.ts";

/** The queue objects at hand, made on demand. They hold no connection, so dropping the least recently used costs nothing. */
export function createQueueObjects<T>(objectsMax: number = QUEUE_LIMITS.queueObjectsMax) {
  const objects = new Map<string, T>();
  return {
    get: (name: string, make: () => T): T => {
      const found = objects.get(name);
      if (found !== undefined) {
        // A map keeps the order of insertion: moved to its end, the first one is always the least recently used.
        objects.delete(name);
        objects.set(name, found);
        return found;
      }
      const made = make();
      objects.set(name, made);
      if (objects.size > objectsMax) objects.delete(objects.keys().next().value as string);
      return made;
    },
    clear: () => objects.clear(),
    size: () => objects.size,
  };
}
