import type { Finding } from "../findings/finding.ts";
import { elementPath } from "../findings/path.ts";
import type { SourceConfig } from "../gen/types.ts";

/** What the kernel accepts as interface names here: also VLAN interfaces such as ens1f0.100. */
const interfaceName = /^[A-Za-z0-9_.-]+$/;

/** Rules of one source by its type; whether its subsystem exists is judged with the whole clock chain. */
export function checkSource(source: SourceConfig, path: string): readonly Finding[] {
  // The schema requires the field; an empty one names nothing.
  const unset = source.subsystem === undefined || source.subsystem === "";
  const subsystem = unset
    ? [{ path: `${path}.subsystem`, message: "subsystem must be specified: name one of structure" }]
    : [];
  return [...subsystem, ...checkByType(source, path)];
}

function checkByType(source: SourceConfig, path: string): readonly Finding[] {
  switch (source.sourceType) {
    case "ptpTimeReceiver":
      return checkReceivers(source, `${path}.ptpTimeReceivers`);
    case "gnss":
      return source.gnssConfig === undefined
        ? [{ path: `${path}.gnssConfig`, message: "gnssConfig must be specified when sourceType is gnss" }]
        : [];
    case "dpllPhaseLocked":
    case undefined:
      return [];
  }
}

function checkReceivers({ ptpTimeReceivers = [] }: SourceConfig, path: string): readonly Finding[] {
  if (ptpTimeReceivers.length === 0) {
    return [{ path, message: "at least one PTP time receiver must be specified when sourceType is ptpTimeReceiver" }];
  }
  return ptpTimeReceivers.flatMap((receiver, index) =>
    interfaceName.test(receiver)
      ? []
      : [
          {
            path: elementPath(path, index),
            message: `invalid PTP time receiver format "${receiver}"; name a network interface`,
            got: receiver,
          },
        ],
  );
}
