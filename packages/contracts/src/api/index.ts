export * from "./access.ts";
export * from "./approvals.ts";
export * from "./brakes.ts";
export * from "./canaries.ts";
export * from "./endpoint-labels.ts";
export {
  ENROLMENT_PATH,
  type EnrolmentRequest,
  type EnrolmentResponse,
  enrolmentRequest,
  enrolmentResponse,
} from "./enrolment.ts";
export * from "./error-body.ts";
export * from "./estate.ts";
export * from "./evidence.ts";
export * from "./health.ts";
export * from "./identifiers.ts";
export * from "./leases.ts";
export * from "./lists.ts";
export * from "./login.ts";
export * from "./loosenings.ts";
export * from "./page.ts";
export * from "./people.ts";
export * from "./plans.ts";
export * from "./records.ts";
export * from "./retention.ts";
export * from "./rule-rollouts.ts";
export * from "./rules.ts";
export * from "./updates.ts";
export * from "./why.ts";
