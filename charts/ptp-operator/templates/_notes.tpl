{{- define "ptp-operator.notes" -}}
{{ .Chart.Name }} {{ .Chart.Version }} is in namespace {{ .Release.Namespace }}.

*** DEVELOPMENT CHART ***
No image of this version ({{ .Chart.AppVersion }}) is published: build them with Dockerfile.operator and Dockerfile.agent.
{{ if not .Values.namespace.create }}
Agents are privileged pods. If the namespace enforces Pod Security Standards, label it:

  kubectl label namespace {{ .Release.Namespace }} pod-security.kubernetes.io/enforce=privileged --overwrite
{{ end }}
Then choose the nodes, and give them profiles:

  kubectl -n {{ .Release.Namespace }} get ptpoperatorconfig default -o yaml    # spec.daemonNodeSelector
  kubectl -n {{ .Release.Namespace }} get ptpconfig                            # matched, applied, locked nodes
  kubectl -n {{ .Release.Namespace }} get nodeptpdevice NODE -o yaml           # clocks of a node, with state and cause
{{ if .Values.migration.enabled }}
MIGRATION: agents run only on nodes with the label {{ .Values.migration.nodeLabel }}; all others keep the existing daemon.
Node by node, with a way back: docs/migration.md.
{{ end }}
{{- if .Values.agent.keepOnUninstall }}
agent.keepOnUninstall is on: after an uninstall the agents run on, with nobody to change what they run.
{{ end }}
{{- if not .Values.crds.keep }}
crds.keep is off: uninstalling deletes the custom resource definitions AND EVERY PtpConfig with them.
{{ end }}
{{- if and .Values.webhook.enabled (eq .Values.webhook.failurePolicy "Fail") (lt (int .Values.operator.replicas) 2) }}
webhook.failurePolicy is Fail with one replica: while it is away, PTP resources cannot be changed.
{{ end }}
{{- if and (include "ptp-operator.watchesAll" .) }}
watchNamespaces is "*": whoever may write PtpConfigs in any namespace says what runs on nodes.
{{ end }}
{{- end }}
