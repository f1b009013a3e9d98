import { type ActionArgs, type ActionKind, type FileTarget, parseActionArgs } from "@cordon/core/action";
import { AppError, assertNever } from "@cordon/core/kernel";
import { INDICATOR_TYPE, TRAFFIC_DIRECTION, type WireEnum } from "./enums.ts";
import { each, uint32 } from "./fields.ts";
import type * as pb from "./generated/names.ts";

export function encodeActionSpec(spec: ActionArgs): pb.ActionSpec {
  switch (spec.kind) {
    case "onDemandScan":
      return { onDemandScan: {} };
    case "iocScan":
      return { iocScan: { indicators: each("indicators", spec.indicators, encodeIndicator) } };
    case "quarantineFile":
      return { quarantineFile: { target: encodeTarget(spec) } };
    case "deleteFile":
      return { deleteFile: { target: encodeTarget(spec), searchInSubfolders: spec.searchInSubfolders } };
    case "getFile":
      return { getFile: { target: encodeTarget(spec) } };
    case "isolateHost":
      return {
        isolateHost: {
          durationSeconds: uint32("duration_seconds", spec.durationSeconds),
          exclusions: each("exclusions", spec.exclusions, encodeExclusion),
          holdSeconds: spec.holdSeconds,
        },
      };
    case "preventExecution":
      return { preventExecution: { target: encodeTarget(spec) } };
    case "startProcess":
      return {
        startProcess: { path: spec.path, arguments: spec.arguments, workingDirectory: spec.workingDirectory },
      };
    case "terminateProcess":
      return { terminateProcess: { target: encodeTarget(spec), pid: spec.pid } };
    default:
      return assertNever(spec);
  }
}

/**
 * The typed arguments, checked by core's own validators. Throws `wire.unsupported_action` for a kind, or for a value within it,
 * that a newer coordinator knows and this release does not, and `action.invalid_arguments` for wrong ones: both refuse this
 * one offer.
 */
export function decodeActionSpec(raw: pb.ActionSpec): ActionArgs {
  if (raw.onDemandScan) return parse("onDemandScan", {});
  if (raw.iocScan) return parse("iocScan", { indicators: raw.iocScan.indicators?.map(decodeIndicator) });
  if (raw.quarantineFile) return parse("quarantineFile", decodeTarget(raw.quarantineFile.target));
  if (raw.deleteFile) {
    const { target, searchInSubfolders } = raw.deleteFile;
    return parse("deleteFile", { ...decodeTarget(target), searchInSubfolders });
  }
  if (raw.getFile) return parse("getFile", decodeTarget(raw.getFile.target));
  if (raw.isolateHost) {
    const { durationSeconds, holdSeconds, exclusions } = raw.isolateHost;
    return parse("isolateHost", { durationSeconds, holdSeconds, exclusions: exclusions?.map(decodeExclusion) });
  }
  if (raw.preventExecution) return parse("preventExecution", decodeTarget(raw.preventExecution.target));
  if (raw.startProcess) {
    const { path, arguments: line, workingDirectory } = raw.startProcess;
    return parse("startProcess", { path, arguments: line, workingDirectory });
  }
  if (raw.terminateProcess) {
    const { target, pid } = raw.terminateProcess;
    return parse("terminateProcess", { ...decodeTarget(target), pid });
  }
  throw new AppError("wire.unsupported_action", "the action is of a kind that this release does not know");
}

type Raw = Readonly<Record<string, unknown>>;

function parse(kind: ActionKind, raw: Raw): ActionArgs {
  const parsed = parseActionArgs(kind, present(raw));
  if (parsed.ok) return parsed.spec;
  const problems = parsed.problems.map(({ argument, problem }) => `${argument} ${problem}`);
  throw new AppError("action.invalid_arguments", `${kind}: ${problems.join("; ")}`);
}

function present(raw: Raw): Raw {
  return Object.fromEntries(Object.entries(raw).filter(([, value]) => value !== null && value !== undefined));
}

function encodeTarget(target: FileTarget): pb.FileTarget {
  return { path: target.path, md5: target.md5, sha256: target.sha256 };
}

function decodeTarget(target: pb.FileTarget | null | undefined): Raw {
  return { path: target?.path, md5: target?.md5, sha256: target?.sha256 };
}

type IocIndicator = Extract<ActionArgs, { kind: "iocScan" }>["indicators"][number];

function encodeIndicator({ type, value }: IocIndicator): pb.Indicator {
  return { type: INDICATOR_TYPE.encode(type), value };
}

function decodeIndicator({ type, value }: pb.Indicator): Raw {
  return { type: known(INDICATOR_TYPE, "indicator type", type), value: value ?? "" };
}

type Exclusion = NonNullable<Extract<ActionArgs, { kind: "isolateHost" }>["exclusions"]>[number];

function encodeExclusion(exclusion: Exclusion): pb.IsolationExclusion {
  return { ...exclusion, direction: TRAFFIC_DIRECTION.encode(exclusion.direction) };
}

function decodeExclusion(raw: pb.IsolationExclusion): Raw {
  return present({
    direction: known(TRAFFIC_DIRECTION, "traffic direction", raw.direction),
    protocol: raw.protocol,
    remoteAddress: raw.remoteAddress,
    localPorts: decodePorts(raw.localPorts),
    remotePorts: decodePorts(raw.remotePorts),
  });
}

function decodePorts(raw: pb.PortRange | null | undefined): Raw | undefined {
  return raw ? { from: raw.from ?? 0, to: raw.to ?? 0 } : undefined;
}

function known<Name extends string>(values: WireEnum<Name>, what: string, value: number | null | undefined): Name {
  const name = values.find(value);
  if (name !== undefined) return name;
  throw new AppError("wire.unsupported_action", `this release does not know the ${what} ${value ?? 0}`);
}
