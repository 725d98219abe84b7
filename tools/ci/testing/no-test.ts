// Run by run-suite.test.ts: a file without a test is a mistake, not a success.
export const nothing = true;
