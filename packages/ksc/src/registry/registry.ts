import type { SentOrder } from "@cordon/agent-core";
import {
  ACTION_KINDS,
  type ActionArgs,
  type ActionKind,
  type ActionOrder,
  type IsolationExclusion,
} from "@cordon/core/action";
import { assertNever } from "@cordon/core/kernel";
import type { KscParams } from "../values/wire-types.ts";
import { renderOpenIoc } from "./open-ioc.ts";
import type { EdrSettings } from "./settings.ts";
import { REQUEST_SHAPES, SHAPE_VARIABLES } from "./shapes.ts";
import { type CompiledTemplate, compileTemplate, type TemplateValue, type TemplateVariables } from "./template.ts";

/** Member of the body or of `GNRL_EXTRA_PARAMS` that carries our action id. */
export const CORRELATION_MEMBER = "cordonActionId";
/** Beside it, of an order that serves further actions: their ids, with spaces between them. */
export const SERVES_MEMBER = "cordonServes";

/** What goes into one incident. */
export interface ResponseRequest {
  /** `KLINCDT_BODY`: JSON as text. The same order always gives the same text. */
  readonly body: string;
  readonly extra: KscParams | undefined;
}

export interface RequestRegistry {
  /** Throws `action.invalid_arguments` when the order cannot be expressed. */
  render(order: SentOrder): ResponseRequest;
  /** The action kind of a task type as it stands in task names: any case, with or without `.py`. */
  kindOf(taskType: string): ActionKind | undefined;
}

const SECONDS_PER = { seconds: 1, minutes: 60, hours: 3_600 } as const;

/** Throws `config.invalid` for an override that cannot be used. */
export function createRequestRegistry(settings: EdrSettings): RequestRegistry {
  const shapes = new Map<ActionKind, { readonly task: string; readonly params: CompiledTemplate }>();
  const kinds = new Map<string, ActionKind>();
  for (const kind of ACTION_KINDS) {
    const override = settings.shapes[kind];
    const task = override?.task ?? REQUEST_SHAPES[kind].task;
    const template = override?.params ?? REQUEST_SHAPES[kind].params;
    shapes.set(kind, { task, params: compileTemplate(template, SHAPE_VARIABLES[kind], `shapes.${kind}.params`) });
    for (const name of [kind, REQUEST_SHAPES[kind].task, task]) kinds.set(name.toLowerCase(), kind);
  }
  return {
    render(order) {
      const shape = shapes.get(order.spec.kind);
      if (shape === undefined) return assertNever(order.spec.kind as never);
      const serves = order.serves === undefined ? {} : { [SERVES_MEMBER]: order.serves.join(" ") };
      const key = { [CORRELATION_MEMBER]: order.actionId, ...serves };
      const body = {
        task: shape.task,
        targetHost: order.endpointId,
        params: shape.params(variablesOf(order, settings)),
        responseEventIncident: true,
        responseEventIncidentArea: settings.area,
        ...(settings.correlation === "bodyMember" ? key : {}),
      };
      return { body: JSON.stringify(body), extra: settings.correlation === "extraParams" ? key : undefined };
    },
    kindOf: (taskType) => kinds.get(taskType.toLowerCase().replace(/\.py$/, "")),
  };
}

function variablesOf(order: ActionOrder, settings: EdrSettings): TemplateVariables {
  const always = { actionId: order.actionId, targetHost: order.endpointId };
  const { spec } = order;
  switch (spec.kind) {
    case "onDemandScan":
      return always;
    case "iocScan":
      return {
        ...always,
        indicators: spec.indicators.map(({ type, value }) => ({ type, value })),
        iocFiles: renderOpenIoc(order.actionId, spec.indicators).map(({ name, content }) => ({ name, content })),
      };
    case "isolateHost":
      return {
        ...always,
        durationSeconds: spec.durationSeconds,
        // Rounded up: isolation must never end before the lease says so [S6].
        duration: Math.ceil(spec.durationSeconds / SECONDS_PER[settings.isolationUnit]),
        exclusions: (spec.exclusions ?? []).map(exclusionEntry),
      };
    case "quarantineFile":
    case "deleteFile":
    case "getFile":
    case "preventExecution":
    case "startProcess":
    case "terminateProcess":
      return { ...always, ...plainArguments(spec) };
    default:
      return assertNever(spec);
  }
}

/** These kinds' arguments are the variables, under the same names. */
function plainArguments(
  spec: Exclude<ActionArgs, { kind: "iocScan" | "isolateHost" | "onDemandScan" }>,
): TemplateVariables {
  const { kind: _kind, ...args } = spec;
  return args;
}

/** KATA's entry of an isolation exclusion (KATA-227448). */
function exclusionEntry(exclusion: IsolationExclusion): TemplateValue {
  const { direction, protocol, remoteAddress, localPorts, remotePorts } = exclusion;
  return {
    direction,
    ...(protocol === undefined ? {} : { protocol }),
    ...(remoteAddress === undefined ? {} : { remoteIpv4Address: remoteAddress }),
    ...(localPorts === undefined ? {} : { localPortRange: { fromPort: localPorts.from, toPort: localPorts.to } }),
    ...(remotePorts === undefined ? {} : { remotePortRange: { fromPort: remotePorts.from, toPort: remotePorts.to } }),
  };
}
