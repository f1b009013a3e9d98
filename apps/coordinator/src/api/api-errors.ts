import { AppError, type ErrorCode, type Logger } from "@cordon/core/kernel";
import type { FastifyError, FastifyInstance } from "fastify";
import { hasZodFastifySchemaValidationErrors } from "fastify-type-provider-zod";
import { errorAnswer } from "../http/error-body.ts";

/** What fastify finds wrong before a handler runs, in our codes. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: "api.body_too_large",
  FST_ERR_CTP_INVALID_MEDIA_TYPE: "api.media_type",
  FST_ERR_CTP_EMPTY_JSON_BODY: "input.invalid",
  FST_ERR_CTP_INVALID_JSON_BODY: "input.invalid",
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: "input.invalid",
};

/** Every failure leaves by one door, in one shape, also for addresses that do not exist. */
export function installErrorHandling(app: FastifyInstance, logger: Logger): void {
  app.setErrorHandler((thrown, request, reply) => {
    const error = toAppError(thrown, app.initialConfig.bodyLimit);
    if (error.spec.http >= 500) {
      logger.error("api.request", { method: request.method, route: request.routeOptions.url, error });
    }
    const answer = errorAnswer(error);
    if (answer.retryAfterSeconds !== undefined) reply.header("retry-after", answer.retryAfterSeconds);
    return reply.code(answer.status).serializer(JSON.stringify).type("application/json").send(answer.body);
  });
  app.setNotFoundHandler(() => {
    throw new AppError("api.no_route", "unknown route");
  });
}

function toAppError(thrown: unknown, bodyBytesMax: number | undefined): AppError {
  if (thrown instanceof AppError) return thrown;
  if (hasZodFastifySchemaValidationErrors(thrown)) {
    const where = (thrown as FastifyError).validationContext ?? "request";
    const fields = thrown.validation.map((issue) => ({
      path: fieldPath(where, issue.instancePath),
      message: issue.message ?? "is wrong",
    }));
    return new AppError("input.invalid", "the request does not fit the schema", { details: { fields } });
  }
  const fastifyCode = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  const code = FASTIFY_CODES[fastifyCode];
  if (code === "api.body_too_large") return new AppError(code, "body", { cause: thrown, details: { bodyBytesMax } });
  if (code === "input.invalid") {
    const fields = [{ path: "body", message: "is not valid JSON" }];
    return new AppError(code, "body", { cause: thrown, details: { fields } });
  }
  if (code !== undefined) return new AppError(code, "request", { cause: thrown });
  return new AppError("internal.unexpected", thrown instanceof Error ? thrown.message : String(thrown), {
    cause: thrown,
  });
}

/** `body.sites.0.name`, `querystring.limit`: as people would say where. */
function fieldPath(context: string, instancePath: string): string {
  const inner = instancePath.split("/").filter((part) => part !== "");
  return [context, ...inner].join(".");
}
