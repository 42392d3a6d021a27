{{/* Ports: the defaults of the services (docs/configuration.md). */}}
{{- define "mobile-sync.port" -}}
{{- get (dict "web-server" 8080 "socket-server" 8081) . -}}
{{- end -}}

{{- define "mobile-sync.managementPort" -}}
{{- get (dict "web-server" 9080 "state-manager" 8082 "socket-server" 9081) . -}}
{{- end -}}

{{/*
The name of a pod has at most 64 characters after "broadcast_queue.", without dots: 33 here, 14 for "-socket-server" and 17 for the
hash and the suffix.
*/}}
{{- define "mobile-sync.fullname" -}}
{{- $name := .Release.Name -}}
{{- if not (contains .Chart.Name $name) -}}
{{- $name = printf "%s-%s" $name .Chart.Name -}}
{{- end -}}
{{- .Values.fullnameOverride | default $name | replace "." "-" | trunc 33 | trimSuffix "-" -}}
{{- end -}}

{{/* Arguments of the templates below: root, service. */}}
{{- define "mobile-sync.name" -}}
{{- printf "%s-%s" (include "mobile-sync.fullname" .root) .service -}}
{{- end -}}

{{- define "mobile-sync.releaseSelector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "mobile-sync.selector" -}}
{{ include "mobile-sync.releaseSelector" .root }}
app.kubernetes.io/component: {{ .service }}
{{- end -}}

{{- define "mobile-sync.releaseLabels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "mobile-sync.releaseSelector" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{- define "mobile-sync.labels" -}}
{{ include "mobile-sync.releaseLabels" .root }}
app.kubernetes.io/component: {{ .service }}
{{- end -}}

