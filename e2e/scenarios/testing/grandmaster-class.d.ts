/** Has the ptp4l behind a management socket announce another class. Throws when it does not take it. */
export declare function setGrandmasterClass(
  socketPath: string,
  domainNumber: number,
  clockClass: number,
): Promise<void>;
