/** Who runs this, as Windows names accounts, and where its own programs are. */
export function windowsUser(): { readonly user: string; readonly systemRoot: string } {
  const { USERDOMAIN: domain, USERNAME: name = "", SystemRoot: systemRoot = "C:\\Windows" } = process.env;
  return { user: domain === undefined ? name : `${domain}\\${name}`, systemRoot };
}
