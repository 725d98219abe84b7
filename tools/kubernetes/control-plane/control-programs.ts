import { join } from "node:path";
import { etcdPath, programPath } from "../binaries/programs.ts";
import { answersOk } from "./answers-ok.ts";
import { createControlProgram, type ControlProgram } from "./control-program.ts";
import type { Pki } from "./pki.ts";
import {
  apiServerArguments,
  controllerManagerArguments,
  etcdArguments,
  schedulerArguments,
  type ControlPorts,
} from "./program-arguments.ts";

/** The programs a control plane is made of. */
export interface ControlPrograms {
  readonly etcd: ControlProgram;
  readonly apiServer: ControlProgram;
  readonly controllerManager: ControlProgram;
  readonly scheduler: ControlProgram;
}

/** What the programs are made from. */
export interface ControlProgramParts {
  /** Their current folder, where `controller-manager.kubeconfig` and `scheduler.kubeconfig` lie. */
  readonly dir: string;
  readonly pki: Pki;
  readonly ports: ControlPorts;
  readonly apiServerFlags: readonly string[];
  readonly controllerManagerFlags: readonly string[];
}

/** Gives the handles of all four; none is started. */
export function createControlPrograms(parts: ControlProgramParts): ControlPrograms {
  const { dir, pki, ports } = parts;
  const kubeconfig = (name: string): string => join(dir, `${name}.kubeconfig`);
  const serves = (port: number, path: string) => (): Promise<boolean> =>
    answersOk(`https://127.0.0.1:${port}${path}`, pki.authority.certificatePem);
  const forManager = controllerManagerArguments(pki, ports, kubeconfig("controller-manager"));
  const forScheduler = schedulerArguments(pki, ports, kubeconfig("scheduler"));
  return {
    etcd: createControlProgram({
      name: "etcd",
      argv: [etcdPath(), ...etcdArguments(join(dir, "etcd"), ports)],
      cwd: dir,
      ready: () => answersOk(`http://127.0.0.1:${ports.etcd}/health`),
    }),
    apiServer: createControlProgram({
      name: "kube-apiserver",
      argv: [programPath("kube-apiserver"), ...apiServerArguments(pki, ports), ...parts.apiServerFlags],
      cwd: dir,
      ready: serves(ports.apiServer, "/readyz"),
    }),
    controllerManager: createControlProgram({
      name: "kube-controller-manager",
      argv: [programPath("kube-controller-manager"), ...forManager, ...parts.controllerManagerFlags],
      cwd: dir,
      ready: serves(ports.controllerManager, "/healthz"),
    }),
    scheduler: createControlProgram({
      name: "kube-scheduler",
      argv: [programPath("kube-scheduler"), ...forScheduler],
      cwd: dir,
      ready: serves(ports.scheduler, "/healthz"),
    }),
  };
}
