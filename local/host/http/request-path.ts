/** Decodes request paths as Kestrel does, the web server of the real host. */

/**
 * Decodes a raw path and removes its dot segments. `%2F` is segments, so that it does not split a segment, and so are
 * sequences that are not UTF-8. Returns undefined for a path with NUL, which Kestrel rejects.
 */
export function decodePath(raw: string): string | undefined {
  const decoded = raw.replaceAll(/(?:%[0-9a-f]{2})+/gi, (run) => decodeRun(run));
  return decoded.includes("\0") ? undefined : removeDotSegments(decoded);
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

function removeDotSegments(path: string): string {
  const parts = path.split("/").slice(1);
  const segments: string[] = [];
  parts.forEach((part, index) => {
    const last = index === parts.length - 1;
    if (part === "..") segments.pop();
    else if (part !== ".") segments.push(part);
    if (last && (part === "." || part === "..")) segments.push("");
  });
  return `/${segments.join("/")}`;
}

/** Encodes a decoded path for a URL. Like ASP.NET, keeps parts that already look percent-encoded. */
export function encodePath(path: string): string {
  return path
    .split(/(%[0-9a-f]{2}|[/!$&'()*+,;:=@])/i)
    .map((part, index) => (index % 2 === 1 ? part : encodeURIComponent(part)))
    .join("");
}
