{{/* Prefix of every name: the release, with the chart's name unless it says so already. */}}
{{- define "lambda-lite.fullname" -}}
{{- $name := .Values.nameOverride | default .Chart.Name -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- .Values.fullnameOverride | default $full | trunc 50 | trimSuffix "-" -}}
{{- end }}

{{/* Labels by which selectors find a component's pods; they never change. Takes {root, component}. */}}
{{- define "lambda-lite.selectorLabels" -}}
app.kubernetes.io/name: {{ .root.Chart.Name }}
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .component }}
{{- end }}

{{/* Every object's name, namespace, labels and annotations. Takes {root, component, name?, namespace?, annotations?}. */}}
{{- define "lambda-lite.metadata" -}}
name: {{ .name | default (printf "%s-%s" (include "lambda-lite.fullname" .root) .component) }}
namespace: {{ .namespace | default .root.Release.Namespace }}
labels:
  {{- include "lambda-lite.selectorLabels" . | nindent 2 }}
  app.kubernetes.io/version: {{ .root.Chart.AppVersion | quote }}
  app.kubernetes.io/managed-by: {{ .root.Release.Service }}
  helm.sh/chart: {{ printf "%s-%s" .root.Chart.Name .root.Chart.Version }}
  {{- with .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with merge (dict) (.annotations | default dict) .root.Values.commonAnnotations }}
annotations:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Takes {root, image}. */}}
{{- define "lambda-lite.image" -}}
{{ .image.repository }}:{{ .image.tag | default .root.Chart.AppVersion }}
{{- end }}

{{- define "lambda-lite.workerNamespace" -}}
{{ .Values.worker.namespace | default .Release.Namespace }}
{{- end }}

{{- define "lambda-lite.credentials" -}}
{{ .Values.credentials.existingSecret | default (printf "%s-credentials" (include "lambda-lite.fullname" .)) }}
{{- end }}

{{- define "lambda-lite.queue" -}}
{{ ternary "jobs" (printf "jobs-%s" .Values.worker.pool) (eq .Values.worker.pool "default") }}
{{- end }}

{{/* What scales the workers: keda, hpa or none. */}}
{{- define "lambda-lite.scaler" -}}
{{- $mode := .Values.autoscaling.mode -}}
{{- $hasKeda := .Capabilities.APIVersions.Has "keda.sh/v1alpha1" -}}
{{- if and (eq $mode "keda") (not $hasKeda) (not .Values.autoscaling.keda.skipCrdCheck) -}}
{{- fail "autoscaling.mode is keda, but the cluster has no KEDA (keda.sh/v1alpha1). Install it, or choose mode auto, hpa or none. To render offline: --set autoscaling.keda.skipCrdCheck=true" -}}
{{- end -}}
{{- if eq $mode "auto" -}}{{ ternary "keda" "none" $hasKeda }}{{- else -}}{{ $mode }}{{- end -}}
{{- end }}

{{/* "yes" if Prometheus Operator's objects are to be made. */}}
{{- define "lambda-lite.monitoring" -}}
{{- $has := .Capabilities.APIVersions.Has "monitoring.coreos.com/v1" -}}
{{- if or (eq .Values.monitoring.mode "on") (and (eq .Values.monitoring.mode "auto") $has) -}}yes{{- end -}}
{{- end }}

{{/* Where Mongo and Redis are, for API and workers. */}}
{{- define "lambda-lite.backplaneEnv" -}}
- name: MONGO_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.externalMongo.existingSecret | default (include "lambda-lite.credentials" .) }}
      key: {{ ternary .Values.externalMongo.urlKey "mongo-url" (ne .Values.externalMongo.existingSecret "") }}
- name: REDIS_URL
  valueFrom:
    secretKeyRef:
      name: {{ .Values.externalRedis.existingSecret | default (include "lambda-lite.credentials" .) }}
      key: {{ ternary .Values.externalRedis.urlKey "redis-url" (ne .Values.externalRedis.existingSecret "") }}
- name: REDIS_PREFIX
  value: {{ .Values.redisPrefix | quote }}
- name: LOG_LEVEL
  value: {{ .Values.logLevel }}
{{- end }}

{{/* The `restricted` profile (Kubernetes, Pod Security Standards). Takes a uid. */}}
{{- define "lambda-lite.podSecurity" -}}
runAsNonRoot: true
runAsUser: {{ . }}
runAsGroup: {{ . }}
fsGroup: {{ . }}
seccompProfile: { type: RuntimeDefault }
{{- end }}

{{- define "lambda-lite.containerSecurity" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: { drop: [ALL] }
{{- end }}

{{/* Where a component's pods may run. Takes {root, component, values}. */}}
{{- define "lambda-lite.scheduling" -}}
{{- with .root.Values.imagePullSecrets }}
imagePullSecrets: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.priorityClassName }}
priorityClassName: {{ . }}
{{- end }}
{{- with .values.nodeSelector }}
nodeSelector: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.tolerations }}
tolerations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- with .values.affinity }}
affinity: {{ toYaml . | nindent 2 }}
{{- end }}
{{- if .values.topologySpreadConstraints }}
topologySpreadConstraints:
  {{- $selector := dict "labelSelector" (dict "matchLabels" (include "lambda-lite.selectorLabels" . | fromYaml)) }}
  {{- range .values.topologySpreadConstraints }}
  - {{ merge (dict) . $selector | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end }}
{{- end }}

{{/* Labels and annotations of a component's pods. Takes {root, component, values}. */}}
{{- define "lambda-lite.podMetadata" -}}
labels:
  {{- include "lambda-lite.selectorLabels" . | nindent 2 }}
  {{- with merge (dict) .values.podLabels .root.Values.commonLabels }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .values.podAnnotations }}
annotations: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}

{{/* Probes of a container, those that are set. Takes the values' `probes`. */}}
{{- define "lambda-lite.probes" -}}
{{- range $kind := list "startup" "readiness" "liveness" }}
{{- with index $ $kind }}
{{ $kind }}Probe: {{ toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end }}
