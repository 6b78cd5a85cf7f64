import { expect, test } from "vitest";
import { isPublicAddress } from "../../../../../shared/backends/local/inputs/is-public-address.ts";

test.each(["8.8.8.8", "20.60.1.1", "172.32.0.1", "192.167.255.255", "2606:4700::1111", "2a01:111::1"])(
  "%s is public",
  (address) => {
    expect(isPublicAddress(address)).toBe(true);
  },
);

test.each([
  "0.0.0.0",
  "10.1.2.3",
  "100.64.0.1",
  "127.0.0.1",
  "127.255.255.254",
  "169.254.169.254",
  "168.63.129.16",
  "172.16.0.1",
  "172.31.255.255",
  "192.168.0.1",
  "224.0.0.1",
  "255.255.255.255",
  "::",
  "::1",
  "::ffff:127.0.0.1",
  "::ffff:8.8.8.8",
  "::ffff:a00:1",
  "64:ff9b::7f00:1",
  "2001:db8::1",
  "2002:7f00:1::",
  "fc00::1",
  "fd00:ec2::254",
  "fe80::1",
  "fe80::1%eth0",
  "ff02::1",
  "localhost",
  "",
  "0x7f000001",
])("%s is not public", (address) => {
  expect(isPublicAddress(address)).toBe(false);
});
