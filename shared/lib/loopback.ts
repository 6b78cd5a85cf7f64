/**
 * True if the host of a request or URL (`name` or `name:port`) is localhost or a loopback address: 127.0.0.0/8 or
 * [::1].
 */
export function isLoopbackHost(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i.test(host);
}

/** True if the host of a URL is localhost or a loopback address. @throws TypeError for text that is not a URL. */
export function isLoopbackUrl(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}
