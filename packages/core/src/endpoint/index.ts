export type { EndpointBudget } from "./budget.ts";
export type { Endpoint } from "./endpoint.ts";
