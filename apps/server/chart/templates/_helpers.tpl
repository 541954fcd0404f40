{{- define "midwatch.name" -}}
{{- if contains "midwatch" .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}{{ else }}{{ printf "%s-midwatch" .Release.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "midwatch.selector" -}}
app.kubernetes.io/name: midwatch
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "midwatch.labels" -}}
{{ include "midwatch.selector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end }}

{{- define "midwatch.serviceAccount" -}}
{{ .Values.serviceAccount.name | default (include "midwatch.name" .) }}
{{- end }}

{{- define "midwatch.image" -}}
{{- $repository := required "image.repository is empty: build the image (docs/deploying.md), push it, and say where it is" .Values.image.repository -}}
{{- if .Values.image.digest }}{{ $repository }}@{{ .Values.image.digest }}{{ else }}{{ $repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}{{ end }}
{{- end }}

{{- define "midwatch.configMap" -}}
{{- if .Values.existingConfigMap }}{{ .Values.existingConfigMap }}{{ else if .Values.configuration }}{{ include "midwatch.name" . }}{{ end }}
{{- end }}

{{- define "midwatch.check" -}}
{{- if not .Values.existingSecret }}
{{- fail "existingSecret is empty: make a Secret with at least MIDWATCH_WEBHOOK_TOKEN and MIDWATCH_READ_TOKEN (and DATABASE_URL), and name it" }}
{{- end }}
{{- if and (eq .Values.database.engine "sqlite") (gt (int .Values.replicas) 1) }}
{{- fail "database.engine is sqlite, a file that one process owns: set replicas to 1, or database.engine to postgres" }}
{{- end }}
{{- if and .Values.remediation.enabled (not .Values.remediation.namespaces) }}
{{- fail "remediation.namespaces is empty: name each namespace that may be acted on" }}
{{- end }}
{{- if and .Values.configuration .Values.existingConfigMap }}
{{- fail "configuration and existingConfigMap are both set; leave one of them out" }}
{{- end }}
{{- end }}

{{/* Variables of the server that hold secrets; each is taken from existingSecret when it is there. */}}
{{- define "midwatch.secretVariables" -}}
- MIDWATCH_TOKENS
- MIDWATCH_WEBHOOK_TOKEN
- MIDWATCH_READ_TOKEN
- MIDWATCH_GRAFANA_SECRET
- MIDWATCH_PAGERDUTY_SECRETS
- ANTHROPIC_API_KEY
- SLACK_BOT_TOKEN
- SLACK_WEBHOOK_URL
- SLACK_SIGNING_SECRET
- TEAMS_WEBHOOK_URL
- PAGERDUTY_TOKEN
- GRAFANA_TOKEN
- MIDWATCH_NOTIFY_SECRET
- OTEL_EXPORTER_OTLP_HEADERS
{{- end }}
