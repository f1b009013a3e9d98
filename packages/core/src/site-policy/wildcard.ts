/**
 * Whether the text fits a pattern with `*` (any characters) and `?` (one character). Linear in the text for each star: no
 * pattern that a person writes can make it slow. Case does not count.
 */
export function fitsWildcard(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let at = 0;
  let star = -1;
  let resumeAt = 0;
  for (let index = 0; index < given.length; ) {
    if (at < wanted.length && (wanted[at] === "?" || wanted[at] === given[index]) && wanted[at] !== "*") {
      at++;
      index++;
    } else if (wanted[at] === "*") {
      star = at++;
      resumeAt = index;
    } else if (star !== -1) {
      at = star + 1;
      index = ++resumeAt;
    } else return false;
  }
  while (wanted[at] === "*") at++;
  return at === wanted.length;
}
