{{- define "ptp-operator.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- /* Short enough that the longest suffix of an object's name still fits. */ -}}
{{- define "ptp-operator.fullname" -}}
{{- $name := include "ptp-operator.name" . }}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 44 | trimSuffix "-" }}
{{- else if contains $name .Release.Name }}
{{- .Release.Name | trunc 44 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 44 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{- define "ptp-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ptp-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end }}

{{- define "ptp-operator.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 }}
app.kubernetes.io/name: {{ include "ptp-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
app.kubernetes.io/part-of: ptp-operator
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{- define "ptp-operator.serviceAccountName" -}}
{{- .Values.serviceAccount.name | default (ternary (include "ptp-operator.fullname" .) "default" .Values.serviceAccount.create) }}
{{- end }}

{{- /* An image reference of a dict with image and root. */ -}}
{{- define "ptp-operator.image" -}}
{{- $image := .image }}
{{- $repository := $image.repository }}
{{- with $image.registry }}{{ $repository = printf "%s/%s" (trimSuffix "/" .) $repository }}{{ end }}
{{- if $image.digest }}
{{- printf "%s@%s" $repository $image.digest }}
{{- else }}
{{- printf "%s:%s" $repository ($image.tag | default .root.Chart.AppVersion) }}
{{- end }}
{{- end }}

{{- /* "true" if a switch (auto, true, false) is on; a dict with switch, api and root. */ -}}
{{- define "ptp-operator.isOn" -}}
{{- if eq (toString .switch) "auto" }}
{{- if .root.Capabilities.APIVersions.Has .api }}true{{ end }}
{{- else if eq (toString .switch) "true" }}true{{ end }}
{{- end }}

{{- define "ptp-operator.watchesAll" -}}
{{- if has "*" .Values.watchNamespaces }}true{{ end }}
{{- end }}

{{- /* The release's namespace and the others that count, as a JSON list; with "*" the release's alone. */ -}}
{{- define "ptp-operator.namespaces" -}}
{{- $others := ternary (list) .Values.watchNamespaces (eq (include "ptp-operator.watchesAll" .) "true") }}
{{- concat (list .Release.Namespace) $others | uniq | toJson }}
{{- end }}

{{- define "ptp-operator.tlsSecretName" -}}
{{- if and (eq .Values.tls.source "secret") (not .Values.tls.secretName) }}
{{- fail "tls.secretName is empty: with tls.source secret, name the Secret with tls.crt, tls.key and ca.crt" }}
{{- end }}
{{- .Values.tls.secretName | default (printf "%s-tls" (include "ptp-operator.fullname" .)) }}
{{- end }}

{{- /* Beside the existing operator's daemon the agents need a name of their own; it may stay when that one is gone. */ -}}
{{- define "ptp-operator.daemonSetName" -}}
{{- .Values.agent.daemonSetName | default (ternary "ptp-agent" "linuxptp-daemon" (.Values.migration.enabled | default false)) }}
{{- end }}

{{- /* A label as people write it, `key=value`, or `key` for an empty value, as a JSON map. */ -}}
{{- define "ptp-operator.labelMap" -}}
{{- $parts := splitn "=" 2 . }}
{{- dict $parts._0 ($parts._1 | default "") | toJson }}
{{- end }}

{{- define "ptp-operator.agentServiceAccountName" -}}
{{- .Values.agent.serviceAccount.name | default (include "ptp-operator.daemonSetName" .) }}
{{- end }}

{{- /* "true" if nodes with the existing daemon get their profiles from this operator. */ -}}
{{- define "ptp-operator.publishesConfigMap" -}}
{{- $switch := toString .Values.migration.publishConfigMap }}
{{- if eq $switch "true" }}true{{ else if and (ne $switch "false") .Values.migration.enabled }}true{{ end }}
{{- end }}
