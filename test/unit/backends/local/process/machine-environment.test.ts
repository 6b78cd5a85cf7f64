import { expect, test } from "vitest";
import { machineEnvironment } from "../../../../../shared/backends/local/process/machine-environment.ts";

const passed = {
  CUDA_VISIBLE_DEVICES: "1",
  LD_LIBRARY_PATH: "/opt/cuda/lib64",
  HTTP_PROXY: "http://proxy:1",
  https_proxy: "http://proxy:2",
  ALL_PROXY: "socks://proxy:3",
  NO_PROXY: "localhost",
  CONDA_PREFIX: "/opt/conda/envs/train",
  CONDA_PREFIX_1: "/opt/conda",
  CONDA_DEFAULT_ENV: "train",
  VIRTUAL_ENV: "/home/me/.venv",
  LC_TIME: "C",
  SSL_CERT_FILE: "/etc/ssl/proxy.pem",
};
const withheld = {
  AzureWebJobsStorage: "secret",
  JOBS_AUTH: "none",
  AZURE_CLIENT_SECRET: "secret",
  CONDA_TOKEN: "secret",
  npm_config_cache: "/x",
  NODE_OPTIONS: "--x",
};

test("passes variables for the machine, proxies and Python to a job, but no setting or secret of the service", () => {
  expect(machineEnvironment({ ...passed, ...withheld, HOME: "/home/me" })).toEqual({ ...passed, HOME: "/home/me" });
});
