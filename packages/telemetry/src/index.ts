export { type LogFileLimits, olderLogFiles } from "./log-file.ts";
export { createLogger, type FlushableLogger, type LoggerOptions, type LogLevel } from "./logger.ts";
export {
  METRICS_CONTENT_TYPE,
  type MetricFamily,
  type MetricSample,
  renderMetrics,
} from "./metrics-text.ts";
export { LOG_LIMITS, redact } from "./redact.ts";
