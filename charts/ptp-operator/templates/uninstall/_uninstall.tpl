{{- /*
"true" if the pre-delete hook is wanted. With auto only where a cluster answers: who renders plain manifests would apply the
hook's Job with the rest, and so remove what was just made.
*/ -}}
{{- define "ptp-operator.uninstallIsOn" -}}
{{- $enabled := dig "enabled" "auto" (.Values.uninstall | default dict) | toString }}
{{- if eq $enabled "auto" }}
{{- if lookup "v1" "Namespace" "" "kube-system" }}true{{ end }}
{{- else if eq $enabled "true" }}true{{ end }}
{{- end }}

{{- define "ptp-operator.uninstallTimeout" -}}
{{- dig "timeoutSeconds" 240 (.Values.uninstall | default dict) | int }}
{{- end }}

{{- /* Metadata of an object of the hook; a dict with weight and root. All but a failed Job's pod go when it is done. */ -}}
{{- define "ptp-operator.uninstallMetadata" -}}
name: {{ include "ptp-operator.fullname" .root }}-remove
namespace: {{ .root.Release.Namespace }}
labels:
  {{- include "ptp-operator.labels" .root | nindent 2 }}
  app.kubernetes.io/component: remove
annotations:
  helm.sh/hook: pre-delete
  helm.sh/hook-weight: {{ .weight | quote }}
  helm.sh/hook-delete-policy: before-hook-creation,hook-succeeded
{{- end }}

{{- /* Labels of the hook's pod. */ -}}
{{- define "ptp-operator.uninstallLabels" -}}
app.kubernetes.io/name: {{ include "ptp-operator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: remove
{{- end }}
