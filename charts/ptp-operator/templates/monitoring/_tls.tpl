{{- /* operator.metrics.tls or agent.metrics.tls as JSON, of the values of either; empty where an older release has none. */ -}}
{{- define "ptp-operator.metricsTls" -}}
{{- dig "metrics" "tls" (dict) . | default dict | toJson }}
{{- end }}

{{- /*
How Prometheus reads by HTTPS; nothing where metrics are plain. A dict with component (its values), serverName and tlsConfig.
*/ -}}
{{- define "ptp-operator.scrapeTls" -}}
{{- with (include "ptp-operator.metricsTls" .component | fromJson).secretName }}
{{- $ca := dict "secret" (dict "name" . "key" "ca.crt") }}
{{- $standard := dict "serverName" $.serverName "ca" $ca }}
scheme: https
tlsConfig:
  {{- range $name, $value := $.tlsConfig | default dict }}{{ $_ := set $standard $name $value }}{{ end }}
  {{- toYaml $standard | nindent 2 }}
{{- end }}
{{- end }}
