/**
 * Run id by qualified profile name: the number in rendered file names, message tags and sockets. Fixed while the profile
 * lives; a freed one is reused only after its files, socket and series are gone.
 */
export type RunIds = Readonly<Record<string, number>>;
