# The front door. Each target installs what it needs and says what it does.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
MAKEFLAGS += --no-builtin-rules --no-print-directory
.DEFAULT_GOAL := help

# npm ci replaces node_modules, so it must not run on the Node 24 inside.
machine_path := $(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(PATH)

.PHONY: help manifests setup modules programs linuxptp promtool kubernetes kubernetes-node images root demo demo-once test fuzz soak lint typecheck generate bench bundle e2e e2e-hosts e2e-programs e2e-clusters vm test-vm conformance clean

help: ## Say what can be done here
	@echo "make <target>:"
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: modules programs linuxptp promtool ## Install all that the other targets need: npm packages, Debian packages, linuxptp

modules:
	@PATH="$(machine_path)" tools/ci/install-modules

programs:
	@tools/ci/install-programs ip=iproute2 nsenter=util-linux setpriv=util-linux dpkg-deb=dpkg xz=xz-utils

linuxptp: modules programs
	@node tools/lab/fetch-linuxptp.ts

promtool: modules programs
	@node tools/chart/fetch-promtool.ts

kubernetes: modules ## Build a Kubernetes control plane and helm for tests into .cache (needs Go; 10 minutes the first time)
	@tools/ci/install-programs openssl=openssl dpkg-deb=dpkg xz=xz-utils
	@node tools/kubernetes/build-binaries.ts

kubernetes-node: kubernetes ## Build kubelet and fetch containerd, so that tests have true nodes
	@node tools/kubernetes/nodes/build-node.ts

images: root modules ## Build the images with their bills of materials into .cache/images, without a daemon; needs root
	@tools/ci/install-programs buildah=buildah mmdebstrap=mmdebstrap
	@node tools/images/main.ts

root:
	@[ "$$(id -u)" = 0 ] || { echo "this target makes network namespaces: run it as root" >&2; exit 1; }

demo: root setup bundle ## Four hosts with real ptp4l, a live table; needs root, leaves nothing behind
	@node tools/demo/main.ts

demo-once: root setup bundle ## The demo unattended, in under 2 minutes; fails unless every step came true
	@node tools/demo/main.ts --once

test: setup ## Lock file, types, unit tests, and tests on real linuxptp (skipped with the reason unless root)
	@node tools/ci/test.ts

fuzz: modules ## Bytes of strangers against all that reads them, 4 s for each reader (ARGS="--seconds 600 management")
	@node tools/fuzz/main.ts $(ARGS)

soak: root setup bundle ## The scenarios of e2e 20 times in a row, then each fuzz target 10 minutes (ARGS="--runs 2 --fuzz-seconds 10")
	@node e2e/scenarios/soak.ts $(ARGS)

lint: modules ## Rules, import directions, proto files, formatting
	@npm run -s lint

typecheck: modules ## Types of all packages and tools
	@node tools/ci/test.ts types

generate: modules ## Write what is generated: gRPC code, validators, CRDs
	@npm run -s generate

bench: root setup bundle ## Measure latencies, memory and CPU; prints the numbers
	@node bench/main.ts

bundle: modules ## Bundle operator, agent and ptpctl into dist/
	@node bundle.mjs

manifests: modules ## Write dist/ptp-operator.yaml, the chart for people without Helm (needs helm, see make kubernetes)
	@node tools/chart/write-manifests.ts

e2e: root setup bundle ## Whole programs on test hosts and in clusters, with processes killed at any moment; needs root and Go
	@$(MAKE) --jobs=2 e2e-hosts e2e-programs
	@$(MAKE) e2e-clusters

e2e-hosts:
	@node tools/ci/test.ts hosts

# Tests on hosts mostly wait: what the others need is built beside them.
e2e-programs:
	@MAKEFLAGS= nice -n 10 $(MAKE) --no-print-directory kubernetes-node images

e2e-clusters:
	@node tools/ci/test.ts cluster nodes

vm: modules
	@tools/ci/install-programs gcc-12=gcc-12 strip=binutils dpkg-deb=dpkg xz=xz-utils
	@node tools/vm/make-vm.ts

test-vm: setup bundle vm ## phc2sys, ts2phc, HA, T-GM and T-BC on hardware clocks of an emulated machine (10 minutes)
	@node tools/ci/test.ts vm

conformance: modules ## Ask a producer of events at URL=http://host:9043 all that consumers rely on (ARGS=--help tells more)
	@node tools/conformance/main.ts $(if $(NODE),--node "$(NODE)") $(ARGS) $(if $(URL),"$(URL)")

clean: ## Remove all that these targets made inside this folder
	rm -rf dist .tsbuild .cache coverage node_modules
