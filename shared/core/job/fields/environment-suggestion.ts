/** Suggests the environment that a text stands for which is neither a reference nor an environment file. */
import { isFloat, isMapping, type Value } from "../../yaml/value.ts";
import { registeredAs } from "./asset-references.ts";
import { isLocalPath, type Suggestion } from "./references.ts";

/** Images of Docker Hub without an owner that jobs are built on. */
const officialImages: ReadonlySet<string> = new Set([
  ...["almalinux", "alpine", "amazoncorretto", "amazonlinux", "buildpack-deps", "busybox", "centos", "debian"],
  ...["eclipse-temurin", "fedora", "gcc", "golang", "julia", "node", "openjdk", "oraclelinux", "pypy", "python"],
  ...["r-base", "rockylinux", "ruby", "rust", "ubuntu"],
]);

/** The environment that a text stands for: a registered one, one in a file, or a container image. */
export function suggestEnvironment(text: string): Suggestion | undefined {
  if (/\.ya?ml$/i.test(text) && isLocalPath(text)) return `file:${text}`;
  return isImage(text) ? { image: text } : registeredAs(text, "environments");
}

const imageName = /^[a-z0-9][\w./:@-]*$/;

/**
 * Whether a text is the name of a container image: that of a registry, one with an owner and a tag or digest, or an
 * official one. Without a tag, an owner and a name could be a path.
 */
function isImage(text: string): boolean {
  if (!imageName.test(text) || text.includes("//")) return false;
  const [first = "", ...others] = text.split("/");
  if (others.length === 0) return officialImages.has(text.split(/[:@]/)[0] ?? "");
  const isHost = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d+)?$/.test(first) || /^localhost(?::\d+)?$/.test(first);
  return isHost || (!first.includes(":") && /[:@]/.test(others.at(-1) ?? ""));
}

/** The registered environment that a mapping with its name, and its version if it has one, stands for. */
export function registeredEnvironment(environment: Value): string | undefined {
  if (!isMapping(environment)) return undefined;
  const { name, version, ...others } = environment;
  if (typeof name !== "string" || Object.keys(others).length > 0) return undefined;
  // A number such as 1.10 is the version as it is written.
  const text = isFloat(version) ? version.text : version;
  return registeredAs(text === undefined ? name : `${name}:${text}`, "environments");
}
