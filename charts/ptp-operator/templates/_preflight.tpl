{{- /*
Refuses to install beside another owner of the same resources, with the commands that settle it. It asks the cluster with
the rights of who installs, and only where Helm asks one at all: `helm template` knows no cluster.
*/ -}}
{{- define "ptp-operator.preflight" -}}
{{- if dig "enabled" true (.Values.preflight | default dict) }}
{{- $found := list }}
{{- range list "foreignCrds" "foreignDaemons" "foreignWebhooks" "foreignOperators" "foreignCatalog" "foreignLease" }}
{{- $text := include (printf "ptp-operator.%s" .) $ | trim }}
{{- if $text }}{{ $found = append $found $text }}{{ end }}
{{- end }}
{{- if $found }}
{{- fail (printf "somebody else owns PTP in this cluster already:\n\n%s\n\nMoving over step by step: docs/migration.md. To install regardless: --set preflight.enabled=false.\n" (join "\n\n" $found)) }}
{{- end }}
{{- end }}
{{- end }}

{{- /* "true" if an object belongs to this release; a dict with object and root. */ -}}
{{- define "ptp-operator.isOfRelease" -}}
{{- $annotations := .object.metadata.annotations | default dict }}
{{- if and (eq (get $annotations "meta.helm.sh/release-name") .root.Release.Name) (eq (get $annotations "meta.helm.sh/release-namespace") .root.Release.Namespace) }}true{{ end }}
{{- end }}

{{- define "ptp-operator.foreignCrds" -}}
{{- if and .Values.crds.enabled (not .Values.crds.adopt) }}
{{- $names := list }}
{{- range $path, $_ := .Files.Glob "files/crds/*.yaml" }}
{{- $name := printf "%s.ptp.openshift.io" (base $path | trimPrefix "ptp.openshift.io_" | trimSuffix ".yaml") }}
{{- $crd := lookup "apiextensions.k8s.io/v1" "CustomResourceDefinition" "" $name }}
{{- if $crd }}
{{- if not (include "ptp-operator.isOfRelease" (dict "object" $crd "root" $)) }}{{ $names = append $names $name }}{{ end }}
{{- end }}
{{- end }}
{{- if $names }}
- custom resource definitions that this release did not make: {{ join ", " $names }}.
  Take them over, with all objects as they are (they stay when the release goes, see crds.keep):
    kubectl label crd {{ join " " $names }} app.kubernetes.io/managed-by=Helm --overwrite
    kubectl annotate crd {{ join " " $names }} meta.helm.sh/release-name={{ .Release.Name }} meta.helm.sh/release-namespace={{ .Release.Namespace }} --overwrite
  or, with Helm 3.17 and later: helm install … --set crds.adopt=true --take-ownership
  or leave them to their owner: --set crds.enabled=false
{{- end }}
{{- end }}
{{- end }}

{{- /* Agents of another operator, in any namespace: two of them on a node would pull at one clock. */ -}}
{{- define "ptp-operator.foreignDaemons" -}}
{{- if not .Values.migration.enabled }}
{{- range (lookup "apps/v1" "DaemonSet" "" "").items }}
{{- if and (eq .metadata.name "linuxptp-daemon") (ne (get (.metadata.labels | default dict) "app.kubernetes.io/managed-by") "ptp-operator") }}
- DaemonSet {{ .metadata.namespace }}/{{ .metadata.name }} of another operator: two daemons on a node pull at one clock.
  Move over node by node: --set migration.enabled=true, or remove it, and with it all synchronization until agents are there:
    kubectl -n {{ .metadata.namespace }} delete daemonset {{ .metadata.name }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "ptp-operator.foreignWebhooks" -}}
{{- range $configuration := (lookup "admissionregistration.k8s.io/v1" "ValidatingWebhookConfiguration" "" "").items }}
{{- if not (include "ptp-operator.isOfRelease" (dict "object" $configuration "root" $)) }}
{{- $asks := false }}
{{- range $configuration.webhooks }}{{ range .rules }}{{ if has "ptp.openshift.io" .apiGroups }}{{ $asks = true }}{{ end }}{{ end }}{{ end }}
{{- if $asks }}
- ValidatingWebhookConfiguration {{ $configuration.metadata.name }} judges ptp.openshift.io resources: once its operator is away,
  or where it does not know a setting, nothing can be changed any more.
    kubectl delete validatingwebhookconfiguration {{ $configuration.metadata.name }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- define "ptp-operator.foreignOperators" -}}
{{- range (lookup "apps/v1" "Deployment" .Release.Namespace "").items }}
{{- $labels := .spec.template.metadata.labels | default dict }}
{{- if and (eq (get $labels "name") "ptp-operator") (not (include "ptp-operator.isOfRelease" (dict "object" . "root" $))) }}
{{- $isNamesake := eq .metadata.name (include "ptp-operator.fullname" $) }}
{{- if or $isNamesake (gt (int (.spec.replicas | toString)) 0) }}
- Deployment {{ .metadata.namespace }}/{{ .metadata.name }} is another PTP operator: it would write what this one writes.
    kubectl -n {{ .metadata.namespace }} delete deployment {{ .metadata.name }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What OLM installed comes back unless OLM is told. */ -}}
{{- define "ptp-operator.foreignCatalog" -}}
{{- if .Capabilities.APIVersions.Has "operators.coreos.com/v1alpha1/ClusterServiceVersion" }}
{{- range (lookup "operators.coreos.com/v1alpha1" "ClusterServiceVersion" .Release.Namespace "").items }}
{{- if hasPrefix "ptp-operator." .metadata.name }}
- OLM keeps ClusterServiceVersion {{ .metadata.namespace }}/{{ .metadata.name }} and with it another PTP operator installed.
    kubectl -n {{ .metadata.namespace }} get subscriptions.operators.coreos.com    # the one whose package is ptp-operator
    kubectl -n {{ .metadata.namespace }} delete subscriptions.operators.coreos.com NAME
    kubectl -n {{ .metadata.namespace }} delete clusterserviceversion {{ .metadata.name }}
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* An upgrade finds its own Lease held, by itself. */ -}}
{{- define "ptp-operator.foreignLease" -}}
{{- if .Release.IsInstall }}
{{- $spec := (lookup "coordination.k8s.io/v1" "Lease" .Release.Namespace "ptp.openshift.io").spec | default dict }}
{{- if and $spec.holderIdentity $spec.renewTime }}
{{- $age := sub (now | unixEpoch | int64) (toDate "2006-01-02T15:04:05Z07:00" $spec.renewTime | unixEpoch | int64) }}
{{- if lt $age (int64 ($spec.leaseDurationSeconds | default 15)) }}
- Lease {{ .Release.Namespace }}/ptp.openshift.io is held by {{ $spec.holderIdentity }}, renewed {{ $age }} s ago: another operator runs.
  Stop it, then wait until the Lease is {{ $spec.leaseDurationSeconds }} s old:
    kubectl -n {{ .Release.Namespace }} get lease ptp.openshift.io -o yaml
{{- end }}
{{- end }}
{{- end }}
{{- end }}

{{- /* What cannot be meant, whatever the cluster holds. */ -}}
{{- define "ptp-operator.contradictions" -}}
{{- if and .Values.crds.enabled (not .Values.crds.keep) }}
{{- if .Values.agent.keepOnUninstall }}
{{- fail "agent.keepOnUninstall needs crds.keep: the agents' DaemonSet belongs to PtpOperatorConfig default and goes with it" }}
{{- end }}
{{- if .Values.migration.enabled }}
{{- fail "migration.enabled needs crds.keep: an uninstall would take the existing operator's resources, and its daemon, along" }}
{{- end }}
{{- end }}
{{- range $path, $tls := dict
  "operator.metrics.tls" (include "ptp-operator.metricsTls" .Values.operator | fromJson)
  "agent.metrics.tls" (include "ptp-operator.metricsTls" .Values.agent | fromJson)
  "agent.events.tls" (dig "events" "tls" (dict) .Values.agent | default dict) }}
{{- if and $tls.clientCaConfigMap (not $tls.secretName) }}
{{- fail (printf "%s.clientCaConfigMap is for HTTPS alone: write %s.secretName too, or leave it out" $path $path) }}
{{- end }}
{{- end }}
{{- $events := dig "events" (dict) .Values.agent | default dict }}
{{- if and $events.tokens (not (dig "tls" "secretName" "" $events)) }}
{{- fail "agent.events.tokens: by plain HTTP others could read them; write agent.events.tls.secretName too" }}
{{- end }}
{{- if and $events.tokenSubjects (not $events.tokens) }}
{{- fail "agent.events.tokenSubjects says whose tokens count: write agent.events.tokens: true too" }}
{{- end }}
{{- if and .Values.migration.enabled (eq (include "ptp-operator.daemonSetName" .) "linuxptp-daemon") }}
{{- fail "agent.daemonSetName is linuxptp-daemon, the name of the existing operator's: with migration.enabled choose another" }}
{{- end }}
{{- end }}
