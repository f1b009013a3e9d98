export type {
  DispatchJob,
  DispatchQueue,
  JobSettlement,
  QueueStats,
  SiteRef,
  TakenJob,
} from "./ports/dispatch-queue.ts";
