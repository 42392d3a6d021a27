{{/* Peers, of which at least one must be given. Arguments: key, peers. */}}
{{- define "mobile-sync.peers" -}}
{{- if not .peers -}}
{{- fail (printf "%s is required" .key) -}}
{{- end -}}
{{- toYaml .peers -}}
{{- end -}}

{{/* The ports of a list host:port,host:port or of a URL, unless ports are given. Arguments: ports, addresses. */}}
{{- define "mobile-sync.policyPorts" -}}
{{- $ports := .ports -}}
{{- if not $ports -}}
{{- if contains "://" .addresses -}}
{{- $url := urlParse .addresses -}}
{{- $ports = list (regexFind "[0-9]+$" (regexFind ":[0-9]+$" $url.host) | default (ternary "443" "80" (eq $url.scheme "https"))) -}}
{{- else -}}
{{- range splitList "," .addresses -}}
{{- $ports = append $ports (splitList ":" . | last) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $i, $port := uniq $ports }}
{{- if $i }}{{ "\n" }}{{ end -}}
- { protocol: TCP, port: {{ $port }} }
{{- end }}
{{- end -}}
