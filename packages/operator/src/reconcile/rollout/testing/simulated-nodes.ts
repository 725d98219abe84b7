import type { Journal, NodeStand, PodStand, RolloutDecision, RolloutView, UpdateSettings } from "../rollout-view.ts";
import { emptyJournal } from "../journal.ts";
import { newest } from "./view.ts";

/** How a node behaves. */
export interface Behaviour {
  readonly clocks: "synchronized" | "out" | "none";
  /** Seconds from the deletion of its pod to the end of it, from then to the next, to ready, to its report, to time. */
  readonly delays: readonly [number, number, number, number, number];
  /** It never has time again after its agent was replaced. */
  readonly isBroken: boolean;
  /** Seconds at which it loses its time by itself, and for how long. */
  readonly loss: readonly [atS: number, forS: number];
}

interface SimulatedNode {
  readonly name: string;
  readonly behaviour: Behaviour;
  template: string;
  /** When its pod was deleted. */
  deletedS: number | undefined;
  /** Whether it had time then. */
  hadTime: boolean;
}

/** Nodes in virtual time, one step a second. */
export class SimulatedNodes {
  readonly #nodes: readonly SimulatedNode[];
  readonly #sinceMs = new Map<string, { readonly clocks: string; readonly unixMs: number }>();
  nowS = 0;
  journal: Journal = emptyJournal;

  constructor(behaviours: readonly Behaviour[]) {
    this.#nodes = behaviours.map((behaviour, index) => {
      return { name: `n${index}`, behaviour, template: "old", deletedS: undefined, hadTime: false };
    });
  }

  view(settings: UpdateSettings): RolloutView {
    return {
      template: newest,
      pods: this.#nodes.flatMap((node) => this.#podOf(node) ?? []),
      wantedNodes: new Set(this.#nodes.map(({ name }) => name)),
      lostNodes: new Set(),
      nodes: new Map(this.#nodes.map((node) => [node.name, this.#standOf(node)])),
      journal: this.journal,
      settings,
      mode: "roll",
      nowUnixMs: this.nowS * 1000,
    };
  }

  /** Carries a decision out, or only notes it, as a leader does that ends right then. */
  carryOut({ journal, replace }: RolloutDecision, isCutShort: boolean): void {
    this.journal = journal;
    for (const { nodeName } of isCutShort ? [] : replace) {
      const node = this.#nodes.find(({ name }) => name === nodeName);
      if (node === undefined || node.deletedS !== undefined) continue;
      node.hadTime = node.behaviour.clocks === "synchronized" && !this.#isLost(node);
      node.deletedS = this.nowS;
    }
  }

  /** Nodes that had time and have none because their agent was replaced. */
  outByUs(): readonly string[] {
    return this.#nodes.filter((node) => node.hadTime && this.#isOutByUs(node)).map(({ name }) => name);
  }

  tick(): void {
    this.nowS += 1;
    for (const node of this.#nodes) {
      const [, nextS = 0] = this.#ends(node);
      if (node.deletedS !== undefined && this.nowS >= nextS) node.template = newest;
    }
  }

  #ends({ deletedS = Infinity, behaviour }: SimulatedNode): readonly number[] {
    let atS = deletedS;
    return behaviour.delays.map((delayS) => (atS += delayS));
  }

  #isLost({ behaviour: { loss } }: SimulatedNode): boolean {
    const [lossS, forS] = loss;
    return this.nowS >= lossS && this.nowS < lossS + forS;
  }

  #isOutByUs(node: SimulatedNode): boolean {
    const [, , , , timeS = 0] = this.#ends(node);
    return node.deletedS !== undefined && (node.behaviour.isBroken || this.nowS < timeS);
  }

  #podOf(node: SimulatedNode): PodStand | undefined {
    const [endS = 0, nextS = 0, readyS = 0] = this.#ends(node);
    const isDeleted = node.deletedS !== undefined;
    if (isDeleted && this.nowS >= endS && this.nowS < nextS) return undefined;
    const uid = `${node.name}-${node.template}`;
    const isLeaving = isDeleted && this.nowS < endS;
    const isReady = !isDeleted || this.nowS >= readyS;
    return { name: uid, uid, nodeName: node.name, template: node.template, isReady, isLeaving, isFailing: false };
  }

  #standOf(node: SimulatedNode): NodeStand {
    const { behaviour, name, deletedS } = node;
    const [, , , reportS = 0] = this.#ends(node);
    const isTold = deletedS !== undefined && this.nowS >= reportS;
    // Until the new agent reports, the status tells what the one before told.
    const isOut = (isTold && this.#isOutByUs(node)) || (this.#isLost(node) && (deletedS === undefined || isTold));
    const clocks = behaviour.clocks === "synchronized" && isOut ? "out" : behaviour.clocks;
    const last = this.#sinceMs.get(name);
    const since = last?.clocks === clocks ? last : { clocks, unixMs: last === undefined ? -1e9 : this.nowS * 1000 };
    this.#sinceMs.set(name, since);
    const podName = `${name}-${isTold ? newest : "old"}`;
    const { unixMs: sinceUnixMs } = since;
    const told = { podName, isConnected: true, isSettled: true, givesTime: false };
    return { ...told, clocks, sinceUnixMs, agentSinceUnixMs: sinceUnixMs };
  }
}
