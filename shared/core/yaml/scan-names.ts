/** Anchors, aliases, tags and directives. @see scan_anchor, scan_tag and scan_directive of PyYAML */
import { syntaxError } from "./document-error.ts";
import { isBlankOrEnd, isBreakOrEnd, isWordCharacter, peek, type ScanState, skipRestOfLine, skipSpaces, type Token, token } from "./scan-state.ts";

function scanWord(scan: ScanState): string {
  const start = scan.index;
  while (isWordCharacter(peek(scan))) scan.index++;
  return scan.source.slice(start, scan.index);
}

/** Characters that may follow the name of an anchor at once: `?` `:` `,` `]` `}` `%` `@` and a grave accent. */
const endsAnchor = new Set([63, 58, 44, 93, 125, 37, 64, 96]);

export function scanAnchor(scan: ScanState): Token {
  const start = scan.index;
  const kind = peek(scan) === 42 ? "alias" : "anchor";
  scan.index++;
  const name = scanWord(scan);
  if (name === "" || !(isBlankOrEnd(peek(scan)) || endsAnchor.has(peek(scan)))) {
    syntaxError(`the name of an ${kind} is made of letters, digits, - and _ (quote a text that begins with ${kind === "alias" ? "*" : "&"})`, start);
  }
  return token(kind, start, scan.index, name);
}

export function scanTag(scan: ScanState): Token {
  const start = scan.index;
  let handle = "";
  let suffix = "!";
  if (peek(scan, 1) === 60) {
    scan.index += 2;
    suffix = scanUri(scan);
    if (peek(scan) !== 62) syntaxError("a tag that begins with !< ends with >", start);
    scan.index++;
  } else if (isBlankOrEnd(peek(scan, 1))) scan.index++;
  else {
    handle = scanHandle(scan);
    suffix = scanUri(scan);
  }
  if (peek(scan) !== 32 && !isBreakOrEnd(peek(scan))) syntaxError("a blank must follow a tag", scan.index);
  return token("tag", start, scan.index, suffix, false, handle);
}

/** `!`, `!!` or `!e!`. */
function scanHandle(scan: ScanState): string {
  const match = /!(?:[\w-]*!)?/y;
  match.lastIndex = scan.index;
  const handle = match.exec(scan.source)?.[0] ?? "";
  scan.index += handle.length;
  return handle;
}

const uri = /(?:[\w\-;/?:@&=+$,.!~*'()[\]]|%[0-9A-Fa-f]{2})+/y;

function scanUri(scan: ScanState): string {
  uri.lastIndex = scan.index;
  const found = uri.exec(scan.source)?.[0];
  if (found === undefined) return syntaxError("a tag has no name", scan.index);
  scan.index += found.length;
  try {
    return decodeURIComponent(found);
  } catch {
    return syntaxError("the escapes of a tag are not UTF-8", scan.index);
  }
}

export function scanDirective(scan: ScanState): Token {
  const start = scan.index;
  scan.index++;
  const name = scanWord(scan);
  if (name === "") syntaxError("a line that begins with % is a directive, and this one has no name", start);
  let handle = "";
  let prefix = "";
  if (name === "YAML") prefix = scanVersion(scan, start);
  else if (name === "TAG") {
    skipSpaces(scan);
    handle = scanHandle(scan);
    if (handle === "" || peek(scan) !== 32) syntaxError("%TAG needs a handle, e.g. !e!, and a prefix", start);
    skipSpaces(scan);
    prefix = scanUri(scan);
  } else while (!isBreakOrEnd(peek(scan))) scan.index++;
  const end = scan.index;
  skipRestOfLine(scan);
  return token("directive", start, end, name, false, handle, prefix);
}

function scanVersion(scan: ScanState, start: number): string {
  skipSpaces(scan);
  const version = /\d+\.\d+(?![^\s\0])/y;
  version.lastIndex = scan.index;
  const found = version.exec(scan.source)?.[0];
  if (found === undefined) return syntaxError("%YAML needs a version, e.g. 1.1", start);
  scan.index += found.length;
  return found;
}
