{{/* The settings of a service, as a map of variables of docs/configuration.md. Arguments: root, service, values. */}}
{{- define "mobile-sync.env" -}}
{{- $values := .root.Values -}}
{{- $public := ne .service "state-manager" -}}
{{- $env := dict "SPRING_CONFIG_IMPORT" "configtree:/run/secrets/mobile-sync/" -}}

{{- $_ := set $env "SPRING_RABBITMQ_ADDRESSES" (required "rabbitmq.addresses is required" $values.rabbitmq.addresses) -}}
{{- $_ := set $env "SPRING_RABBITMQ_USERNAME" $values.rabbitmq.username -}}
{{- $_ := set $env "SPRING_RABBITMQ_VIRTUAL_HOST" $values.rabbitmq.virtualHost -}}
{{- if $values.rabbitmq.tls -}}
{{- $_ := set $env "SPRING_RABBITMQ_SSL_ENABLED" "true" -}}
{{- end -}}

{{- if $values.redis.clusterNodes -}}
{{- $_ := set $env "SPRING_DATA_REDIS_CLUSTER_NODES" $values.redis.clusterNodes -}}
{{- else -}}
{{- $_ := set $env "SPRING_DATA_REDIS_HOST" (required "redis.host or redis.clusterNodes is required" $values.redis.host) -}}
{{- $_ := set $env "SPRING_DATA_REDIS_PORT" (int $values.redis.port) -}}
{{- end -}}
{{- if $values.redis.tls -}}
{{- $_ := set $env "SPRING_DATA_REDIS_SSL_ENABLED" "true" -}}
{{- end -}}

{{- if $public -}}
{{- with $values.jwt.issuerUri -}}
{{- $_ := set $env "SPRING_SECURITY_OAUTH2_RESOURCESERVER_JWT_ISSUER_URI" . -}}
{{- end -}}
{{- with $values.allowedOrigins -}}
{{- $_ := set $env "MOBILE_SYNC_ALLOWED_ORIGINS" (join "," .) -}}
{{- end -}}
{{- if $values.ingress.enabled -}}
{{- $_ := set $env "MOBILE_SYNC_TRUSTED_PROXIES" (required "ingress.trustedProxies is required" (join "," $values.ingress.trustedProxies)) -}}
{{- end -}}
{{- $_ := set $env "MOBILE_SYNC_DRAIN_TIME" (printf "%ds" (int .values.drainSeconds)) -}}
{{- end -}}

{{- if eq .service "web-server" -}}
{{- $_ := set $env "MOBILE_SYNC_STORE_ENDPOINT" (required "store.endpoint is required" $values.store.endpoint) -}}
{{- $_ := set $env "MOBILE_SYNC_STORE_REGION" $values.store.region -}}
{{- $_ := set $env "MOBILE_SYNC_STORE_BUCKET" $values.store.bucket -}}
{{- $_ := set $env "MOBILE_SYNC_BODY_DISK" (printf "%dMB" (int .values.bodies.disk)) -}}
{{- if .values.bodies.disk -}}
{{- $_ := set $env "MOBILE_SYNC_BODY_DIRECTORY" "/bodies" -}}
{{- end -}}
{{- if $values.ingress.enabled -}}
{{- $scheme := ternary "https" "http" (not (empty $values.ingress.tlsSecret)) -}}
{{- $_ := set $env "MOBILE_SYNC_PUBLIC_URL" (printf "%s://%s" $scheme (required "ingress.host is required" $values.ingress.host)) -}}
{{- $_ := set $env "MOBILE_SYNC_PAGES_SOCKET_URL" "/ws" -}}
{{- end -}}
{{- end -}}

{{- if eq .service "state-manager" -}}
{{- range $name, $endpoint := $values.webhooks.endpoints -}}
{{- $_ := set $env (printf "MOBILESYNC_WEBHOOK_ENDPOINTS_%s_PLANS" (upper $name)) (join "," $endpoint.plans) -}}
{{- end -}}
{{- end -}}

{{- range $name, $value := mergeOverwrite (deepCopy $values.env) (deepCopy .values.env) -}}
{{- $_ := set $env $name $value -}}
{{- end -}}
{{- range $name, $value := $env }}
- name: {{ $name }}
  value: {{ $value | toString | quote }}
{{- end -}}
{{- end -}}

{{/* The files in /run/secrets/mobile-sync, as sources of a projected volume. Arguments: root, service. */}}
{{- define "mobile-sync.secrets" -}}
{{- $values := .root.Values -}}
{{- $public := ne .service "state-manager" -}}
- secret:
    name: {{ required "rabbitmq.existingSecret is required" $values.rabbitmq.existingSecret }}
    items: [{ key: {{ $values.rabbitmq.passwordKey }}, path: spring.rabbitmq.password }]
{{- with $values.redis.existingSecret }}
- secret:
    name: {{ . }}
    items: [{ key: {{ $values.redis.passwordKey }}, path: spring.data.redis.password }]
{{- end }}
{{- if and $public (not $values.jwt.existingSecret) (not $values.jwt.issuerUri) }}
{{- fail "jwt.existingSecret or jwt.issuerUri is required" }}
{{- end }}
{{- if and $public $values.jwt.existingSecret }}
- secret:
    name: {{ $values.jwt.existingSecret }}
    items: [{ key: {{ $values.jwt.secretKey }}, path: mobile-sync.jwt.secret }]
{{- end }}
{{- if eq .service "web-server" }}
- secret:
    name: {{ required "store.existingSecret is required" $values.store.existingSecret }}
    items:
      - { key: {{ $values.store.accessKeyKey }}, path: mobile-sync.store.access-key }
      - { key: {{ $values.store.secretKeyKey }}, path: mobile-sync.store.secret-key }
{{- end }}
{{- if and (not $public) $values.webhooks.endpoints (not $values.webhooks.existingSecret) }}
{{- fail "webhooks.existingSecret is required" }}
{{- end }}
{{- if and (not $public) $values.webhooks.existingSecret }}
- secret:
    name: {{ $values.webhooks.existingSecret }}
    items:
      {{- if $values.webhooks.urlKey }}
      - { key: {{ $values.webhooks.urlKey }}, path: mobile-sync.webhook.url }
      - { key: {{ $values.webhooks.secretKey }}, path: mobile-sync.webhook.secret }
      {{- end }}
      {{- range $name, $endpoint := $values.webhooks.endpoints }}
      - { key: {{ $endpoint.urlKey }}, path: mobile-sync.webhook.endpoints.{{ $name }}.url }
      - { key: {{ $endpoint.secretKey }}, path: mobile-sync.webhook.endpoints.{{ $name }}.secret }
      {{- end }}
{{- end }}
{{- end -}}
