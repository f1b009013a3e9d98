export { dispatchQueueContract } from "./dispatch-queue.ts";
