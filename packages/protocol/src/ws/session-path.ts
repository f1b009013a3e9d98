/** Where agents connect; the version is that of the proto package. */
export const SESSION_PATH = "/agent/v1/session";
