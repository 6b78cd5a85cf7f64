/** The path of a request as Kestrel, the web server of the real host, hands it on. */

/**
 * Decodes a raw path and takes out its dot segments; `%2F` stays as it is, so that it never splits a segment, and so does what is not UTF-8.
 * Undefined if it holds a NUL, which Kestrel refuses.
 */
export function decodePath(raw: string): string | undefined {
  const decoded = raw.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => decodeRun(run));
  return decoded.includes("\0") ? undefined : withoutDots(decoded);
}

function decodeRun(run: string): string {
  return run
    .split(/(%2f)/i)
    .map((part) => {
      if (/^%2f$/i.test(part)) return part;
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    })
    .join("");
}

function withoutDots(path: string): string {
  const parts = path.split("/").slice(1);
  const kept: string[] = [];
  parts.forEach((part, index) => {
    const last = index === parts.length - 1;
    if (part === "..") kept.pop();
    else if (part !== ".") kept.push(part);
    if (last && (part === "." || part === "..")) kept.push("");
  });
  return `/${kept.join("/")}`;
}

/** The path of a URL again, which the host rebuilds the URL of a request from. What still looks percent-encoded is left alone, as ASP.NET does. */
export function encodePath(path: string): string {
  return path
    .split(/(%[0-9a-f]{2}|[/!$&'()*+,;:=@])/i)
    .map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part)))
    .join("");
}
