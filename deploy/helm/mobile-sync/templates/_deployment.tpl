{{/* A Deployment. Arguments: root, service, values, autoscaled. */}}
{{- define "mobile-sync.deployment" -}}
{{- $values := .root.Values -}}
{{- $scheduling := .values.scheduling -}}
{{- $selector := include "mobile-sync.selector" . -}}
{{- $bodies := and (eq .service "web-server") .values.bodies.disk -}}
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "mobile-sync.name" . }}
  labels: {{- include "mobile-sync.labels" . | nindent 4 }}
spec:
  {{- if not .autoscaled }}
  replicas: {{ .values.replicas }}
  {{- end }}
  # Restarts pods in turn, each after the previous one is ready.
  strategy:
    rollingUpdate: { maxSurge: 1, maxUnavailable: 0 }
  selector:
    matchLabels: {{- $selector | nindent 6 }}
  template:
    metadata:
      labels: {{- mergeOverwrite (deepCopy $values.podLabels) (fromYaml $selector) | toYaml | nindent 8 }}
      {{- with $values.podAnnotations }}
      annotations: {{- toYaml . | nindent 8 }}
      {{- end }}
    spec:
      serviceAccountName: {{ include "mobile-sync.fullname" .root }}
      automountServiceAccountToken: false
      # Variables of Services, such as MOBILE_SYNC_WEB_SERVER_PORT, look like settings.
      enableServiceLinks: false
      {{- with $values.image.pullSecrets }}
      imagePullSecrets:
        {{- range . }}
        - name: {{ . }}
        {{- end }}
      {{- end }}
      {{- with $scheduling.priorityClassName }}
      priorityClassName: {{ . }}
      {{- end }}
      {{- with $scheduling.nodeSelector }}
      nodeSelector: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- with $scheduling.tolerations }}
      tolerations: {{- toYaml . | nindent 8 }}
      {{- end }}
      topologySpreadConstraints:
        {{- range $key, $mode := dict "kubernetes.io/hostname" $scheduling.spreadNodes "topology.kubernetes.io/zone" $scheduling.spreadZones }}
        - maxSkew: 1
          topologyKey: {{ $key }}
          whenUnsatisfiable: {{ $mode }}
          nodeTaintsPolicy: Honor
          # Counts the pods of one revision only, so that a rolling update does not skew the result.
          matchLabelKeys: [pod-template-hash]
          labelSelector:
            matchLabels: {{- $selector | nindent 14 }}
        {{- end }}
      securityContext:
        runAsNonRoot: true
        runAsUser: 10001
        runAsGroup: 10001
        fsGroup: 10001
        seccompProfile: { type: RuntimeDefault }
      # The service drains by itself on SIGTERM (MOBILE_SYNC_DRAIN_TIME), so no preStop hook is needed: the drain period, then up to 20 s
      # for each further phase.
      terminationGracePeriodSeconds: 60
      containers:
        - name: {{ .service }}
          image: {{ .values.image | default (printf "%s/%s:%s" $values.image.repository .service ($values.image.tag | default .root.Chart.AppVersion)) | quote }}
          imagePullPolicy: {{ $values.image.pullPolicy }}
          # The ENTRYPOINT of the Dockerfile, with these options.
          command:
            - java
            - -XX:MaxRAMPercentage={{ .values.jvm.maxRamPercentage }}
            - -XX:AOTCache=service.aot
            {{- range .values.jvm.options }}
            - {{ . | quote }}
            {{- end }}
            - -jar
            - service.jar
          env:
            {{- if eq .service "socket-server" }}
            - name: POD_NAME
              valueFrom: { fieldRef: { fieldPath: metadata.name } }
            # Each instance needs a queue of its own.
            - name: MOBILE_SYNC_SOCKET_QUEUE
              value: broadcast_queue.$(POD_NAME)
            {{- end }}
            {{- include "mobile-sync.env" . | nindent 12 }}
          ports:
            {{- with include "mobile-sync.port" .service }}
            - { name: http, containerPort: {{ . }} }
            {{- end }}
            - { name: management, containerPort: {{ include "mobile-sync.managementPort" .service }} }
          # Two minutes: a socket-server waits up to 30 s for its queue.
          startupProbe:
            httpGet: { path: /actuator/health/liveness, port: management }
            periodSeconds: 2
            timeoutSeconds: 2
            failureThreshold: 60
          livenessProbe:
            httpGet: { path: /actuator/health/liveness, port: management }
            periodSeconds: 10
            timeoutSeconds: 5
            failureThreshold: 6
          # Asks the broker, Redis and the store, which have 4 s to answer.
          readinessProbe:
            httpGet: { path: /actuator/health/readiness, port: management }
            periodSeconds: 5
            timeoutSeconds: 5
            failureThreshold: 2
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            capabilities: { drop: [ALL] }
          resources: {{- toYaml .values.resources | nindent 12 }}
          volumeMounts:
            - { name: secrets, mountPath: /run/secrets/mobile-sync, readOnly: true }
            - { name: tmp, mountPath: /tmp }
            {{- if $bodies }}
            - { name: bodies, mountPath: /bodies }
            {{- end }}
      volumes:
        - name: secrets
          projected:
            defaultMode: 0440
            sources: {{- include "mobile-sync.secrets" . | nindent 14 }}
        - name: tmp
          emptyDir: { sizeLimit: 64Mi }
        {{- if $bodies }}
        - name: bodies
          emptyDir:
            {{- if eq .values.bodies.medium "Memory" }}
            medium: Memory
            {{- end }}
            # More than MOBILE_SYNC_BODY_DISK: beyond that, web-server answers 429; beyond this, the pod would be evicted.
            sizeLimit: {{ add .values.bodies.disk 64 }}Mi
        {{- end }}
{{- end -}}

{{/* A Service. Arguments: root, service. */}}
{{- define "mobile-sync.service" -}}
apiVersion: v1
kind: Service
metadata:
  name: {{ include "mobile-sync.name" . }}
  labels: {{- include "mobile-sync.labels" . | nindent 4 }}
spec:
  selector: {{- include "mobile-sync.selector" . | nindent 4 }}
  ports:
    {{- with include "mobile-sync.port" .service }}
    - { name: http, port: {{ . }}, targetPort: http }
    {{- end }}
    - { name: management, port: {{ include "mobile-sync.managementPort" .service }}, targetPort: management }
{{- end -}}

{{/* A PodDisruptionBudget. Arguments: root, service. */}}
{{- define "mobile-sync.podDisruptionBudget" -}}
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata:
  name: {{ include "mobile-sync.name" . }}
  labels: {{- include "mobile-sync.labels" . | nindent 4 }}
spec:
  # Also permits to drain the node of a single pod.
  maxUnavailable: 1
  # Pods that are not ready, for example because Redis is unavailable, do not block the drain of a node.
  unhealthyPodEvictionPolicy: AlwaysAllow
  selector:
    matchLabels: {{- include "mobile-sync.selector" . | nindent 6 }}
{{- end -}}
