import * as z from "zod";
import { label } from "./brakes.ts";
import { epochMillis } from "./identifiers.ts";
import { pageOf } from "./page.ts";

const labels = z.array(label).max(50).readonly();

export const endpointLabelsInput = z.strictObject({
  roles: labels.describe("what it is: domain-controller, file-server"),
  tags: labels.describe("anything else to call it by"),
});

export const endpointLabels = z.object({
  siteId: z.string(),
  endpointId: z.string(),
  roles: z.array(z.string()).readonly(),
  tags: z.array(z.string()).readonly(),
  changedBy: z.string(),
  changedAt: epochMillis,
});

export const endpointLabelsPage = pageOf(endpointLabels);
