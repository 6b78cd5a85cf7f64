import { userPath } from "./user-path.ts";

const machineVariables = new Set([
  ...["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TMPDIR", "TEMP", "TMP"],
  ...["SYSTEMROOT", "USERPROFILE"],
  ...["LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"],
  ...["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER", "CUDA_HOME", "CUDA_PATH"],
  ...["ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES"],
  ...["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "FTP_PROXY"],
  ...["http_proxy", "https_proxy", "all_proxy", "no_proxy", "ftp_proxy"],
  // Certificates of a proxy.
  ...["SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"],
  ...["VIRTUAL_ENV", "VIRTUAL_ENV_PROMPT", "PYTHONUNBUFFERED", "PYENV_ROOT", "PYENV_VERSION"],
  ...["MAMBA_EXE", "MAMBA_ROOT_PREFIX", "_CE_CONDA", "_CE_M"],
]);
/** Not all of CONDA_*, because these include tokens of package servers. */
const condaVariables =
  /^CONDA_(EXE|PREFIX(_\d+)?|DEFAULT_ENV|PYTHON_EXE|SHLVL|PROMPT_MODIFIER|ROOT|ENVS_PATH|ENVS_DIRS|PKGS_DIRS)$/;
const localeVariables = /^LC_[A-Z]+$/;

/**
 * Variables of the service's environment that are passed to a job, because programs need them on this machine. All
 * others are removed, because they include connection strings and keys.
 */
export function machineEnvironment(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Record<string, string> {
  const passed = Object.entries(env).flatMap(([key, value]) => {
    // Windows has "Path", and its names are case-insensitive.
    const name = process.platform === "win32" ? key.toUpperCase() : key;
    const isPassed = machineVariables.has(name) || condaVariables.test(name) || localeVariables.test(name);
    return value !== undefined && isPassed ? [[name, value] as const] : [];
  });
  const { PATH: path, ...others } = Object.fromEntries(passed);
  return path === undefined ? others : { ...others, PATH: userPath(path, env) };
}
