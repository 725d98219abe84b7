import type { Finding, Findings } from "../findings/finding.ts";
import type { PtpOperatorConfig } from "../gen/types.ts";
import { unknownPlugins } from "../settings/known-plugins.ts";
import { collect } from "./collect.ts";

const looseVersion = /^v?(\d+)(\.\d+)?(\.\d+)?(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/;

/** The only version of the events REST API that is served. */
export const servedEventApiVersion = "2.0";

/** Judges a structurally valid PtpOperatorConfig. */
export function admitPtpOperatorConfig(config: PtpOperatorConfig): Findings {
  const version = checkVersion(config);
  const warnings = [...checkStorage(config), ...unknownPlugins(config.spec?.plugins, "spec.plugins")];
  return collect([{ errors: checkName(config), warnings: [] }, version, { errors: [], warnings }]);
}

function checkName({ metadata }: PtpOperatorConfig): readonly Finding[] {
  if (metadata.name === "default") return [];
  const message = `there is one PtpOperatorConfig per installation: its name must be "default", got "${metadata.name}"`;
  return [{ path: "metadata.name", message, expected: "default", got: metadata.name }];
}

function checkVersion({ spec }: PtpOperatorConfig): Findings {
  const { apiVersion = "", enableEventPublisher = false } = spec?.ptpEventConfig ?? {};
  if (!enableEventPublisher || apiVersion === "") return { errors: [], warnings: [] };
  const at = { path: "spec.ptpEventConfig.apiVersion", expected: servedEventApiVersion, got: apiVersion };
  const parts = looseVersion.exec(apiVersion);
  if (parts === null) {
    const message = `"${apiVersion}" is not a valid version; write ${servedEventApiVersion}`;
    return { errors: [{ ...at, message }], warnings: [] };
  }
  if (apiVersion === "1.0") {
    const message = `events API v1 is no longer supported; write ${servedEventApiVersion}`;
    return { errors: [{ ...at, message }], warnings: [] };
  }
  // Other versions have always been accepted and served as 2.0; refusing them would break stored objects.
  if (parts[1] === "2") return { errors: [], warnings: [] };
  const message = `"${apiVersion}" is not served; the events API answers as ${servedEventApiVersion}`;
  return { errors: [], warnings: [{ ...at, message }] };
}

function checkStorage({ spec }: PtpOperatorConfig): readonly Finding[] {
  if (spec?.ptpEventConfig?.storageType === undefined) return [];
  const path = "spec.ptpEventConfig.storageType";
  return [{ path, message: "storageType has no effect; remove it" }];
}
