/** Signs URLs that read a single blob for a limited time. */
import {
  type BlobClient,
  BlobSASPermissions,
  type BlobServiceClient,
  generateBlobSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { ServiceError } from "../../core/errors.ts";
import type { CallOptions } from "../../core/ports/ports.ts";
import type { Clock } from "../../lib/clock.ts";
import { isLoopbackUrl } from "../../lib/loopback.ts";
import { createDelegationKeys } from "./delegation-keys.ts";
import type { StorageCall } from "./storage-call.ts";

/**
 * A URL that reads the blob until `expires`, or until the signing key expires if that is sooner.
 * @throws ServiceError `unavailable` if the service has no identity.
 */
export type SignUrl = (blob: BlobClient, expires: Date, options?: SignOptions) => Promise<string>;

export interface SignOptions extends CallOptions {
  /** Whether browsers save the file instead of showing it as text. */
  readonly isDownload?: boolean;
}

/** Tolerance for differing clocks of other machines. */
const skewMs = 15 * 60_000;

/**
 * Signs with a user delegation key of the app's identity. The account key grants access to all data, so it is used only
 * for an emulator on this machine.
 */
export function createSignUrl(blobs: BlobServiceClient, call: StorageCall, clock: Clock): SignUrl {
  const keys = createDelegationKeys(blobs, call, clock);
  const loopback = isLoopbackUrl(blobs.url);
  return async (blob, expires, options) => {
    const startsOn = new Date(clock.now().getTime() - skewMs);
    const values = {
      containerName: blob.containerName,
      blobName: blob.name,
      permissions: BlobSASPermissions.from({ read: true }),
      protocol: loopback && blobs.url.startsWith("http:") ? SASProtocol.HttpsAndHttp : SASProtocol.Https,
      startsOn,
      // The file is untrusted output of a job: browsers must not render it as a page.
      ...(options?.isDownload === true
        ? { contentType: "application/octet-stream", contentDisposition: "attachment" }
        : { contentType: "text/plain; charset=utf-8" }),
    };
    if (isTokenCredential(blobs.credential)) {
      const key = await keys.get(options);
      const expiresOn = new Date(Math.min(expires.getTime(), key.signedExpiresOn.getTime()));
      return `${blob.url}?${generateBlobSASQueryParameters({ ...values, expiresOn }, key, blob.accountName)}`;
    }
    if (loopback && blobs.credential instanceof StorageSharedKeyCredential) {
      return `${blob.url}?${generateBlobSASQueryParameters({ ...values, expiresOn: expires }, blobs.credential)}`;
    }
    throw new ServiceError(
      "unavailable",
      "The URL cannot be signed, because the service connects to storage without an identity. " +
        "Read the file through its URL at this service.",
    );
  };
}

function isTokenCredential(credential: object): boolean {
  return "getToken" in credential;
}
