import { Writable } from "node:stream";
import { createLogger as createWinston, format, transports } from "winston";

/** Structured fields of a log line; never secrets. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Least severe level that is written. */
export type LogLevel = "debug" | "info" | "warn" | "error";

/** The one way to log. Lines are JSON objects on stdout: time, level, message, fields. */
export interface Logger {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A logger whose lines carry these fields too. */
  child(fields: LogFields): Logger;
}

/** What a logger needs to write. */
export interface LoggerOptions {
  /** Default `info`. */
  readonly level?: LogLevel;
  readonly fields?: LogFields;
  /** Takes each line, without its line end, and must neither block nor throw; default: writes it to stdout. */
  readonly write?: (line: string) => void;
}

/** Creates a logger. Not for the lines of supervised programs: those bypass it. */
export function createLogger({ level = "info", fields = {}, write }: LoggerOptions = {}): Logger {
  const winston = createWinston({
    level,
    format: format.combine(format.timestamp(), format.json()),
    transports: [write === undefined ? stdoutTransport() : lineTransport(write)],
  });
  return withFields((at, message, extra) => void winston.log(at, message, extra), fields);
}

/** The Console transport alone: stream transports on stdout buffer without bound when their reader is slow. */
function stdoutTransport() {
  // A reader that went away must not end the program.
  if (!process.stdout.listeners("error").includes(ignoreError)) process.stdout.on("error", ignoreError);
  return new transports.Console();
}

function ignoreError(): void {
  // There is nowhere to tell it.
}

/** The stream takes each line at once and so never buffers one. */
function lineTransport(write: (line: string) => void) {
  const stream = new Writable({
    decodeStrings: false,
    write: (line: string, _encoding, done) => {
      write(line);
      done();
    },
  });
  return new transports.Stream({ stream, eol: "" });
}

/** A logger that hands each line to a function: for tests. */
export function captureLogger(write: (level: LogLevel, message: string, fields: LogFields) => void): Logger {
  return withFields(write, {});
}

/** A logger that writes nothing. */
export const silentLogger: Logger = captureLogger(() => undefined);

function withFields(write: (level: LogLevel, message: string, fields: LogFields) => void, base: LogFields): Logger {
  return {
    debug: (message, fields) => write("debug", message, { ...base, ...fields }),
    info: (message, fields) => write("info", message, { ...base, ...fields }),
    warn: (message, fields) => write("warn", message, { ...base, ...fields }),
    error: (message, fields) => write("error", message, { ...base, ...fields }),
    child: (fields) => withFields(write, { ...base, ...fields }),
  };
}
